//! One record on one day: what stops it, what class it is of, and how long that class is published.
//!
//! Every day that is compared with is noted, so that the next day anything changes by itself falls out.

mod performance;
mod retention;

use chrono::{Months, NaiveDate, TimeDelta};

use super::{Dossier, ListEntry, PublicityState, RecordStanding, sooner};
use crate::{
    policy::{
        Head, Packs,
        rules::{Ground, PublicityClass, PublicityRules, WindowStart},
    },
    record::{Effect, Fact, Reason, RecordState, RuleRef},
    standards::OPEN_END,
};

use performance::Confirmed;
use retention::Kept;

/// Looks at the records of a dossier on a day.
pub(super) struct Eye<'d> {
    dossier: &'d Dossier,
    /// Of each fact the entry of a list it is.
    entries: &'d [Option<Box<ListEntry>>],
    packs: &'d Packs,
    day: NaiveDate,
    next: Option<NaiveDate>,
}

/// A record that is looked at.
#[derive(Clone, Copy)]
struct Seen<'f> {
    fact: &'f Fact,
    /// The entry of a list it is.
    entry: Option<&'f ListEntry>,
    /// The day whose rules decide it.
    at: NaiveDate,
}

/// The class that decides a record, with the pack it stands in.
#[derive(Clone, Copy)]
struct Ruled<'d> {
    head: &'d Head,
    rules: &'d PublicityRules,
    class: &'d PublicityClass,
}

/// How a class publishes a record, before anything that stops it.
struct Window {
    state: PublicityState,
    usable: bool,
    /// The last day its class lets it be used.
    used_until: Option<NaiveDate>,
    from: NaiveDate,
    until: Option<NaiveDate>,
    repairable_from: Option<NaiveDate>,
}

impl<'d> Eye<'d> {
    /// Looks at a dossier whose entries of lists are these, one for each fact.
    pub(super) const fn new(
        dossier: &'d Dossier,
        entries: &'d [Option<Box<ListEntry>>],
        packs: &'d Packs,
        day: NaiveDate,
    ) -> Self {
        Self { dossier, entries, packs, day, next: None }
    }

    /// The next day any record that was looked at changes by itself.
    pub(super) const fn next(&self) -> Option<NaiveDate> {
        self.next
    }

    /// What a record is worth on the day.
    pub(super) fn record(&mut self, fact: &Fact, entry: Option<&ListEntry>) -> RecordStanding {
        let (dossier, at) = (self.dossier, fact_day(fact));
        let seen = Seen { fact, entry, at };
        let confirmed = self.confirmed(fact);
        // An entry without basis or document is of no class: there is nothing to publish, to use or to repair.
        let ruled = if seen.is_founded() { self.ruled(fact, at, confirmed) } else { None };
        let window = ruled.map(|it| self.window(seen, it, confirmed));
        for mark in dossier.marks.iter().filter(|it| it.key == fact.key) {
            self.note(mark.from);
            self.note_some(mark.until);
        }
        let objected = dossier.marks_on(fact, self.day).any(|it| it.effect == Effect::Objected)
            || self.packs.publicity(at).any(|(_, it)| it.objected.iter().any(|it| it.means(fact)));
        let kept = self.kept(seen);
        let stopped = self.stopped(seen, kept.as_ref());
        let (state, usable, reason) = match (stopped, &window, ruled) {
            (Some((state, reason)), ..) => (state, state == PublicityState::Unpublished, reason),
            (None, Some(window), Some(ruled)) => (window.state, window.usable, ruled.reason(fact)),
            (None, ..) => (PublicityState::Unpublished, true, self.ground(fact, at, Ground::Unregulated)),
        };
        // A record that is not public for its exposure or its subject is still used no longer than its class allows.
        let usable =
            usable && seen.is_founded() && window.as_ref().is_none_or(|it| it.usable) && self.has_happened(fact);
        // What a repair leaves of a record is no matter of its class any more.
        let repaired = dossier.marks_on(fact, self.day).any(|it| it.effect == Effect::Repaired);
        let by_class = window.as_ref().filter(|_| !repaired).and_then(|it| it.used_until);
        let shown = window.as_ref().filter(|_| state != PublicityState::Unpublished);
        RecordStanding {
            record: fact.id,
            state,
            usable,
            used_until: sooner(by_class, kept.and_then(|it| it.until())).filter(|_| seen.is_founded()),
            objected,
            from: shown.map(|it| it.from),
            until: shown.filter(|_| state != PublicityState::Unperformed).and_then(|it| it.until),
            repairable_from: window.as_ref().and_then(|it| it.repairable_from),
            reason,
            entry: None,
        }
    }

    /// What stops a record whatever its class, the strongest first.
    fn stopped(&mut self, seen: Seen<'_>, kept: Option<&Kept<'_>>) -> Option<(PublicityState, Reason)> {
        let Seen { fact, at, .. } = seen;
        let holds = |effect| self.dossier.marks_on(fact, self.day).any(|it| it.effect == effect);
        let (repaired, shielded) = (holds(Effect::Repaired), holds(Effect::Shielded));
        let unannounced = holds(Effect::Unannounced);
        let archived = kept.filter(|it| it.last < self.day).map(|it| it.reason(fact));
        let unfounded = seen.entry.filter(|_| !seen.is_founded());
        let (state, ground) = if !self.has_happened(fact) {
            (PublicityState::Unpublished, Ground::NotYet)
        } else if self.has_ended(fact) {
            (PublicityState::Withdrawn, Ground::Withdrawn)
        } else if archived.is_some() {
            return archived.map(|it| (PublicityState::Archived, it));
        } else if let Some(entry) = unfounded {
            return Some((PublicityState::Unpublished, entry.reason.clone()));
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

    fn window(&mut self, seen: Seen<'_>, ruled: Ruled<'_>, confirmed: Confirmed<'_>) -> Window {
        let (fact, class) = (seen.fact, ruled.class);
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
        let validity = if class.validity { seen.valid_until() } else { None };
        self.note(from);
        self.note_some(term.and_then(|it| it.succ_opt()));
        self.note_some(validity.and_then(|it| it.succ_opt()));
        let over = |end: Option<NaiveDate>| end.is_some_and(|it| it < self.day);
        let performance = class.until_performed.then(|| confirmed.performance(fact, ruled));
        let lingers = over(term) && !over(validity) && performance.is_some_and(|it| !it.performed);
        let ended = (over(term) || over(validity)) && !lingers;
        let state = match (class.publish && from <= self.day, ended, lingers) {
            (false, ..) => PublicityState::Unpublished,
            (true, true, _) => PublicityState::Ended,
            (true, false, true) => PublicityState::Unperformed,
            (true, false, false) => PublicityState::Published,
        };
        let usable = !ended || class.shared_after;
        let last = performance.map_or(term, |it| it.last(term));
        let used_until = sooner(last, validity).filter(|_| !class.shared_after);
        Window { state, usable, used_until, from, until: sooner(term, validity), repairable_from }
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

impl Seen<'_> {
    /// Whether something may follow from it: of an entry of a list, that it has a basis and a document.
    fn is_founded(self) -> bool {
        self.entry.is_none_or(|it| it.effect.is_founded())
    }

    /// The last day it is valid, if one is known: of an entry of a list its rules say so where the record does not.
    fn valid_until(self) -> Option<NaiveDate> {
        open(self.entry.map_or(self.fact.valid_until, |it| it.until))
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
pub(super) fn open(day: Option<NaiveDate>) -> Option<NaiveDate> {
    day.filter(|it| *it != OPEN_END)
}

#[cfg(test)]
mod tests;
