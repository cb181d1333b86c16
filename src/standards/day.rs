//! Days and moments in every form departments write them. A day that does not exist is a fault: never moved, never guessed.

mod forms;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

use super::OPEN_END;

/// Why a text is no day. The display is the Chinese message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDay {
    /// Year, month and day stand there, but the calendar has no such day: 2022-09-31.
    #[error("日历上没有这一天")]
    Impossible,
    /// The day, or the month too, is missing: 2017.08.
    #[error("日期不完整，缺少月或日")]
    Incomplete,
    /// Characters are lost, or the order is open; it can be read in several ways: 2020121, 3/4/2018.
    #[error("日期缺字或次序不明，存在多种读法")]
    Ambiguous,
    /// Not a day at all.
    #[error("不是日期")]
    Unreadable,
    /// Digits are hidden.
    #[error("日期已被掩去部分字符")]
    Masked,
}

/// Reads a day; `None` is a placeholder (empty, 无, 暂无, 1900-1-1), [`OPEN_END`] is 长期, 2099-12-31 or 9999-12-31.
///
/// Takes `YYYY-MM-DD` with `-` `/` `.` 年月日 or full-width signs, with spaces inside and a time behind, `YYYYMMDD`,
/// a year of two digits (20yy), serial numbers of a workbook (1900 system), and milliseconds since 1970.
///
/// # Errors
/// [`InvalidDay`]
pub fn parse(text: &str) -> Result<Option<NaiveDate>, InvalidDay> {
    match plain(text.as_bytes()) {
        Some(day) => Ok(meaning(day)),
        None => forms::read(text).map(|moment| moment.and_then(|moment| meaning(moment.date()))),
    }
}

/// Reads a moment, local (Asia/Shanghai); a day alone is its midnight. See [`parse`] for `None`.
///
/// # Errors
/// [`InvalidDay`], also when the time of day is unreadable.
pub fn parse_moment(text: &str) -> Result<Option<NaiveDateTime>, InvalidDay> {
    let moment = forms::read(text)?;
    Ok(moment.and_then(|moment| {
        let day = meaning(moment.date())?;
        Some(if day == moment.date() { moment } else { NaiveDateTime::from(day) })
    }))
}

/// The day of a workbook's serial number, with the 1900 or the 1904 system; a fraction is the time of day.
///
/// # Errors
/// [`InvalidDay::Impossible`] for serial 60 of the 1900 system (29 February 1900) and numbers outside the workbook's range.
pub fn from_serial(serial: f64, date_system_1904: bool) -> Result<NaiveDate, InvalidDay> {
    moment_from_serial(serial, date_system_1904).map(|moment| moment.date())
}

/// The moment of a workbook's serial number, to the second.
///
/// # Errors
/// As [`from_serial`].
pub fn moment_from_serial(serial: f64, date_system_1904: bool) -> Result<NaiveDateTime, InvalidDay> {
    // Serials of a workbook end at 9999-12-31 = 2958465.
    if !(0.0..2_958_466.0).contains(&serial) {
        return Err(InvalidDay::Impossible);
    }
    let seconds = (serial * 86_400.0).round() as i64;
    let (days, seconds) = (seconds / 86_400, seconds % 86_400);
    let (year, month, first) = match (date_system_1904, days) {
        (true, _) => (1904, 1, 1),
        (false, 0 | 60) => return Err(InvalidDay::Impossible),
        (false, ..60) => (1899, 12, 31),
        (false, _) => (1899, 12, 30),
    };
    let epoch = NaiveDate::from_ymd_opt(year, month, first).expect("the first day of a date system");
    let day = epoch.checked_add_days(Days::new(days.unsigned_abs())).ok_or(InvalidDay::Impossible)?;
    Ok(NaiveDateTime::from(day) + TimeDelta::seconds(seconds))
}

/// `YYYY-MM-DD` and `YYYY/MM/DD` of a plausible, real day; everything else goes the long way.
#[inline]
fn plain(bytes: &[u8]) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, first, m1, m2, second, d1, d2] = bytes else { return None };
    if first != second || !matches!(first, b'-' | b'/') {
        return None;
    }
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2].map(|byte| u32::from(byte.wrapping_sub(b'0')));
    if digits.iter().any(|&digit| digit > 9) {
        return None;
    }
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits;
    let year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
    NaiveDate::from_ymd_opt(year as i32, m1 * 10 + m2, d1 * 10 + d2).filter(|_| year >= EARLIEST_YEAR)
}

/// The oldest registered bodies are younger; an earlier year is a slip of the pen or a database's zero.
const EARLIEST_YEAR: u32 = 1800;

/// What a readable day stands for: a database's zero is no day, an end of time is [`OPEN_END`].
fn meaning(day: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    match (day.year(), day.month(), day.day()) {
        (1900, 1, 1) | (1899, 12, 30 | 31) => None,
        (2099 | 2999 | 9999, 12, 31) => Some(OPEN_END),
        _ => Some(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn serial_numbers_of_both_systems_are_read() {
        assert_eq!(from_serial(1.0, false), Ok(day(1900, 1, 1)));
        assert_eq!(from_serial(59.0, false), Ok(day(1900, 2, 28)));
        assert_eq!(from_serial(60.0, false), Err(InvalidDay::Impossible));
        assert_eq!(from_serial(61.0, false), Ok(day(1900, 3, 1)));
        assert_eq!(from_serial(43_831.0, false), Ok(day(2020, 1, 1)));
        assert_eq!(from_serial(42_369.0, true), Ok(day(2020, 1, 1)));
        assert_eq!(from_serial(0.0, true), Ok(day(1904, 1, 1)));
        for serial in [-1.0, f64::NAN, f64::INFINITY, 0.0, 3e6] {
            assert_eq!(from_serial(serial, false), Err(InvalidDay::Impossible), "{serial}");
        }
        let moment = moment_from_serial(43_831.75, false).expect("a moment");
        assert_eq!(moment.to_string(), "2020-01-01 18:00:00");
    }

    #[test]
    fn an_end_of_time_is_open_and_a_zero_of_a_database_is_empty() {
        for text in ["2099-12-31", "2099/12/31", "9999-12-31", "长期", "2099-12-31 00:00:00", "长期有效"] {
            assert_eq!(parse(text), Ok(Some(OPEN_END)), "{text}");
        }
        for text in ["1900-01-01", "1900-1-1 0:00:00", "1900/01/01", "", "无", "— —", "暂无", "无处罚期限"]
        {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_written_is_read_again(offset in 0_u64..73_000) {
            let day = day(1901, 1, 1) + Days::new(offset);
            prop_assume!(meaning(day) == Some(day));
            for format in ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%-m-%-d", "%Y-%m-%d %H:%M:%S"] {
                let text = NaiveDateTime::from(day).format(format).to_string();
                prop_assert_eq!(parse(&text), Ok(Some(day)), "{}", text);
            }
        }

        #[test]
        fn the_fast_way_and_the_slow_way_agree(text in "(18|19|20)[0-9]{2}[-/][0-3][0-9][-/][0-3][0-9]") {
            if let Some(day) = plain(text.as_bytes()) {
                prop_assert_eq!(forms::read(&text), Ok(Some(NaiveDateTime::from(day))));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,24}", digits in "[0-9]{0,30}", mixed in "[-0-9年月日/.: TZ+上]{0,24}") {
            for text in [text, digits, mixed] {
                let _ = (parse(&text), parse_moment(&text));
            }
        }

        #[test]
        fn no_day_is_invented(year in 1901_i32..2098, month in 1_u32..=12, number in 1_u32..=31) {
            let read = parse(&format!("{year}-{month}-{number}"));
            match NaiveDate::from_ymd_opt(year, month, number) {
                Some(day) => prop_assert_eq!(read, Ok(Some(day))),
                None => prop_assert_eq!(read, Err(InvalidDay::Impossible)),
            }
        }
    }

    #[test]
    fn a_moment_keeps_its_time_and_an_instant_is_told_in_local_time() {
        for (text, expected) in [
            ("2022-3-22 23:13:05", "2022-03-22 23:13:05"),
            ("2024-12-24 10:29", "2024-12-24 10:29:00"),
            ("2017-08-16 10：30", "2017-08-16 10:30:00"),
            ("2018-07-26T16:00:00Z", "2018-07-27 00:00:00"),
            ("2018-07-27T00:00:00.000+08:00", "2018-07-27 00:00:00"),
            ("1568180781000", "2019-09-11 13:46:21"),
            ("20190911134621", "2019-09-11 13:46:21"),
            ("2019年9月11日13时46分", "2019-09-11 13:46:00"),
            ("2019-09-11", "2019-09-11 00:00:00"),
        ] {
            let moment = parse_moment(text).map(|moment| moment.map(|moment| moment.to_string()));
            assert_eq!(moment, Ok(Some(expected.to_owned())), "{text}");
        }
        assert_eq!(parse_moment("2019-09-11 25:00"), Err(InvalidDay::Unreadable));
        assert_eq!(parse_moment("2022-09-31 10:00"), Err(InvalidDay::Impossible));
        assert_eq!(OPEN_END.year(), 9999);
    }
}
