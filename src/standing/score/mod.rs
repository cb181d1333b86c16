//! Scores: every scorecard in force applied to a dossier.

mod count;
mod evaluate;
mod gather;
mod improve;
mod level;
mod result;
mod wording;

#[cfg(test)]
mod tests;

use chrono::{Days, Months, NaiveDate};

pub use result::{CountState, Counted, DimensionScore, Improve, NextLevel, Origin, Partial, Relief, Score};

use super::{Dossier, RecordStanding, sooner};
use crate::policy::{Pack, PackKind, Packs, rules::Scorecard};

/// One result a scorecard that is in force and meant for this subject, and the next day one changes by itself.
pub(super) fn of(
    dossier: &Dossier,
    records: &[RecordStanding],
    packs: &Packs,
    day: NaiveDate,
) -> (Vec<Score>, Option<NaiveDate>) {
    let kind = dossier.subject.kind.as_str();
    let (mut scores, mut next) = (Vec::new(), None);
    let fitting = packs.scorecards(day).filter(|(_, card)| card.subjects.iter().any(|it| it == kind));
    let cards: Vec<(&Pack, &Scorecard)> = fitting.collect();
    for (pack, card) in &cards {
        let (found, change) = by(pack, card, dossier, records, day);
        scores.extend(found);
        next = sooner(next, change);
    }
    level::bar(&mut scores, &cards);
    (scores, next)
}

/// The results of one scorecard for a dossier, whether it is in force or not: for simulations and proofs. Without bars
/// by other scorecards; a scorecard of imported results may give several or none.
#[must_use]
pub fn by(
    pack: &Pack,
    card: &Scorecard,
    dossier: &Dossier,
    records: &[RecordStanding],
    day: NaiveDate,
) -> (Vec<Score>, Option<NaiveDate>) {
    let view = View { pack, card, dossier, records, day };
    let mut gathered = gather::from(&view);
    let next = gathered.next(day);
    if gathered.excluded {
        return (Vec::new(), next);
    }
    let scores =
        if card.is_own() { vec![evaluate::own(&view, &mut gathered)] } else { level::imported(&view, &gathered) };
    (scores, next)
}

/// The scorecard of a pack, if it is one.
#[must_use]
pub fn card(pack: &Pack) -> Option<&Scorecard> {
    match &pack.body {
        crate::policy::Body::Scorecard(card) if pack.head.kind == PackKind::Scorecard => Some(card.as_ref()),
        _ => None,
    }
}

/// What a result follows from.
struct View<'a> {
    pack: &'a Pack,
    card: &'a Scorecard,
    dossier: &'a Dossier,
    records: &'a [RecordStanding],
    day: NaiveDate,
}

/// So many calendar months later; at the end of a month, its last day.
fn later(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The last day before one, as terms are told.
fn last(before: NaiveDate) -> NaiveDate {
    before.checked_sub_days(Days::new(1)).unwrap_or(before)
}
