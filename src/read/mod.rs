//! Bytes to rows of text cells: XML, CSV, XLSX and JSON give the same rows, streaming, with flat memory.
//!
//! Format and encoding are recognised from the bytes, never from a name. Nothing here knows a catalogue.

mod columns;
mod csv;
mod encoding;
mod error;
mod heading;
mod json;
mod limits;
mod recognise;
#[cfg(test)]
mod tests;
mod text;
mod xlsx;
mod xml;

use std::io::{Read, Seek};
use std::sync::Arc;

pub use error::ReadError;
pub use limits::Limits;

use crate::record::Row;

/// A file to read: it is scanned ahead where its encoding or its container asks for it, hence the seeking.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

named! {
    /// The format of a delivery, as found in its bytes.
    pub enum Format {
        /// XML: the own envelope, ROWDATA, DATAS or ExchangeMessage.
        Xml = "xml",
        /// CSV with `,` `;` or tab.
        Csv = "csv",
        /// An Excel workbook.
        Xlsx = "xlsx",
        /// A JSON array of objects, alone or under `data`, `rows`, `records` or `list`.
        Json = "json",
        /// JSON Lines: one object a line.
        Jsonl = "jsonl",
    }
}

/// How many cells of a row are headings the caller knows: by it the row of headings and the sheet are found.
pub type KnownHeadings = Arc<dyn Fn(&[&str]) -> usize + Send + Sync>;

/// What a reader needs to know besides the bytes.
#[derive(Clone)]
pub struct OpenOptions {
    /// Counts the known headings of a candidate row.
    pub is_heading: KnownHeadings,
    /// The bounds of the file.
    pub limits: Limits,
    /// The sheet of a workbook; without it, the visible sheet with the most known headings.
    pub sheet: Option<String>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { is_heading: Arc::new(|_| 0), limits: Limits::DEFAULT, sheet: None }
    }
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("OpenOptions")
            .field("limits", &self.limits)
            .field("sheet", &self.sheet)
            .finish_non_exhaustive()
    }
}

/// The rows of an opened file, in the order of the file. After an error there are no more rows.
pub trait Rows: Send {
    /// The columns' names as delivered, trimmed. They may grow while XML or JSON is read; an index keeps its meaning.
    fn columns(&self) -> &[String];

    /// Reads the next row into `row`, whose buffer is used again; `false` at the end.
    ///
    /// A row has a cell for every column known so far; a CSV line keeps the number of cells it came with, except
    /// empty ones after the last column. Blank rows and notes are left out.
    ///
    /// # Errors
    /// The file is broken, hostile or cannot be fetched; rows before that point were sound.
    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError>;

    /// The format found.
    fn format(&self) -> Format;

    /// The encoding found: `UTF-8`, `UTF-16LE`, `UTF-16BE` or `GB18030`.
    fn encoding(&self) -> &'static str;

    /// Bytes of the source read so far, for a progress bar.
    fn position(&self) -> u64;

    /// Rows below the headings that were left out as notes or totals, so far. Blank rows are not counted.
    fn skipped(&self) -> u64 {
        0
    }

    /// What a person should know about how the file was read (Chinese): titles passed over, other sheets.
    fn notes(&self) -> &[String] {
        &[]
    }
}

/// Recognises a file and opens it at its first row. The source is read from its beginning.
///
/// # Errors
/// The file is none of the formats, is refused, or cannot be fetched.
pub fn open(mut source: Box<dyn Source>, options: &OpenOptions) -> Result<Box<dyn Rows>, ReadError> {
    match recognise::recognise(source.as_mut())? {
        recognise::Kind::Workbook => xlsx::open(source, options),
        recognise::Kind::Text(encoding) => {
            let mut text = text::Text::open(source, encoding)?;
            match recognise::shape(&mut text)? {
                recognise::TextShape::Xml => Ok(Box::new(xml::Xml::open(text, options.limits))),
                recognise::TextShape::Json => Ok(Box::new(json::Json::open(text, options.limits)?)),
                recognise::TextShape::Csv => Ok(Box::new(csv::Csv::open(text, options)?)),
            }
        }
    }
}
