//! Moments and days at the border: UTC with its zone in answers, RFC 3339 in questions.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};

use super::error::ApiError;

/// A moment that is kept without a zone because all are UTC, with its zone.
pub const fn utc(moment: NaiveDateTime) -> DateTime<Utc> {
    moment.and_utc()
}

/// A moment in a question: RFC 3339 with a zone.
pub fn parse(name: &str, text: &str) -> Result<NaiveDateTime, ApiError> {
    DateTime::parse_from_rfc3339(text)
        .map(|it| it.naive_utc())
        .map_err(|_| ApiError::BadRequest(format!("{name} 应为带时区的时间，如 2026-11-21T08:00:00Z")))
}

/// The moment whose knowledge is asked for: not later than now, or the same question would be answered otherwise later.
pub fn parse_known(name: &str, text: &str, now: NaiveDateTime) -> Result<NaiveDateTime, ApiError> {
    let moment = parse(name, text)?;
    if moment <= now { Ok(moment) } else { Err(ApiError::BadRequest(format!("{name} 不能晚于当前时刻"))) }
}

/// Years a question may be about.
const YEARS: RangeInclusive<i32> = 1900..=2199;

/// A day in a question.
pub fn parse_day(name: &str, text: &str) -> Result<NaiveDate, ApiError> {
    let wrong = || ApiError::BadRequest(format!("{name} 应为 1900 年以后的日期，如 2026-11-21"));
    let day: NaiveDate = text.parse().map_err(|_| wrong())?;
    if YEARS.contains(&day.year()) { Ok(day) } else { Err(wrong()) }
}

/// A member of a closed set in a question.
pub fn parse_name<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ApiError::BadRequest(format!("{name} 没有“{text}”这一取值")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_must_name_its_zone() {
        assert_eq!(parse("t", "2026-11-21T08:00:00+08:00").unwrap().to_string(), "2026-11-21 00:00:00");
        assert!(parse("t", "2026-11-21T08:00:00").is_err());
        assert!(parse("t", "2026-11-21").is_err());
    }

    #[test]
    fn what_is_not_known_yet_and_days_of_other_ages_are_not_asked_for() {
        let now = parse("t", "2026-11-21T08:00:00Z").unwrap();
        assert!(parse_known("t", "2026-11-21T08:00:00Z", now).is_ok());
        assert!(parse_known("t", "2026-11-21T08:00:01Z", now).is_err());
        assert!(parse_day("d", "2030-02-28").is_ok());
        for text in ["-0001-01-01", "1899-12-31", "2200-01-01", "2026-02-30", "2026-11-21T00:00:00Z", ""] {
            assert!(parse_day("d", text).is_err(), "{text}");
        }
    }
}
