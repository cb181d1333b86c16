//! Days and moments as rows have them. SQLite keeps them as text, which diesel reads by trying formats; what this program
//! wrote has one form only, and rows of records are read by the million.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    pg::{Pg, PgValue},
    sql_types::{Date, Timestamp},
    sqlite::{Sqlite, SqliteValue},
};

use super::connection::{MultiBackend, MultiRawValue};

/// A day of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub(super) struct Day(pub NaiveDate);

/// A moment of a row, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub(super) struct Moment(pub NaiveDateTime);

impl FromSql<Date, Sqlite> for Day {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        match day(value.read_text().as_bytes()) {
            Some(day) => Ok(Self(day)),
            None => <NaiveDate as FromSql<Date, Sqlite>>::from_sql(value).map(Self),
        }
    }
}

impl FromSql<Timestamp, Sqlite> for Moment {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        match moment(value.read_text().as_bytes()) {
            Some(moment) => Ok(Self(moment)),
            None => <NaiveDateTime as FromSql<Timestamp, Sqlite>>::from_sql(value).map(Self),
        }
    }
}

impl FromSql<Date, Pg> for Day {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <NaiveDate as FromSql<Date, Pg>>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, Pg> for Moment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value).map(Self)
    }
}

impl FromSql<Date, MultiBackend> for Day {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDate as FromSql<Date, MultiBackend>>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, MultiBackend> for Moment {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, MultiBackend>>::from_sql(value).map(Self)
    }
}

/// `YYYY-MM-DD`; anything else is left to diesel.
fn day(text: &[u8]) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let year = number(&[y1, y2, y3, y4])?.cast_signed();
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

/// `YYYY-MM-DD HH:MM:SS`, with up to nine digits of a fraction of the second.
fn moment(text: &[u8]) -> Option<NaiveDateTime> {
    let (date, rest) = text.split_at_checked(10)?;
    let (&[b' ', h1, h2, b':', m1, m2, b':', s1, s2], fraction) = rest.split_first_chunk()? else { return None };
    let nanos = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            let mut nine = [b'0'; 9];
            nine[..digits.len()].copy_from_slice(digits);
            number(&nine)?
        }
        _ => return None,
    };
    let time = NaiveTime::from_hms_nano_opt(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?, nanos)?;
    Some(day(date)?.and_time(time))
}

/// The number of at most nine digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |n, it| it.is_ascii_digit().then(|| n * 10 + u32::from(it - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_moment_is_read_as_it_is_written(seconds in -62_000_000_000_i64..250_000_000_000, nanos in 0_u32..1_000_000_000) {
            let wanted = chrono::DateTime::from_timestamp(seconds, nanos).unwrap().naive_utc();
            let text = wanted.format("%F %T%.f").to_string();
            prop_assert_eq!(moment(text.as_bytes()), Some(wanted), "{}", text);
            let text = wanted.format("%F").to_string();
            prop_assert_eq!(day(text.as_bytes()), Some(wanted.date()), "{}", text);
        }

        #[test]
        fn nothing_else_is_read(text in "[0-9 :.TZ+-]{0,30}") {
            let known = NaiveDateTime::parse_from_str(&text, "%F %T%.f").ok();
            prop_assert!(moment(text.as_bytes()).is_none_or(|it| Some(it) == known));
            let known = NaiveDate::parse_from_str(&text, "%F").ok();
            prop_assert!(day(text.as_bytes()).is_none_or(|it| Some(it) == known));
        }
    }
}
