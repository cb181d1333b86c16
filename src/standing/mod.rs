//! What follows from a subject's records: publicity, lists, scores. A pure function of records, marks, packs and the day.
//!
//! Nothing here is ever edited: it is derived again when something changes or a term ends.

mod brief;
mod figures;
mod lists;
mod publicity;
mod score;
mod shared;
mod simulation;
mod window;

use chrono::NaiveDate;
use serde::Serialize;

pub use brief::{Brief, BriefCount, BriefList, BriefScore};
pub use figures::{Cell, Claim, Contradiction, Finding, Scope, Sums, agree, check};
pub use lists::{ListEffect, ListEntry, ListKind, Listed, UNKNOWN_LIST, entry, exit, measures};
pub use publicity::{PublicityState, RecordStanding};
pub use score::{
    CountState, Counted, DimensionScore, Improve, NextLevel, Origin, Partial, Relief, Score, by as score_by,
    card as scorecard_of,
};
pub use shared::is_shared;
pub use simulation::{Moved, Shifts, Simulation, Transition};
pub use window::fact_day;

use crate::{
    policy::Packs,
    record::{ConfirmedClass, Fact, Mark, Subject},
};

/// Everything a standing follows from (卷宗): a subject with what was known of it at one moment.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The subject.
    pub subject: Subject,
    /// Its records, and those of subjects merged into it, as known at the moment; in the order of their ids.
    pub facts: Vec<Fact>,
    /// What rights cases do to them.
    pub marks: Vec<Mark>,
    /// What departments have confirmed of single records, in the order they said it.
    pub classes: Vec<ConfirmedClass>,
}

impl Dossier {
    /// The marks that hold for a record on a day.
    pub fn marks_on<'d>(&'d self, fact: &Fact, day: NaiveDate) -> impl Iterator<Item = &'d Mark> + use<'d> {
        let key = fact.key;
        self.marks.iter().filter(move |it| it.key == key && it.holds(day))
    }
}

/// The standing of a subject on a day (信用状况).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The day it is of.
    pub day: NaiveDate,
    /// Each record's publicity and use, in the order of the facts.
    pub records: Vec<RecordStanding>,
    /// The lists it is on.
    pub lists: Vec<Listed>,
    /// One result a scorecard in force.
    pub scores: Vec<Score>,
    /// The next day on which it changes by itself: a term ends, a pack comes into force. `None` when none is known.
    pub next: Option<NaiveDate>,
}

/// Derives the standing of a day.
#[must_use]
pub fn derive(dossier: &Dossier, packs: &Packs, day: NaiveDate) -> Standing {
    let (records, mut next) = publicity::of(dossier, packs, day);
    let (lists, lists_next) = lists::of(dossier, &records, packs, day);
    let (scores, scores_next) = score::of(dossier, &records, packs, day);
    for other in [lists_next, scores_next, packs.next_change(day)] {
        next = sooner(next, other);
    }
    Standing { day, records, lists, scores, next }
}

/// The earlier of two days that may be unknown.
#[must_use]
pub fn sooner(one: Option<NaiveDate>, other: Option<NaiveDate>) -> Option<NaiveDate> {
    [one, other].into_iter().flatten().min()
}
