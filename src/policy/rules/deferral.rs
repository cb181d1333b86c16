//! The rules of a pack of kind `deferral` (容缺受理): the gate, what stops it, its clocks, and the list of items.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::{
    catalog::Catalog,
    policy::{Condition, Rules},
    standards::{UnifiedSocialCreditCode, workday::Calendar},
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
    /// The last day of the term that begins on a day.
    #[must_use]
    pub fn after(self, day: NaiveDate, calendar: &Calendar) -> NaiveDate {
        match self.unit {
            TermUnit::Workdays => calendar.add_workdays(day, self.n).day,
            TermUnit::Days => day.checked_add_days(chrono::Days::new(self.n.into())).unwrap_or(NaiveDate::MAX),
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
    /// or having had one revoked for a false promise that is not repaired.
    #[serde(default)]
    pub revoked: bool,
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
            let key = format!("stop.{}", stop.code);
            stop.any.iter().flat_map(|it| it.faults(catalog)).for_each(|it| fault(key.clone(), &it));
            if stop.any.is_empty() && stop.lists.is_empty() && !stop.overdue && !stop.revoked {
                fault(key, "须有条件");
            }
        }
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
