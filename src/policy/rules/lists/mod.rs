//! The rules of a pack of kind `lists` (名单): which records are entries of which list, on what basis, by whom, for
//! how long, with which measures; and what makes a subject a candidate that a person looks at.

mod faults;
mod kinds;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

pub use kinds::{BasisRank, ListKind, ListLevel, MeasureClass, Removal};

use crate::{
    catalog::Catalog,
    policy::{Condition, Rules},
    record::{Fact, SubjectKind},
    standards::agency::{self, Aliases},
};

/// The resource whose records are designations (名单认定). A record of it that is on no list of the policy has no basis.
pub const LISTING: &str = "listing";

/// The resources whose records may be entries: those the store finds without reading every record.
pub const ENTRY_RESOURCES: [&str; 4] = ["a_taxpayer", "abnormal", "dishonest_executed", LISTING];

/// 名单
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRules {
    /// The lists.
    #[serde(default, rename = "list")]
    pub lists: Vec<ListRule>,
    /// The measures (措施清单), each for one list or several, of this pack or of others.
    #[serde(default, rename = "measure")]
    pub measures: Vec<Measure>,
    /// What makes a subject a candidate. A rule proposes; it never lists.
    #[serde(default, rename = "candidate")]
    pub candidates: Vec<CandidateRule>,
    /// What is said of a record of a list no pack knows.
    pub unfounded: Option<Unfounded>,
}

/// What is said of a list without a basis (没有设立依据的名单).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unfounded {
    /// The legal source.
    pub source: String,
    /// What it says, for people; `{name}` is the name the record gives.
    pub text: String,
}

/// A list (名单). It may only exist with a basis (国办发〔2020〕49号第六、七条).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRule {
    /// The code, the same in all versions.
    pub code: String,
    /// The name; what a designation writes as 名单名称.
    pub name: String,
    /// What it means.
    #[serde(deserialize_with = "named")]
    pub kind: ListKind,
    /// Whether it holds in the whole country or here only.
    #[serde(deserialize_with = "named")]
    pub level: ListLevel,
    /// What it rests on; at least one.
    #[serde(default, rename = "basis")]
    pub bases: Vec<Basis>,
    /// Which records are its entries: any of the conditions.
    pub entry: Vec<Condition>,
    /// The field with the number of the designating document. An entry without one carries no measures.
    pub document: Option<String>,
    /// The field with the designating body.
    pub body: Option<String>,
    /// Parts of the names of the bodies that may designate (认定机关).
    pub designators: Vec<String>,
    /// Kinds of subjects that may be on it.
    #[serde(deserialize_with = "named_all")]
    pub subjects: Vec<SubjectKind>,
    /// The least age of natural persons on it, in years; 0 for any. It has to be said where persons may be on the list.
    pub min_age: Option<u16>,
    /// Months an entry lasts when its record does not say until when; open when it is missing.
    pub term_months: Option<u32>,
    /// For lists made by the year: the field with the year, and the month the next list comes out.
    pub yearly: Option<Yearly>,
    /// When an entry ends (移出条件), as a decision has to say it.
    #[serde(default)]
    pub removal: Vec<String>,
    /// Months after which an entry may be ended early, its conditions given (提前移出).
    pub early_removal_months: Option<u32>,
    /// Working days a party has for its statement after it was notified (陈述申辩).
    pub notice_working_days: Option<u16>,
    /// Working days a proposal is made public before it is decided (红名单认定前公示).
    pub publicise_working_days: Option<u16>,
    /// Working days in which an objection to the entry is answered.
    pub objection_working_days: Option<u16>,
    /// Whether the body above has to consent first.
    #[serde(default)]
    pub consent_above: bool,
    /// What the public is told when an entry leaves the list; nothing without it.
    pub exit_notice: Option<ExitNotice>,
}

/// What the public is told of entries that were published and left their list (退出公告).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExitNotice {
    /// For so many days from the day it left.
    pub days: u16,
    /// Only when it left for one of these reasons.
    #[serde(deserialize_with = "named_all")]
    pub grounds: Vec<Removal>,
    /// Where it stands that the exit is told.
    pub source: String,
}

/// A list that is made anew each year (按年度评价): of year `n` from this month of year `n + 1` to the end of it in the next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yearly {
    /// The field with the year that was judged.
    pub field: String,
    /// The month the result comes out, 1–12.
    pub month: u32,
}

impl Yearly {
    /// The first day and the last of an entry; `None` when its record names no year.
    #[must_use]
    pub fn term(&self, fact: &Fact) -> Option<(NaiveDate, NaiveDate)> {
        let year: i32 = fact.fields.text(&self.field)?.parse().ok()?;
        let first = NaiveDate::from_ymd_opt(year.checked_add(1)?, self.month, 1)?;
        let last = first.checked_add_months(Months::new(13))?.pred_opt()?;
        Some((first, last))
    }
}

/// What a list rests on (依据).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// 法规、规章或文件
    pub law: String,
    /// 条款
    pub article: Option<String>,
    /// 层级：law、regulation、state_council、ministry_rule、judicial、local_regulation、policy_document
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String)]
    pub rank: BasisRank,
}

/// A measure (措施): what may be done to, or for, those on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// 措施编码
    pub code: String,
    /// 适用的名单
    pub lists: Vec<String>,
    /// 事项
    pub matter: String,
    /// 实施对象
    pub object: String,
    /// 实施手段
    pub means: String,
    /// 实施依据
    pub basis: String,
    /// 实施主体
    pub unit: String,
    /// 层级：national、local
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String)]
    pub level: ListLevel,
    /// 类别：reducing 减损权益，managing 管理措施，voluntary 由非公共机构自主决定，rewarding 激励
    #[serde(deserialize_with = "named")]
    #[schema(value_type = String)]
    pub class: MeasureClass,
}

/// What makes a subject a candidate (候选规则): so many records of a kind in so many months.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateRule {
    /// The code.
    pub code: String,
    /// What it looks for, in Chinese.
    pub title: String,
    /// The list it proposes for.
    pub list: String,
    /// The records that count.
    pub when: Condition,
    /// The field with the body that decided them, whose matter an entry is, too (谁处罚、谁列入).
    pub body: Option<String>,
    /// At least so many,
    pub count: u32,
    /// decided in the last so many months.
    pub months: u32,
    /// None of these in the same months.
    #[serde(default)]
    pub unless: Vec<Condition>,
    /// Where the rule comes from.
    pub source: String,
}

impl Rules for ListRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        faults::of(self, catalog)
    }
}

impl ListRule {
    /// Whether a record is an entry of this list.
    #[must_use]
    pub fn means(&self, fact: &Fact) -> bool {
        self.entry.iter().any(|it| it.means(fact))
    }

    /// Whether entries are designated here: then they become records of [`LISTING`]. Others their bodies deliver.
    #[must_use]
    pub fn is_designated_here(&self) -> bool {
        self.entry.iter().any(|it| it.resources.iter().any(|it| it == LISTING))
    }

    /// Whether a body of this name may designate; one that is written short, or with gaps, is the agency it means.
    #[must_use]
    pub fn names_designator(&self, body: &str) -> bool {
        let plainly = self.designators.iter().any(|it| body.contains(it.as_str()));
        plainly || {
            let whole = agency::key(&Aliases::shipped().canonical(body));
            self.designators.iter().any(|it| whole.contains(&agency::key(it)))
        }
    }

    /// Its bases in one line.
    #[must_use]
    pub fn basis_text(&self) -> String {
        let one = |it: &Basis| format!("{}{}", it.law, it.article.as_deref().unwrap_or_default());
        self.bases.iter().map(one).collect::<Vec<_>>().join("；")
    }
}

fn named<'de, D, T>(input: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    String::deserialize(input)?.parse().map_err(D::Error::custom)
}

fn named_all<'de, D, T>(input: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let names = Vec::<String>::deserialize(input)?;
    names.iter().map(|it| it.parse().map_err(D::Error::custom)).collect()
}

#[cfg(test)]
mod tests;
