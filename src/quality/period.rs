//! Reporting periods as spans of days, with the names zero reports go by: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::catalog::Period;

/// One reporting period (报送周期的一期).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// How long such a period is.
    pub period: Period,
}

/// A text that names no period. The display is the Chinese message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是报送期：请写成 2026-11（月）、2026-W47（周）、2026-Q4（季）、2026-H2（半年）或 2026（年）")]
pub struct InvalidSpan(String);

impl Span {
    /// The period of a length that a day is in.
    #[must_use]
    pub fn of(period: Period, day: NaiveDate) -> Self {
        match period {
            Period::Week => {
                let first = day.week(Weekday::Mon).checked_first_day().unwrap_or(day);
                Self { first, last: first.checked_add_days(Days::new(6)).unwrap_or(first), period }
            }
            Period::Month => Self::months(period, day, 1),
            Period::Quarter => Self::months(period, day, 3),
            Period::HalfYear => Self::months(period, day, 6),
            Period::Year => Self::months(period, day, 12),
        }
    }

    /// Spans of months that divide a year.
    fn months(period: Period, day: NaiveDate, months: u32) -> Self {
        let month = day.month0() / months * months + 1;
        let first = NaiveDate::from_ymd_opt(day.year(), month, 1).expect("the first of a month of a year that is");
        let after = first.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
        Self { first, last: after.pred_opt().unwrap_or(first), period }
    }

    /// The period after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.period, self.last.succ_opt().unwrap_or(self.last))
    }

    /// The period before it.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.period, self.first.pred_opt().unwrap_or(self.first))
    }

    /// Whether a day is in it.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.period {
            Period::Week => {
                let week = self.first.iso_week();
                write!(out, "{:04}-W{:02}", week.year(), week.week())
            }
            Period::Month => write!(out, "{year:04}-{month:02}"),
            Period::Quarter => write!(out, "{year:04}-Q{}", month.div_ceil(3)),
            Period::HalfYear => write!(out, "{year:04}-H{}", month.div_ceil(6)),
            Period::Year => write!(out, "{year:04}"),
        }
    }
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        parse(text.trim()).ok_or_else(|| InvalidSpan(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Span> {
    let (year, part) = match text.split_once('-') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let year: i32 = (year.len() == 4 && digits(year)).then(|| year.parse().ok()).flatten().filter(|it| *it > 0)?;
    let kind = part.chars().next().filter(char::is_ascii_uppercase);
    let number = kind.map_or(part, |it| &part[it.len_utf8()..]);
    let number: u32 = if part.is_empty() { 1 } else { digits(number).then(|| number.parse().ok()).flatten()? };
    let month = |period, number: u32| NaiveDate::from_ymd_opt(year, number, 1).map(|it| Span::of(period, it));
    match (kind, number) {
        _ if part.is_empty() => month(Period::Year, 1),
        (Some('W'), _) => NaiveDate::from_isoywd_opt(year, number, Weekday::Mon).map(|it| Span::of(Period::Week, it)),
        (Some('Q'), 1..=4) => month(Period::Quarter, number * 3),
        (Some('H'), 1..=2) => month(Period::HalfYear, number * 6),
        (None, 1..=12) => month(Period::Month, number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_is_in_one_period_of_each_length() {
        for (period, name, first, last) in [
            (Period::Week, "2026-W47", "2026-11-16", "2026-11-22"),
            (Period::Month, "2026-11", "2026-11-01", "2026-11-30"),
            (Period::Quarter, "2026-Q4", "2026-10-01", "2026-12-31"),
            (Period::HalfYear, "2026-H2", "2026-07-01", "2026-12-31"),
            (Period::Year, "2026", "2026-01-01", "2026-12-31"),
        ] {
            let span = Span::of(period, day("2026-11-21"));
            assert_eq!((span.to_string().as_str(), span.first, span.last), (name, day(first), day(last)));
            assert_eq!(name.parse(), Ok(span), "{name}");
            assert_eq!((span.next().previous(), span.previous().next()), (span, span), "{name}");
            assert!(span.contains(day("2026-11-21")) && !span.contains(span.next().first));
        }
    }

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        assert_eq!(Span::of(Period::Week, day("2027-01-01")).to_string(), "2026-W53");
        assert_eq!("2026-W53".parse::<Span>().map(|it| it.last), Ok(day("2027-01-03")));
    }

    #[test]
    fn what_names_no_period_is_refused_with_the_forms() {
        for text in ["", "26-11", "2026-13", "2026-Q5", "2026-H0", "2025-W53", "2026-X1", "2026-", "0000", "2026-Q"] {
            let refused = text.parse::<Span>().expect_err(text).to_string();
            assert!(refused.contains("2026-W47"), "{refused}");
        }
    }
}
