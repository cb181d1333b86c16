//! One record on one day: what stops it, what class it is of, and how long that class is published.
//!
//! Every day that is compared with is noted, so that the next day anything changes by itself falls out.

use chrono::{Months, NaiveDate, TimeDelta};

use super::{Dossier, PublicityState, RecordStanding, sooner};
use crate::{
    policy::{
        Head, Packs,
        rules::{Ground, PublicityClass, PublicityRules, RetentionRule, RetentionStart, WindowStart},
    },
    record::{ConfirmedClass, Effect, Fact, Reason, RecordState, RuleRef},
    standards::OPEN_END,
};

/// Looks at the records of a dossier on a day.
pub(super) struct Eye<'d> {
    dossier: &'d Dossier,
    packs: &'d Packs,
    day: NaiveDate,
    next: Option<NaiveDate>,
}

/// The class that decides a record, with the pack it stands in.
#[derive(Clone, Copy)]
struct Ruled<'d> {
    head: &'d Head,
    rules: &'d PublicityRules,
    class: &'d PublicityClass,
}

/// What departments last confirmed of a record, each thing by itself.
#[derive(Clone, Copy)]
struct Confirmed<'d> {
    class: Option<&'d str>,
    performed: Option<bool>,
}

/// How a class publishes a record, before anything that stops it.
struct Window {
    state: PublicityState,
    usable: bool,
    from: NaiveDate,
    until: Option<NaiveDate>,
    repairable_from: Option<NaiveDate>,
}

impl<'d> Eye<'d> {
    pub(super) const fn new(dossier: &'d Dossier, packs: &'d Packs, day: NaiveDate) -> Self {
        Self { dossier, packs, day, next: None }
    }

    /// The next day any record that was looked at changes by itself.
    pub(super) const fn next(&self) -> Option<NaiveDate> {
        self.next
    }

    /// What a record is worth on the day.
    pub(super) fn record(&mut self, fact: &Fact) -> RecordStanding {
        let (dossier, at) = (self.dossier, fact_day(fact));
        let confirmed = self.confirmed(fact);
        let ruled = self.ruled(fact, at, confirmed);
        let window = ruled.map(|it| self.window(fact, it, confirmed));
        for mark in dossier.marks.iter().filter(|it| it.key == fact.key) {
            self.note(mark.from);
            self.note_some(mark.until);
        }
        let objected = dossier.marks_on(fact, self.day).any(|it| it.effect == Effect::Objected)
            || self.packs.publicity(at).any(|(_, it)| it.objected.iter().any(|it| it.means(fact)));
        let stopped = self.stopped(fact, at);
        let (state, usable, reason) = match (stopped, &window, ruled) {
            (Some((state, reason)), ..) => (state, state == PublicityState::Unpublished, reason),
            (None, Some(window), Some(ruled)) => (window.state, window.usable, ruled.reason(fact)),
            (None, ..) => (PublicityState::Unpublished, true, self.ground(fact, at, Ground::Unregulated)),
        };
        // A record that is not public for its exposure or its subject is still used no longer than its class allows.
        let usable = usable && window.as_ref().is_none_or(|it| it.usable) && self.has_happened(fact);
        let shown = window.as_ref().filter(|_| state != PublicityState::Unpublished);
        RecordStanding {
            record: fact.id,
            state,
            usable,
            objected,
            from: shown.map(|it| it.from),
            until: shown.filter(|_| state != PublicityState::Unperformed).and_then(|it| it.until),
            repairable_from: window.as_ref().and_then(|it| it.repairable_from),
            reason,
        }
    }

    /// What stops a record whatever its class, the strongest first.
    fn stopped(&mut self, fact: &Fact, at: NaiveDate) -> Option<(PublicityState, Reason)> {
        let holds = |effect| self.dossier.marks_on(fact, self.day).any(|it| it.effect == effect);
        let (repaired, shielded) = (holds(Effect::Repaired), holds(Effect::Shielded));
        let unannounced = holds(Effect::Unannounced);
        let archived = self.archived(fact, at);
        let (state, ground) = if !self.has_happened(fact) {
            (PublicityState::Unpublished, Ground::NotYet)
        } else if self.has_ended(fact) {
            (PublicityState::Withdrawn, Ground::Withdrawn)
        } else if archived.is_some() {
            return archived.map(|it| (PublicityState::Archived, it));
        } else if repaired {
            (PublicityState::Repaired, Ground::Repaired)
        } else if shielded {
            (PublicityState::Shielded, Ground::Shielded)
        } else if fact.exposure != "public" {
            (PublicityState::Unpublished, Ground::Closed)
        } else if self.is_of_a_person(at) {
            (PublicityState::Unpublished, Ground::Person)
        } else if unannounced {
            (PublicityState::Unpublished, Ground::Unannounced)
        } else {
            return None;
        };
        Some((state, self.ground(fact, at, ground)))
    }

    fn has_happened(&mut self, fact: &Fact) -> bool {
        self.note_some(fact.fact_on);
        fact.fact_on.is_none_or(|it| it <= self.day)
    }

    fn has_ended(&mut self, fact: &Fact) -> bool {
        self.note_some(fact.ended_on);
        match fact.ended_on {
            Some(end) => end <= self.day,
            None => fact.state == RecordState::Withdrawn,
        }
    }

    fn is_of_a_person(&self, at: NaiveDate) -> bool {
        let kind = self.dossier.subject.kind.as_str();
        self.packs.publicity(at).any(|(_, it)| it.never_public.iter().any(|it| it == kind))
    }

    /// Why a record is in the archive, if it is.
    fn archived(&mut self, fact: &Fact, at: NaiveDate) -> Option<Reason> {
        let (head, rule) = self.retention(fact, at)?;
        let start = match rule.start {
            RetentionStart::Fact => Some(at),
            RetentionStart::End => sooner(fact.ended_on, open(fact.valid_until)),
        };
        let last = start?.checked_add_months(Months::new(rule.years.checked_mul(12)?))?;
        self.note_some(last.succ_opt());
        let over = last < self.day && !self.is_extended(rule);
        over.then(|| reason(head, (&rule.id, &rule.source, &rule.text), fact))
    }

    fn retention(&self, fact: &Fact, at: NaiveDate) -> Option<(&'d Head, &'d RetentionRule)> {
        let mut best: Option<(&Head, i32, &RetentionRule)> = None;
        for (pack, rules) in self.packs.retention(at) {
            if best.is_none_or(|(_, it, _)| it < rules.precedence) {
                best = rules.rule_for(fact).map(|it| (&pack.head, rules.precedence, it)).or(best);
            }
        }
        best.map(|(head, _, rule)| (head, rule))
    }

    /// Whether the subject has a record in force that keeps the others; a repaired one keeps none.
    fn is_extended(&mut self, rule: &RetentionRule) -> bool {
        let mut extended = false;
        for other in self.dossier.facts.iter().filter(|other| rule.extend_while.iter().any(|it| it.means(other))) {
            self.note_some(other.valid_from);
            self.note_some(open(other.valid_until).and_then(|it| it.succ_opt()));
            self.note_some(other.ended_on);
            let repaired = self.dossier.marks_on(other, self.day).any(|it| it.effect == Effect::Repaired);
            extended |= other.in_force(self.day) && !repaired;
        }
        extended
    }

    /// The last class and the last performance departments confirmed of the record by the day.
    fn confirmed(&mut self, fact: &Fact) -> Confirmed<'d> {
        let mut said: Vec<&'d ConfirmedClass> = Vec::new();
        for it in self.dossier.classes.iter().filter(|it| it.key == fact.key) {
            self.note(it.from);
            if it.from <= self.day {
                said.push(it);
            }
        }
        // Stable: of one day what was said last counts.
        said.sort_by_key(|it| it.from);
        Confirmed {
            class: said.iter().rev().find_map(|it| it.class.as_deref()),
            performed: said.iter().rev().find_map(|it| it.performed),
        }
    }

    /// The class of a record, from the pack of the highest precedence in force on its day that knows it.
    fn ruled(&self, fact: &Fact, at: NaiveDate, confirmed: Confirmed<'_>) -> Option<Ruled<'d>> {
        let mut best: Option<Ruled<'d>> = None;
        for (pack, rules) in self.packs.publicity(at) {
            if best.is_none_or(|it| it.rules.precedence < rules.precedence) && rules.covers(fact) {
                let found = rules.class_of(fact, confirmed.class).map(|class| Ruled { head: &pack.head, rules, class });
                best = found.or(best);
            }
        }
        best
    }

    fn window(&mut self, fact: &Fact, ruled: Ruled<'_>, confirmed: Confirmed<'_>) -> Window {
        let class = ruled.class;
        let from = match class.start {
            WindowStart::Fact => fact_day(fact),
            WindowStart::Known => known_day(fact),
        };
        let after = |months: Option<u32>| months.and_then(|it| from.checked_add_months(Months::new(it)));
        let (repairable_from, longest) = (after(class.min_months), after(class.max_months));
        let term = match class.deadline.as_deref().and_then(|it| open(fact.fields.day(it))) {
            Some(fixed) => Some(sooner(Some(fixed), longest).unwrap_or(fixed).max(repairable_from.unwrap_or(from))),
            None => longest,
        };
        let validity = if class.validity { open(fact.valid_until) } else { None };
        self.note(from);
        self.note_some(term.and_then(|it| it.succ_opt()));
        self.note_some(validity.and_then(|it| it.succ_opt()));
        let over = |end: Option<NaiveDate>| end.is_some_and(|it| it < self.day);
        let lingers = class.until_performed && over(term) && !over(validity) && !performed(fact, ruled, confirmed);
        let ended = (over(term) || over(validity)) && !lingers;
        let state = match (class.publish && from <= self.day, ended, lingers) {
            (false, ..) => PublicityState::Unpublished,
            (true, true, _) => PublicityState::Ended,
            (true, false, true) => PublicityState::Unperformed,
            (true, false, false) => PublicityState::Published,
        };
        let usable = !ended || class.shared_after;
        Window { state, usable, from, until: sooner(term, validity), repairable_from }
    }

    /// The reason of a state no class gives: the text of the pack of the highest precedence that has one.
    fn ground(&self, fact: &Fact, at: NaiveDate, ground: Ground) -> Reason {
        let mut best: Option<(i32, Reason)> = None;
        for (pack, rules) in self.packs.publicity(at) {
            if let Some(it) = rules.ground.get(ground.as_str())
                && best.as_ref().is_none_or(|(best, _)| *best < rules.precedence)
                && rules.covers(fact)
            {
                best = Some((rules.precedence, reason(&pack.head, (ground.as_str(), &it.source, &it.text), fact)));
            }
        }
        // No pack is in force that says anything: nothing is published.
        let rule = RuleRef { pack: "publicity".to_owned(), version: 0, rule: ground.to_string() };
        let silent = || Reason { rule, source: String::new(), records: vec![fact.id], text: String::new() };
        best.map_or_else(silent, |(_, it)| it)
    }

    fn note(&mut self, day: NaiveDate) {
        if day > self.day && self.next.is_none_or(|it| day < it) {
            self.next = Some(day);
        }
    }

    fn note_some(&mut self, day: Option<NaiveDate>) {
        if let Some(day) = day {
            self.note(day);
        }
    }
}

impl Ruled<'_> {
    fn reason(&self, fact: &Fact) -> Reason {
        reason(self.head, (&self.class.id, &self.class.source, &self.class.text), fact)
    }
}

fn reason(head: &Head, (rule, source, text): (&str, &str, &str), fact: &Fact) -> Reason {
    Reason {
        rule: RuleRef { pack: head.id.clone(), version: head.version, rule: rule.to_owned() },
        source: source.to_owned(),
        records: vec![fact.id],
        text: text.to_owned(),
    }
}

fn performed(fact: &Fact, ruled: Ruled<'_>, confirmed: Confirmed<'_>) -> bool {
    let told = confirmed.performed.or_else(|| ruled.rules.performed(fact));
    told.unwrap_or(!ruled.class.assume_unperformed)
}

/// The day whose rules decide a record: the day of the fact, or the day it was first valid or known.
#[must_use]
pub fn fact_day(fact: &Fact) -> NaiveDate {
    fact.fact_on.or(fact.valid_from).unwrap_or_else(|| known_day(fact))
}

/// The day in China on which the platform came to know a version.
pub(super) fn known_day(fact: &Fact) -> NaiveDate {
    const SHANGHAI: TimeDelta = TimeDelta::hours(8);
    fact.known_from.checked_add_signed(SHANGHAI).unwrap_or(fact.known_from).date()
}

/// A day that is an end: 长期 is none.
fn open(day: Option<NaiveDate>) -> Option<NaiveDate> {
    day.filter(|it| *it != OPEN_END)
}

#[cfg(test)]
mod tests;
