//! The report of a month as a city would read it.

use chrono::NaiveDate;

use super::*;
use crate::{
    record::{Tally, Urgency},
    standards::workday::Calendar,
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn activity(unit: &str, rows: u64, rejected: u64, late: u64) -> Activity {
    let tally = Tally { rows, new: rows - rejected, rejected, ..Tally::default() };
    let (unit, resource) = (unit.to_owned(), "penalty".to_owned());
    Activity { unit, resource, deliveries: 1, refused: 0, tally, timed: rows - rejected, late }
}

fn reporting(unit: &str, days: &[&str]) -> ((String, String), Reporting) {
    let days: Vec<NaiveDate> = days.iter().map(|it| day(it)).collect();
    let known = Reporting { since: days.first().copied(), days, zeros: BTreeMap::new() };
    ((unit.to_owned(), "penalty".to_owned()), known)
}

fn october(today: &str) -> Report {
    let known = Known {
        units: [("A", "市场监管局"), ("B", "应急管理局"), ("C", "城管局"), ("D", "商务局")]
            .map(|(code, name)| (code.to_owned(), name.to_owned()))
            .into(),
        activities: vec![activity("A", 100, 1, 0), activity("B", 10, 0, 6), activity("C", 200, 2, 0)],
        reporting: [
            reporting("A", &["2026-10-08", "2026-11-05"]),
            reporting("B", &["2026-10-20"]),
            reporting("C", &["2026-10-12"]),
            reporting("D", &["2026-09-03"]),
        ]
        .into(),
        doubts: vec![OpenDoubts { unit: "A".into(), resource: "penalty".into(), count: 1, oldest: day("2026-10-08") }],
    };
    let (rules, calendar) = (Rules::embedded(), Calendar::embedded());
    let measure = Measure { rules: &rules, calendar: &calendar, today: day(today) };
    report(&known, &Catalog::embedded(), Month::of(day("2026-10-01")), measure)
}

#[test]
fn every_row_of_a_unit_is_in_its_sum_and_every_unit_in_the_total() {
    let report = october("2026-11-21");
    assert_eq!((report.total.delivered(), report.total.stored(), report.total.open_doubts), (310, 307, 1));
    assert_eq!(report.total.compliance().to_string(), "99.03%");
    assert_eq!(report.units.iter().map(|it| it.figures.delivered()).sum::<u64>(), 310);
    assert_eq!((report.total.owed, report.total.missed), (4, 1));
}

#[test]
fn omissions_count_before_compliance_and_compliance_before_time() {
    let places: Vec<(usize, String)> =
        october("2026-11-21").ranking.into_iter().map(|it| (it.place, it.line.unit_name)).collect();
    let expected = [(1, "应急管理局"), (2, "市场监管局"), (2, "城管局"), (4, "商务局")];
    assert_eq!(places, expected.map(|(place, name)| (place, name.to_owned())));
}

#[test]
fn warnings_turn_from_blue_to_yellow_to_red_as_the_due_day_comes() {
    let of_period = |today: &str| -> Option<(Urgency, Option<i64>)> {
        let report = october(today);
        let it = report.warnings.iter().find(|it| it.unit == "D" && it.span.as_deref() == Some("2026-10"))?;
        Some((it.level, it.working_days))
    };
    assert_eq!(of_period("2026-11-02"), None);
    assert_eq!(of_period("2026-11-03"), Some((Urgency::Blue, Some(5))));
    assert_eq!(of_period("2026-11-06"), Some((Urgency::Yellow, Some(2))));
    assert_eq!(of_period("2026-11-10"), Some((Urgency::Yellow, Some(0))));
    assert_eq!(of_period("2026-11-11"), Some((Urgency::Red, Some(-1))));
}

#[test]
fn a_unit_that_is_mostly_late_and_doubts_that_wait_are_named() {
    let report = october("2026-11-21");
    let of = |matter| report.warnings.iter().find(|it| it.matter == matter).expect("a warning").message.clone();
    assert_eq!(of(Matter::Lateness), "迟报率 60.00%（10 条中 6 条迟报），高于 50%");
    assert_eq!(of(Matter::Doubts), "1 条疑问数据未处理，最早一条已 32 个工作日（限 10 个）");
    assert_eq!(report.warnings.first().map(|it| it.level), Some(Urgency::Red));
}
