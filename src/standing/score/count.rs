//! Repeats and amounts: what an occurrence is worth beside others of its kind, whatever the day.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::{
    View,
    gather::{self, Occurrence, Span},
    later,
};
use crate::{
    policy::rules::Steps,
    record::Fact,
    standards::{Decimal, Money},
};

pub(super) fn prepare(view: &View<'_>, occurrences: &mut Vec<Occurrence<'_>>) {
    if occurrences.iter().any(|it| it.attribute.steps.is_some()) {
        amounts(view, occurrences);
    }
    if let Some(factor) = view.card.repeat_factor.filter(|_| occurrences.len() > 1) {
        repeats(view, occurrences, factor);
    }
}

/// The order in which occurrences came about.
fn order(view: &View<'_>, it: &Occurrence<'_>) -> (NaiveDate, i64, u32) {
    (it.span.from, view.dossier.facts[it.fact].id, it.period)
}

/// Points by an amount: each record gives what the sum of its calendar year rises by.
fn amounts(view: &View<'_>, occurrences: &mut Vec<Occurrence<'_>>) {
    let mut by_order: Vec<usize> = (0..occurrences.len()).collect();
    by_order.sort_by_key(|it| order(view, &occurrences[*it]));
    let mut sums: BTreeMap<(&str, i32), i64> = BTreeMap::new();
    for at in by_order {
        let it = &mut occurrences[at];
        let Some(steps) = it.attribute.steps.as_ref().filter(|_| !it.remaining) else { continue };
        let sum = sums.entry((&it.attribute.id, it.span.from.year())).or_default();
        let before = *sum;
        *sum = sum.saturating_add(hundredths(&view.dossier.facts[it.fact], steps).max(0));
        it.points = steps.points(*sum) - steps.points(before);
        it.rule = tier(steps, *sum);
    }
    occurrences.retain(|it| it.attribute.steps.is_none() || it.points != 0);
}

/// The field of steps, in hundredths.
fn hundredths(fact: &Fact, steps: &Steps) -> i64 {
    let whole = || fact.fields.number(&steps.field).and_then(Decimal::to_integer);
    let money = fact.fields.money(&steps.field).map(Money::fen);
    money.or_else(|| whole().map(|it| it.saturating_mul(100))).unwrap_or_default()
}

/// The tier a sum lies in.
fn tier(steps: &Steps, hundredths: i64) -> &str {
    let within = |most: Option<i64>| most.is_none_or(|it| hundredths <= it.saturating_mul(100));
    let tiers = &steps.tiers;
    tiers.iter().find(|it| within(it.up_to)).or(tiers.last()).map_or("", |it| &it.id)
}

/// A deduction of the same kind while an earlier one is valid, and used, counts more; its own validity follows its size then.
///
/// It does for as long as it is valid itself: that the earlier one ends by its term takes nothing back. One that was
/// repaired, shielded or withdrawn is not here, so that nothing is a repeat of it any more.
fn repeats(view: &View<'_>, occurrences: &mut [Occurrence<'_>], factor: i64) {
    let mut by_order: Vec<usize> =
        (0..occurrences.len()).filter(|it| occurrences[*it].points < 0 && !occurrences[*it].remaining).collect();
    by_order.sort_by_key(|it| order(view, &occurrences[*it]));
    for (place, at) in by_order.iter().enumerate() {
        let it = &occurrences[*at];
        let again = by_order[..place].iter().any(|earlier| {
            let earlier = &occurrences[*earlier];
            let same = earlier.attribute.kind() == it.attribute.kind();
            same && earlier.fact != it.fact && earlier.span.holds(it.span.from)
        });
        if again {
            let it = &mut occurrences[*at];
            it.factor = factor;
            it.span = lengthened(view, it);
        }
    }
}

/// The span of a repeated deduction: where the validity follows the size, it follows the doubled one.
fn lengthened(view: &View<'_>, it: &Occurrence<'_>) -> Span {
    let fixed = it.attribute.months.or(view.card.characteristics[it.characteristic].window_months);
    let months = view.card.validity.months(it.points * it.factor);
    if fixed.is_some() || months.is_none() {
        return it.span;
    }
    let longer = match it.attribute.every_months {
        Some(_) => {
            let until = months.map(|lasts| later(it.span.from, lasts));
            gather::within(view, it.fact, Span { until, ..it.span })
        }
        None => gather::span(view, it.fact, it.attribute.start, months),
    };
    longer.unwrap_or(it.span)
}
