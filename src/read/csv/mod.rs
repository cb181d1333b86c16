//! CSV: the delimiter and the row of headings are found, titles above and notes below are passed over.

mod split;

use split::{Dialect, Found};

use super::heading::{self, Heading};
use super::text::Text;
use super::{Format, Limits, OpenOptions, ReadError, Rows};
use crate::record::Row;

/// The delimiters in use; the first wins a tie.
const DELIMITERS: &[u8] = b",;\t";

/// As much text as is searched for the headings.
const SEARCH: usize = 1 << 20;

/// A CSV file behind its row of headings.
pub(super) struct Csv {
    text: Text,
    dialect: Dialect,
    columns: Vec<String>,
    line: u64,
    limits: Limits,
    skipped: u64,
    notes: Vec<String>,
    scratch: String,
}

/// A guess at the delimiter, with where it finds the headings.
struct Guess {
    delimiter: u8,
    heading: Heading,
    row: Row,
    /// Bytes up to the end of the headings, and the line that follows.
    after: (usize, u64),
}

impl Csv {
    /// Finds the headings.
    ///
    /// # Errors
    /// There is no line that could be one, or too many columns.
    pub(super) fn open(mut text: Text, options: &OpenOptions) -> Result<Self, ReadError> {
        while text.window().len() < SEARCH && !enough(text.window(), &options.limits) && text.more()? {}
        let mut best: Option<Guess> = None;
        for delimiter in DELIMITERS {
            let Some(guess) = guess(&text, *delimiter, options) else { continue };
            let score = |guess: &Guess| (guess.heading.known, guess.heading.filled);
            if best.as_ref().is_none_or(|best| score(&guess) > score(best)) {
                best = Some(guess);
            }
        }
        let Some(best) = best else {
            return Err(if text.ended() {
                ReadError::OpenQuote { line: 1 }
            } else {
                ReadError::RowTooLong { row: 1, limit: SEARCH }
            });
        };
        let columns = heading::names(&best.row, &options.limits)?;
        text.consume_text(best.after.0);
        Ok(Self {
            text,
            dialect: Dialect { delimiter: best.delimiter, width: columns.len() },
            columns,
            line: best.after.1,
            limits: options.limits,
            skipped: 0,
            notes: heading::note(best.heading, best.row.number()).into_iter().collect(),
            scratch: String::new(),
        })
    }

    fn bounded(&self, row: &Row, bytes: usize) -> Result<(), ReadError> {
        let number = row.number();
        if bytes > self.limits.row_bytes {
            return Err(ReadError::RowTooLong { row: number, limit: self.limits.row_bytes });
        }
        if row.len() > self.limits.columns {
            return Err(ReadError::TooManyColumns { row: number, limit: self.limits.columns });
        }
        let limit = self.limits.cell_chars;
        if bytes > limit && (0..row.len()).any(|column| row.cell(column).text.chars().count() > limit) {
            return Err(ReadError::CellTooLong { row: number, limit });
        }
        Ok(())
    }
}

/// Whether the window surely holds all the rows that are searched for headings.
fn enough(window: &str, limits: &Limits) -> bool {
    memchr::memchr_iter(b'\n', window.as_bytes()).nth(8 * limits.heading_rows).is_some()
}

/// Reads the first rows with a delimiter; `None` when there is not one whole row.
fn guess(text: &Text, delimiter: u8, options: &OpenOptions) -> Option<Guess> {
    let dialect = Dialect { delimiter, width: usize::MAX };
    let window = text.window();
    let (mut rows, mut ends) = (Vec::new(), Vec::new());
    let (mut at, mut line) = (0, text.line());
    let mut scratch = String::new();
    while at < window.len() && rows.len() < options.limits.heading_rows {
        let mut row = Row::new();
        row.start(line);
        let found = split::record(&window[at..], text.ended(), dialect, &mut row, &mut scratch);
        let Found::Record { bytes, lines } = found else { break };
        at += bytes;
        line += lines;
        if !row.is_blank() {
            rows.push(row);
            ends.push((at, line));
        }
    }
    let heading = heading::choose(&rows, &options.is_heading)?;
    Some(Guess { delimiter, heading, after: ends[heading.at], row: rows.swap_remove(heading.at) })
}

impl Rows for Csv {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        loop {
            if self.text.window().is_empty() && !self.text.more()? {
                return Ok(false);
            }
            row.start(self.line);
            let (window, ended) = (self.text.window(), self.text.ended());
            match split::record(window, ended, self.dialect, row, &mut self.scratch) {
                Found::Record { bytes, lines } => {
                    self.bounded(row, bytes)?;
                    self.text.consume_text(bytes);
                    self.line += lines;
                    if row.is_blank() {
                        continue;
                    }
                    if !heading::is_note(row, self.columns.len()) {
                        return Ok(true);
                    }
                    self.skipped += 1;
                }
                Found::Unfinished => {
                    if window.len() > self.limits.row_bytes {
                        return Err(ReadError::RowTooLong { row: self.line, limit: self.limits.row_bytes });
                    }
                    self.text.more()?;
                }
                Found::OpenQuote => return Err(ReadError::OpenQuote { line: self.line }),
            }
        }
    }

    fn format(&self) -> Format {
        Format::Csv
    }

    fn encoding(&self) -> &'static str {
        self.text.name()
    }

    fn position(&self) -> u64 {
        self.text.fetched()
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}
