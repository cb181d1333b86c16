//! One CSV record out of a window of text (RFC 4180, lenient as the spreadsheets are).

use memchr::{memchr, memchr_iter, memchr3};

use crate::record::{Row, Shape};

/// How records are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// The byte between cells: `,` `;` or tab.
    pub(super) delimiter: u8,
    /// Cells from here on are kept only when they hold something: spreadsheets pad their lines.
    pub(super) width: usize,
}

/// What was found at the window's beginning.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record of so many bytes over so many lines, with its line end.
    Record { bytes: usize, lines: u64 },
    /// The record goes on beyond the window.
    Unfinished,
    /// The file ends inside a quoted cell.
    OpenQuote,
}

/// Splits the first record of a window that is not empty into the cells of a started row.
///
/// `ended` says that nothing follows the window. `scratch` is used again from call to call.
pub(super) fn record(window: &str, ended: bool, dialect: Dialect, row: &mut Row, scratch: &mut String) -> Found {
    let bytes = window.as_bytes();
    match memchr3(b'"', b'\n', b'\r', bytes) {
        Some(at) if bytes[at] == b'"' => quoted(window, ended, dialect, row, scratch),
        None if !ended => Found::Unfinished,
        end => {
            let length = end.unwrap_or(bytes.len());
            let Some(after) = line_end(bytes, length, ended) else { return Found::Unfinished };
            let mut start = 0;
            let mut column = 0;
            for at in memchr_iter(dialect.delimiter, &bytes[..length]) {
                keep(row, column, &window[start..at], dialect.width);
                start = at + 1;
                column += 1;
            }
            keep(row, column, &window[start..length], dialect.width);
            Found::Record { bytes: after, lines: 1 }
        }
    }
}

/// Where the next line begins, when the line's text ends at `at`; `None` when that is not known yet.
fn line_end(bytes: &[u8], at: usize, ended: bool) -> Option<usize> {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some(at + 2),
        (Some(b'\r'), None) if !ended => None,
        (Some(_), _) => Some(at + 1),
        (None, _) => Some(at),
    }
}

fn keep(row: &mut Row, column: usize, text: &str, width: usize) {
    if column == row.len() && (column < width || !text.is_empty()) {
        row.push(text, Shape::Text);
    } else if !text.is_empty() {
        row.set(column, text, Shape::Text);
    }
}

/// The slow way, for records with quotes: a quote counts only at a cell's beginning.
fn quoted(window: &str, ended: bool, dialect: Dialect, row: &mut Row, scratch: &mut String) -> Found {
    let bytes = window.as_bytes();
    let mut at = 0;
    let mut column = 0;
    loop {
        scratch.clear();
        if bytes.get(at) == Some(&b'"') {
            match unquote(window, at + 1, ended, scratch) {
                Ok(after) => at = after,
                Err(found) => return found,
            }
        }
        let Some(length) = memchr3(dialect.delimiter, b'\n', b'\r', &bytes[at..]).or(ended.then_some(bytes.len() - at))
        else {
            return Found::Unfinished;
        };
        let rest = &window[at..at + length];
        at += length;
        if scratch.is_empty() {
            keep(row, column, rest, dialect.width);
        } else {
            scratch.push_str(rest);
            keep(row, column, scratch, dialect.width);
        }
        column += 1;
        if bytes.get(at) == Some(&dialect.delimiter) {
            at += 1;
            continue;
        }
        let Some(after) = line_end(bytes, at, ended) else { return Found::Unfinished };
        let breaks = memchr_iter(b'\n', &bytes[..after]).count() as u64;
        let lone = u64::from(bytes[..after].last() != Some(&b'\n'));
        return Found::Record { bytes: after, lines: breaks + lone };
    }
}

/// Takes the text up to the closing quote, doubled quotes as one; gives the place behind it.
fn unquote(window: &str, mut at: usize, ended: bool, scratch: &mut String) -> Result<usize, Found> {
    let bytes = window.as_bytes();
    loop {
        let Some(length) = memchr(b'"', &bytes[at..]) else {
            return Err(if ended { Found::OpenQuote } else { Found::Unfinished });
        };
        scratch.push_str(&window[at..at + length]);
        at += length + 1;
        match bytes.get(at) {
            Some(b'"') => scratch.push('"'),
            None if !ended => return Err(Found::Unfinished),
            _ => return Ok(at),
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',', width: usize::MAX };

    fn cells(row: &Row) -> Vec<String> {
        (0..row.len()).map(|column| row.cell(column).text.to_owned()).collect()
    }

    fn split(text: &str, dialect: Dialect) -> (Vec<String>, Found) {
        let mut row = Row::new();
        row.start(1);
        let found = record(text, true, dialect, &mut row, &mut String::new());
        (cells(&row), found)
    }

    #[test]
    fn quotes_line_ends_and_padding_are_understood() {
        assert_eq!(split("a,b\r\nc", COMMA), (vec!["a".into(), "b".into()], Found::Record { bytes: 5, lines: 1 }));
        assert_eq!(split("\"a\nb\",\"say \"\"x\"\"\"\n", COMMA).0, ["a\nb", "say \"x\""]);
        assert_eq!(split("\"a\nb\",c\n", COMMA).1, Found::Record { bytes: 8, lines: 2 });
        assert_eq!(split("5\" pipe,b", COMMA).0, ["5\" pipe", "b"]);
        assert_eq!(split("a\rb", COMMA), (vec!["a".into()], Found::Record { bytes: 2, lines: 1 }));
        assert_eq!(split("a,,,\n", Dialect { delimiter: b',', width: 2 }).0, ["a", ""]);
        assert_eq!(split("a,,,x\n", Dialect { delimiter: b',', width: 2 }).0, ["a", "", "", "x"]);
        assert_eq!(split("\"a,b\n", COMMA).1, Found::OpenQuote);
    }

    proptest! {
        #[test]
        fn records_are_split_as_the_csv_crate_does(text in "[ab,\"\n文]{0,40}") {
            let mut theirs = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = theirs
                .records()
                .map(|record| record.expect("text").iter().map(str::to_owned).collect())
                .collect();
            let mut ours = Vec::new();
            let mut rest = text.as_str();
            let mut row = Row::new();
            while !rest.is_empty() {
                row.start(1);
                let Found::Record { bytes, .. } = record(rest, true, COMMA, &mut row, &mut String::new()) else {
                    return Ok(()); // an open quote is an error here, the rest of the file there
                };
                if rest.as_bytes()[0] != b'\n' {
                    ours.push(cells(&row));
                }
                rest = &rest[bytes..];
            }
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn a_record_is_the_same_whether_or_not_more_follows(text in "[ab,\"\r\n]{1,30}", tail in "[ab,\"\n]{0,9}") {
            let mut row = Row::new();
            row.start(1);
            if let Found::Record { bytes, lines } = record(&text, false, COMMA, &mut row, &mut String::new()) {
                let first = cells(&row);
                row.start(1);
                let longer = record(&format!("{text}{tail}"), true, COMMA, &mut row, &mut String::new());
                prop_assert_eq!(longer, Found::Record { bytes, lines });
                prop_assert_eq!(first, cells(&row));
            }
        }
    }
}
