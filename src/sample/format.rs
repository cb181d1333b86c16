//! Rows as files: CSV in the encodings departments use, XML, JSON, JSON Lines, workbooks.

use std::io::{self, Write};

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::SampleError;
use super::gb18030::Encoder;

named! {
    /// The format of a sample delivery (文件格式).
    pub enum Format {
        /// CSV, UTF-8.
        Csv = "csv",
        /// CSV, UTF-8 with a byte order mark, as Excel writes it.
        CsvBom = "csv-bom",
        /// CSV, GB18030.
        CsvGb18030 = "csv-gb18030",
        /// XML: `ROWDATA` of `ROW`, elements by field code.
        Xml = "xml",
        /// A JSON array of objects.
        Json = "json",
        /// One JSON object a line.
        JsonLines = "jsonl",
        /// A workbook; at most 1,048,575 rows.
        Xlsx = "xlsx",
    }
}

/// The sheet's rows but for the heading.
const XLSX_ROWS: u64 = 1_048_575;
/// Written to the file when so many bytes are together.
const BLOCK: usize = 256 * 1024;

/// A file that is being written, row by row.
pub(super) struct Sheet<W: Write> {
    format: Format,
    out: W,
    text: String,
    names: Vec<String>,
    rows: u64,
    encoder: Option<Encoder>,
    bytes: Vec<u8>,
    workbook: Option<Box<Workbook>>,
}

impl<W: Write> Sheet<W> {
    /// Begins a file whose columns have these names.
    pub(super) fn begin(format: Format, names: Vec<String>, out: W) -> Result<Self, SampleError> {
        let mut sheet =
            Self { format, out, text: String::new(), names, rows: 0, encoder: None, bytes: Vec::new(), workbook: None };
        match format {
            Format::Csv | Format::CsvBom | Format::CsvGb18030 => {
                if format == Format::CsvBom {
                    sheet.text.push('\u{feff}');
                }
                let names = std::mem::take(&mut sheet.names);
                csv_row(names.iter().map(String::as_str), &mut sheet.text);
                sheet.names = names;
            }
            Format::Xml => sheet.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ROWDATA>\n"),
            Format::Json => sheet.text.push('['),
            Format::JsonLines => {}
            Format::Xlsx => sheet.workbook = Some(Box::new(workbook(&sheet.names)?)),
        }
        Ok(sheet)
    }

    /// Appends a row with a cell for every column.
    pub(super) fn row<'r>(&mut self, cells: impl Iterator<Item = &'r str>) -> Result<(), SampleError> {
        self.rows += 1;
        match self.format {
            Format::Csv | Format::CsvBom | Format::CsvGb18030 => csv_row(cells, &mut self.text),
            Format::Xml => xml_row(&self.names, cells, &mut self.text),
            Format::Json => {
                self.text.push_str(if self.rows == 1 { "\n" } else { ",\n" });
                json_row(&self.names, cells, &mut self.text);
            }
            Format::JsonLines => {
                json_row(&self.names, cells, &mut self.text);
                self.text.push('\n');
            }
            Format::Xlsx => self.sheet_row(cells)?,
        }
        if self.text.len() >= BLOCK {
            self.flush()?;
        }
        Ok(())
    }

    /// Ends the file.
    pub(super) fn end(mut self) -> Result<(), SampleError> {
        match self.format {
            Format::Xml => self.text.push_str("</ROWDATA>\n"),
            Format::Json => self.text.push_str("\n]\n"),
            Format::Xlsx => {
                let bytes = self.workbook.take().expect("begun with it").save_to_buffer()?;
                self.out.write_all(&bytes)?;
            }
            Format::Csv | Format::CsvBom | Format::CsvGb18030 | Format::JsonLines => {}
        }
        self.flush()?;
        Ok(self.out.flush()?)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.format == Format::CsvGb18030 {
            self.bytes.clear();
            self.encoder.get_or_insert_with(Encoder::new).encode(&self.text, &mut self.bytes);
            self.out.write_all(&self.bytes)?;
        } else {
            self.out.write_all(self.text.as_bytes())?;
        }
        self.text.clear();
        Ok(())
    }

    fn sheet_row<'r>(&mut self, cells: impl Iterator<Item = &'r str>) -> Result<(), SampleError> {
        if self.rows > XLSX_ROWS {
            return Err(SampleError::SheetFull);
        }
        let row = u32::try_from(self.rows).expect("below the sheet's bound");
        let sheet = self.workbook.as_mut().expect("begun with it").worksheet_from_index(0)?;
        write_row(sheet, row, cells)
    }
}

fn workbook(names: &[String]) -> Result<Workbook, SampleError> {
    let mut workbook = Workbook::new();
    write_row(workbook.add_worksheet_with_constant_memory()?, 0, names.iter().map(String::as_str))?;
    Ok(workbook)
}

fn write_row<'r>(sheet: &mut Worksheet, row: u32, cells: impl Iterator<Item = &'r str>) -> Result<(), SampleError> {
    for (column, text) in (0_u16..).zip(cells) {
        if !text.is_empty() {
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(())
}

fn csv_row<'r>(cells: impl Iterator<Item = &'r str>, out: &mut String) {
    for (place, text) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        // No value of a sample has a carriage return without a line feed.
        if memchr::memchr3(b',', b'"', b'\n', text.as_bytes()).is_some() {
            out.push('"');
            out.push_str(&text.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(text);
        }
    }
    out.push_str("\r\n");
}

/// An element for every cell that is filled: an absent element and an empty one mean the same.
fn xml_row<'r>(names: &[String], cells: impl Iterator<Item = &'r str>, out: &mut String) {
    out.push_str("<ROW>");
    for (name, text) in names.iter().zip(cells).filter(|(_, text)| !text.is_empty()) {
        for part in ["<", name, ">"] {
            out.push_str(part);
        }
        escape(text, out);
        for part in ["</", name, ">"] {
            out.push_str(part);
        }
    }
    out.push_str("</ROW>\n");
}

fn escape(text: &str, out: &mut String) {
    if memchr::memchr3(b'<', b'>', b'&', text.as_bytes()).is_none() {
        return out.push_str(text);
    }
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
}

fn json_row<'r>(names: &[String], cells: impl Iterator<Item = &'r str>, out: &mut String) {
    out.push('{');
    for (place, (name, text)) in names.iter().zip(cells).enumerate() {
        if place > 0 {
            out.push(',');
        }
        json_string(name, out);
        out.push(':');
        json_string(text, out);
    }
    out.push('}');
}

fn json_string(text: &str, out: &mut String) {
    out.push('"');
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        let quoted = serde_json::Value::from(text).to_string();
        out.push_str(&quoted[1..quoted.len() - 1]);
    } else {
        out.push_str(text);
    }
    out.push('"');
}

impl From<XlsxError> for SampleError {
    fn from(err: XlsxError) -> Self {
        Self::Workbook(Box::new(err))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format) -> String {
        let mut bytes = Vec::new();
        let mut sheet = Sheet::begin(format, vec!["A".into(), "B".into()], &mut bytes).expect("begins");
        sheet.row(["一,\"二\"", "<&>"].into_iter()).expect("takes a row");
        sheet.row(["", "\\"].into_iter()).expect("takes a row");
        sheet.end().expect("ends");
        String::from_utf8(bytes).expect("is UTF-8")
    }

    #[test]
    fn what_has_a_meaning_in_a_format_is_escaped() {
        assert_eq!(written(Format::Csv), "A,B\r\n\"一,\"\"二\"\"\",<&>\r\n,\\\r\n");
        assert!(written(Format::Xml).contains("<ROW><A>一,\"二\"</A><B>&lt;&amp;&gt;</B></ROW>\n<ROW><B>\\</B></ROW>"));
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).expect("is JSON");
        assert_eq!(json[0]["A"], "一,\"二\"");
        assert_eq!(json[1]["B"], "\\");
        assert_eq!(written(Format::JsonLines).lines().count(), 2);
    }
}
