//! What is told to the ledger, and the receipt it gives.

use chrono::NaiveDateTime;
use serde_json::Value;

use super::{
    Digest,
    digest::{hex, sha256},
};

named! {
    /// What happened (事项). The name stands in every entry for ever: add, never rename.
    pub enum EventKind {
        /// 批次到达、暂存处置、办结
        Delivery = "delivery",
        /// 记录版本: what a chunk of a delivery or a withdrawal wrote and replaced.
        Versions = "versions",
        /// 零报告
        ZeroReport = "zero_report",
        /// 疑问数据处理
        Doubt = "doubt",
        /// 主体合并与撤销合并
        Merge = "merge",
        /// 单位与密钥变动
        Account = "account",
        /// 名单认定的各环节
        Designation = "designation",
        /// 修复、异议等案件的各环节
        Case = "case",
        /// 规则包的启用与停用
        Pack = "pack",
        /// 授权的签署、确认与撤回
        Consent = "consent",
        /// 容缺受理的决定、补正与逾期
        Deferral = "deferral",
        /// 更正任务
        Correction = "correction",
        /// 存量确认: what was collected before the ledger existed.
        Adoption = "adoption",
        /// 对查询的答复
        Answer = "answer",
    }
}

named! {
    /// A family of chains (链组): so many, that none serialises what runs side by side.
    pub enum Lane {
        /// 归集: deliveries and the versions they write.
        Collect = "collect",
        /// 办理: what persons decide.
        Acts = "acts",
        /// 答复: what is answered.
        Answers = "answers",
    }
}

impl Lane {
    /// How many chains the family has. The migration makes their heads.
    #[must_use]
    pub const fn chains(self) -> i64 {
        match self {
            Self::Collect => 8,
            Self::Acts | Self::Answers => 4,
        }
    }

    /// The name of a chain of the family: `collect-3`.
    #[must_use]
    pub fn chain(self, strand: i64) -> String {
        format!("{self}-{}", strand.rem_euclid(self.chains()))
    }
}

/// What happened, before it has a place in a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The family of chains.
    pub lane: Lane,
    /// What happened.
    pub kind: EventKind,
    /// When, UTC; microseconds count.
    pub moment: NaiveDateTime,
    /// Who did it, as decisions are signed: unit and key, or a worker; a person's name stands here as its digest.
    pub actor: String,
    /// Whom it is about.
    pub subject: Option<i64>,
    /// Ids and digests: **never** a name, number or other personal data, for nothing is ever taken out of the ledger.
    pub body: Value,
    /// The versions a chunk wrote and replaced.
    pub leaves: Option<Leaves>,
    /// Which chain of the family, when not the subject says so: events of one delivery stay in one chain.
    pub strand: Option<i64>,
}

/// The short digests of the versions that were written, one behind the other by id, and then the ids of the versions
/// they replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaves {
    /// The id of the first version; the others follow without a gap.
    pub first: i64,
    /// See the type.
    pub bytes: Vec<u8>,
}

impl Event {
    /// An event without subject, body or leaves.
    #[must_use]
    pub fn new(lane: Lane, kind: EventKind, moment: NaiveDateTime, actor: impl AsRef<str>) -> Self {
        let body = Value::Object(serde_json::Map::new());
        Self { lane, kind, moment, actor: signed(actor.as_ref()), subject: None, body, leaves: None, strand: None }
    }

    /// Says whom it is about.
    #[must_use]
    pub fn about(mut self, subject: i64) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Says what happened, by ids and digests.
    #[must_use]
    pub fn saying(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    /// Says one thing more.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body[name] = value.into();
        self
    }

    /// Puts it in the chain of this number.
    #[must_use]
    pub const fn along(mut self, strand: i64) -> Self {
        self.strand = Some(strand);
        self
    }

    /// Adds the versions a chunk wrote.
    #[must_use]
    pub fn with_leaves(mut self, leaves: Leaves) -> Self {
        self.leaves = Some(leaves);
        self
    }

    /// The chain it goes to, when it is alone or the first of its family.
    #[must_use]
    pub fn chain(&self) -> String {
        self.lane.chain(self.strand.or(self.subject).unwrap_or_else(|| self.moment.and_utc().timestamp_micros()))
    }
}

/// Keys, units and workers have plain names; anything else may be a person's and stands as its digest.
fn signed(actor: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-_/:.".contains(&it);
    if actor.bytes().all(is_plain) {
        return actor.to_owned();
    }
    format!("person:{}", &hex(&sha256(actor.as_bytes()))[..16])
}

/// Where an event stands for ever (存证回执).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The chain.
    pub chain: String,
    /// The place in it, from 1.
    pub seq: i64,
    /// The entry's hash.
    pub hash: Digest,
}

impl std::fmt::Display for Receipt {
    /// `acts-1/27`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.chain, self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_name_stands_in_no_entry() {
        let by = |actor: &str| Event::new(Lane::Acts, EventKind::Doubt, NaiveDateTime::default(), actor).actor;
        assert_eq!(by("SJJ/1f2e3d4c5b6a"), "SJJ/1f2e3d4c5b6a");
        assert_eq!(by("serve-17-0a1b"), "serve-17-0a1b");
        assert!(by("张三").starts_with("person:") && by("张三") != by("李四"));
        assert!(by("Zhang San").starts_with("person:"));
    }

    #[test]
    fn an_event_goes_to_the_chain_of_its_strand_or_subject() {
        let event = Event::new(Lane::Collect, EventKind::Delivery, NaiveDateTime::default(), "x");
        assert_eq!(event.clone().about(-1).chain(), "collect-7");
        assert_eq!(event.about(-1).along(11).chain(), "collect-3");
    }
}
