//! JSON: an array of flat objects, alone or under `data`, `rows`, `records` or `list`; or JSON Lines.
//!
//! Numbers keep their text, so that an 18-digit code loses nothing; a list of texts is one cell, joined by `；`.

mod plain;
mod token;

use token::Tokens;

use super::columns::Columns;
use super::text::Text;
use super::{Format, Limits, ReadError, Rows};
use crate::record::{Row, Shape};

/// The keys under which an envelope holds its rows.
const CONTAINERS: &[&str] = &["data", "rows", "records", "list"];

/// Envelopes around an array of rows, one inside the other.
const ENVELOPES: u32 = 4;

/// A JSON file and where its reading stands.
pub(super) struct Json {
    tokens: Tokens,
    columns: Columns,
    limits: Limits,
    format: Format,
    rows: u64,
    /// Open objects around the array of rows.
    envelopes: u32,
    /// The row that was read to find out that the file is JSON Lines.
    first: Option<Row>,
    /// Whether the array's next element stands behind a comma.
    comma: bool,
    ended: bool,
    key: String,
    value: String,
}

/// What the beginning of a file turned out to be.
enum Beginning {
    Array,
    Line,
}

impl Json {
    /// Opens the text at its first row.
    ///
    /// # Errors
    /// The beginning is not well formed.
    pub(super) fn open(text: Text, limits: Limits) -> Result<Self, ReadError> {
        let mut json = Self {
            tokens: Tokens::new(text, limits),
            columns: Columns::default(),
            limits,
            format: Format::Json,
            rows: 0,
            envelopes: 0,
            first: None,
            comma: false,
            ended: false,
            key: String::new(),
            value: String::new(),
        };
        if json.tokens.accept(b'[')? {
            return Ok(json);
        }
        let mut row = Row::new();
        let line = json.tokens.line();
        json.begin(&mut row, line);
        if matches!(json.beginning(&mut row)?, Beginning::Line) {
            json.format = Format::Jsonl;
            json.first = Some(row);
        } else {
            json.columns = Columns::default();
            json.rows = 0;
        }
        Ok(json)
    }

    /// Reads the first object: an envelope up to its array, or the first of the lines.
    fn beginning(&mut self, row: &mut Row) -> Result<Beginning, ReadError> {
        self.tokens.expect(b'{')?;
        let mut nested = None;
        let mut first = true;
        while self.member(&mut first)? {
            let container = CONTAINERS.contains(&self.key.as_str());
            match self.tokens.need()? {
                b'[' if container && self.enters()? => {
                    self.envelopes += 1;
                    return Ok(Beginning::Array);
                }
                b'{' if container && self.envelopes < ENVELOPES => {
                    self.envelopes += 1;
                    return self.beginning(row);
                }
                b'{' => {
                    nested = Some(self.key.clone());
                    self.tokens.skip()?;
                }
                _ if self.envelopes > 0 => self.tokens.skip()?,
                _ => self.cell(row)?,
            }
        }
        match nested {
            Some(column) => Err(ReadError::Nested { row: row.number(), column }),
            None if self.envelopes > 0 => Err(self.tokens.broken("没有找到数据数组")),
            None => {
                self.pad(row);
                Ok(Beginning::Line)
            }
        }
    }

    /// Whether the array that comes next holds objects or nothing; then its bracket is taken. A list of texts is a cell.
    fn enters(&mut self) -> Result<bool, ReadError> {
        self.tokens.take();
        if matches!(self.tokens.need()?, b'{' | b']') {
            return Ok(true);
        }
        Err(self.tokens.broken("数据数组的元素应为对象"))
    }

    /// Begins a row under its number.
    fn begin(&mut self, row: &mut Row, number: u64) {
        self.rows += 1;
        row.start(number);
        self.columns.start(self.rows);
    }

    /// Steps to an object's next member and takes its key and colon; `false` at the object's end.
    fn member(&mut self, first: &mut bool) -> Result<bool, ReadError> {
        if *first && self.tokens.accept(b'}')? {
            return Ok(false);
        }
        if !*first {
            if self.tokens.accept(b'}')? {
                return Ok(false);
            }
            self.tokens.expect(b',')?;
        }
        *first = false;
        self.key.clear();
        self.tokens.string(&mut self.key)?;
        self.tokens.expect(b':')?;
        Ok(true)
    }

    /// Reads an object's members into the row.
    fn object(&mut self, row: &mut Row) -> Result<(), ReadError> {
        if !self.tokens.accept(b'{')? {
            return Err(self.tokens.broken("每一行数据应为一个对象 {…}"));
        }
        let mut first = true;
        loop {
            let limit = self.limits.cell_chars;
            let taken = plain::members(&mut self.tokens.text, &mut self.columns, row, limit, first)?;
            first &= !taken;
            if !self.member(&mut first)? {
                break;
            }
            self.cell(row)?;
        }
        self.pad(row);
        Ok(())
    }

    fn pad(&self, row: &mut Row) {
        let known = self.columns.names().len();
        if row.len() < known {
            row.set(known - 1, "", Shape::Text);
        }
    }

    /// Reads the value of the key that was taken.
    fn cell(&mut self, row: &mut Row) -> Result<(), ReadError> {
        let column = self.columns.learn(&self.key, self.key.trim(), &self.limits)?;
        self.columns.fill(column)?;
        self.value.clear();
        match self.tokens.need()? {
            b'"' => self.tokens.string(&mut self.value)?,
            b'{' => return Err(ReadError::Nested { row: row.number(), column: self.key.clone() }),
            b'[' => self.list(row.number())?,
            _ => self.tokens.literal(&mut self.value)?,
        }
        let limit = self.limits.cell_chars;
        if self.value.len() > limit && self.value.chars().count() > limit {
            return Err(ReadError::CellTooLong { row: row.number(), limit });
        }
        row.set(column, &self.value, Shape::Text);
        Ok(())
    }

    /// Reads a list of texts or numbers as one cell.
    fn list(&mut self, row: u64) -> Result<(), ReadError> {
        self.tokens.expect(b'[')?;
        if self.tokens.accept(b']')? {
            return Ok(());
        }
        loop {
            match self.tokens.need()? {
                b'"' => self.tokens.string(&mut self.value)?,
                b'{' | b'[' => return Err(ReadError::Nested { row, column: self.key.clone() }),
                _ => self.tokens.literal(&mut self.value)?,
            }
            if self.value.len() > self.limits.row_bytes {
                return Err(ReadError::RowTooLong { row, limit: self.limits.row_bytes });
            }
            if self.tokens.accept(b']')? {
                return Ok(());
            }
            self.tokens.expect(b',')?;
            self.value.push('；');
        }
    }

    /// Reads the next element of the array.
    fn element(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        if self.tokens.accept(b']')? {
            self.close()?;
            return Ok(false);
        }
        if self.comma {
            self.tokens.expect(b',')?;
        }
        self.comma = true;
        self.begin(row, self.rows + 1);
        self.object(row)?;
        Ok(true)
    }

    /// Passes over what follows the array: the envelopes' other members, then nothing.
    fn close(&mut self) -> Result<(), ReadError> {
        while self.envelopes > 0 {
            let mut first = false;
            while self.member(&mut first)? {
                self.tokens.skip()?;
            }
            self.envelopes -= 1;
        }
        match self.tokens.peek_token()? {
            None => Ok(()),
            Some(_) => Err(self.tokens.broken("数据数组之后还有多余的内容")),
        }
    }

    /// Reads the next line's object.
    fn line(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        if let Some(first) = self.first.take() {
            *row = first;
            return Ok(true);
        }
        if self.tokens.peek_token()?.is_none() {
            return Ok(false);
        }
        self.begin(row, self.tokens.line());
        self.object(row)?;
        Ok(true)
    }

    fn advance(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        loop {
            let found = if self.format == Format::Jsonl { self.line(row)? } else { self.element(row)? };
            if !found || !row.is_blank() {
                return Ok(found);
            }
        }
    }
}

impl Rows for Json {
    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        if self.ended {
            return Ok(false);
        }
        let found = self.advance(row);
        self.ended = !matches!(found, Ok(true));
        found
    }

    fn format(&self) -> Format {
        self.format
    }

    fn encoding(&self) -> &'static str {
        self.tokens.text.name()
    }

    fn position(&self) -> u64 {
        self.tokens.text.fetched()
    }
}
