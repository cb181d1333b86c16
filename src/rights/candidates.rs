//! Candidates (名单候选): what the rules find in a subject's records. They are proposed for a person to look at, never listed.

use chrono::{Months, NaiveDate};

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
    /// The unit that delivered the latest of them: whose case it is.
    pub unit: String,
}

/// The candidates among one subject's records on a day. Natural persons are none: no rule looks at them.
#[must_use]
pub fn candidates(dossier: &Dossier, standing: &Standing, packs: &Packs, day: NaiveDate) -> Vec<Candidate> {
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
            let Some((records, unit)) = led_by(rule, dossier, standing, day) else { continue };
            let reason = format!("{}，提请审查是否列入{}（{}）", rule.title, list.name, rule.source);
            found.push(Candidate { list: list.code.clone(), rule: pack.rule(&rule.code), reason, records, unit });
        }
    }
    found
}

/// The records a rule counts, when they are enough, and the unit of the latest.
fn led_by(rule: &CandidateRule, dossier: &Dossier, standing: &Standing, day: NaiveDate) -> Option<(Vec<i64>, String)> {
    let after = day.checked_sub_months(Months::new(rule.months))?;
    let usable = |fact: &&Fact| standing.records.iter().any(|it| it.record == fact.id && it.usable);
    let recent = |fact: &&Fact| {
        let on = fact_day(fact);
        after < on && on <= day
    };
    let meant = |condition: &Condition| -> Vec<&Fact> {
        dossier.facts.iter().filter(|it| condition.means(it)).filter(recent).filter(usable).collect()
    };
    let counted = meant(&rule.when);
    let enough = u32::try_from(counted.len()).unwrap_or(u32::MAX) >= rule.count;
    if !enough || rule.unless.iter().any(|it| !meant(it).is_empty()) {
        return None;
    }
    let latest = counted.iter().max_by_key(|it| (it.fact_on, it.id))?;
    let unit = latest.unit.clone();
    let mut records: Vec<i64> = counted.iter().map(|it| it.id).collect();
    records.sort_unstable();
    Some((records, unit))
}
