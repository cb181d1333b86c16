//! XML: elements with a row's name are rows, their children are cells. Streaming; a DOCTYPE is refused at once.
//!
//! The own envelope is `<delivery resource=".." org=".."><row><WSH>..</WSH>..</row>..</delivery>`; read alike are
//! `<ROWDATA><ROW>`, `<DATAS><DATA>` and the `<ExchangeMessage><Header>..</Header><Body><fields>` of Guangdong.

mod plain;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::columns::Columns;
use super::text::Text;
use super::{Format, Limits, ReadError, Rows};
use crate::record::{Row, Shape};

/// The names of row elements, whatever their case, below a root.
const ROWS: &[&str] = &["row", "data", "record", "fields", "item"];

/// Elements that hold what is said about the message, never rows.
const HEADERS: &[&str] = &["header", "head"];

/// An XML file and where its reading stands.
pub(super) struct Xml {
    reader: Reader<Text>,
    buffer: Vec<u8>,
    columns: Columns,
    limits: Limits,
    /// Open elements around the rows.
    depth: usize,
    /// The depth of the header that is being passed over.
    header: Option<usize>,
    rows: u64,
    /// Whether there was text that belongs to no row.
    stray: bool,
    ended: bool,
    cell: String,
}

impl Xml {
    /// Opens the text at its first row.
    pub(super) fn open(text: Text, limits: Limits) -> Self {
        let mut reader = Reader::from_reader(text);
        reader.config_mut().trim_text_start = true;
        Self {
            reader,
            buffer: Vec::new(),
            columns: Columns::default(),
            limits,
            depth: 0,
            header: None,
            rows: 0,
            stray: false,
            ended: false,
            cell: String::new(),
        }
    }

    /// Reads up to the next row that is not blank.
    fn advance(&mut self, row: &mut Row, buffer: &mut Vec<u8>) -> Result<bool, ReadError> {
        loop {
            self.reader.get_mut().allow(self.limits.row_bytes);
            match self.event(buffer)? {
                Event::Start(element) if self.is_row(&element) => {
                    self.rows += 1;
                    row.start(self.rows);
                    self.columns.start(self.rows);
                    self.read_row(row, buffer)?;
                    if !row.is_blank() {
                        return Ok(true);
                    }
                }
                Event::Empty(element) if self.is_row(&element) => self.rows += 1,
                Event::Start(element) => {
                    let is_header = HEADERS.iter().any(|name| element.local_name().as_ref().eq_ignore_ascii_case(name));
                    self.descend()?;
                    if is_header && self.header.is_none() {
                        self.header = Some(self.depth);
                    }
                }
                Event::End(_) => {
                    if self.header == Some(self.depth) {
                        self.header = None;
                    }
                    self.depth -= 1;
                }
                Event::Text(text) => self.stray |= self.header.is_none() && !text.trim().is_empty(),
                Event::CData(_) | Event::GeneralRef(_) => self.stray |= self.header.is_none(),
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::DocType(_) => return Err(ReadError::Doctype),
                Event::Eof if self.depth > 0 => return Err(self.truncated()),
                Event::Eof if self.rows == 0 && self.stray => return Err(ReadError::NoRows),
                Event::Eof => return Ok(false),
            }
        }
    }

    fn is_row(&self, element: &BytesStart<'_>) -> bool {
        self.depth > 0 && self.header.is_none() && is_row_name(element.local_name().as_ref())
    }

    fn descend(&mut self) -> Result<(), ReadError> {
        self.depth += 1;
        if self.depth >= self.limits.xml_depth {
            return Err(ReadError::TooDeep { limit: self.limits.xml_depth });
        }
        Ok(())
    }

    /// Reads the children of an opened row element.
    fn read_row(&mut self, row: &mut Row, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        self.reader.get_mut().allow(self.limits.row_bytes);
        loop {
            plain::cells(self.reader.get_mut(), &mut self.columns, row, self.limits.cell_chars)?;
            match self.event(buffer)? {
                // `<data><row>`: what looked like a row only holds rows.
                Event::Start(child)
                    if row.is_empty()
                        && is_row_name(child.name().as_ref())
                        && child.attributes_raw().trim().is_empty() =>
                {
                    self.descend()?;
                    self.reader.get_mut().allow(self.limits.row_bytes);
                }
                Event::Start(child) => {
                    let column = self.column(&child)?;
                    self.read_cell(column, row, buffer)?;
                }
                Event::Empty(child) => {
                    let column = self.column(&child)?;
                    row.set(column, "", Shape::Text);
                }
                Event::End(_) => break,
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(self.broken("行元素里有不属于任何列的文字"));
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::DocType(_) => return Err(ReadError::Doctype),
                Event::Eof => return Err(self.truncated()),
            }
        }
        let known = self.columns.names().len();
        if row.len() < known {
            row.set(known - 1, "", Shape::Text);
        }
        Ok(())
    }

    /// The column of a cell's element: its `name` attribute, else its name without a prefix.
    fn column(&mut self, element: &BytesStart<'_>) -> Result<usize, ReadError> {
        let named = element.try_get_attribute("name").map_err(|error| self.broken(&error.to_string()))?;
        let column = match named {
            Some(attribute) => {
                let name = attribute.value.trim();
                if name.contains('&') {
                    return Err(self.broken("name 属性中不能使用实体"));
                }
                // The form cannot be an element's name, so that both ways of naming stay apart.
                self.columns.learn(&format!("@{name}"), name, &self.limits)?
            }
            None => self.columns.learn(element.name().as_ref(), element.local_name().as_ref(), &self.limits)?,
        };
        self.columns.fill(column)?;
        Ok(column)
    }

    /// Collects the text of an opened cell: pieces, CDATA and references.
    fn read_cell(&mut self, column: usize, row: &mut Row, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        self.cell.clear();
        self.reader.config_mut().trim_text_start = false;
        loop {
            match self.event(buffer)? {
                Event::Text(text) => self.cell.push_str(&text.xml10_content()),
                Event::CData(text) => self.cell.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = self.resolve(&reference)?;
                    self.cell.push(character);
                }
                Event::End(_) => break,
                Event::Start(_) | Event::Empty(_) => {
                    let column = self.columns.names()[column].clone();
                    return Err(ReadError::Nested { row: row.number(), column });
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::DocType(_) => return Err(ReadError::Doctype),
                Event::Eof => return Err(self.truncated()),
            }
        }
        self.reader.config_mut().trim_text_start = true;
        let limit = self.limits.cell_chars;
        if self.cell.len() > limit && self.cell.chars().count() > limit {
            return Err(ReadError::CellTooLong { row: row.number(), limit });
        }
        row.set(column, &self.cell, Shape::Text);
        Ok(())
    }

    /// The character of a reference: the five predefined ones and those by number; others have no meaning here.
    fn resolve(&self, reference: &BytesRef<'_>) -> Result<char, ReadError> {
        match &**reference {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            name => match reference.resolve_char_ref() {
                Ok(Some(character)) => Ok(character),
                _ => Err(self.broken(&format!("不认识的实体 &{};", name.chars().take(20).collect::<String>()))),
            },
        }
    }

    fn event<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, ReadError> {
        buffer.clear();
        self.reader.read_event_into(buffer).map_err(|error| self.explain(error))
    }

    fn explain(&self, error: Error) -> ReadError {
        let text = self.reader.get_ref();
        match error {
            Error::Io(_) if text.overrun() => ReadError::RowTooLong { row: self.rows, limit: self.limits.row_bytes },
            Error::Io(error) => ReadError::Io(std::io::Error::new(error.kind(), error.to_string())),
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                self.broken(&format!("结束标签 </{}> 与开始标签 <{}> 不配对", brief(&found), brief(&expected)))
            }
            _ if text.ended() && text.window().is_empty() => self.truncated(),
            error => self.broken(&brief(&error.to_string())),
        }
    }

    fn broken(&self, detail: &str) -> ReadError {
        ReadError::Xml { line: self.reader.get_ref().line(), detail: detail.to_owned() }
    }

    fn truncated(&self) -> ReadError {
        ReadError::Truncated { line: self.reader.get_ref().line() }
    }
}

fn is_row_name(name: &str) -> bool {
    ROWS.iter().any(|row| name.eq_ignore_ascii_case(row))
}

/// Enough of a text from the file to recognise the place.
fn brief(text: &str) -> String {
    text.chars().take(60).collect()
}

impl Rows for Xml {
    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        if self.ended {
            return Ok(false);
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let found = self.advance(row, &mut buffer);
        self.buffer = buffer;
        self.ended = !matches!(found, Ok(true));
        found
    }

    fn format(&self) -> Format {
        Format::Xml
    }

    fn encoding(&self) -> &'static str {
        self.reader.get_ref().name()
    }

    fn position(&self) -> u64 {
        self.reader.get_ref().fetched()
    }
}
