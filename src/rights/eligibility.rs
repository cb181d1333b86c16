//! Whether a record can be repaired (修复资格): every condition of the rules with what is known of it, and the earliest day.

use chrono::{Months, NaiveDate};

use super::{Case, CaseKind, CaseState, RepairCondition, StepKind};
use crate::{
    policy::{
        Pack,
        rules::{COMMITMENT, PROOF, RepairRules},
    },
    record::{Fact, Reason},
    standing::{Listed, PublicityState, RecordStanding},
};

named! {
    /// What is known of a condition (条件核查结果).
    pub enum Outcome {
        /// 符合
        Met = "met",
        /// 不符合
        NotMet = "not_met",
        /// 待核实: the records do not say; a person has to.
        Unknown = "unknown",
    }
}

/// One condition, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The condition.
    pub condition: RepairCondition,
    /// What is known of it.
    pub outcome: Outcome,
    /// The day from which it is met, when that is known.
    pub from: Option<NaiveDate>,
    /// The rule, its source, the records and why.
    pub reason: Reason,
}

/// Whether a record can be repaired, as a value with all its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligibility {
    /// Every condition, in the order of the set.
    pub findings: Vec<Finding>,
    /// The earliest day on which all conditions that turn on a day are met; `None` when one of the others is not met.
    pub earliest: Option<NaiveDate>,
}

impl Eligibility {
    /// Not met as soon as one condition is not; unknown while one is.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let any = |outcome| self.findings.iter().any(|it| it.outcome == outcome);
        match (any(Outcome::NotMet), any(Outcome::Unknown)) {
            (true, _) => Outcome::NotMet,
            (false, true) => Outcome::Unknown,
            (false, false) => Outcome::Met,
        }
    }

    /// The conditions that are not met, as one Chinese sentence.
    #[must_use]
    pub fn obstacles(&self) -> String {
        let unmet = self.findings.iter().filter(|it| it.outcome == Outcome::NotMet);
        unmet.map(|it| it.reason.text.as_str()).collect::<Vec<_>>().join("；")
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// The record.
    pub fact: &'a Fact,
    /// What it is worth on the day.
    pub standing: &'a RecordStanding,
    /// The lists the subject is on.
    pub lists: &'a [Listed],
    /// All cases of the subject.
    pub cases: &'a [Case],
    /// Whether a department confirmed that it is performed, or that it is not.
    pub performed: Option<bool>,
    /// The papers handed in, by kind; `None` before there is an application.
    pub papers: Option<&'a [String]>,
    /// The day.
    pub day: NaiveDate,
}

/// Looks at every condition of the rules.
#[must_use]
pub fn eligibility(looked: Looked<'_>, pack: &Pack, rules: &RepairRules) -> Eligibility {
    let look = Look { looked, pack, rules };
    let findings: Vec<Finding> = rules.conditions.keys().map(|it| look.finding(*it)).collect();
    let blocked = findings.iter().any(|it| it.outcome == Outcome::NotMet && it.from.is_none());
    let latest = findings.iter().filter_map(|it| it.from).max();
    let earliest = if blocked { None } else { Some(latest.map_or(looked.day, |it| it.max(looked.day))) };
    Eligibility { findings, earliest }
}

struct Look<'a> {
    looked: Looked<'a>,
    pack: &'a Pack,
    rules: &'a RepairRules,
}

type Found = (Outcome, Option<NaiveDate>, String);

impl Look<'_> {
    fn finding(&self, condition: RepairCondition) -> Finding {
        let (outcome, from, text) = match condition {
            RepairCondition::Repairable => return self.repairable(),
            RepairCondition::InUse => self.in_use(),
            RepairCondition::MinimumTerm => self.minimum_term(),
            RepairCondition::Performed => self.performed(),
            RepairCondition::Commitment => self.commitment(),
            RepairCondition::BarringList => return self.barring_list(),
            RepairCondition::FalsePapers => self.bar(CaseKind::Repair),
            RepairCondition::BankruptcyAbuse => self.bar(CaseKind::Shield),
        };
        self.made(condition, (outcome, from, text), vec![self.looked.fact.id])
    }

    fn made(&self, condition: RepairCondition, (outcome, from, text): Found, records: Vec<i64>) -> Finding {
        let source = self.rules.conditions.get(&condition).map_or(self.rules.source.as_str(), String::as_str);
        let reason = self.pack.reason(condition.as_str(), source, records, text);
        Finding { condition, outcome, from, reason }
    }

    fn repairable(&self) -> Finding {
        let fact = self.looked.fact;
        let records = vec![fact.id];
        if let Some(it) = self.rules.excluded.iter().find(|it| it.means.iter().any(|it| it.means(fact))) {
            let reason = self.pack.reason(&it.rule, &it.source, records, it.text.clone());
            let condition = RepairCondition::Repairable;
            return Finding { condition, outcome: Outcome::NotMet, from: None, reason };
        }
        let found = if self.rules.covers.iter().any(|it| it.means(fact)) {
            (Outcome::Met, None, "属于可以修复的失信信息".to_owned())
        } else {
            (Outcome::NotMet, None, "该记录不属于本办法可以修复的失信信息".to_owned())
        };
        self.made(RepairCondition::Repairable, found, records)
    }

    fn in_use(&self) -> Found {
        let text = match self.looked.standing.state {
            PublicityState::Repaired => "该记录已经修复",
            PublicityState::Withdrawn => "该记录已撤销，无须修复",
            PublicityState::Archived => "该记录已超过保存期限，不再使用，无须修复",
            PublicityState::Ended if !self.looked.standing.usable => "该记录公示期已满，不再使用，无须修复",
            PublicityState::Ended => return (Outcome::Met, None, "公示期已满，仍在共享和使用".to_owned()),
            PublicityState::Shielded => return (Outcome::Met, None, "处于暂时屏蔽中".to_owned()),
            PublicityState::Unpublished if !self.looked.standing.usable => "该记录不予公示，也不共享和使用，无须修复",
            PublicityState::Unpublished => return (Outcome::Met, None, "不予公示，仍在共享和使用".to_owned()),
            PublicityState::Published | PublicityState::Unperformed => {
                return (Outcome::Met, None, "尚在公示".to_owned());
            }
        };
        (Outcome::NotMet, None, text.to_owned())
    }

    fn minimum_term(&self) -> Found {
        match self.looked.standing.repairable_from {
            Some(from) if from <= self.looked.day => (Outcome::Met, Some(from), format!("最短公示期已于{from}届满")),
            Some(from) => (Outcome::NotMet, Some(from), format!("最短公示期未满，{from}起可以申请")),
            None => (Outcome::Unknown, None, "公示规则没有给出最短公示期，须人工核实".to_owned()),
        }
    }

    fn performed(&self) -> Found {
        let fact = self.looked.fact;
        // The department's word goes before the record's, as it does for its publicity.
        match self.looked.performed {
            Some(true) => return (Outcome::Met, None, "认定机关已确认义务履行完毕".to_owned()),
            Some(false) => return (Outcome::NotMet, None, "认定机关确认义务尚未履行".to_owned()),
            None => {}
        }
        if self.rules.performed.iter().any(|it| it.means(fact)) {
            return (Outcome::Met, None, "记录载明义务已履行".to_owned());
        }
        if self.rules.unperformed.iter().any(|it| it.means(fact)) {
            return (Outcome::NotMet, None, "记录载明义务尚未履行".to_owned());
        }
        let text = match self.looked.papers {
            Some(papers) if papers.iter().any(|it| it == PROOF) => "已提交履行证明，由认定机关核实",
            Some(_) => return (Outcome::NotMet, None, "没有提交纠正失信行为、履行义务的证明材料".to_owned()),
            None => "记录没有载明是否履行，申请时须提交证明材料",
        };
        (Outcome::Unknown, None, text.to_owned())
    }

    fn commitment(&self) -> Found {
        match self.looked.papers {
            Some(papers) if papers.iter().any(|it| it == COMMITMENT) => (Outcome::Met, None, "已提交信用承诺书".into()),
            Some(_) => (Outcome::NotMet, None, "没有提交信用承诺书".into()),
            None => (Outcome::Unknown, None, "申请时须提交信用承诺书".into()),
        }
    }

    fn barring_list(&self) -> Finding {
        let key = self.looked.fact.key;
        let barring = |it: &&Listed| it.key != key && self.rules.barring_lists.contains(&it.kind);
        let listed: Vec<&Listed> = self.looked.lists.iter().filter(barring).collect();
        let records = listed.iter().map(|it| it.record).collect();
        let names: Vec<&str> = listed.iter().map(|it| it.name.as_str()).collect();
        let ends = listed.iter().map(|it| it.until.and_then(|it| it.succ_opt())).collect::<Option<Vec<_>>>();
        let found = if listed.is_empty() {
            (Outcome::Met, None, "不在须先移出的名单上".to_owned())
        } else {
            let until = ends.and_then(|it| it.into_iter().max());
            (Outcome::NotMet, until, format!("仍在名单上，须先依法移出：{}", names.join("、")))
        };
        self.made(RepairCondition::BarringList, found, records)
    }

    /// A bar after false papers (a repair that was reversed) or an abuse of bankruptcy (a shield that was reversed).
    fn bar(&self, kind: CaseKind) -> Found {
        let (years, why) = match kind {
            CaseKind::Shield => (self.rules.abuse_years, "滥用破产程序"),
            CaseKind::Repair | CaseKind::Objection => (self.rules.false_papers_years, "提供虚假材料或违背信用承诺"),
        };
        let months = Months::new(12 * u32::from(years.unwrap_or(0)));
        let reversed = self.looked.cases.iter().filter(|it| it.opening.kind == kind && is_abuse(it));
        let ends = reversed.filter_map(|it| it.last().day.checked_add_months(months));
        match ends.max() {
            Some(end) if end > self.looked.day => (Outcome::NotMet, Some(end), format!("因{why}，{end}以前不予修复")),
            _ => (Outcome::Met, None, format!("没有因{why}处于限制期内")),
        }
    }
}

/// Whether a case ended because the subject deceived.
fn is_abuse(case: &Case) -> bool {
    case.state() == CaseState::Reversed && case.last().kind == StepKind::Reversed
}

#[cfg(test)]
mod tests;
