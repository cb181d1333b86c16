//! Figures of lists: counts in the finest division, sums made of nothing else, and what others claim held against them.
//!
//! A sum is only ever made of cells, so parts cannot be more than their whole. Claims from outside can, and are told.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::ToSchema;

use super::ListKind;
use crate::record::SubjectKind;

/// So many entries of a list, a kind of subject, a unit and a year (统计单元).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The list's code.
    pub list: String,
    /// What it means.
    pub kind: ListKind,
    /// What the subjects are.
    pub subject: SubjectKind,
    /// The unit that delivered them.
    pub unit: String,
    /// The year they were entered; `None` when it is not known.
    pub year: Option<i32>,
    /// How many.
    pub n: u64,
}

/// Which entries are counted (统计范围): every part that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// 名单编码
    pub list: Option<String>,
    /// 名单类别：red、serious、watch、executed、abnormal、unconfirmed
    #[serde(default, deserialize_with = "named", serialize_with = "name")]
    #[schema(value_type = Option<String>)]
    pub kind: Option<ListKind>,
    /// 主体类别：organisation、individual_business、person
    #[serde(default, deserialize_with = "named", serialize_with = "name")]
    #[schema(value_type = Option<String>)]
    pub subject: Option<SubjectKind>,
    /// 报送单位
    pub unit: Option<String>,
    /// 列入年份
    pub year: Option<i32>,
}

fn named<'de, D, T>(input: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let told: Option<String> = Option::deserialize(input)?;
    told.map(|it| it.parse().map_err(D::Error::custom)).transpose()
}

fn name<S: serde::Serializer, T: std::fmt::Display>(told: &Option<T>, out: S) -> Result<S::Ok, S::Error> {
    told.as_ref().map(ToString::to_string).serialize(out)
}

impl Scope {
    /// Whether a cell is in it.
    #[must_use]
    pub fn covers(&self, cell: &Cell) -> bool {
        self.list.as_ref().is_none_or(|it| *it == cell.list)
            && self.kind.is_none_or(|it| it == cell.kind)
            && self.subject.is_none_or(|it| it == cell.subject)
            && self.unit.as_ref().is_none_or(|it| *it == cell.unit)
            && self.year.is_none_or(|it| Some(it) == cell.year)
    }

    /// How many entries are in it.
    #[must_use]
    pub fn count(&self, cells: &[Cell]) -> u64 {
        cells.iter().filter(|it| self.covers(it)).map(|it| it.n).sum()
    }

    /// Whether no entry can be in both.
    #[must_use]
    pub fn is_apart(&self, other: &Self) -> bool {
        fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
            one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
        }
        differ(&self.list, &other.list)
            || differ(&self.kind, &other.kind)
            || differ(&self.subject, &other.subject)
            || differ(&self.unit, &other.unit)
            || differ(&self.year, &other.year)
    }
}

/// Sums of cells. Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sums {
    /// 总数
    pub total: u64,
    /// 按主体类别
    pub subjects: BTreeMap<String, u64>,
    /// 按报送单位
    pub units: BTreeMap<String, u64>,
    /// 按列入年份；年份不明的记在 unknown
    pub years: BTreeMap<String, u64>,
}

impl Sums {
    /// The sums of the cells in a scope.
    #[must_use]
    pub fn of<'c>(cells: impl IntoIterator<Item = &'c Cell>) -> Self {
        let mut sums = Self::default();
        for cell in cells {
            sums.total += cell.n;
            *sums.subjects.entry(cell.subject.to_string()).or_default() += cell.n;
            *sums.units.entry(cell.unit.clone()).or_default() += cell.n;
            let year = cell.year.map_or_else(|| "unknown".to_owned(), |it| it.to_string());
            *sums.years.entry(year).or_default() += cell.n;
        }
        sums
    }
}

/// A figure somebody tells, with what is said to be in it (外来数字).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// 原文说法，如“诚信红黑名单 1167 条”
    pub text: String,
    /// 所称数量
    pub count: u64,
    /// 统计范围
    #[serde(default)]
    pub scope: Scope,
    /// “其中”各项
    #[serde(default, rename = "part")]
    #[schema(no_recursion)]
    pub parts: Vec<Claim>,
    /// 各项是否互不重叠、合起来就是全部
    #[serde(default)]
    pub complete: bool,
}

named! {
    /// How figures contradict (矛盾类别).
    pub enum Contradiction {
        /// 部分大于全部
        PartExceedsWhole = "part_exceeds_whole",
        /// 各部分之和大于全部
        PartsExceedWhole = "parts_exceed_whole",
        /// 各部分之和小于全部, though they are said to be all of it
        PartsFallShort = "parts_fall_short",
        /// 与逐条记录不符
        DiffersFromRows = "differs_from_rows",
        /// 无法核对: the parts are more than their whole, and whether an entry may be in two of them is not said.
        Undecided = "undecided",
    }
}

/// A claim that cannot be, or is not so (数字矛盾).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// 矛盾类别：part_exceeds_whole、parts_exceed_whole、parts_fall_short、differs_from_rows；undecided 为无法核对
    pub kind: String,
    /// 所涉说法
    pub claim: String,
    /// 所称数量
    pub claimed: u64,
    /// 应有数量：逐条记录所得，或者各部分之和
    pub found: u64,
    /// 说明
    pub text: String,
}

/// Whether claims agree, by what was found of them: `None` when nothing contradicts and something cannot be decided.
#[must_use]
pub fn agree(found: &[Finding]) -> Option<bool> {
    let undecided = |it: &&Finding| it.kind == Contradiction::Undecided.as_str();
    match (found.len(), found.iter().filter(undecided).count()) {
        (0, _) => Some(true),
        (all, undecided) if all == undecided => None,
        _ => Some(false),
    }
}

/// Holds claims against themselves and, when they are given, against the rows.
#[must_use]
pub fn check(claims: &[Claim], cells: Option<&[Cell]>) -> Vec<Finding> {
    let mut found = Vec::new();
    for claim in claims {
        itself(claim, &mut found);
        if let Some(cells) = cells {
            rows(claim, &Scope::default(), cells, &mut found);
        }
    }
    found
}

fn finding(kind: Contradiction, claim: &Claim, found: u64, text: String) -> Finding {
    Finding { kind: kind.to_string(), claim: claim.text.clone(), claimed: claim.count, found, text }
}

fn itself(claim: &Claim, found: &mut Vec<Finding>) {
    let whole = claim.count;
    for part in claim.parts.iter().filter(|it| it.count > whole) {
        let text = format!("“{}”其中“{}”{} 大于全部 {whole}", claim.text, part.text, part.count);
        found.push(finding(Contradiction::PartExceedsWhole, part, whole, text));
    }
    let all: Vec<&Claim> = claim.parts.iter().collect();
    let apart = if claim.complete { all.clone() } else { largest_apart(&all) };
    let (sum, least) = (sum(&all), sum(&apart));
    if apart.len() > 1 && least > whole {
        let text = format!("“{}”各项 {}＝{least}，大于全部 {whole}，多出 {}", claim.text, told(&apart), least - whole);
        found.push(finding(Contradiction::PartsExceedWhole, claim, least, text));
    } else if sum > whole && all.len() > 1 && all.iter().any(|it| it.scope == Scope::default()) {
        let text = format!(
            "“{}”各项 {}＝{sum}，大于全部 {whole}；有的项没有写明统计范围，是否重叠无从判断，请填写 scope 或 complete",
            claim.text,
            told(&all)
        );
        found.push(finding(Contradiction::Undecided, claim, sum, text));
    }
    if claim.complete && sum < whole {
        let text = format!("“{}”各项 {}＝{sum}，小于全部 {whole}，缺 {}", claim.text, told(&all), whole - sum);
        found.push(finding(Contradiction::PartsFallShort, claim, sum, text));
    }
    for part in &claim.parts {
        itself(part, found);
    }
}

fn sum(parts: &[&Claim]) -> u64 {
    parts.iter().fold(0, |sum, it| sum.saturating_add(it.count))
}

fn told(parts: &[&Claim]) -> String {
    parts.iter().map(|it| it.count.to_string()).collect::<Vec<_>>().join("＋")
}

/// Parts that are all tried as the first to be taken.
const TRIED: usize = 64;

/// Parts no entry can be in two of, that make much together: of each part the largest others that are apart from all that
/// were taken. They need not be the most there are, but what they exceed is exceeded. A part without a scope may be anything.
fn largest_apart<'c>(parts: &[&'c Claim]) -> Vec<&'c Claim> {
    let mut by_size = parts.to_vec();
    by_size.sort_by_key(|it| std::cmp::Reverse(it.count));
    let with = |first: &'c Claim| {
        let mut taken = vec![first];
        for it in &by_size {
            if taken.iter().all(|one| one.scope.is_apart(&it.scope)) {
                taken.push(it);
            }
        }
        taken
    };
    let mut best = by_size.iter().take(TRIED).map(|it| with(it)).max_by_key(|it| sum(it)).unwrap_or_default();
    // In the order they were told.
    best.sort_by_key(|it| parts.iter().position(|part| std::ptr::eq(*part, *it)));
    best
}

/// A part is of what its whole is of, unless it says otherwise.
fn rows(claim: &Claim, around: &Scope, cells: &[Cell], found: &mut Vec<Finding>) {
    let scope = within(&claim.scope, around);
    let n = scope.count(cells);
    if n != claim.count {
        let text = format!("“{}”称 {}，逐条记录为 {n}", claim.text, claim.count);
        found.push(finding(Contradiction::DiffersFromRows, claim, n, text));
    }
    for part in &claim.parts {
        rows(part, &scope, cells, found);
    }
}

fn within(inner: &Scope, outer: &Scope) -> Scope {
    Scope {
        list: inner.list.clone().or_else(|| outer.list.clone()),
        kind: inner.kind.or(outer.kind),
        subject: inner.subject.or(outer.subject),
        unit: inner.unit.clone().or_else(|| outer.unit.clone()),
        year: inner.year.or(outer.year),
    }
}

#[cfg(test)]
mod tests;
