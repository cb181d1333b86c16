//! Indicators of reporting (数据质量): per unit, resource and month, with ranking and warnings; exact, and pure.
//!
//! What is known comes in as [`Known`]; the day, the calendar and the rules are arguments.

mod figures;
mod nothing;
mod owed;
mod period;
mod rules;
#[cfg(test)]
mod tests;
mod warning;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{catalog::Catalog, standards::Month};

pub use figures::{Activity, Figure, Figures, Share};
pub use nothing::{NoSuchPeriod, reportable};
pub use owed::{Measure, Outcome, Owed, Reporting, owed};
pub use period::{InvalidSpan, Span};
pub use rules::{Rules, RulesFault, Thresholds};
pub use warning::{Matter, Warning};

/// What the report of a month is made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Names of the units, by code.
    pub units: BTreeMap<String, String>,
    /// What was received in the month.
    pub activities: Vec<Activity>,
    /// Who reported what on which days, by unit and resource.
    pub reporting: BTreeMap<(String, String), Reporting>,
    /// Doubtful rows that are open today.
    pub doubts: Vec<OpenDoubts>,
}

/// Doubtful rows of a unit and resource that nobody has dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDoubts {
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// How many they are.
    pub count: u64,
    /// The local day the oldest was first seen.
    pub oldest: NaiveDate,
}

/// The figures of a unit, for one resource or for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The unit's code,
    pub unit: String,
    /// and name.
    pub unit_name: String,
    /// The resource's code; `None` in the sum over all.
    pub resource: Option<String>,
    /// The figures.
    pub figures: Figures,
}

/// A unit's place in the ranking (排名). Units with equal figures share a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The place, from 1.
    pub place: usize,
    /// The unit with its sum.
    pub line: Line,
}

/// The report of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The month.
    pub month: Month,
    /// The day of the judgement: open doubts, outcomes and warnings are of this day.
    pub today: NaiveDate,
    /// By unit and resource.
    pub lines: Vec<Line>,
    /// By unit, over all resources.
    pub units: Vec<Line>,
    /// Over all units.
    pub total: Figures,
    /// Units by their figures, the best first; only those that reported or had to.
    pub ranking: Vec<Place>,
    /// Periods that were owed up to today, by unit and resource.
    pub owed: Vec<Owed>,
    /// The most urgent first.
    pub warnings: Vec<Warning>,
}

/// How far back periods are looked at, in days: a year and the month of grace after it.
pub const LOOK_BACK: u64 = 400;

/// The report of a month, on a day.
#[must_use]
pub fn report(known: &Known, catalog: &Catalog, month: Month, measure: Measure<'_>) -> Report {
    let owed = all_owed(known, catalog, month, measure);
    let lines = lines(known, &owed, month);
    let units = sums(&lines);
    let mut total = Figures::default();
    units.iter().for_each(|it| total.add(&it.figures));
    let warnings = warning::all(known, &owed, &lines, measure);
    Report { month, today: measure.today, ranking: ranking(&units), lines, units, total, owed, warnings }
}

fn all_owed(known: &Known, catalog: &Catalog, month: Month, measure: Measure<'_>) -> Vec<Owed> {
    let from = earliest(month);
    let of = |((unit, resource), reporting): (&(String, String), &Reporting)| {
        let duty = catalog.get(resource).map(|it| it.duty)?;
        Some(owed((unit, resource), &duty, reporting, from, measure))
    };
    known.reporting.iter().filter_map(of).flatten().collect()
}

/// The first day looked at for the report of a month.
#[must_use]
pub fn earliest(month: Month) -> NaiveDate {
    month.first_day().checked_sub_days(chrono::Days::new(LOOK_BACK)).unwrap_or(NaiveDate::MIN)
}

fn lines(known: &Known, owed: &[Owed], month: Month) -> Vec<Line> {
    let mut by: BTreeMap<(&str, &str), Figures> = BTreeMap::new();
    for it in &known.activities {
        let figures = by.entry((&it.unit, &it.resource)).or_default();
        figures.deliveries += it.deliveries;
        figures.refused += it.refused;
        figures.tally.add(&it.tally);
        figures.timed += it.timed;
        figures.late += it.late;
    }
    for it in owed.iter().filter(|it| Month::of(it.span.last) == month) {
        let figures = by.entry((&it.unit, &it.resource)).or_default();
        figures.owed += 1;
        figures.zero_reports += u64::from(it.outcome == Outcome::ZeroReported);
        figures.missed += u64::from(it.outcome == Outcome::Missed);
    }
    for it in &known.doubts {
        by.entry((&it.unit, &it.resource)).or_default().open_doubts += it.count;
    }
    by.into_iter()
        .map(|((unit, resource), figures)| Line {
            unit: unit.to_owned(),
            unit_name: known.name_of(unit),
            resource: Some(resource.to_owned()),
            figures,
        })
        .collect()
}

fn sums(lines: &[Line]) -> Vec<Line> {
    lines
        .chunk_by(|one, other| one.unit == other.unit)
        .map(|of_unit| {
            let mut sum = Line { resource: None, figures: Figures::default(), ..of_unit[0].clone() };
            of_unit.iter().for_each(|it| sum.figures.add(&it.figures));
            sum
        })
        .collect()
}

/// Fewest omissions first, then the higher 合规率, then the higher 及时率: nothing is weighed against another.
fn ranking(units: &[Line]) -> Vec<Place> {
    let better = |one: &Figures, other: &Figures| {
        let by_compliance = || other.compliance().compare(one.compliance());
        let by_time = || other.timeliness().compare(one.timeliness());
        one.missed.cmp(&other.missed).then_with(by_compliance).then_with(by_time)
    };
    let mut ranked: Vec<&Line> = units.iter().filter(|it| it.figures.delivered() + it.figures.owed > 0).collect();
    ranked.sort_by(|one, other| better(&one.figures, &other.figures).then_with(|| one.unit.cmp(&other.unit)));
    let mut places: Vec<Place> = Vec::with_capacity(ranked.len());
    for (at, line) in ranked.into_iter().enumerate() {
        let shared = places.last().filter(|last| better(&last.line.figures, &line.figures).is_eq());
        let place = shared.map_or(at + 1, |last| last.place);
        places.push(Place { place, line: line.clone() });
    }
    places
}

impl Known {
    /// The name of a unit; its code when it has none.
    #[must_use]
    pub fn name_of(&self, unit: &str) -> String {
        self.units.get(unit).cloned().unwrap_or_else(|| unit.to_owned())
    }
}
