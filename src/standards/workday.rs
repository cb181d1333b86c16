//! Working days (工作日): Monday to Friday but for the State Council's yearly notice, which is a data file.

use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;

/// The calendar of working days of the years whose notice is known.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// Years with a notice, ascending.
    years: Vec<i32>,
    /// Days that are not as their weekday says, ascending: working weekend days and free weekdays.
    exceptions: Vec<NaiveDate>,
}

/// Whether an answer rests on published notices or on the days of the week alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The notice of the year is known.
    Certain,
    /// The year is not in the calendar: Monday to Friday are taken for working days.
    Estimated,
}

/// The last day of a term counted in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The day.
    pub day: NaiveDate,
    /// Whether every year the term runs through is known.
    pub certain: bool,
}

/// A calendar file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    /// Not TOML, or not with these keys.
    #[error("工作日历文件无法读取：{0}")]
    Unreadable(String),
    /// A day or span that is none, or lies outside its year.
    #[error("{year}年的日期“{text}”无效")]
    Day {
        /// The year the entry stands under.
        year: i32,
        /// The entry.
        text: String,
    },
    /// A year twice.
    #[error("{0}年重复")]
    Twice(i32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Vec<Year>,
}

/// One year's notice: spans of free days, and weekend days to work on, as `MM-DD` or `MM-DD..MM-DD`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    #[serde(rename = "notice")]
    _notice: String,
    free: Vec<String>,
    working: Vec<String>,
}

impl Calendar {
    /// The calendar shipped: 2018–2026.
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../schemas/policy/workdays.toml"))
            .expect("the test `the_embedded_calendar_is_read` read it")
    }

    /// Reads a calendar file, so that a new year's notice needs no new program.
    ///
    /// # Errors
    /// [`CalendarFault`]
    pub fn parse(text: &str) -> Result<Self, CalendarFault> {
        let file: File = toml::from_str(text).map_err(|fault| CalendarFault::Unreadable(fault.to_string()))?;
        let mut calendar = Self::default();
        for year in file.year {
            if calendar.years.contains(&year.year) {
                return Err(CalendarFault::Twice(year.year));
            }
            calendar.years.push(year.year);
            let free = days(year.year, &year.free)?;
            let working = days(year.year, &year.working)?;
            calendar.exceptions.extend(free.into_iter().filter(|day| is_weekday(*day) && !working.contains(day)));
            calendar.exceptions.extend(working.into_iter().filter(|day| !is_weekday(*day)));
        }
        calendar.years.sort_unstable();
        calendar.exceptions.sort_unstable();
        calendar.exceptions.dedup();
        Ok(calendar)
    }

    /// The years whose notice is known, ascending.
    #[must_use]
    pub fn years(&self) -> &[i32] {
        &self.years
    }

    /// Whether a day is a working day, and how sure that is.
    #[must_use]
    pub fn is_workday(&self, day: NaiveDate) -> (bool, Certainty) {
        let known = self.years.binary_search(&day.year()).is_ok();
        let certainty = if known { Certainty::Certain } else { Certainty::Estimated };
        (self.works(day), certainty)
    }

    /// The `count`-th working day after `day`, which itself is day 0; with 0 it is `day` as it is.
    ///
    /// At the end of the calendar the last day there is comes back, not certain.
    #[must_use]
    pub fn add_workdays(&self, day: NaiveDate, count: u16) -> Deadline {
        let (mut last, mut left) = (day, count);
        while left > 0 {
            let Some(next) = last.checked_add_days(Days::new(1)) else {
                return Deadline { day: last, certain: false };
            };
            last = next;
            left -= u16::from(self.works(last));
        }
        Deadline { day: last, certain: self.knows(day, last) }
    }

    /// How many working days lie after `from` up to and with `to`, negative when `to` is earlier; and how sure that is.
    ///
    /// So `workdays_between(day, add_workdays(day, n).day)` is `n`.
    #[must_use]
    pub fn workdays_between(&self, from: NaiveDate, to: NaiveDate) -> (i64, Certainty) {
        if to < from {
            let (count, certainty) = self.workdays_between(to, from);
            return (-count, certainty);
        }
        let certainty = if self.knows(from, to) { Certainty::Certain } else { Certainty::Estimated };
        let first = self.exceptions.partition_point(|day| *day <= from);
        let past = self.exceptions.partition_point(|day| *day <= to);
        let change: i64 = self.exceptions[first..past].iter().map(|day| if is_weekday(*day) { -1 } else { 1 }).sum();
        (weekdays_until(to) - weekdays_until(from) + change, certainty)
    }

    fn works(&self, day: NaiveDate) -> bool {
        is_weekday(day) != self.exceptions.binary_search(&day).is_ok()
    }

    fn knows(&self, from: NaiveDate, to: NaiveDate) -> bool {
        let span = i64::from(to.year()) - i64::from(from.year());
        span < 1_000 && (from.year()..=to.year()).all(|year| self.years.binary_search(&year).is_ok())
    }
}

fn is_weekday(day: NaiveDate) -> bool {
    day.weekday().num_days_from_monday() < 5
}

/// Weekdays from the Monday of the common era's first week up to and with a day.
fn weekdays_until(day: NaiveDate) -> i64 {
    // Day 1 of the common era is a Monday.
    let days = i64::from(day.num_days_from_ce());
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

/// The days of `MM-DD` and `MM-DD..MM-DD` entries of a year.
fn days(year: i32, entries: &[String]) -> Result<Vec<NaiveDate>, CalendarFault> {
    let mut days = Vec::new();
    for entry in entries {
        let fault = || CalendarFault::Day { year, text: entry.clone() };
        let (first, last) = entry.split_once("..").unwrap_or((entry, entry));
        let day = |text: &str| NaiveDate::parse_from_str(&format!("{year}-{text}"), "%Y-%m-%d").map_err(|_| fault());
        let (first, last) = (day(first)?, day(last)?);
        if last < first {
            return Err(fault());
        }
        days.extend(first.iter_days().take_while(|day| *day <= last));
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_embedded_calendar_is_read() {
        assert_eq!(Calendar::embedded().years(), [2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026]);
    }

    #[test]
    fn seven_working_days_end_where_the_notices_say() {
        let calendar = Calendar::embedded();
        for (decided, due) in [
            ("2024-02-07", "2024-02-22"),
            ("2024-09-30", "2024-10-15"),
            ("2025-01-24", "2025-02-10"),
            ("2025-04-25", "2025-05-08"),
            ("2025-09-26", "2025-10-13"),
            ("2025-12-26", "2026-01-07"),
            ("2026-02-10", "2026-02-26"),
            ("2026-04-30", "2026-05-13"),
            ("2026-09-30", "2026-10-15"),
            ("2026-11-21", "2026-12-01"),
        ] {
            let expected = Deadline { day: day(due), certain: true };
            assert_eq!(calendar.add_workdays(day(decided), 7), expected, "{decided}");
        }
    }

    #[test]
    fn free_days_and_make_up_days_are_known() {
        let calendar = Calendar::embedded();
        for (text, works) in [
            ("2018-02-11", true),
            ("2018-02-15", false),
            ("2020-01-31", false),
            ("2020-02-01", false),
            ("2023-10-08", true),
            ("2024-02-04", true),
            ("2025-10-08", false),
            ("2026-01-04", true),
            ("2026-11-21", false),
        ] {
            assert_eq!(calendar.is_workday(day(text)), (works, Certainty::Certain), "{text}");
        }
    }

    #[test]
    fn a_year_without_a_notice_is_estimated_and_says_so() {
        let calendar = Calendar::embedded();
        assert_eq!(calendar.is_workday(day("2030-10-01")), (true, Certainty::Estimated));
        assert_eq!(calendar.add_workdays(day("2026-12-28"), 7), Deadline { day: day("2027-01-06"), certain: false });
        assert_eq!(calendar.workdays_between(day("2026-12-28"), day("2027-01-06")), (7, Certainty::Estimated));
    }

    #[test]
    fn the_ends_of_the_calendar_hold() {
        let calendar = Calendar::embedded();
        let last = Deadline { day: NaiveDate::MAX, certain: false };
        assert_eq!(calendar.add_workdays(NaiveDate::MAX, u16::MAX), last);
        assert!(!calendar.add_workdays(NaiveDate::MIN, u16::MAX).certain);
        let (count, certainty) = calendar.workdays_between(NaiveDate::MIN, NaiveDate::MAX);
        assert!(count > 100_000_000 && certainty == Certainty::Estimated);
        assert_eq!(calendar.is_workday(NaiveDate::MIN).1, Certainty::Estimated);
    }

    #[test]
    fn a_file_with_a_fault_is_refused() {
        let file = |days: &str| format!("[[year]]\nyear = 2030\nnotice = \"\"\nfree = [{days}]\nworking = []");
        for entry in ["\"02-30\"", "\"10-07..10-01\"", "\"x\""] {
            assert!(matches!(Calendar::parse(&file(entry)), Err(CalendarFault::Day { year: 2030, .. })), "{entry}");
        }
        let twice = format!("{}\n{}", file(""), file(""));
        assert_eq!(Calendar::parse(&twice).err(), Some(CalendarFault::Twice(2030)));
        assert!(matches!(Calendar::parse("years = []"), Err(CalendarFault::Unreadable(_))));
    }

    proptest! {
        #[test]
        fn counting_and_adding_agree(offset in 0_u64..4_000, count in 0_u16..60) {
            let calendar = Calendar::embedded();
            let from = day("2017-06-01") + Days::new(offset);
            let deadline = calendar.add_workdays(from, count);
            prop_assert_eq!(calendar.workdays_between(from, deadline.day).0, i64::from(count));
        }

        #[test]
        fn counting_is_the_sum_of_its_days(offset in 0_u64..4_000, length in 0_u64..400) {
            let calendar = Calendar::embedded();
            let from = day("2017-06-01") + Days::new(offset);
            let to = from + Days::new(length);
            let counted = from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| calendar.works(*day)).count();
            prop_assert_eq!(calendar.workdays_between(from, to).0, i64::try_from(counted).expect("few"));
        }
    }
}
