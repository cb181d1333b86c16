//! Scores: every scorecard in force applied to a dossier.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Dossier, RecordStanding};
use crate::{
    policy::{PackRef, Packs},
    record::Reason,
};

/// The result of a scorecard (评价结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// The scorecard.
    pub pack: PackRef,
    /// Its title.
    pub title: String,
    /// The points.
    pub points: i64,
    /// The level's code, e.g. `A`.
    pub level: String,
    /// The level's name, e.g. 优.
    pub level_name: String,
    /// Every characteristic with its points.
    pub partials: Vec<Partial>,
}

/// One characteristic of a result (评价指标得分).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partial {
    /// The characteristic.
    pub characteristic: String,
    /// Its points.
    pub points: i64,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// One result a scorecard that is in force and meant for this subject, and the next day one changes by itself.
pub(super) fn of(
    _dossier: &Dossier,
    _records: &[RecordStanding],
    _packs: &Packs,
    _day: NaiveDate,
) -> (Vec<Score>, Option<NaiveDate>) {
    (Vec::new(), None)
}
