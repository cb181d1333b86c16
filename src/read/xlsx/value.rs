//! A workbook's cell as text, and how it was stored.

use std::fmt::Write;

use calamine::{DataRef, ExcelDateTime};

use crate::record::Shape;

/// Digits that Excel keeps of a number; what a program wrote beyond them is the noise of binary fractions.
const DIGITS: usize = 15;

/// The text of a cell, written into `scratch` unless the cell has it already.
pub(super) fn text<'t>(value: &'t DataRef<'_>, scratch: &'t mut String) -> (&'t str, Shape) {
    scratch.clear();
    match value {
        DataRef::Empty => ("", Shape::Text),
        DataRef::String(text) => (sound(text, scratch), Shape::Text),
        DataRef::SharedString(text) => (sound(text, scratch), Shape::Text),
        DataRef::DurationIso(text) => (text, Shape::Text),
        DataRef::Bool(truth) => (if *truth { "true" } else { "false" }, Shape::Text),
        DataRef::Error(error) => {
            _ = write!(scratch, "{error}");
            (scratch, Shape::Text)
        }
        DataRef::Int(number) => {
            _ = write!(scratch, "{number}");
            (scratch, Shape::Number)
        }
        DataRef::Float(number) => {
            number_text(*number, scratch);
            (scratch, Shape::Number)
        }
        DataRef::DateTime(moment) => {
            let shape = moment_text(moment, scratch);
            (scratch, shape)
        }
        DataRef::DateTimeIso(text) => {
            let text = text.trim_end_matches('Z');
            let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
            scratch.push_str(&whole.replace('T', " "));
            (scratch, Shape::Date)
        }
    }
}

/// The text without U+0000, which the escape `_x0000_` can hide in it.
fn sound<'t>(text: &'t str, scratch: &'t mut String) -> &'t str {
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return text;
    }
    *scratch = text.replace('\0', "\u{FFFD}");
    scratch
}

/// Writes the shortest exact decimal; a fraction is cut to the digits Excel shows. Never an exponent.
fn number_text(number: f64, out: &mut String) {
    _ = write!(out, "{number}");
    let significant = out.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    if significant > DIGITS && number.fract() != 0.0 && number.is_finite() {
        let shown = format!("{:.*e}", DIGITS - 1, number);
        if let Ok(rounded) = shown.parse::<f64>() {
            out.clear();
            _ = write!(out, "{rounded}");
        }
    }
}

/// Writes `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`; a time without a day and a duration stay what they are.
fn moment_text(moment: &ExcelDateTime, out: &mut String) -> Shape {
    let serial = moment.as_f64();
    if !moment.is_datetime() || !(0.0..2_958_466.0).contains(&serial) {
        number_text(serial, out);
        return Shape::Number;
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if serial < 1.0 {
        _ = write!(out, "{hour:02}:{minute:02}:{second:02}");
        return Shape::Text;
    }
    _ = write!(out, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        _ = write!(out, " {hour:02}:{minute:02}:{second:02}");
    }
    Shape::Date
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_are_written_as_a_person_sees_them() {
        let cases = [
            (5.0, "5"),
            (-0.5, "-0.5"),
            (12.34, "12.34"),
            (0.1 + 0.2, "0.3"),
            (3_301_021_990_010_112.0 * 10.0, "33010219900101120"),
            (3.301_021_990_010_112e17, "330102199001011200"),
            (1e21, "1000000000000000000000"),
            (1.5e-7, "0.00000015"),
        ];
        for (number, expected) in cases {
            let mut out = String::new();
            assert_eq!(text(&DataRef::Float(number), &mut out), (expected, Shape::Number));
        }
    }

    #[test]
    fn dates_follow_the_epoch_of_their_workbook() {
        let moment =
            |serial, epoch_1904| DataRef::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, epoch_1904));
        let cases = [
            (moment(45_943.0, false), "2025-10-13", Shape::Date),
            (moment(45_943.5, false), "2025-10-13 12:00:00", Shape::Date),
            (moment(44_481.0, true), "2025-10-13", Shape::Date),
            (moment(0.5, false), "12:00:00", Shape::Text),
            (moment(-3.0, false), "-3", Shape::Number),
            (moment(99_999_999.0, false), "99999999", Shape::Number),
        ];
        for (value, expected, shape) in cases {
            assert_eq!(text(&value, &mut String::new()), (expected, shape));
        }
    }
}
