//! The rules of a pack of kind `deferral` (容缺受理): the gate, what stops it, its clocks, and the list of items.

mod phrase;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use serde::Deserialize;

pub use phrase::{Blank, Filling, Phrase};
pub use wording::{BreachWords, COMMITMENT_NUMBER, COMMITMENTS, LetterWords, Letters, StepWords};

use crate::{
    catalog::{Catalog, FieldType},
    policy::{Condition, Packs, Rules},
    record::Fact,
    standards::{
        UnifiedSocialCreditCode,
        workday::{Calendar, Deadline},
    },
};

/// 容缺受理事项和规则
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeferralRules {
    /// The place of acceptance, GB/T 2260: the beginning of every case number and 承诺编码.
    pub region: String,
    /// Who accepts, for units whose own code is not a unified social credit code.
    pub acceptor: Acceptor,
    /// What holds for every item.
    pub gate: Gate,
    /// What stops a deferral whatever the level, in the order it is checked.
    #[serde(rename = "stop")]
    pub stops: Vec<Stop>,
    /// What good credit brings beside.
    #[serde(rename = "benefit", default)]
    pub benefits: Vec<Benefit>,
    /// What the record of a broken promise says.
    pub breach: BreachWords,
    /// What the letters say.
    pub letter: Letters,
    /// What the steps of the system say.
    pub step: StepWords,
    /// The items.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

/// The accepting authority (承诺受理单位).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptor {
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub code: String,
}

/// What holds for every item (通用条件).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Levels, the best first.
    pub levels: Vec<String>,
    /// The least level, unless an item says its own.
    pub level: String,
    /// Where the threshold stands.
    pub level_source: String,
    /// Terms of the register's state in which a subject lives (存续).
    pub alive: Vec<String>,
    /// The types of cases that may be deferred: 承诺件.
    pub case_types: Vec<String>,
    /// Where it stands that only these may.
    pub case_source: String,
    /// Deferrals a subject may have open at once.
    pub concurrent: usize,
    /// Where that stands.
    pub concurrent_source: String,
    /// Where the bound of the date stands.
    pub date_source: String,
    /// For so many days a case may be opened from a decision; 0 is the day itself.
    pub valid_days: u16,
    /// After an overdue promise the case is suspended for so long, and then returned (退件).
    pub grace: Term,
    /// Working days left from which a case is warned of: blue,
    pub blue: u16,
    /// and yellow; overdue is red.
    pub yellow: u16,
}

/// A unit of a term (期限单位).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum TermUnit {
    /// 工作日
    #[serde(rename = "WD")]
    Workdays,
    /// 自然日
    #[serde(rename = "ND")]
    Days,
}

/// A term (期限).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// How many.
    pub n: u16,
    /// Of what.
    pub unit: TermUnit,
}

impl Term {
    /// The last day of the term that begins on a day; an estimate where the calendar of a year is not published yet.
    #[must_use]
    pub fn after(self, day: NaiveDate, calendar: &Calendar) -> Deadline {
        match self.unit {
            TermUnit::Workdays => calendar.add_workdays(day, self.n),
            TermUnit::Days => {
                let day = day.checked_add_days(chrono::Days::new(self.n.into())).unwrap_or(NaiveDate::MAX);
                Deadline { day, certain: true }
            }
        }
    }
}

/// What stops a deferral (不适用情形).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub source: String,
    /// Being on a list of these kinds,
    #[serde(default)]
    pub lists: Vec<String>,
    /// having a usable record that any of these means,
    #[serde(default)]
    pub any: Vec<Condition>,
    /// having a deferral that is overdue,
    #[serde(default)]
    pub overdue: bool,
    /// or having had one revoked for a false promise, as long as no record says so.
    #[serde(default)]
    pub revoked: bool,
    /// A record stops it for so many months; without, until it is repaired or not used any more.
    pub months: Option<u32>,
    /// By resource, the field of the day the months are counted from; the day of the fact for others.
    #[serde(default)]
    pub since: BTreeMap<String, String>,
    /// What follows when nobody has ever delivered one of the resources it rests on.
    #[serde(default)]
    pub unavailable: Unavailable,
}

/// What follows when nothing can be known (没有归集到所依据的信息时).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unavailable {
    /// 需人工: unknown credit is neither a silent no nor a silent yes.
    #[default]
    Manual,
    /// 通过: what the platform itself knows is enough.
    Passed,
}

impl Stop {
    /// The resources it rests on, on a day: those its conditions name, and those of lists of its kinds.
    #[must_use]
    pub fn resources<'r>(&'r self, packs: &'r Packs, day: NaiveDate) -> BTreeSet<&'r str> {
        let mut resources = packs.resources_of_lists(&self.lists, day);
        resources.extend(self.any.iter().flat_map(|it| &it.resources).map(String::as_str));
        resources
    }

    /// Whether a record still stops on a day: the months are not over, or there are none.
    #[must_use]
    pub fn lasts(&self, fact: &Fact, day: NaiveDate) -> bool {
        let Some(months) = self.months else { return true };
        let named = self.since.get(&fact.resource).and_then(|it| fact.fields.day(it));
        let end = named.or(fact.fact_on).and_then(|it| it.checked_add_months(Months::new(months)));
        end.is_none_or(|it| day < it)
    }

    fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let mut faults: Vec<String> = self.any.iter().flat_map(|it| it.faults(catalog)).collect();
        if self.any.is_empty() && self.lists.is_empty() && !self.overdue && !self.revoked {
            faults.push("须有条件".to_owned());
        }
        if self.months.is_none() && !self.since.is_empty() {
            faults.push("没有 months，since 无从起算".to_owned());
        }
        for (resource, field) in &self.since {
            let found = catalog.get(resource).and_then(|it| it.fields.iter().find(|it| it.code == *field));
            if found.is_none_or(|it| it.kind != FieldType::Day) {
                faults.push(format!("资源 {resource} 没有日期字段 {field}"));
            }
        }
        faults
    }
}

/// What good credit brings (守信便利).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benefit {
    /// Its code.
    pub code: String,
    /// Its name: 绿色通道、容缺受理、告知承诺、免申即享.
    pub name: String,
    /// From this level on.
    pub level: String,
    /// Only when the deferral itself is open to the applicant.
    #[serde(default)]
    pub with_deferral: bool,
    /// Only for items that name it.
    #[serde(default)]
    pub by_item: bool,
}

/// A matter that may be accepted with a material missing (容缺受理事项).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The deciding authority (实施机关).
    pub authority: String,
    /// 办件类型
    pub case_type: String,
    /// The promised time for deciding it.
    pub promised: Term,
    /// The least level, when not the gate's.
    pub level: Option<String>,
    /// Why it is excluded, if it is (公共安全、生态环境……).
    pub excluded: Option<String>,
    /// Codes of benefits it has beside.
    #[serde(default)]
    pub benefits: Vec<String>,
    /// 主审要件: none may be missing.
    pub main: Vec<Material>,
    /// 可容缺材料
    pub deferrable: Vec<Deferrable>,
}

/// A material (材料).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Its code, within the item.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A material that may come later (可容缺材料).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deferrable {
    /// Its code, within the item.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How it is to be brought (补正形式).
    pub form: String,
    /// The longest time for bringing it.
    pub longest: Term,
}

impl DeferralRules {
    /// The codes of the stops that rest on a resource nobody has delivered: of what it would say nothing is known.
    #[must_use]
    pub fn unavailable(
        &self,
        (packs, day): (&Packs, NaiveDate),
        is_collected: impl Fn(&str) -> bool,
    ) -> BTreeSet<String> {
        let lacking = |it: &&Stop| !it.resources(packs, day).iter().all(|it| is_collected(it));
        self.stops.iter().filter(lacking).map(|it| it.code.clone()).collect()
    }

    /// The place of a level, 0 the best; none when it is not one.
    #[must_use]
    pub fn rank(&self, level: &str) -> Option<usize> {
        self.gate.levels.iter().position(|it| it == level)
    }

    /// The item with a code.
    #[must_use]
    pub fn item(&self, code: &str) -> Option<&Item> {
        self.items.iter().find(|it| it.code == code)
    }

    fn level_faults(&self) -> Vec<(String, String)> {
        let own = self.items.iter().filter_map(|it| Some((format!("item.{}.level", it.code), it.level.clone()?)));
        let benefits = self.benefits.iter().map(|it| (format!("benefit.{}.level", it.code), it.level.clone()));
        let all = [("gate.level".to_owned(), self.gate.level.clone())].into_iter().chain(own).chain(benefits);
        all.filter(|(_, level)| self.rank(level).is_none())
            .map(|(key, level)| (key, format!("levels 中没有等级 {level}")))
            .collect()
    }
}

impl Rules for DeferralRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = self.level_faults();
        let mut fault = |key: String, message: &str| faults.push((key, message.to_owned()));
        if self.region.len() != 6 || !self.region.bytes().all(|it| it.is_ascii_digit()) {
            fault("region".into(), "应为六位行政区划代码");
        }
        if self.acceptor.code.parse::<UnifiedSocialCreditCode>().is_err() {
            fault("acceptor.code".into(), "不是统一社会信用代码");
        }
        for stop in &self.stops {
            stop.faults(catalog).iter().for_each(|it| fault(format!("stop.{}", stop.code), it));
        }
        self.breach.faults(catalog).into_iter().chain(self.letter.faults()).for_each(|(key, it)| fault(key, &it));
        let mut codes = BTreeSet::new();
        for item in &self.items {
            let key = format!("item.{}", item.code);
            if !codes.insert(&item.code) {
                fault(key.clone(), "编码重复");
            }
            let mut materials = BTreeSet::new();
            let mut all = item.main.iter().map(|it| &it.code).chain(item.deferrable.iter().map(|it| &it.code));
            if !all.all(|it| materials.insert(it)) {
                fault(key.clone(), "材料编码重复");
            }
            if item.benefits.iter().any(|it| !self.benefits.iter().any(|known| known.code == *it)) {
                fault(key, "有未定义的便利");
            }
        }
        faults
    }
}
