//! The points of the day: characteristics within their bounds, dimensions within theirs, the sum within the whole.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::{
    CountState, Counted, DimensionScore, Partial, Score, View,
    gather::{Gathered, Hit, Occurrence},
    improve, last, level, wording,
};
use crate::policy::rules::{Characteristic, Combine};

/// An occurrence on the day.
pub(super) struct Item<'a, 'o> {
    pub occurrence: &'o Occurrence<'a>,
    pub points: i64,
    pub state: CountState,
}

impl Item<'_, '_> {
    /// Whether its points are in the sum.
    pub fn counts(&self) -> bool {
        matches!(self.state, CountState::Counted | CountState::Repeated | CountState::Remaining)
    }
}

/// What makes records one conduct.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Conduct<'a> {
    Field(usize, &'a str),
    Record(usize),
}

pub(super) fn own(view: &View<'_>, gathered: &mut Gathered<'_>) -> Score {
    let directs: Vec<Hit> = gathered.directs.iter().copied().filter(|it| it.span.holds(view.day)).collect();
    let goes_on = |it: &&Hit| it.over.is_none_or(|over| view.day < over);
    let frozen = directs.iter().filter(goes_on).any(|it| view.card.directs[it.rule].freezes);
    let mut items = on_the_day(view, gathered, &directs, frozen);
    for at in 0..view.card.characteristics.len() {
        combine(&view.card.characteristics[at], at, view, &mut items);
    }
    let mut partials: Vec<Partial> =
        view.card.characteristics.iter().enumerate().map(|(at, it)| partial(view, at, it, &items, frozen)).collect();
    let rests = gathered.rests.iter().filter(|it| it.hit.span.holds(view.day));
    partials.extend(rests.map(|it| wording::rest(view, it)));
    let (points, dimensions) = sum(view, &partials);
    let decided = level::decide(view, gathered, (&items, &directs), points);
    let improve = improve::of(view, &items, &directs, &decided);
    Score {
        pack: view.pack.reference(),
        title: view.pack.head.title.clone(),
        default: view.card.default,
        group: None,
        origin: decided.origin,
        points: Some(decided.points),
        level: view.card.levels[decided.rank].code.clone(),
        level_name: view.card.levels[decided.rank].name.clone(),
        mark: decided.mark,
        own_level: decided.own.map(|it| view.card.levels[it].code.clone()),
        grounds: decided.grounds,
        dimensions,
        partials,
        improve,
    }
}

/// The occurrences that hold, of one conduct the weightiest only.
fn on_the_day<'a, 'o>(view: &View<'a>, gathered: &'o Gathered<'a>, directs: &[Hit], frozen: bool) -> Vec<Item<'a, 'o>> {
    let held = gathered.occurrences.iter().filter(|it| it.span.holds(view.day));
    // What gives a level directly is not counted in points as well, not even by another record of the same conduct.
    let direct = |at: usize| directs.iter().any(|it| it.fact == at || conduct(view, it.fact) == conduct(view, at));
    let held = held.filter(|it| directs.is_empty() || !direct(it.fact));
    let mut items: Vec<Item<'a, 'o>> = held
        .map(|it| {
            let points = it.points_on(view.day);
            let state = match (frozen && points > 0, it.remaining, it.factor > 1) {
                (true, ..) => CountState::Frozen,
                (_, true, _) => CountState::Remaining,
                (.., true) => CountState::Repeated,
                _ => CountState::Counted,
            };
            Item { occurrence: it, points, state }
        })
        .collect();
    if items.len() > 1 {
        one_conduct(view, &mut items);
    }
    items
}

/// Of the deductions for one conduct the largest counts, of the additions for one the highest.
fn one_conduct(view: &View<'_>, items: &mut [Item<'_, '_>]) {
    let mut best: BTreeMap<(Conduct<'_>, u32, bool), usize> = BTreeMap::new();
    let mut beaten = Vec::new();
    // Of two that weigh the same the older record, whatever their order.
    let weight = |it: &Item<'_, '_>| (it.points.abs(), Reverse(view.dossier.facts[it.occurrence.fact].id));
    for (at, item) in items.iter().enumerate() {
        let key = (conduct(view, item.occurrence.fact), item.occurrence.period, item.points > 0);
        match best.get_mut(&key) {
            None => {
                best.insert(key, at);
            }
            Some(kept) if weight(&items[*kept]) >= weight(item) => beaten.push(at),
            Some(kept) => beaten.push(std::mem::replace(kept, at)),
        }
    }
    for at in beaten {
        items[at].state = CountState::Superseded;
    }
}

fn conduct<'a>(view: &View<'a>, at: usize) -> Conduct<'a> {
    let fact = &view.dossier.facts[at];
    let told = view.card.conducts.iter().enumerate().filter(|(_, it)| it.resources.contains(&fact.resource));
    let value = told.filter_map(|(place, it)| Some((place, fact.fields.text(&it.field)?))).next();
    value.map_or(Conduct::Record(at), |(place, text)| Conduct::Field(place, text))
}

/// Where a characteristic does not add its records up, one of them counts.
fn combine(characteristic: &Characteristic, at: usize, view: &View<'_>, items: &mut [Item<'_, '_>]) {
    if characteristic.combine == Combine::Sum {
        return;
    }
    let own = |it: &Item<'_, '_>| it.occurrence.characteristic == at && it.counts();
    let id = |it: &Item<'_, '_>| view.dossier.facts[it.occurrence.fact].id;
    let counting = items.iter().enumerate().filter(|(_, it)| own(it));
    let kept = match characteristic.combine {
        Combine::Sum => None,
        Combine::Worst => counting.min_by_key(|(_, it)| (it.points, id(it))),
        Combine::Best => counting.max_by_key(|(_, it)| (it.points, Reverse(id(it)))),
        Combine::Latest => counting.max_by_key(|(_, it)| (it.occurrence.span.from, id(it))),
    };
    let kept = kept.map(|(place, _)| place);
    for (place, item) in items.iter_mut().enumerate() {
        if own(item) && Some(place) != kept {
            item.state = CountState::Superseded;
        }
    }
}

fn partial(view: &View<'_>, at: usize, it: &Characteristic, items: &[Item<'_, '_>], frozen: bool) -> Partial {
    let mut own: Vec<&Item<'_, '_>> = items.iter().filter(|item| item.occurrence.characteristic == at).collect();
    own.sort_by_key(|item| (item.occurrence.span.from, view.dossier.facts[item.occurrence.fact].id));
    let counting = own.iter().filter(|it| it.counts());
    let sum = yearly(it.per_year, counting.map(|it| (it.occurrence.span.from, it.points)));
    let sum = if own.is_empty() && !(frozen && it.otherwise > 0) { it.otherwise } else { sum };
    let counted = |item: &&Item<'_, '_>| Counted {
        rule: item.occurrence.rule.to_owned(),
        record: view.dossier.facts[item.occurrence.fact].id,
        points: item.points,
        from: item.occurrence.span.from,
        until: item.occurrence.span.until.map(last),
        state: item.state,
    };
    Partial {
        characteristic: it.code.clone(),
        title: it.title.clone(),
        dimension: it.dimension.clone(),
        points: within(sum, it.floor, it.ceiling),
        counted: own.iter().map(counted).collect(),
        reasons: own.iter().map(|item| wording::reason(view, it, item)).collect(),
    }
}

/// The sum, of each calendar year no more than so much.
fn yearly(most: Option<i64>, points: impl Iterator<Item = (NaiveDate, i64)>) -> i64 {
    let Some(most) = most else { return points.map(|(_, it)| it).sum() };
    let mut years: BTreeMap<i32, i64> = BTreeMap::new();
    for (day, points) in points {
        *years.entry(day.year()).or_default() += points;
    }
    years.into_values().map(|it| it.clamp(-most, most)).sum()
}

fn within(points: i64, floor: Option<i64>, ceiling: Option<i64>) -> i64 {
    let points = floor.map_or(points, |it| points.max(it));
    ceiling.map_or(points, |it| points.min(it))
}

/// All points, and those of each dimension.
fn sum(view: &View<'_>, partials: &[Partial]) -> (i64, Vec<DimensionScore>) {
    let card = view.card;
    let of = |code: Option<&str>| -> i64 {
        partials.iter().filter(|it| it.dimension.as_deref() == code).map(|it| it.points).sum()
    };
    let dimensions: Vec<DimensionScore> = card
        .dimensions
        .iter()
        .map(|it| DimensionScore {
            dimension: it.code.clone(),
            name: it.name.clone(),
            points: within(it.initial + of(Some(&it.code)), it.floor, it.ceiling),
        })
        .collect();
    let base = if card.dimensions.is_empty() { card.initial_score } else { 0 };
    let total = base + of(None) + dimensions.iter().map(|it| it.points).sum::<i64>();
    (within(total, card.floor, card.ceiling), dimensions)
}
