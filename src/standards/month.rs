//! Calendar months of a series: 2026-03, 202603, 2026年3月.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::text;

/// A calendar month (月份) of the years 1–9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

/// A text that is no month. The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("不是有效月份")]
pub struct InvalidMonth;

impl Month {
    /// The month of a year, both counted from 1; `None` outside the calendar.
    #[must_use]
    pub const fn new(year: i32, month: u32) -> Option<Self> {
        if year >= 1 && year <= 9999 && month >= 1 && month <= 12 {
            Some(Self(year * 12 + month as i32 - 1))
        } else {
            None
        }
    }

    /// The month a day is in; days outside the years 1–9999 count to the nearest month inside.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self(day.year() * 12 + day.month0() as i32).bounded()
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 1–12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year(), self.month(), 1).expect("a month of the years 1–9999")
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        Self(self.0 + 1).first_day().pred_opt().expect("a day before the year 10000")
    }

    /// The month after it; December 9999 has none and stays.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1).bounded()
    }

    /// The month before it; January of year 1 has none and stays.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1).bounded()
    }

    fn bounded(self) -> Self {
        Self(self.0.clamp(12, 9999 * 12 + 11))
    }

    /// Reads `2026-03`, `2026/3`, `2026.03`, `202603`, `2026年3月(份)`, or a date that is the first of a month.
    ///
    /// # Errors
    /// [`InvalidMonth`] for everything else, a year before 1900 included.
    pub fn parse(text: &str) -> Result<Self, InvalidMonth> {
        if let (7, Some((year, month))) = (text.len(), text.split_once('-')) {
            return Self::of_parts(year, month);
        }
        let cleaned = text::clean(text);
        let folded: String = text::fold_width(&cleaned).chars().filter(|c| !c.is_whitespace()).collect();
        let bare = folded.trim_end_matches('份').trim_end_matches('月');
        if bare.len() == 6 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::of_parts(&bare[..4], &bare[4..]);
        }
        let parts: Vec<&str> = bare.split(['-', '/', '.', '年', '月']).collect();
        match parts.as_slice() {
            [year, month] | [year, month, "01" | "1" | "1日" | "01日" | "0100:00:00"] => Self::of_parts(year, month),
            _ => Err(InvalidMonth),
        }
    }

    fn of_parts(year: &str, month: &str) -> Result<Self, InvalidMonth> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || month.len() > 2 || !is_number(year) || !is_number(month) {
            return Err(InvalidMonth);
        }
        let (year, month) = (year.parse().map_err(|_| InvalidMonth)?, month.parse().map_err(|_| InvalidMonth)?);
        Self::new(year, month).filter(|_| year >= 1900).ok_or(InvalidMonth)
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        Self::parse(text)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year(), self.month())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_in_every_form() {
        for text in [
            "2026-03",
            "2026-3",
            "2026/03",
            "2026.3",
            "202603",
            "2026年3月",
            "2026 年 03 月份",
            "２０２６－０３",
            "2026-03-01",
        ] {
            assert_eq!(Month::parse(text).map(|month| month.to_string()), Ok("2026-03".to_owned()), "{text}");
        }
        for text in ["", "2026", "2026-13", "2026-00", "2026-3-5", "26-03", "20263", "2026年", "1026-03", "三月"] {
            assert_eq!(Month::parse(text), Err(InvalidMonth), "{text}");
        }
    }

    #[test]
    fn a_month_knows_its_days_and_neighbours() {
        let month = Month::new(2024, 2).expect("a month");
        assert_eq!(
            (month.first_day().to_string(), month.last_day().to_string()),
            ("2024-02-01".into(), "2024-02-29".into())
        );
        assert_eq!(Month::new(2025, 12).map(Month::next), Month::new(2026, 1));
        assert_eq!(Month::new(2026, 1).map(Month::previous), Month::new(2025, 12));
        assert_eq!(Month::of(month.last_day()), month);
    }

    #[test]
    fn the_ends_of_the_calendar_hold() {
        let last = Month::of(NaiveDate::MAX);
        assert_eq!((last.next(), last.last_day().to_string().as_str()), (last, "9999-12-31"));
        let first = Month::of(NaiveDate::MIN);
        assert_eq!((first.previous(), first.to_string().as_str()), (first, "0001-01"));
    }
}
