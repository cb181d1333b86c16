//! What was owed: which periods a unit had to report for, and what became of each.
//!
//! A unit owes a resource from the period in which it first delivered it or stated that it had nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Rules, Span};
use crate::{catalog::Duty, standards::workday::Calendar};

named! {
    /// What became of a period that was owed (应报情况).
    pub enum Outcome {
        /// 已报送
        Delivered = "delivered",
        /// 零报告
        ZeroReported = "zero_reported",
        /// 未到期: neither yet, and the due day has not passed.
        Pending = "pending",
        /// 漏报: neither, and the due day has passed.
        Missed = "missed",
        /// 未报送: neither, of a resource that asks for no zero report: nobody can tell whether there was something.
        Silent = "silent",
    }
}

/// A period that was owed (应报期次).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// The period.
    pub span: Span,
    /// The last day in time.
    pub due: NaiveDate,
    /// Whether that day rests on published holidays alone.
    pub certain: bool,
    /// What became of it,
    pub outcome: Outcome,
    /// and on which day, if something was delivered or stated.
    pub day: Option<NaiveDate>,
}

/// What is known of one unit's reporting of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reporting {
    /// The first day anything was delivered or stated.
    pub since: Option<NaiveDate>,
    /// The days on which something was delivered and not refused, ascending.
    pub days: Vec<NaiveDate>,
    /// Periods stated to have nothing, by name, with the day of the statement.
    pub zeros: BTreeMap<String, NaiveDate>,
}

/// By what periods are judged.
#[derive(Debug, Clone, Copy)]
pub struct Measure<'m> {
    /// The rules.
    pub rules: &'m Rules,
    /// The calendar.
    pub calendar: &'m Calendar,
    /// The day of the judgement.
    pub today: NaiveDate,
}

/// The periods a unit owed of a resource, from the one with the day `from` to that of today, with their outcome.
#[must_use]
pub fn owed(who: (&str, &str), duty: &Duty, known: &Reporting, from: NaiveDate, measure: Measure<'_>) -> Vec<Owed> {
    let (Some(period), Some(since)) = (duty.period, known.since) else { return Vec::new() };
    let mut found = Vec::new();
    let mut days = known.days.iter().copied().filter(|it| *it >= from).peekable();
    let mut span = Span::of(period, since.max(from));
    while span.first <= measure.today {
        let due = measure.rules.due(span, measure.calendar);
        // Each delivery answers for one period: for the earliest still waiting in whose time it came.
        while days.next_if(|it| *it < span.first).is_some() {}
        let delivered = days.next_if(|it| *it <= due.day);
        while delivered.is_some() && days.next_if(|it| *it <= span.last).is_some() {}
        let stated = known.zeros.get(&span.to_string()).copied();
        let outcome = match (delivered, stated) {
            (Some(_), _) => Outcome::Delivered,
            (None, Some(_)) => Outcome::ZeroReported,
            (None, None) if measure.today <= due.day => Outcome::Pending,
            (None, None) if duty.zero_report => Outcome::Missed,
            (None, None) => Outcome::Silent,
        };
        let (unit, resource) = (who.0.to_owned(), who.1.to_owned());
        found.push(Owed {
            unit,
            resource,
            span,
            due: due.day,
            certain: due.certain,
            outcome,
            day: delivered.or(stated),
        });
        let next = span.next();
        if next == span {
            break;
        }
        span = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Period;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn outcomes(days: &[&str], zeros: &[(&str, &str)], zero_report: bool, today: &str) -> Vec<(String, Outcome)> {
        let known = Reporting {
            since: days.iter().map(|it| day(it)).chain(zeros.iter().map(|it| day(it.1))).min(),
            days: days.iter().map(|it| day(it)).collect(),
            zeros: zeros.iter().map(|(name, on)| ((*name).to_owned(), day(on))).collect(),
        };
        let duty = Duty { period: Some(Period::Month), zero_report, ..Duty::default() };
        let (rules, calendar) = (Rules::embedded(), Calendar::embedded());
        let measure = Measure { rules: &rules, calendar: &calendar, today: day(today) };
        let found = owed(("U", "penalty"), &duty, &known, day("2025-01-01"), measure);
        found.into_iter().map(|it| (it.span.to_string(), it.outcome)).collect()
    }

    #[test]
    fn a_month_without_delivery_or_zero_report_is_missed_after_the_tenth() {
        let days = ["2026-08-20", "2026-08-21", "2026-10-05"];
        for (today, last) in [("2026-11-10", Outcome::Pending), ("2026-11-11", Outcome::Missed)] {
            let found = outcomes(&days, &[], true, today);
            let expected = [
                ("2026-08", Outcome::Delivered),
                // The delivery of 5 October came in time for September, and answers for it alone.
                ("2026-09", Outcome::Delivered),
                ("2026-10", last),
                ("2026-11", Outcome::Pending),
            ];
            assert_eq!(found, expected.map(|(name, outcome)| (name.to_owned(), outcome)), "{today}");
        }
    }

    #[test]
    fn a_zero_report_answers_for_its_period_and_no_other() {
        let found = outcomes(&["2026-08-20"], &[("2026-09", "2026-10-09")], true, "2026-11-21");
        let expected = [
            ("2026-08", Outcome::Delivered),
            ("2026-09", Outcome::ZeroReported),
            ("2026-10", Outcome::Missed),
            ("2026-11", Outcome::Pending),
        ];
        assert_eq!(found, expected.map(|(name, outcome)| (name.to_owned(), outcome)));
    }

    #[test]
    fn silence_about_a_resource_without_zero_reports_is_not_an_omission() {
        let found = outcomes(&["2026-09-20"], &[], false, "2026-11-21");
        assert_eq!(found[1], ("2026-10".to_owned(), Outcome::Silent));
    }

    #[test]
    fn a_unit_that_never_reported_owes_nothing_yet() {
        assert_eq!(outcomes(&[], &[], true, "2026-11-21"), []);
    }
}
