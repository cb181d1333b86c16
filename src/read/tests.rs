//! The room as its callers see it.

mod dribble;
mod hostile;
mod same_rows;

use std::io::Cursor;
use std::sync::Arc;

use super::{OpenOptions, ReadError, Rows, Source, open};
use crate::record::{Row, Shape};

/// Everything one reading gave.
#[derive(Debug)]
struct Table {
    columns: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
    shapes: Vec<Vec<Shape>>,
    reader: Box<dyn Rows>,
}

impl std::fmt::Debug for dyn Rows {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", self.format(), self.encoding())
    }
}

impl Table {
    fn cells(&self) -> Vec<&[String]> {
        self.rows.iter().map(|(_, cells)| cells.as_slice()).collect()
    }

    fn numbers(&self) -> Vec<u64> {
        self.rows.iter().map(|(number, _)| *number).collect()
    }
}

/// Knows the headings of the fixture.
fn options() -> OpenOptions {
    let known = ["文号", "名称", "内容", "金额", "日期", "备注说明"];
    OpenOptions {
        is_heading: Arc::new(move |cells| cells.iter().filter(|cell| known.contains(cell)).count()),
        ..OpenOptions::default()
    }
}

fn read(bytes: impl Into<Vec<u8>>) -> Result<Table, ReadError> {
    read_with(bytes, &options())
}

fn read_with(bytes: impl Into<Vec<u8>>, options: &OpenOptions) -> Result<Table, ReadError> {
    read_from(Box::new(Cursor::new(bytes.into())), options)
}

fn read_from(source: Box<dyn Source>, options: &OpenOptions) -> Result<Table, ReadError> {
    let mut reader = open(source, options)?;
    let (mut rows, mut shapes) = (Vec::new(), Vec::new());
    let mut row = Row::new();
    while reader.next(&mut row)? {
        rows.push((row.number(), (0..row.len()).map(|column| row.cell(column).text.to_owned()).collect()));
        shapes.push((0..row.len()).map(|column| row.cell(column).shape).collect());
    }
    assert!(!reader.next(&mut row)?, "there is nothing after the end");
    Ok(Table { columns: reader.columns().to_vec(), rows, shapes, reader })
}

fn code(bytes: impl Into<Vec<u8>>) -> &'static str {
    read(bytes).expect_err("the file is refused").code()
}
