//! Warnings (预警): what is due soon, what is past due, who is late too often, what waits too long.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::{Known, Line, Measure, Outcome, Owed};
use crate::record::Urgency;

named! {
    /// What a warning is about (预警事项).
    pub enum Matter {
        /// 报送期次: a period's delivery or zero report.
        Period = "period",
        /// 迟报率
        Lateness = "lateness",
        /// 疑问数据: doubtful rows nobody deals with.
        Doubts = "doubts",
    }
}

/// A warning, complete for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// How urgent it is.
    pub level: Urgency,
    /// What it is about.
    pub matter: Matter,
    /// The unit,
    pub unit: String,
    /// and its name.
    pub unit_name: String,
    /// The resource's code; `None` when it is about the unit as a whole.
    pub resource: Option<String>,
    /// The period.
    pub span: Option<String>,
    /// The day it was or is due.
    pub due: Option<NaiveDate>,
    /// Working days left until then, negative when it is past.
    pub working_days: Option<i64>,
    /// What a person should know, in Chinese.
    pub message: String,
}

/// Of a unit's periods that were missed, so many of the latest are warned of; the older stand in the figures.
const MISSED_SHOWN: usize = 3;

pub(super) fn all(known: &Known, owed: &[Owed], lines: &[Line], measure: Measure<'_>) -> Vec<Warning> {
    let mut found: Vec<Warning> = owed
        .chunk_by(|one, other| (&one.unit, &one.resource) == (&other.unit, &other.resource))
        .flat_map(|one| of_periods(known, one, measure))
        .chain(lines.iter().filter_map(|it| of_lateness(it, measure)))
        .chain(known.doubts.iter().filter_map(|it| of_doubts(known, it, measure)))
        .collect();
    found.sort_by(|one, other| {
        let rank = |it: &Warning| (Reverse(it.level), it.due, it.unit.clone(), it.resource.clone(), it.matter);
        rank(one).cmp(&rank(other))
    });
    found
}

fn of_periods<'o>(known: &'o Known, owed: &'o [Owed], measure: Measure<'o>) -> impl Iterator<Item = Warning> + 'o {
    let missed = owed.iter().rev().filter(|it| it.outcome == Outcome::Missed).take(MISSED_SHOWN);
    let pending = owed.iter().filter(|it| it.outcome == Outcome::Pending);
    missed.chain(pending).filter_map(move |it| of_period(known, it, measure))
}

fn of_period(known: &Known, owed: &Owed, measure: Measure<'_>) -> Option<Warning> {
    let (left, _) = measure.calendar.workdays_between(measure.today, owed.due);
    let limits = &measure.rules.warning;
    let level = match owed.outcome {
        Outcome::Missed => Urgency::Red,
        _ if left <= limits.yellow => Urgency::Yellow,
        _ if left <= limits.blue => Urgency::Blue,
        _ => return None,
    };
    let about = if owed.certain { "" } else { "（当年节假日安排未发布，按周一至周五推算）" };
    let (span, due) = (owed.span, owed.due);
    let message = match owed.outcome {
        Outcome::Missed => format!("{span} 期应于 {due} 前报送或零报告，至今未报，已逾 {} 个工作日{about}", -left),
        _ => format!("{span} 期须于 {due} 前报送或零报告，剩余 {left} 个工作日{about}"),
    };
    Some(Warning {
        level,
        matter: Matter::Period,
        unit: owed.unit.clone(),
        unit_name: known.name_of(&owed.unit),
        resource: Some(owed.resource.clone()),
        span: Some(span.to_string()),
        due: Some(due),
        working_days: Some(left),
        message,
    })
}

fn of_lateness(line: &Line, measure: Measure<'_>) -> Option<Warning> {
    let (figures, limit) = (&line.figures, measure.rules.warning.late_percent);
    let above = u128::from(figures.late) * 100 > u128::from(figures.timed) * u128::from(limit);
    above.then(|| Warning {
        level: Urgency::Yellow,
        matter: Matter::Lateness,
        unit: line.unit.clone(),
        unit_name: line.unit_name.clone(),
        resource: line.resource.clone(),
        span: None,
        due: None,
        working_days: None,
        message: format!(
            "迟报率 {}（{} 条中 {} 条迟报），高于 {limit}%",
            figures.lateness(),
            figures.timed,
            figures.late
        ),
    })
}

fn of_doubts(known: &Known, doubts: &super::OpenDoubts, measure: Measure<'_>) -> Option<Warning> {
    let (waited, _) = measure.calendar.workdays_between(doubts.oldest, measure.today);
    let limit = measure.rules.warning.doubt_working_days;
    (waited > limit).then(|| Warning {
        level: Urgency::Yellow,
        matter: Matter::Doubts,
        unit: doubts.unit.clone(),
        unit_name: known.name_of(&doubts.unit),
        resource: Some(doubts.resource.clone()),
        span: None,
        due: None,
        working_days: None,
        message: format!("{} 条疑问数据未处理，最早一条已 {waited} 个工作日（限 {limit} 个）", doubts.count),
    })
}
