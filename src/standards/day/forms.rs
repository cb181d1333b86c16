//! The long way to a day: every form that is not plain `YYYY-MM-DD`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::{EARLIEST_YEAR, InvalidDay, OPEN_END, moment_from_serial};
use crate::standards::text;

type Read = Result<Option<NaiveDateTime>, InvalidDay>;

/// Words for a term without an end.
const OPEN_WORDS: &[&str] = &["长期", "长期有效", "永久", "永久有效", "无固定期限", "无固定期", "无限期", "长久"];

/// Reads any form; a day alone is its midnight.
pub(super) fn read(delivered: &str) -> Read {
    let cleaned = text::clean(delivered);
    let folded = text::fold_width(&cleaned);
    let whole = folded.trim();
    if text::is_placeholder(whole) {
        return Ok(None);
    }
    if OPEN_WORDS.contains(&whole) {
        return Ok(Some(OPEN_END.into()));
    }
    if whole.contains(['*', '×']) || whole.contains("XX") {
        return Err(InvalidDay::Masked);
    }
    if !whole.contains(|c: char| c.is_ascii_digit()) {
        return without_digits(whole);
    }
    dated(whole)
}

/// Words only: 无处罚期限 is empty, 二〇二一年九月二十七日 is a day.
fn without_digits(text: &str) -> Read {
    if text.starts_with('无') || text.starts_with("未") {
        return Ok(None);
    }
    match in_digits(text) {
        Some(digits) => dated(&digits),
        None => Err(InvalidDay::Unreadable),
    }
}

fn dated(text: &str) -> Read {
    let (first, rest) = number(text);
    if rest.is_empty() {
        return compact(first);
    }
    // 43831.5 is a serial number with a time; five digits start no date.
    if first.len() == 5 && rest.starts_with('.') {
        let serial = text.parse().map_err(|_| InvalidDay::Unreadable)?;
        return moment_from_serial(serial, false).map(Some);
    }
    match separator(rest) {
        Some(rest) => parted(first, rest),
        None if first.len() == 8 && rest.starts_with(' ') => {
            let Some(day) = compact(first)? else { return Ok(None) };
            at_time(day.date(), rest)
        }
        None if rest.starts_with('日') => Err(InvalidDay::Ambiguous),
        None => Err(InvalidDay::Unreadable),
    }
}

/// The digits a text starts with, and the rest.
fn number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// What follows one separator between two parts, spaces around it included.
fn separator(text: &str) -> Option<&str> {
    let bare = text.trim_start();
    let rest = bare.strip_prefix(['-', '/', '.', ',', '_', '—', '–', '−', '年', '月', '、', '。', '\\'])?;
    Some(rest.trim_start())
}

/// A first part, then the rest behind a separator.
fn parted(first: &str, rest: &str) -> Read {
    let (second, rest) = number(rest);
    let third = separator(rest).map(number).filter(|(digits, _)| !digits.is_empty());
    let Some((third, tail)) = third else {
        return Err(match (first.len(), second.len()) {
            (4, 0..=2) => InvalidDay::Incomplete,
            (4, 3..=4) => InvalidDay::Ambiguous,
            (3, 1..=2) => InvalidDay::Ambiguous,
            _ => InvalidDay::Unreadable,
        });
    };
    let day = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => calendar(first, second, third)?,
        (2, 1..=2, 1..=2) => calendar(&recent(first)?, second, third)?,
        (1..=2, 1..=2, 4) => year_last(first, second, third)?,
        (3, 1..=2, 1..=2) | (4, 3.., _) | (4, _, 3..) => return Err(InvalidDay::Ambiguous),
        _ => return Err(InvalidDay::Unreadable),
    };
    let Some(day) = day else { return Ok(None) };
    // 曰 is what a scanner reads for 日.
    let tail = tail.trim_start().strip_prefix(['日', '号', '曰']).unwrap_or(tail);
    at_time(day, tail)
}

/// A year of two digits is of this century; one past the middle could be of the last.
fn recent(year: &str) -> Result<String, InvalidDay> {
    if year < "50" { Ok(format!("20{year}")) } else { Err(InvalidDay::Ambiguous) }
}

/// `None` is the zero of a database: 0001-01-01.
fn calendar(year: &str, month: &str, day: &str) -> Result<Option<NaiveDate>, InvalidDay> {
    let part = |digits: &str| digits.parse::<u32>().map_err(|_| InvalidDay::Unreadable);
    let (year, month, day) = (part(year)?, part(month)?, part(day)?);
    match NaiveDate::from_ymd_opt(year.cast_signed(), month, day) {
        _ if (year, month, day) == (1, 1, 1) || (year, month, day) == (0, 0, 0) => Ok(None),
        _ if year < EARLIEST_YEAR => Err(InvalidDay::Unreadable),
        Some(day) => Ok(Some(day)),
        None => Err(InvalidDay::Impossible),
    }
}

/// 3/14/2018: taken only when just one order gives a day.
fn year_last(first: &str, second: &str, year: &str) -> Result<Option<NaiveDate>, InvalidDay> {
    match (calendar(year, first, second), calendar(year, second, first)) {
        (Ok(a), Ok(b)) if a == b => Ok(a),
        (Ok(_), Ok(_)) => Err(InvalidDay::Ambiguous),
        (Ok(day), Err(_)) | (Err(_), Ok(day)) => Ok(day),
        (Err(fault), Err(_)) => Err(fault),
    }
}

/// Digits alone: their count tells what they are.
fn compact(digits: &str) -> Read {
    let year: u32 = digits.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let is_year = (EARLIEST_YEAR..2200).contains(&year) || year == 9999;
    match digits.len() {
        4 | 6 if is_year => Err(InvalidDay::Incomplete),
        5 => moment_from_serial(digits.parse().map_err(|_| InvalidDay::Unreadable)?, false).map(Some),
        6 | 7 => Err(InvalidDay::Ambiguous),
        10 | 13 if !is_stamp(digits, year) => since_1970(digits),
        8 | 12 | 14 | 17 if is_year => {
            let Some(day) = calendar(&digits[..4], &digits[4..6], &digits[6..8])? else { return Ok(None) };
            let clock = &digits[8..];
            let part = |from: usize| clock.get(from..from + 2).unwrap_or("0");
            clock_time(part(0), part(2), part(4)).map(|time| Some(day.and_time(time)))
        }
        _ => Err(InvalidDay::Unreadable),
    }
}

/// Ten digits that begin like a recent day (2026112110) are rather a day with an hour: not taken for seconds.
fn is_stamp(digits: &str, year: u32) -> bool {
    digits.len() == 10 && (1900..2100).contains(&year)
}

/// Seconds or milliseconds since 1970, told in Asia/Shanghai (UTC+8 since 1991).
fn since_1970(digits: &str) -> Read {
    let number: i64 = digits.parse().map_err(|_| InvalidDay::Unreadable)?;
    let millis = if digits.len() == 13 { number } else { number * 1000 };
    let utc = DateTime::from_timestamp_millis(millis).ok_or(InvalidDay::Unreadable)?;
    Ok(Some(utc.naive_utc() + SHANGHAI))
}

const SHANGHAI: TimeDelta = TimeDelta::hours(8);

/// The day with the time behind it: ` 10:30:00.0`, `T16:00:00Z`, `13时46分`.
fn at_time(day: NaiveDate, tail: &str) -> Read {
    let tail = tail.trim();
    let tail = tail.strip_prefix(['T', 't']).unwrap_or(tail).trim();
    if tail.is_empty() {
        return Ok(Some(day.into()));
    }
    let (clock, offset) = zone(tail)?;
    let parts: Vec<&str> = clock.trim_end_matches(['秒', '分', '时', '点']).split([':', '时', '点', '分']).collect();
    let time = match parts.as_slice() {
        [hour] if clock.ends_with(['时', '点']) => clock_time(hour, "0", "0")?,
        [hour, minute] => clock_time(hour, minute, "0")?,
        [hour, minute, second] => clock_time(hour, minute, second.split('.').next().unwrap_or(second))?,
        _ => return Err(InvalidDay::Unreadable),
    };
    let local = day.and_time(time);
    let shift = offset.map_or(TimeDelta::zero(), |offset| SHANGHAI - offset);
    local.checked_add_signed(shift).map(Some).ok_or(InvalidDay::Unreadable)
}

/// The clock without its time zone, and the zone if one is written.
fn zone(text: &str) -> Result<(&str, Option<TimeDelta>), InvalidDay> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock, Some(TimeDelta::zero())));
    }
    let Some(at) = text.find(['+', '-']) else { return Ok((text, None)) };
    let digits: String = text[at + 1..].chars().filter(|&c| c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 if digits.is_ascii() => digits.split_at(2),
        _ => return Err(InvalidDay::Unreadable),
    };
    let part = |digits: &str| digits.parse::<u8>().map(i64::from).map_err(|_| InvalidDay::Unreadable);
    let offset = TimeDelta::minutes(part(hours)? * 60 + part(minutes)?);
    Ok((&text[..at], Some(if text[at..].starts_with('-') { -offset } else { offset })))
}

fn clock_time(hour: &str, minute: &str, second: &str) -> Result<NaiveTime, InvalidDay> {
    let part = |digits: &str| digits.trim().parse::<u32>().map_err(|_| InvalidDay::Unreadable);
    NaiveTime::from_hms_opt(part(hour)?, part(minute)?, part(second)?).ok_or(InvalidDay::Unreadable)
}

/// 二〇二一年九月二十七日 in digits: 2021年9月27日; `None` for any other words.
fn in_digits(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (year, rest) = bare.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    let year: Option<String> = year.chars().map(|c| numeral(c).map(|digit| char::from(b'0' + digit))).collect();
    let (month, day) = (below_forty(month)?, below_forty(day.strip_suffix(['日', '号'])?)?);
    Some(format!("{}年{month}月{day}日", year?))
}

/// 一 to 三十一.
fn below_forty(text: &str) -> Option<u8> {
    match text.chars().collect::<Vec<_>>().as_slice() {
        ['十'] => Some(10),
        [one] => numeral(*one),
        ['十', one] => Some(10 + numeral(*one)?),
        [ten, '十'] => Some(numeral(*ten)? * 10),
        [ten, '十', one] => Some(numeral(*ten)? * 10 + numeral(*one)?),
        _ => None,
    }
}

fn numeral(c: char) -> Option<u8> {
    const NUMERALS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let c = if matches!(c, '○' | '零' | 'O' | 'Ｏ' | '０') { '〇' } else { c };
    NUMERALS.iter().position(|&numeral| numeral == c).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use crate::standards::day::{InvalidDay, parse};

    #[track_caller]
    fn is(text: &str, expected: &str) {
        assert_eq!(parse(text).map(|day| day.map(|day| day.to_string())), Ok(Some(expected.to_owned())), "{text}");
    }

    #[track_caller]
    fn is_not(text: &str, expected: InvalidDay) {
        assert_eq!(parse(text), Err(expected), "{text}");
    }

    #[test]
    fn every_form_seen_is_read() {
        is("2018-7-27", "2018-07-27");
        is("2019-6-25 0:00:00", "2019-06-25");
        is("20200316", "2020-03-16");
        is("2024.11.6", "2024-11-06");
        is("2023年2月14日", "2023-02-14");
        is("2021年 9月 27日", "2021-09-27");
        is("2019-01-04 12:00:00.000", "2019-01-04");
        is("1568180781000", "2019-09-11");
        is("2016年4月13曰", "2016-04-13");
        is("17-08-16", "2017-08-16");
        is("2017，08，16", "2017-08-16");
        is("2017-08-16 10：30", "2017-08-16");
        is("２０１７／０８／１６", "2017-08-16");
        is("2017 - 08 - 16", "2017-08-16");
        is("43831", "2020-01-01");
        is("43831.5", "2020-01-01");
        is("3/14/2018", "2018-03-14");
        is("20180314 10:00", "2018-03-14");
        is("二〇二一年九月二十七日", "2021-09-27");
        is("二○一九年十二月三十一日", "2019-12-31");
        is("2018/01/02\u{feff}", "2018-01-02");
    }

    #[test]
    fn what_is_lost_or_wrong_is_a_fault_of_its_kind() {
        for text in ["2022-09-31", "2017-02-30", "20221301", "2018/13/45", "2017.2.29", "2023年2月29日"] {
            is_not(text, InvalidDay::Impossible);
        }
        for text in ["2017.08", "2017", "202003", "2017年8月", "2017.0", "2016年7月旧", "2020年"] {
            is_not(text, InvalidDay::Incomplete);
        }
        for text in [
            "2020121",
            "2023830",
            "20251119日",
            "2025731日",
            "2025813日",
            "202年4月27日",
            "3/4/2018",
            "99-08-16",
            "2025年731日",
        ] {
            is_not(text, InvalidDay::Ambiguous);
        }
        for text in ["****1030", "2020-**-**", "2020-XX-XX"] {
            is_not(text, InvalidDay::Masked);
        }
        for text in [
            "abc",
            "永州市公安局",
            "2020-01-01至2021-01-01",
            "2020\u{fffd}01-02",
            "东环函〔2022〕13号",
            "0018-08-16",
            "1",
        ] {
            is_not(text, InvalidDay::Unreadable);
        }
    }
}
