//! One shape for every answer (答复): what follows, why, what was looked at, and what was not found, not available or not
//! permitted, which are three different things. Sent as they are, so the fields are described in Chinese.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{policy::PackRef, record::Reason};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Answer<T> {
    /// 结论，取值因问题而异
    pub outcome: &'static str,
    /// 理由：规则、依据、所依据的记录
    pub reasons: Vec<Reason>,
    /// 查看了哪些信息
    pub looked_at: Vec<LookedAt>,
    /// 查了，没有记录
    pub not_found: Vec<Absence>,
    /// 平台没有这类信息：没有单位报送过
    pub not_available: Vec<Absence>,
    /// 有这类信息而不得查看：不公开，或未获主体授权
    pub not_permitted: Vec<Absence>,
    /// 据以得出结论的规则包
    pub packs: Vec<PackRef>,
    /// 答复内容
    pub body: T,
}

/// A block that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LookedAt {
    /// 信息类别
    pub block: String,
    /// 截至：这类信息最近一次报送的时间
    pub as_of: Option<DateTime<Utc>>,
    /// 来源单位
    pub units: Vec<String>,
    /// 其中关于该主体的记录数
    pub records: u64,
}

named! {
    /// Why a block is not in an answer (未能给出的原因).
    pub enum Why {
        /// 没有记录: units report it, and nothing about this subject.
        NoRecord = "no_record",
        /// 主体未登记: nothing at all is known of the subject.
        UnknownSubject = "unknown_subject",
        /// 没有单位报送过
        NotCollected = "not_collected",
        /// 登记信息中没有这一项
        NotRegistered = "not_registered",
        /// 未获主体授权
        NeedsConsent = "needs_consent",
        /// 其中有的须经主体授权: told of the kind of record, whether or not there is one.
        PartNeedsConsent = "part_needs_consent",
        /// 不对该角色提供
        NotForRole = "not_for_role",
        /// 没有适用的规则
        NoRule = "no_rule",
    }
}

impl Why {
    /// The words for it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoRecord => "查询成功，未发现记录",
            Self::UnknownSubject => "平台没有这一主体的任何信息",
            Self::NotCollected => "平台没有归集到这类信息，不等于主体没有记录",
            Self::NotRegistered => "登记信息中没有这一项，无法比对",
            Self::NeedsConsent => "须经信息主体授权方可查询",
            Self::PartNeedsConsent => "其中限授权查询的记录须经信息主体授权，有无均不说明",
            Self::NotForRole => "不向本角色提供",
            Self::NoRule => "当日没有适用的规则",
        }
    }
}

/// A block that is not in the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Absence {
    /// 信息类别
    pub block: String,
    /// 原因代码：no_record、unknown_subject、not_collected、not_registered、needs_consent、not_for_role、no_rule
    pub code: &'static str,
    /// 原因
    pub why: &'static str,
}

impl Absence {
    /// The absence of a block.
    #[must_use]
    pub fn of(block: impl Into<String>, why: Why) -> Self {
        Self { block: block.into(), code: why.as_str(), why: why.text() }
    }
}

/// Where an answer stands for ever (回执).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipt {
    /// 答复编号
    pub id: i64,
    /// 账本链
    pub chain: String,
    /// 链上序号
    pub seq: i64,
    /// 账本条目的散列，十六进制
    pub hash: String,
    /// 答复内容的 SHA-256：去掉 receipt 一项后的 JSON 文本
    pub digest: String,
}

/// An answer with its receipt, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipted<T> {
    /// 答复
    #[serde(flatten)]
    pub answer: Answer<T>,
    /// 回执
    pub receipt: Receipt,
}

impl<T> Answer<T> {
    /// An answer that says only this much; what was looked at follows.
    #[must_use]
    pub const fn new(outcome: &'static str, body: T) -> Self {
        Self {
            outcome,
            reasons: Vec::new(),
            looked_at: Vec::new(),
            not_found: Vec::new(),
            not_available: Vec::new(),
            not_permitted: Vec::new(),
            packs: Vec::new(),
            body,
        }
    }

    /// Puts an absence where it belongs.
    pub fn lacks(&mut self, block: impl Into<String>, why: Why) {
        let list = match why {
            Why::NoRecord | Why::UnknownSubject => &mut self.not_found,
            Why::NotCollected | Why::NotRegistered | Why::NoRule => &mut self.not_available,
            Why::NeedsConsent | Why::PartNeedsConsent | Why::NotForRole => &mut self.not_permitted,
        };
        list.push(Absence::of(block, why));
    }
}

/// The text of an answer with its receipt behind it: without that last field, the text is byte for byte the one that was
/// digested.
///
/// # Errors
/// When the receipt is no JSON, which cannot be.
pub fn with_receipt(text: &str, receipt: &Receipt) -> Result<String, serde_json::Error> {
    let open = text.strip_suffix('}').unwrap_or(text);
    Ok(format!("{open},\"receipt\":{}}}", serde_json::to_string(receipt)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_absence_stands_in_the_list_of_its_kind() {
        let mut answer = Answer::new("found", ());
        for why in Why::ALL {
            answer.lacks("block", *why);
        }
        let codes = |list: &[Absence]| list.iter().map(|it| it.code).collect::<Vec<_>>();
        assert_eq!(codes(&answer.not_found), ["no_record", "unknown_subject"]);
        assert_eq!(codes(&answer.not_available), ["not_collected", "not_registered", "no_rule"]);
        assert_eq!(codes(&answer.not_permitted), ["needs_consent", "part_needs_consent", "not_for_role"]);
    }

    #[test]
    fn the_text_without_its_receipt_is_what_was_digested() {
        let answer = Answer::new("found", vec![1, 2]);
        let text = serde_json::to_string(&answer).unwrap();
        let receipt = Receipt { id: 7, chain: "answers-1".into(), seq: 3, hash: "00".into(), digest: "11".into() };
        let sent = with_receipt(&text, &receipt).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&sent).unwrap();
        assert_eq!(parsed["receipt"]["seq"], 3);
        let at = sent.rfind(",\"receipt\":").unwrap();
        assert_eq!(format!("{}}}", &sent[..at]), text);
        assert_eq!(sent, serde_json::to_string(&Receipted { answer, receipt }).unwrap());
    }
}
