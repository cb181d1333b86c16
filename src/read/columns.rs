//! The columns of a format that names each value: they are learnt as they come, and mostly guessed right.

use std::collections::HashMap;

use super::{Limits, ReadError};

/// Bytes of a column's name; the longest headings seen have 150.
const NAME_BYTES: usize = 1000;

/// Names seen, in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: Vec<String>,
    /// For each column the form it last came in, compared first: rows repeat each other.
    forms: Vec<String>,
    index: HashMap<String, usize>,
    /// For each column the row that filled it last.
    filled: Vec<u64>,
    expected: usize,
    row: u64,
}

impl Columns {
    /// The names, as the rest of the house sees them.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Begins a row; numbers grow.
    pub(super) const fn start(&mut self, row: u64) {
        self.row = row;
        self.expected = 0;
    }

    /// The form of the column that should come next.
    pub(super) fn expected(&self) -> Option<(usize, &str)> {
        self.forms.get(self.expected).map(|form| (self.expected, form.as_str()))
    }

    /// The column of a form that was learnt.
    pub(super) fn find(&self, form: &str) -> Option<usize> {
        match self.expected() {
            Some((column, expected)) if expected == form => Some(column),
            _ => self.index.get(form).copied(),
        }
    }

    /// The column of a form, learnt now if need be under `name`.
    pub(super) fn learn(&mut self, form: &str, name: &str, limits: &Limits) -> Result<usize, ReadError> {
        if let Some(column) = self.find(form) {
            return Ok(column);
        }
        let column = match self.names.iter().position(|known| known == name) {
            Some(column) => column,
            None => self.add(name, limits)?,
        };
        // Forms of one name differ in a prefix; a file with thousands of prefixes must not fill the memory.
        if self.index.len() < 4 * limits.columns && form.len() <= NAME_BYTES {
            self.index.insert(form.to_owned(), column);
        }
        if form.len() <= NAME_BYTES {
            form.clone_into(&mut self.forms[column]);
        }
        Ok(column)
    }

    fn add(&mut self, name: &str, limits: &Limits) -> Result<usize, ReadError> {
        if name.len() > NAME_BYTES {
            return Err(ReadError::CellTooLong { row: self.row, limit: NAME_BYTES });
        }
        if self.names.len() >= limits.columns {
            return Err(ReadError::TooManyColumns { row: self.row, limit: limits.columns });
        }
        self.names.push(name.to_owned());
        self.forms.push(String::new());
        self.filled.push(0);
        Ok(self.names.len() - 1)
    }

    /// Whether the row has not filled the column yet.
    pub(super) fn is_free(&self, column: usize) -> bool {
        self.filled[column] != self.row
    }

    /// Marks a column as filled by this row; the next in order is expected now.
    ///
    /// # Errors
    /// The row filled it before: which value is meant cannot be known.
    pub(super) fn fill(&mut self, column: usize) -> Result<(), ReadError> {
        if !self.is_free(column) {
            return Err(ReadError::Twice { row: self.row, column: self.names[column].clone() });
        }
        self.filled[column] = self.row;
        self.expected = column + 1;
        Ok(())
    }
}
