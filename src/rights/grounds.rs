//! Grounds of objection the system finds by itself (系统自查): one decision published twice, or past its term.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Ground;
use crate::{
    policy::{
        Packs,
        rules::{DuplicateRule, GroundRules},
    },
    record::{Fact, Reason, RecordKey, RecordState},
    standards::{agency, document},
    standing::{PublicityState, RecordStanding},
};

/// A ground that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundGround {
    /// What is wrong.
    pub ground: Ground,
    /// The records it is about; of duplicates the oldest comes first.
    pub keys: Vec<RecordKey>,
    /// Why, with the versions of the records.
    pub reason: Reason,
}

/// The grounds found among the records of a subject, with what each is worth on the day (in the same order).
#[must_use]
pub fn grounds(
    facts: &[Fact],
    standings: &[RecordStanding],
    packs: &Packs,
    aliases: &agency::Aliases,
    day: NaiveDate,
) -> Vec<FoundGround> {
    let shown: Vec<&Fact> =
        facts.iter().zip(standings).filter(|(fact, it)| is_shown(fact, it)).map(|(fact, _)| fact).collect();
    let mut found = Vec::new();
    for (pack, rules) in packs.rights(day) {
        let Some(rules) = &rules.grounds else { continue };
        let reason = |rule: &str, facts: &[&Fact], text| {
            pack.reason(rule, &rules.source, facts.iter().map(|it| it.id).collect(), text)
        };
        for rule in &rules.duplicate {
            for twins in duplicates(&shown, rule, aliases) {
                let keys = twins.iter().map(|it| it.key).collect();
                let number = twins[0].fields.text(&rule.document).unwrap_or_default();
                let text = format!("同一文书“{number}”公示了{}次", twins.len());
                found.push(FoundGround { ground: Ground::Duplicate, keys, reason: reason("duplicate", &twins, text) });
            }
        }
        for (fact, last) in shown.iter().filter_map(|fact| Some((*fact, over_term(fact, rules, day)?))) {
            let text = format!("公示截止期为{last}，仍在公示");
            let reason = reason("over_term", &[fact], text);
            found.push(FoundGround { ground: Ground::OverTerm, keys: vec![fact.key], reason });
        }
    }
    found
}

fn is_shown(fact: &Fact, standing: &RecordStanding) -> bool {
    fact.state == RecordState::InForce
        && matches!(standing.state, PublicityState::Published | PublicityState::Unperformed)
}

/// The last day of publicity by the unit's own word, when it is over.
fn over_term(fact: &Fact, rules: &GroundRules, day: NaiveDate) -> Option<NaiveDate> {
    let field = rules.public_until.get(&fact.resource)?;
    fact.fields.day(field).filter(|it| *it < day)
}

/// Groups of records that are one decision. Two agencies' own short numbers (`〔2026〕1号`) may be equal, so spellings of
/// the agency only count as one when the number names its agency.
fn duplicates<'f>(shown: &[&'f Fact], rule: &DuplicateRule, aliases: &agency::Aliases) -> Vec<Vec<&'f Fact>> {
    let mut groups: BTreeMap<(String, NaiveDate, String), Vec<&Fact>> = BTreeMap::new();
    for fact in shown.iter().filter(|it| it.resource == rule.resource) {
        let (Some(number), Some(day)) = (fact.fields.text(&rule.document), fact.fields.day(&rule.day)) else {
            continue;
        };
        if document::is_missing(number) {
            continue;
        }
        let number = document::key(number);
        let short = number.chars().next().is_none_or(|it| it == '(' || it.is_ascii_digit());
        let agency = fact.fields.text(&rule.agency).filter(|_| short);
        let agency = agency.map(|it| agency::key(&aliases.canonical(it))).unwrap_or_default();
        groups.entry((number, day, agency)).or_default().push(fact);
    }
    let mut groups: Vec<Vec<&Fact>> = groups.into_values().filter(|it| it.len() > 1).collect();
    groups.iter_mut().for_each(|it| it.sort_by_key(|fact| (fact.known_from, fact.id)));
    groups
}
