//! Synthetic deliveries of any resource, the same bytes for the same order: for demonstrations, tests and benchmarks.
//!
//! Knows no check: what it writes as clean must pass one because both follow the same catalogue.

mod code;
mod fill;
mod flaw;
mod format;
mod gb18030;
mod heading;
mod pattern;
mod plan;
mod random;
mod row;
mod rules;
mod subject;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::io::Write;

use chrono::NaiveDate;

use crate::catalog::Resource;

pub use flaw::Flaw;
pub use format::Format;

use row::Rows;

/// An order for a sample delivery.
///
/// Records have numbers: row `n` of the delivery is record `first + n`. A record, and a subject, is the same in every
/// delivery with the same `seed` and `subjects`, in every format and dialect; so a register and penalties agree, and a
/// second delivery that begins where the first ended goes on from it.
#[derive(Debug, Clone)]
pub struct Spec<'c> {
    /// What is delivered.
    pub resource: &'c Resource,
    /// The index of the dialect in the resource's dialects; 0 is the current standard.
    pub dialect: usize,
    /// How many rows, of all kinds.
    pub rows: u64,
    /// The number of the first row: how many rows earlier deliveries had.
    pub first: u64,
    /// How many subjects the records are about; at least 1 is taken. In a register every record is a subject of its own.
    pub subjects: u64,
    /// Another seed gives another city.
    pub seed: u64,
    /// How many rows are not simply new.
    pub shares: Shares,
    /// The format of the file.
    pub format: Format,
    /// The day of the delivery; what is told has happened before.
    pub day: NaiveDate,
}

/// Parts of a delivery, each in rows of a thousand; the rest is new and clean. Of every thousand rows it is exactly so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shares {
    /// Rows that a check rejects.
    pub dirty: u16,
    /// Rows that repeat an earlier one, word for word. Of the first thousand there is nothing to repeat: they are new.
    pub repeated: u16,
    /// Rows that change the remark, or another free text, of an earlier one. Where the dialect has no time stamp that
    /// orders versions, only records of earlier deliveries are changed (those before `first`, in whole thousands);
    /// where there is none to change, or no such text, the row is new.
    pub revised: u16,
}

/// What a sample delivery holds, so that a collection of it can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All rows.
    pub rows: u64,
    /// New, clean rows.
    pub new: u64,
    /// Rows that repeat one.
    pub repeated: u64,
    /// Rows that change one.
    pub revised: u64,
    /// Rows with a flaw.
    pub dirty: u64,
}

/// Why a sample could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The file could not be written.
    #[error("the file cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// The workbook could not be made.
    #[error("the workbook cannot be made: {0}")]
    Workbook(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A workbook holds at most 1,048,575 rows.
    #[error("a workbook holds at most 1048575 rows: write CSV, or several deliveries")]
    SheetFull,
    /// The resource has no such dialect.
    #[error("the resource {resource} has no dialect number {dialect}")]
    NoDialect {
        /// The code of the resource.
        resource: String,
        /// The index asked for.
        dialect: usize,
    },
}

/// Writes a sample delivery and says what is in it. Memory does not grow with the rows, but for workbooks.
///
/// # Errors
///
/// If the output fails, if a workbook is full, or if the dialect does not exist.
pub fn write(spec: &Spec<'_>, out: impl Write) -> Result<Counts, SampleError> {
    if spec.dialect >= spec.resource.dialects.len() {
        return Err(SampleError::NoDialect { resource: spec.resource.code.clone(), dialect: spec.dialect });
    }
    let mut rows = Rows::new(spec);
    let mut sheet = format::Sheet::begin(spec.format, rows.names(spec.format), out)?;
    for number in spec.first..spec.first + spec.rows {
        rows.make(number);
        sheet.row(rows.cells())?;
    }
    sheet.end()?;
    Ok(rows.counts())
}
