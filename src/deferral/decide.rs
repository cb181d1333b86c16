//! Whether a deferral is open to an applicant: all checks in their order, the latest day, and what good credit brings.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};

use super::{
    Case,
    gate::{Applicant, Check, CheckResult, default},
};
use crate::{
    policy::{
        Pack,
        rules::{Benefit, DeferralRules, Item},
    },
    standards::workday::{Calendar, Deadline},
};

named! {
    /// What is decided (容缺受理决定).
    pub enum Outcome {
        /// 可容缺
        Deferrable = "deferrable",
        /// 不可容缺
        NotDeferrable = "not_deferrable",
        /// 需人工: something cannot be judged, and nothing speaks against it.
        Manual = "manual",
    }
}

/// How much later a term can end for holidays that are not announced yet: those of a whole year.
const HOLIDAYS: TimeDelta = TimeDelta::days(31);

/// What is asked for (申请).
#[derive(Debug, Clone, Copy)]
pub struct Application<'a> {
    /// The pack,
    pub pack: &'a Pack,
    /// and its rules.
    pub rules: &'a DeferralRules,
    /// The code of the item that is asked for,
    pub code: &'a str,
    /// and the item, if it is in the list.
    pub item: Option<&'a Item>,
    /// Codes of the materials that are missing.
    pub missing: &'a [String],
    /// The day they are promised for.
    pub promised: NaiveDate,
    /// Today.
    pub day: NaiveDate,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Codes of the stops that rest on a resource nobody has ever delivered.
    pub unavailable: &'a BTreeSet<String>,
}

/// The checks and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is decided.
    pub outcome: Outcome,
    /// The checks, in their order.
    pub checks: Vec<Check>,
    /// The last day that may be promised.
    pub latest: Option<NaiveDate>,
    /// The applicant's level.
    pub level: Option<String>,
    /// What good credit brings: code and name.
    pub benefits: Vec<(String, String)>,
}

/// All checks, in their order; those after the item's are made also when it fails, so that all is told at once.
pub type Checked = Vec<Check>;

/// Decides.
#[must_use]
pub fn decide(application: &Application<'_>, applicant: Option<Applicant<'_>>) -> Decision {
    let mut checks = application.item_checks();
    checks.push(application.alive(applicant));
    if let Some(applicant) = applicant {
        checks.extend(application.rules.stops.iter().map(|it| application.stop(it, applicant)));
        checks.push(application.level(applicant));
        checks.push(application.cap(applicant));
        checks.push(application.twice(applicant));
    }
    let latest = application.latest();
    checks.extend(latest.map(|it| application.date(it)));
    let latest = latest.map(|it| it.day);
    let any = |wanted: CheckResult| checks.iter().any(|it| it.result == wanted.as_str());
    let outcome = match () {
        () if any(CheckResult::Failed) => Outcome::NotDeferrable,
        () if any(CheckResult::Unknown) => Outcome::Manual,
        () => Outcome::Deferrable,
    };
    let level = applicant.and_then(|it| default(it.standing)).map(|it| it.level.clone());
    let benefits = application.benefits(outcome, &checks, level.as_deref());
    Decision { outcome, checks, latest, level, benefits }
}

impl Application<'_> {
    /// The item is in the list and may be deferred, and what is missing may be missing.
    fn item_checks(&self) -> Checked {
        let source = &self.rules.gate.case_source;
        let told = |code: &str, good: bool, text: String| {
            let result = if good { CheckResult::Passed } else { CheckResult::Failed };
            self.check((code, source), result, Vec::new(), text)
        };
        let Some(item) = self.item else {
            return vec![told("item", false, format!("清单中没有事项 {}", self.code))];
        };
        let mut checks = vec![match &item.excluded {
            Some(why) => told("item", false, format!("{}不适用容缺受理：{why}", item.name)),
            None if !self.rules.gate.case_types.contains(&item.case_type) => {
                told("item", false, format!("{}为{}，不适用容缺受理", item.name, item.case_type))
            }
            None => told("item", true, format!("{}（{}）", item.name, item.authority)),
        }];
        let main: Vec<&str> =
            item.main.iter().filter(|it| self.missing.contains(&it.code)).map(|it| it.name.as_str()).collect();
        let known = |code: &String| {
            item.main.iter().any(|it| it.code == *code) || item.deferrable.iter().any(|it| it.code == *code)
        };
        let strange: Vec<&str> = self.missing.iter().filter(|it| !known(it)).map(String::as_str).collect();
        checks.push(match () {
            () if self.missing.is_empty() => told("materials", false, "没有说明缺少哪些材料".to_owned()),
            () if !main.is_empty() => told("materials", false, format!("主审要件不得容缺：{}", main.join("、"))),
            () if !strange.is_empty() => told("materials", false, format!("不是可容缺材料：{}", strange.join("、"))),
            () => told("materials", true, format!("所缺 {} 项均可容缺", self.missing.len())),
        });
        checks
    }

    fn cap(&self, applicant: Applicant<'_>) -> Check {
        let gate = &self.rules.gate;
        let open = applicant.cases.iter().filter(|it| it.is_open()).count();
        let result = if open < gate.concurrent { CheckResult::Passed } else { CheckResult::Failed };
        let text = format!("未补正的容缺件 {open} 件，上限 {} 件", gate.concurrent);
        self.check(("concurrent", &gate.concurrent_source), result, Vec::new(), text)
    }

    /// The same materials of the same item do not wait already: it may be the same application, or another place of
    /// the same firm, which a person can tell.
    fn twice(&self, applicant: Applicant<'_>) -> Check {
        let same = |it: &&Case| {
            let material = it.missing.iter().any(|it| self.missing.contains(it));
            it.is_open() && !it.is_overdue(self.day) && it.item == self.code && material
        };
        let (result, text) = match applicant.cases.iter().find(same) {
            None => (CheckResult::Passed, "没有同一事项、同一材料在办的容缺件".to_owned()),
            Some(it) => {
                let text = format!("同一事项、同一材料已有在办的容缺件 {}，是否同一申请由窗口人工判断", it.number);
                (CheckResult::Unknown, text)
            }
        };
        self.check(("twice", &self.rules.gate.concurrent_source), result, Vec::new(), text)
    }

    /// The last day that may be promised: the shortest of the materials' times, and no later than the decision is promised.
    fn latest(&self) -> Option<Deadline> {
        let item = self.item?;
        let materials = item.deferrable.iter().filter(|it| self.missing.contains(&it.code)).map(|it| it.longest);
        materials.chain([item.promised]).map(|it| it.after(self.day, self.calendar)).min_by_key(|it| it.day)
    }

    fn date(&self, latest: Deadline) -> Check {
        let Deadline { day: last, certain } = latest;
        let text = format!("承诺 {} 补齐，最迟 {last}", self.promised);
        let (result, text) = match () {
            () if self.day <= self.promised && self.promised <= last => (CheckResult::Passed, text),
            // Holidays that are not announced yet can only move it so far.
            () if last < self.promised && !certain && self.promised - last <= HOLIDAYS => {
                (CheckResult::Unknown, format!("{text}（当年放假安排尚未公布，为估算），由窗口人工判断"))
            }
            () => (CheckResult::Failed, text),
        };
        self.check(("date", &self.rules.gate.date_source), result, Vec::new(), text)
    }

    fn benefits(&self, outcome: Outcome, checks: &[Check], level: Option<&str>) -> Vec<(String, String)> {
        // What cannot be judged brings nothing either.
        let stopped = |it: &Check| {
            it.result != CheckResult::Passed.as_str() && (it.code.starts_with("stop.") || it.code == "subject")
        };
        let Some(own) = level.and_then(|it| self.rules.rank(it)).filter(|_| !checks.iter().any(stopped)) else {
            return Vec::new();
        };
        let given = |it: &&Benefit| {
            self.rules.rank(&it.level).is_some_and(|least| own <= least)
                && (!it.with_deferral || outcome == Outcome::Deferrable)
                && (!it.by_item || self.item.is_some_and(|item| item.benefits.contains(&it.code)))
        };
        self.rules.benefits.iter().filter(given).map(|it| (it.code.clone(), it.name.clone())).collect()
    }
}

#[cfg(test)]
mod tests;
