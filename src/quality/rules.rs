//! What is judged by what: due days and warning levels, from `schemas/policy/quality.toml` or a city's own file.

use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

use super::period::Span;
use crate::{
    catalog::Period,
    standards::workday::{Calendar, Deadline},
};

/// How the quality of reporting is judged (考核口径).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    due: Due,
    /// When a warning is given.
    pub warning: Thresholds,
}

/// When a warning is given (预警阈值).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Blue when at most so many working days are left,
    pub blue: i64,
    /// yellow when at most so few.
    pub yellow: i64,
    /// A unit whose 迟报率 is above so many percent is named.
    pub late_percent: u64,
    /// Working days an open doubtful row may wait.
    pub doubt_working_days: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Due {
    week: Grace,
    month: Grace,
    quarter: Grace,
    half_year: Grace,
    year: Grace,
}

/// How long after a period its report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Grace {
    /// On this day of the following month, 1–28.
    Day(u32),
    /// So many working days later.
    WorkingDays(u16),
}

/// A rules file that cannot be used. The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesFault {
    /// Not TOML, or not with these keys.
    #[error("考核口径文件无法读取：{0}")]
    Unreadable(String),
    /// A day of the month that not every month has.
    #[error("考核口径文件中的日 {0} 不在 1 至 28 之间")]
    Day(u32),
}

impl Rules {
    /// The rules shipped.
    ///
    /// # Panics
    /// Never: the test `the_rules_shipped_are_read` reads the same file.
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../schemas/policy/quality.toml")).expect("a test has read this file")
    }

    /// Reads a rules file.
    ///
    /// # Errors
    /// [`RulesFault`].
    pub fn parse(text: &str) -> Result<Self, RulesFault> {
        let rules: Self = toml::from_str(text).map_err(|fault| RulesFault::Unreadable(fault.to_string()))?;
        let due = &rules.due;
        for grace in [due.week, due.month, due.quarter, due.half_year, due.year] {
            match grace {
                Grace::Day(day) if !(1..=28).contains(&day) => return Err(RulesFault::Day(day)),
                Grace::Day(_) | Grace::WorkingDays(_) => {}
            }
        }
        Ok(rules)
    }

    /// The day the report of a period is due, itself still in time.
    #[must_use]
    pub fn due(&self, span: Span, calendar: &Calendar) -> Deadline {
        let grace = match span.period {
            Period::Week => self.due.week,
            Period::Month => self.due.month,
            Period::Quarter => self.due.quarter,
            Period::HalfYear => self.due.half_year,
            Period::Year => self.due.year,
        };
        match grace {
            Grace::WorkingDays(n) => calendar.add_workdays(span.last, n),
            Grace::Day(day) => Deadline { day: in_next_month(span.last, day), certain: true },
        }
    }
}

fn in_next_month(last: NaiveDate, day: u32) -> NaiveDate {
    let first = last.with_day(1).and_then(|it| it.checked_add_months(Months::new(1)));
    first.and_then(|it| it.with_day(day)).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_rules_shipped_are_read() {
        assert_eq!(Rules::embedded().warning.late_percent, 50);
    }

    #[test]
    fn a_month_is_due_on_the_tenth_and_a_week_five_working_days_later() {
        let (rules, calendar) = (Rules::embedded(), Calendar::embedded());
        for (span, due) in [
            ("2026-10", "2026-11-10"),
            ("2025-12", "2026-01-10"),
            ("2026-Q3", "2026-10-10"),
            ("2026-H1", "2026-07-10"),
            ("2025", "2026-01-10"),
            ("2026-W47", "2026-11-27"),
        ] {
            let span: Span = span.parse().expect("a period");
            assert_eq!(rules.due(span, &calendar), Deadline { day: day(due), certain: true }, "{span}");
        }
    }

    #[test]
    fn a_file_with_a_fault_is_refused() {
        let text = include_str!("../../schemas/policy/quality.toml");
        let (wrong_day, wrong_key) = (text.replacen("day = 10", "day = 31", 1), text.replace("blue", "bleu"));
        assert_eq!(Rules::parse(&wrong_day), Err(RulesFault::Day(31)));
        assert!(matches!(Rules::parse(&wrong_key), Err(RulesFault::Unreadable(_))));
    }
}
