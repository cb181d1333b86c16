//! Batch screening (批量筛查): a head line with what was looked at, then one short line for every code that was asked, in
//! the order it was asked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Collected;
use crate::{
    answer::{Absence, Why},
    policy::{PackRef, Packs, rules::Screening},
    standing::{Brief, BriefList},
};

/// The resource that tells whether a subject still is (主体登记).
pub const REGISTER: &str = "register";

/// A line of the answer. Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Row {
    /// 第一行：对全部代码都适用的说明
    Head(Head),
    /// 其后每行：一个代码
    Line(Line),
}

/// What holds for all codes. Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Head {
    /// 恒为 0
    pub n: usize,
    /// 所问之时
    pub as_of: DateTime<Utc>,
    /// 所问的代码数
    pub lines: usize,
    /// 查看了哪些信息
    pub looked_at: Vec<Source>,
    /// 平台没有这类信息：没有单位报送过，各行对应的项为空
    pub not_available: Vec<Absence>,
    /// 据以得出结论的规则包
    pub packs: Vec<PackRef>,
}

/// A resource that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Source {
    /// 资源编码
    pub block: String,
    /// 截至：这类信息最近一次报送的时间
    pub as_of: DateTime<Utc>,
    /// 来源单位
    pub units: Vec<String>,
}

/// What a screening rests on (筛查依据): resources, and those of them that nobody has ever delivered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    looked_at: Vec<Source>,
    /// Codes of resources.
    missing: BTreeSet<String>,
    /// Kinds of lists of whose resources none was delivered.
    unlisted: BTreeSet<String>,
}

impl Basis {
    /// By the rules of a day, and by who has delivered what.
    #[must_use]
    pub fn of(rules: &Screening, (packs, day): (&Packs, NaiveDate), collected: &Collected) -> Self {
        let mut all: BTreeSet<&str> = packs.resources_of_lists(&rules.lists, day);
        all.extend(rules.resources.iter().map(String::as_str).chain([REGISTER]));
        let is_missing = |it: &&str| !collected.contains_key(*it);
        let is_unlisted =
            |kind: &&String| packs.resources_of_lists(std::slice::from_ref(*kind), day).iter().all(is_missing);
        let source = |block: &&str| {
            let (units, at) = collected.get(*block)?;
            Some(Source { block: (*block).to_owned(), as_of: at.and_utc(), units: units.clone() })
        };
        Self {
            looked_at: all.iter().filter_map(source).collect(),
            missing: all.iter().copied().filter(is_missing).map(str::to_owned).collect(),
            unlisted: rules.lists.iter().filter(is_unlisted).cloned().collect(),
        }
    }

    /// The head of an answer about so many codes, asked at a moment (UTC).
    #[must_use]
    pub fn head(&self, as_of: NaiveDateTime, lines: usize, packs: Vec<PackRef>) -> Head {
        let not_available = self.missing.iter().map(|it| Absence::of(it, Why::NotCollected)).collect();
        Head { n: 0, as_of: as_of.and_utc(), lines, looked_at: self.looked_at.clone(), not_available, packs }
    }
}

named! {
    /// What came of a code (查询情况).
    pub enum LineState {
        /// 有此主体
        Found = "found",
        /// 平台没有这一主体的任何信息
        UnknownCode = "unknown_code",
        /// 代码格式或校验位有误
        MalformedCode = "malformed_code",
        /// 与前面某行的代码相同
        Duplicate = "duplicate",
    }
}

/// What is said of a code. Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Line {
    /// 第几个，从 1 起
    pub n: usize,
    /// 所问的代码，照原样
    pub code: String,
    /// 与原样不同时，按哪一代码查询
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<String>,
    /// 查询情况：found、unknown_code、malformed_code、duplicate
    pub state: &'static str,
    /// duplicate 时，与第几个相同
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<usize>,
    /// 筛查结果
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
}

/// What the screening found of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Summary {
    /// 登记状态
    pub status: Option<String>,
    /// 是否已注销、吊销、撤销；没有登记信息时为空
    pub gone: Option<bool>,
    /// 各类名单中已公布的条目数；没有单位报送过这类名单的为空
    pub lists: BTreeMap<String, Option<usize>>,
    /// 各资源公示中的记录数；没有单位报送过的为空
    pub records: BTreeMap<String, Option<u32>>,
    /// 上述条目和记录中正在异议处理的
    pub objected: u32,
    /// 有上述情形的为 false，全部查过而没有的为 true；没有发现而有一部分无从查询的为空
    pub clear: Option<bool>,
}

/// The summary of a subject by what is public of it: `brief` is [`Brief::public`].
#[must_use]
pub fn summary(rules: &Screening, basis: &Basis, status: Option<&str>, brief: &Brief) -> Summary {
    let on = |kind: &String| match brief.lists.iter().filter(|it| it.kind == *kind).count() {
        0 if basis.unlisted.contains(kind) => None,
        n => Some(n),
    };
    let lists: BTreeMap<String, Option<usize>> = rules.lists.iter().map(|it| (it.clone(), on(it))).collect();
    let count = |resource: &String| brief.records.get(resource).copied().unwrap_or_default();
    let published = |resource: &String| match count(resource).published {
        0 if basis.missing.contains(resource) => None,
        n => Some(n),
    };
    let records: BTreeMap<String, Option<u32>> = rules.resources.iter().map(|it| (it.clone(), published(it))).collect();
    let objected: u32 = rules.resources.iter().map(|it| count(it).objected).sum();
    // An entry whose record is counted among the resources is not counted again.
    let entry =
        |it: &&BriefList| it.objected && rules.lists.contains(&it.kind) && !rules.resources.contains(&it.resource);
    let entries = u32::try_from(brief.lists.iter().filter(entry).count()).unwrap_or(u32::MAX);
    let objected = objected.saturating_add(entries);
    let gone = status.map(|it| rules.gone.iter().any(|gone| gone == it));
    let hits = gone == Some(true) || lists.values().any(|it| *it > Some(0)) || records.values().any(|it| *it > Some(0));
    let clear = match () {
        () if hits => Some(false),
        () if gone.is_none() || !basis.missing.is_empty() => None,
        () => Some(true),
    };
    Summary { status: status.map(str::to_owned), gone, lists, records, objected, clear }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, standing::BriefCount};

    #[test]
    fn clear_is_said_only_when_everything_was_looked_at() {
        let packs = Packs::embedded(&Catalog::embedded());
        let day = NaiveDate::from_ymd_opt(2026, 3, 20).unwrap();
        let rules = &packs.risk(day).next().unwrap().1.screening;
        let at = day.and_hms_opt(4, 0, 0).unwrap();
        let all = ["register", "penalty", "executed_person", "listing", "dishonest_executed", "abnormal"];
        let without = |missing: &str| -> Basis {
            let known = all.iter().filter(|it| **it != missing);
            let collected = known.map(|it| ((*it).to_owned(), (vec!["u".to_owned()], at))).collect();
            Basis::of(rules, (&packs, day), &collected)
        };
        let clean = Brief::default();
        let mut fined = Brief::default();
        fined.records.insert("penalty".into(), BriefCount { published: 1, ..BriefCount::default() });
        let rows = [
            ("", Some("存续"), &clean, Some(true)),
            ("", Some("注销"), &clean, Some(false)),
            ("", None, &clean, None),
            ("abnormal", Some("存续"), &clean, None),
            ("executed_person", Some("存续"), &clean, None),
            ("register", Some("存续"), &clean, None),
            ("abnormal", Some("存续"), &fined, Some(false)),
            ("", None, &fined, Some(false)),
        ];
        for (missing, status, brief, expected) in rows {
            let told = summary(rules, &without(missing), status, brief);
            assert_eq!(told.clear, expected, "without {missing}, {status:?}");
            assert_eq!(told.lists["abnormal"], Some(0).filter(|_| missing != "abnormal"));
            assert_eq!(told.records["executed_person"], Some(0).filter(|_| missing != "executed_person"));
        }
        let head = without("abnormal").head(at, 3, Vec::new());
        assert_eq!((head.not_available.len(), head.looked_at.len()), (1, all.len() - 1), "{head:?}");
        assert_eq!(head.not_available[0].block, "abnormal");
    }
}
