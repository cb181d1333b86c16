//! Moments and days at the border: UTC with its zone in answers, RFC 3339 in questions.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

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

/// A day in a question.
pub fn parse_day(name: &str, text: &str) -> Result<NaiveDate, ApiError> {
    text.parse().map_err(|_| ApiError::BadRequest(format!("{name} 应为日期，如 2026-11-21")))
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
}
