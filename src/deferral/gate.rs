//! The checks that look at the applicant: it lives, nothing stops it, its level is enough.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Case, CaseState, decide::Application};
use crate::{
    policy::rules::{COMMITMENT_NUMBER, COMMITMENTS, Stop, Unavailable},
    record::{Effect, Fact, Mark, Reason},
    standing::{Dossier, ListEffect, Score, Standing, is_shared},
};

/// Said of what rests on a record that is objected to (异议标注).
const OBJECTED: &str = "；其中有正在异议处理的";

/// An applicant that is known (申请人).
#[derive(Debug, Clone, Copy)]
pub struct Applicant<'a> {
    /// What is known of it.
    pub dossier: &'a Dossier,
    /// How it stands.
    pub standing: &'a Standing,
    /// Its cases that are open, and those that were revoked.
    pub cases: &'a [Case],
}

impl Applicant<'_> {
    /// The records that are meant, by id, and whether any is objected to; only of those a window is told of without a
    /// consent. What it is not told of stops nothing either: a refusal would tell of it.
    fn told(&self, is_meant: impl Fn(&Fact) -> bool) -> (Vec<i64>, bool) {
        let known = self.dossier.facts.iter().zip(&self.standing.records);
        let told: Vec<_> = known.filter(|(fact, worth)| is_shared(fact, worth) && is_meant(fact)).collect();
        (told.iter().map(|(fact, _)| fact.id).collect(), told.iter().any(|(_, worth)| worth.objected))
    }

    /// Whether a record tells of the breach of a case that was revoked (承诺编码): then the record says how long it
    /// counts, and whether it was repaired. A repair from before that breach was found repairs it not.
    fn is_told(&self, case: &Case, (stop, day): (&Stop, NaiveDate)) -> bool {
        self.dossier.facts.iter().any(|fact| {
            let found = stop.since.get(COMMITMENTS).and_then(|it| fact.fields.day(it));
            let before = |mark: &Mark| mark.effect == Effect::Repaired && found.is_some_and(|it| mark.from < it);
            fact.resource == COMMITMENTS
                && fact.fields.text(COMMITMENT_NUMBER) == Some(case.number.as_str())
                && (!self.dossier.marks_on(fact, day).any(before) || !stop.lasts(fact, day))
        })
    }
}

named! {
    /// What came of a check (核验结果).
    pub enum CheckResult {
        /// 通过
        Passed = "passed",
        /// 不通过
        Failed = "failed",
        /// 无法判断: a person decides.
        Unknown = "unknown",
    }
}

/// A check with its reason (核验项). Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Check {
    /// 核验项
    pub code: String,
    /// 结果：passed 通过、failed 不通过、unknown 无法判断
    pub result: &'static str,
    /// 理由：规则、依据、所依据的记录
    pub reason: Reason,
}

impl Application<'_> {
    pub(super) fn check(
        &self,
        (code, source): (&str, &str),
        result: CheckResult,
        records: Vec<i64>,
        text: String,
    ) -> Check {
        let reason = self.pack.reason(code, source, records, text);
        Check { code: code.to_owned(), result: result.as_str(), reason }
    }

    /// It is known, it lives, and a broken promise could be recorded of it.
    pub(super) fn alive(&self, applicant: Option<Applicant<'_>>) -> Check {
        let source = &self.rules.gate.case_source;
        let told = |result, text: String| self.check(("subject", source), result, Vec::new(), text);
        let Some(applicant) = applicant else {
            return told(CheckResult::Unknown, "平台没有这一主体的任何信息，由窗口人工判断".to_owned());
        };
        match applicant.dossier.subject.status.as_deref() {
            None => told(CheckResult::Unknown, "没有登记状态，由窗口人工判断".to_owned()),
            Some(status) if !self.rules.gate.alive.iter().any(|it| it == status) => {
                told(CheckResult::Failed, format!("登记状态：{status}"))
            }
            Some(_) if applicant.dossier.subject.credit_code.is_none() => {
                let text = "没有统一社会信用代码，逾期时无法写入违诺记录，由窗口人工判断";
                told(CheckResult::Unknown, text.to_owned())
            }
            Some(status) => told(CheckResult::Passed, format!("登记状态：{status}")),
        }
    }

    /// Nothing of this kind stops it.
    pub(super) fn stop(&self, stop: &Stop, applicant: Applicant<'_>) -> Check {
        // An entry that is shielded, or without basis or document, has no consequences.
        let full = applicant.standing.lists.iter().filter(|it| it.effect == ListEffect::Full);
        let listed: BTreeSet<i64> =
            full.filter(|it| stop.lists.iter().any(|kind| kind == it.kind.as_str())).map(|it| it.record).collect();
        let meant = |fact: &Fact| {
            listed.contains(&fact.id) || stop.any.iter().any(|any| any.means(fact)) && stop.lasts(fact, self.day)
        };
        let (records, objected) = applicant.told(meant);
        let is_broken = |it: &&Case| {
            (stop.overdue && it.is_overdue(self.day))
                || (stop.revoked && it.state == CaseState::Revoked && !applicant.is_told(it, (stop, self.day)))
        };
        let broken: Vec<&str> = applicant.cases.iter().filter(is_broken).map(|it| it.number.as_str()).collect();
        let hit = !records.is_empty() || !broken.is_empty();
        let unknown = !hit && self.unavailable.contains(&stop.code);
        let mut text = match (hit, broken.len()) {
            (false, _) if unknown && stop.unavailable == Unavailable::Manual => {
                format!("所依据的信息有的没有单位报送过，无法判断有无：{}，由窗口人工判断", stop.name)
            }
            (false, _) if unknown => {
                format!("没有：{}（以本平台已有记录为准，所依据的信息有的没有单位报送过）", stop.name)
            }
            (false, _) => format!("没有：{}", stop.name),
            (true, 0) => format!("有：{}（{} 条记录）", stop.name, records.len()),
            (true, n) => format!("有：{}（{n} 件：{}）", stop.name, broken.join("、")),
        };
        if objected {
            text.push_str(OBJECTED);
        }
        let result = match (hit, stop.unavailable) {
            (true, _) => CheckResult::Failed,
            (false, Unavailable::Manual) if unknown => CheckResult::Unknown,
            (false, Unavailable::Manual | Unavailable::Passed) => CheckResult::Passed,
        };
        self.check((&format!("stop.{}", stop.code), &stop.source), result, records, text)
    }

    /// Its level is enough. Without a level nothing is refused: a person decides.
    pub(super) fn level(&self, applicant: Applicant<'_>) -> Check {
        let gate = &self.rules.gate;
        let wanted = self.item.and_then(|it| it.level.as_deref()).unwrap_or(&gate.level);
        let told = |result, text| self.check(("level", &gate.level_source), result, Vec::new(), text);
        let Some(score) = default(applicant.standing) else {
            return told(CheckResult::Unknown, "没有评价结果，由窗口人工判断".to_owned());
        };
        let text = format!("{}：{}（{}），门槛 {wanted}", score.title, score.level, score.level_name);
        match (self.rules.rank(&score.level), self.rules.rank(wanted)) {
            (Some(own), Some(least)) if own <= least => told(CheckResult::Passed, text),
            (Some(_), Some(_)) => {
                // What fixes the level directly, and what took points away.
                let lost = score.partials.iter().filter(|it| it.points < 0).flat_map(|it| &it.reasons);
                let records: BTreeSet<i64> =
                    score.grounds.iter().chain(lost).flat_map(|it| it.records.iter().copied()).collect();
                let (records, objected) = applicant.told(|fact| records.contains(&fact.id));
                let text = if objected { format!("{text}{OBJECTED}") } else { text };
                self.check(("level", &gate.level_source), CheckResult::Failed, records, text)
            }
            _ => told(CheckResult::Unknown, format!("{text}；等级不在次序表中，由窗口人工判断")),
        }
    }
}

/// The evaluation that counts: imported national results have precedence in it already.
pub(super) fn default(standing: &Standing) -> Option<&Score> {
    standing.scores.iter().find(|it| it.default)
}
