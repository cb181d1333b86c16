//! What the records of a dossier say to a scorecard: who is meant by which rule, from when until when, for how much.
//!
//! Everything here is independent of the day, so that points never change but on days that can be named before. So a record
//! whose use has ended by its term is still gathered, with the days it was used: what was a repeat of it then stays one.

use chrono::NaiveDate;

use super::{View, later};
use crate::{
    policy::rules::{Afterwards, Attribute, Slot, Start},
    record::{Effect, Fact, RecordState},
    standards::Decimal,
    standing::{PublicityState, fact_day, sooner},
};

/// A time: from this day until the day before that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
}

impl Span {
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|it| day < it)
    }

    fn next(self, day: NaiveDate) -> Option<NaiveDate> {
        sooner(Some(self.from).filter(|it| *it > day), self.until.filter(|it| *it > day))
    }
}

/// A record that an attribute means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Occurrence<'a> {
    /// The characteristic's place.
    pub characteristic: usize,
    pub attribute: &'a Attribute,
    /// The rule that gives the points: the attribute, or a tier of it.
    pub rule: &'a str,
    /// The record's place in the dossier.
    pub fact: usize,
    /// Which period of a conduct that goes on.
    pub period: u32,
    pub span: Span,
    pub points: i64,
    /// How many times they count.
    pub factor: i64,
    /// Whether it is what a repair leaves.
    pub remaining: bool,
}

impl Occurrence<'_> {
    /// The points on a day in the span.
    pub fn points_on(&self, day: NaiveDate) -> i64 {
        let gone = |after: u32| later(self.span.from, after) <= day;
        let decayed = self.attribute.decay.iter().rev().find(|it| gone(it.after_months)).map(|it| it.points);
        decayed.filter(|_| !self.remaining).unwrap_or(self.points) * self.factor
    }

    fn next(&self, day: NaiveDate) -> Option<NaiveDate> {
        let steps = self.attribute.decay.iter().map(|it| later(self.span.from, it.after_months));
        sooner(self.span.next(day), steps.filter(|it| *it > day).min())
    }
}

/// A record that a rule on levels means: its place among them, the record's, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub rule: usize,
    pub fact: usize,
    pub span: Span,
    /// The first day the conduct is over, if one is known.
    pub over: Option<NaiveDate>,
}

/// What a repair leaves of a rule that gives a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest {
    pub hit: Hit,
    pub points: i64,
}

/// What the records say.
#[derive(Debug, Default)]
pub(super) struct Gathered<'a> {
    pub occurrences: Vec<Occurrence<'a>>,
    pub directs: Vec<Hit>,
    pub rests: Vec<Rest>,
    pub imports: Vec<Hit>,
    pub excluded: bool,
    exclusions: Vec<Span>,
}

impl Gathered<'_> {
    /// The next day after `day` on which anything here begins, ends or lessens.
    pub fn next(&self, day: NaiveDate) -> Option<NaiveDate> {
        let spans = self.exclusions.iter().copied();
        let hits = self.directs.iter().chain(&self.imports).chain(self.rests.iter().map(|it| &it.hit));
        let over = hits.clone().filter_map(|it| it.over).filter(|it| *it > day);
        let hits = hits.filter_map(|it| it.span.next(day));
        let spans = spans.filter_map(|it| it.next(day));
        let occurrences = self.occurrences.iter().filter_map(|it| it.next(day));
        occurrences.chain(hits).chain(over).chain(spans).min()
    }
}

pub(super) fn from<'a>(view: &View<'a>) -> Gathered<'a> {
    let mut out = Gathered::default();
    for (at, fact) in view.dossier.facts.iter().enumerate() {
        let slots = view.card.slots(&fact.resource);
        if slots.is_empty() {
            continue;
        }
        match use_of(view, at, fact) {
            Use::Full => meet(view, at, fact, slots, &mut out),
            Use::Repaired(on) => leave(view, (at, fact), on, slots, &mut out),
            Use::None => {}
        }
    }
    super::count::prepare(view, &mut out.occurrences);
    out.directs.sort_by_key(|it| (it.rule, view.dossier.facts[it.fact].id));
    out.rests.sort_by_key(|it| (it.hit.rule, view.dossier.facts[it.hit.fact].id));
    out.excluded = out.exclusions.iter().any(|it| it.holds(view.day));
    out
}

/// What may be done with a record.
enum Use {
    /// All that its rules say, on the days it is used.
    Full,
    /// Since this day only what a repair leaves.
    Repaired(NaiveDate),
    None,
}

fn use_of(view: &View<'_>, at: usize, fact: &Fact) -> Use {
    let Some(standing) = view.records.get(at) else { return Use::Full };
    debug_assert_eq!(standing.record, fact.id, "the standings are in the order of the facts");
    if standing.usable {
        return Use::Full;
    }
    let marked = |effect| view.dossier.marks_on(fact, view.day).filter(move |it| it.effect == effect);
    let repaired = marked(Effect::Repaired).map(|it| it.from).min();
    match standing.state {
        PublicityState::Repaired => repaired.map_or(Use::None, Use::Repaired),
        PublicityState::Withdrawn | PublicityState::Shielded => Use::None,
        // What a case has stopped comes to nothing, even when its term would have ended by now.
        _ if repaired.is_some() || marked(Effect::Shielded).next().is_some() => Use::None,
        _ if standing.used_until.is_some_and(|it| it < view.day) => Use::Full,
        _ => Use::None,
    }
}

/// The rules a usable record meets: of each characteristic the first attribute that means it.
fn meet<'a>(view: &View<'a>, at: usize, fact: &Fact, slots: &[Slot], out: &mut Gathered<'a>) {
    let card = view.card;
    let mut met = None;
    for slot in slots {
        match *slot {
            Slot::Exclude(rule) if card.excludes[rule].given.means(fact) => {
                out.exclusions.extend(span(view, at, Start::InForce, None));
            }
            Slot::Imported(rule) if card.imports[rule].given.means(fact) => {
                let own = span(view, at, Start::InForce, None).map(|it| {
                    let months = card.imports[rule].months.map(|months| later(it.from, months));
                    Span { until: it.until.or(months), ..it }
                });
                out.imports.extend(own.map(|span| Hit { rule, fact: at, span, over: None }));
            }
            Slot::Direct(rule) if card.directs[rule].given.means(fact) => {
                let direct = &card.directs[rule];
                let hit = |span| Hit { rule, fact: at, span, over: end(view, at) };
                out.directs.extend(span(view, at, direct.start, direct.months).map(hit));
            }
            Slot::Attribute(place, inner) if met != Some(place) => {
                let attribute = &card.characteristics[place].attributes[inner];
                if attribute.given.means(fact) {
                    met = Some(place);
                    occur(view, (place, attribute), (at, fact), &mut out.occurrences);
                }
            }
            _ => {}
        }
    }
}

/// What the rules leave of a repaired record.
fn leave<'a>(view: &View<'a>, (at, fact): (usize, &Fact), on: NaiveDate, slots: &[Slot], out: &mut Gathered<'a>) {
    let card = view.card;
    let rest = |it: &Afterwards| within(view, at, Span { from: on, until: Some(later(on, it.months)) });
    let mut met = None;
    for slot in slots {
        match *slot {
            Slot::Direct(rule) => {
                let left = card.directs[rule].repair.as_ref().filter(|_| card.directs[rule].given.means(fact));
                let hit = |span| Hit { rule, fact: at, span, over: None };
                out.rests.extend(left.and_then(|it| Some(Rest { hit: hit(rest(it)?), points: it.points })));
            }
            Slot::Attribute(place, inner) if met != Some(place) => {
                let attribute = &card.characteristics[place].attributes[inner];
                if !attribute.given.means(fact) {
                    continue;
                }
                met = Some(place);
                if let Some((left, span)) = attribute.repair.as_ref().and_then(|it| Some((it, rest(it)?))) {
                    let mut left = occurrence((place, attribute), at, span, left.points);
                    left.remaining = true;
                    out.occurrences.push(left);
                }
            }
            _ => {}
        }
    }
}

fn occurrence<'a>(
    (characteristic, attribute): (usize, &'a Attribute),
    fact: usize,
    span: Span,
    points: i64,
) -> Occurrence<'a> {
    let rule = attribute.id.as_str();
    Occurrence { characteristic, attribute, rule, fact, period: 0, span, points, factor: 1, remaining: false }
}

/// A record that an attribute means; a conduct that goes on, once a period.
fn occur<'a>(
    view: &View<'a>,
    (place, attribute): (usize, &'a Attribute),
    (at, fact): (usize, &Fact),
    out: &mut Vec<Occurrence<'a>>,
) {
    let points = match &attribute.points_field {
        Some(told) => fact.fields.number(&told.field).and_then(Decimal::to_integer).map(|it| told.points(it)),
        None => Some(attribute.points),
    };
    let Some(points) = points else { return };
    let window = view.card.characteristics[place].window_months;
    let months = attribute.months.or(window).or_else(|| view.card.validity.months(points));
    let Some(whole) = span(view, at, attribute.start, months) else { return };
    let Some(every) = attribute.every_months else {
        out.push(occurrence((place, attribute), at, whole, points));
        return;
    };
    // Periods up to the end of the conduct; while it goes on, up to the first after the day, so that it is announced.
    let over = end(view, at);
    let stop = over.unwrap_or(NaiveDate::MAX);
    for period in 0.. {
        let from = later(whole.from, every.saturating_mul(period));
        if period > 0 && from >= stop {
            break;
        }
        let until = months.map(|it| later(from, it));
        let span = within(view, at, Span { from, until });
        let own = span.map(|span| occurrence((place, attribute), at, span, points));
        out.extend(own.map(|own| Occurrence { period, ..own }));
        if over.is_none() && from > view.day {
            break;
        }
    }
}

/// From when until when, inclusive, a record is in force.
fn term(view: &View<'_>, at: usize) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let fact = &view.dossier.facts[at];
    view.records.get(at).map_or((fact.valid_from, fact.valid_until), |it| it.term(fact))
}

/// The day a conduct ended, if it did.
fn end(view: &View<'_>, at: usize) -> Option<NaiveDate> {
    sooner(view.dossier.facts[at].ended_on, term(view, at).1)
}

/// From when until when a record counts; `None` when it never does.
pub(super) fn span(view: &View<'_>, at: usize, start: Start, months: Option<u32>) -> Option<Span> {
    let fact = &view.dossier.facts[at];
    let from = fact_day(fact);
    let (from, until) = match start {
        Start::Fact => (from, months.map(|it| later(from, it))),
        Start::End => (from, end(view, at).and_then(|end| months.map(|it| later(end, it)))),
        Start::InForce => {
            let (first, last) = term(view, at);
            (first.unwrap_or(from), sooner(last.and_then(|it| it.succ_opt()), fact.ended_on))
        }
    };
    within(view, at, Span { from, until })
}

/// The part of a span in which a record is used: a record its unit has ended is used no longer, nor one whose term is
/// over, whatever its points would be.
pub(super) fn within(view: &View<'_>, at: usize, span: Span) -> Option<Span> {
    let fact = &view.dossier.facts[at];
    let gone = match fact.state {
        RecordState::Withdrawn => Some(fact.ended_on?),
        _ => None,
    };
    let used = view.records.get(at).and_then(|it| it.used_until).and_then(|it| it.succ_opt());
    let until = sooner(sooner(span.until, gone), used);
    until.is_none_or(|it| span.from < it).then_some(Span { until, ..span })
}
