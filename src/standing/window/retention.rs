//! How long a record is kept for use, and what keeps it longer: being on a list when its term ends.

use chrono::{Months, NaiveDate};

use super::{Eye, Seen, open, reason};
use crate::{
    policy::{
        Head,
        rules::{RetentionRule, RetentionStart},
    },
    record::{Effect, Fact, Reason, RecordState},
    standing::{ListEntry, sooner},
};

/// Some days on a list, the first and the last.
type Stay = (NaiveDate, NaiveDate);

/// How long a record is kept for use.
#[derive(Clone, Copy)]
pub(super) struct Kept<'d> {
    head: &'d Head,
    rule: &'d RetentionRule,
    /// The last day; the end of all days while a stay without end keeps it.
    pub last: NaiveDate,
}

impl Kept<'_> {
    /// The last day, where there is one.
    pub(super) fn until(self) -> Option<NaiveDate> {
        Some(self.last).filter(|it| *it != NaiveDate::MAX)
    }

    /// Why a record is in the archive.
    pub(super) fn reason(&self, fact: &Fact) -> Reason {
        reason(self.head, (&self.rule.id, &self.rule.source, &self.rule.text), fact)
    }
}

impl<'d> Eye<'d> {
    /// Until when a record is kept for use, if a rule says so. The same on every day.
    pub(super) fn kept(&mut self, seen: Seen<'_>) -> Option<Kept<'d>> {
        let (head, rule) = self.retention(seen)?;
        let start = match rule.start {
            RetentionStart::Fact => Some(seen.at),
            RetentionStart::End => sooner(seen.fact.ended_on, seen.valid_until()),
        };
        let term = start?.checked_add_months(Months::new(rule.years.checked_mul(12)?))?;
        let last = self.extended(rule, term);
        self.note_some(last.succ_opt());
        Some(Kept { head, rule, last })
    }

    fn retention(&self, seen: Seen<'_>) -> Option<(&'d Head, &'d RetentionRule)> {
        let mut best: Option<(&Head, i32, &RetentionRule)> = None;
        for (pack, rules) in self.packs.retention(seen.at) {
            if best.is_none_or(|(_, it, _)| it < rules.precedence) {
                best = rules.rule_for(seen.fact).map(|it| (&pack.head, rules.precedence, it)).or(best);
            }
        }
        best.map(|(head, _, rule)| (head, rule))
    }

    /// The last day of a term that goes on while its subject is on a list on the day it ends: to the end of that stay, and
    /// of the stays that follow on it without a gap. A later stay brings nothing back that is in the archive.
    fn extended(&self, rule: &RetentionRule, term: NaiveDate) -> NaiveDate {
        let both = self.dossier.facts.iter().zip(self.entries);
        let keeping = both.filter(|(fact, _)| rule.extend_while.iter().any(|it| it.means(fact)));
        let stays: Vec<Stay> = keeping.flat_map(|(fact, entry)| self.stays(fact, entry.as_deref())).collect();
        let mut last = term;
        while let Some(longer) =
            stays.iter().filter(|(from, until)| *from <= last && last < *until).map(|it| it.1).max()
        {
            last = longer;
        }
        last
    }

    /// The days on which a record keeps others: those of an entry that has a basis and a document, less those on which it
    /// is repaired.
    fn stays(&self, fact: &Fact, entry: Option<&ListEntry>) -> Vec<Stay> {
        let (from, until) = match entry {
            Some(it) if !it.effect.is_founded() => return Vec::new(),
            Some(it) => (it.entered_on, it.last()),
            None if fact.state == RecordState::Withdrawn && fact.ended_on.is_none() => return Vec::new(),
            None => (fact.valid_from, sooner(open(fact.valid_until), fact.ended_on.and_then(|it| it.pred_opt()))),
        };
        let mut stays = vec![(from.unwrap_or(NaiveDate::MIN), until.unwrap_or(NaiveDate::MAX))];
        let own = self.dossier.marks.iter().filter(|it| it.key == fact.key && it.effect == Effect::Repaired);
        for mark in own {
            let before = mark.from.pred_opt().unwrap_or(mark.from);
            let parts = |(from, until): Stay| {
                let after = mark.until.map(|it| (from.max(it), until));
                [Some((from, until.min(before))), after].into_iter().flatten()
            };
            stays = stays.into_iter().flat_map(parts).filter(|(from, until)| from <= until).collect();
        }
        stays
    }
}
