//! Candidates (名单候选): what the rules find in a subject's records. They are proposed for a person to look at, never listed.

mod takers;

use chrono::{Months, NaiveDate};

pub use takers::Takers;

use crate::{
    policy::{
        Condition, Packs,
        rules::{CandidateRule, ListRule},
    },
    record::{Fact, RuleRef, SubjectKind},
    standing::{Dossier, Standing, fact_day},
};

/// A candidate for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The list's code.
    pub list: String,
    /// The rule that found it.
    pub rule: RuleRef,
    /// The rule's title and source, for whoever looks at it.
    pub reason: String,
    /// The versions of the records that led to it, by id.
    pub records: Vec<i64>,
    /// The unit whose case it is; `None` when the office has to assign it.
    pub unit: Option<String>,
}

/// The candidates among one subject's records on a day. Natural persons are none: no rule looks at them.
#[must_use]
pub fn candidates(
    dossier: &Dossier,
    standing: &Standing,
    (packs, takers): (&Packs, &Takers),
    day: NaiveDate,
) -> Vec<Candidate> {
    if dossier.subject.kind == SubjectKind::Person {
        return Vec::new();
    }
    let lists: Vec<&ListRule> = packs.lists(day).flat_map(|(_, rules)| &rules.lists).collect();
    let mut found = Vec::new();
    for (pack, rules) in packs.lists(day) {
        for rule in &rules.candidates {
            let fits = |it: &&&ListRule| it.code == rule.list && it.subjects.contains(&dossier.subject.kind);
            let listed = standing.lists.iter().any(|it| it.list == rule.list && it.effect.is_founded());
            let Some(list) = lists.iter().find(fits).filter(|_| !listed) else { continue };
            let Some(counted) = led_by(rule, dossier, standing, day) else { continue };
            let unit = takers.of(rule, &counted).map(str::to_owned);
            let mut records: Vec<i64> = counted.iter().map(|it| it.id).collect();
            records.sort_unstable();
            let reason = format!("{}，提请审查是否列入{}（{}）", rule.title, list.name, rule.source);
            found.push(Candidate { list: list.code.clone(), rule: pack.rule(&rule.code), reason, records, unit });
        }
    }
    found
}

/// The records a rule counts, when they are enough, the latest first.
fn led_by<'d>(
    rule: &CandidateRule,
    dossier: &'d Dossier,
    standing: &Standing,
    day: NaiveDate,
) -> Option<Vec<&'d Fact>> {
    let after = day.checked_sub_months(Months::new(rule.months))?;
    let usable = |fact: &&Fact| standing.records.iter().any(|it| it.record == fact.id && it.usable);
    let recent = |fact: &&Fact| {
        let on = fact_day(fact);
        after < on && on <= day
    };
    let meant = |condition: &Condition| -> Vec<&'d Fact> {
        dossier.facts.iter().filter(|it| condition.means(it)).filter(recent).filter(usable).collect()
    };
    let mut counted = meant(&rule.when);
    let enough = u32::try_from(counted.len()).unwrap_or(u32::MAX) >= rule.count;
    if !enough || rule.unless.iter().any(|it| !meant(it).is_empty()) {
        return None;
    }
    counted.sort_by_key(|it| std::cmp::Reverse((it.fact_on, it.id)));
    Some(counted)
}
