//! A worksheet as rows: cells stream by in the order of the file and are gathered by their row.

use std::io::{Read, Seek};

use calamine::{Cell, DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader};

use super::super::heading::{self, Heading};
use super::super::{Limits, OpenOptions, ReadError};
use super::{broken, value};
use crate::record::{Row, Shape};

/// The rows of a worksheet.
pub(super) struct Sheet<'b, S: Read + Seek> {
    cells: XlsxCellReader<'b, S>,
    limits: Limits,
    pending: Option<Cell<DataRef<'b>>>,
    /// The cell reader fails when it is asked again after its end.
    ended: bool,
    scratch: String,
}

impl<'b, S: Read + Seek> Sheet<'b, S> {
    /// Opens a worksheet at its first row.
    pub(super) fn open(book: &'b mut Xlsx<S>, name: &str, limits: Limits) -> Result<Self, ReadError> {
        let cells = book.worksheet_cells_reader(name).map_err(broken)?;
        Ok(Self { cells, limits, pending: None, ended: false, scratch: String::new() })
    }

    /// Reads the next row that is not blank; its number is the sheet's.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, ReadError> {
        loop {
            let first = match self.pending.take() {
                Some(cell) => cell,
                None => match self.filled()? {
                    Some(cell) => cell,
                    None => return Ok(false),
                },
            };
            let at = first.get_position().0;
            row.start(u64::from(at) + 1);
            self.put(&first, row)?;
            while let Some(cell) = self.filled()? {
                match cell.get_position().0 {
                    same if same == at => self.put(&cell, row)?,
                    later if later > at => {
                        self.pending = Some(cell);
                        break;
                    }
                    _ => return Err(ReadError::Workbook(format!("第 {} 行的次序颠倒", at + 1))),
                }
            }
            if !row.is_blank() {
                return Ok(true);
            }
        }
    }

    /// The next cell that is not empty: formats are often spread over cells that hold nothing.
    fn filled(&mut self) -> Result<Option<Cell<DataRef<'b>>>, ReadError> {
        while !self.ended {
            match self.cells.next_cell().map_err(broken)? {
                Some(cell) if matches!(cell.get_value(), DataRef::Empty) => {}
                Some(cell) => return Ok(Some(cell)),
                None => self.ended = true,
            }
        }
        Ok(None)
    }

    fn put(&mut self, cell: &Cell<DataRef<'b>>, row: &mut Row) -> Result<(), ReadError> {
        let (text, shape) = value::text(cell.get_value(), &mut self.scratch);
        let column = cell.get_position().1 as usize;
        if column >= self.limits.columns {
            if text.trim().is_empty() {
                return Ok(());
            }
            return Err(ReadError::TooManyColumns { row: row.number(), limit: self.limits.columns });
        }
        let limit = self.limits.sheet_cell_chars;
        if text.len() > limit && text.chars().count() > limit {
            return Err(ReadError::CellTooLong { row: row.number(), limit });
        }
        row.set(column, text, shape);
        Ok(())
    }
}

/// The sheet to read, and what to say about it.
pub(super) struct Choice {
    pub(super) sheet: String,
    /// The number of the row of headings.
    pub(super) heading: u64,
    pub(super) columns: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// Names of sheets that explain or hold code lists.
const ASIDE: &[&str] = &["代码表", "填表说明", "填报说明", "说明", "字典"];

/// Finds the sheet: the one asked for, else the visible one with the most known headings.
pub(super) fn choose<S: Read + Seek>(book: &mut Xlsx<S>, options: &OpenOptions) -> Result<Choice, ReadError> {
    let mut best: Option<(Heading, Choice)> = None;
    let (mut others, mut refused) = (Vec::new(), None);
    for sheet in visible(book, options)? {
        let (heading, choice) = match candidate(book, &sheet, options) {
            Ok(Some(found)) => found,
            Ok(None) => continue,
            // A drawing of 300 columns beside the table must not keep the table out.
            Err(error) => {
                refused.get_or_insert(error);
                others.push(sheet);
                continue;
            }
        };
        let better = best.as_ref().is_none_or(|(known, chosen)| {
            (heading.known, !is_aside(&choice.sheet)) > (known.known, !is_aside(&chosen.sheet))
        });
        if better {
            others.extend(best.replace((heading, choice)).map(|(_, choice)| choice.sheet));
        } else {
            others.push(choice.sheet);
        }
    }
    let (_, mut choice) = best.ok_or_else(|| refused.unwrap_or(ReadError::Empty))?;
    others.retain(|sheet| !is_aside(sheet));
    if !others.is_empty() {
        choice.notes.push(format!("读取了工作表「{}」，未读取：{}", choice.sheet, others.join("、")));
    }
    Ok(choice)
}

fn is_aside(sheet: &str) -> bool {
    ASIDE.iter().any(|name| sheet.contains(name))
}

/// The sheets to look at.
fn visible<S: Read + Seek>(book: &Xlsx<S>, options: &OpenOptions) -> Result<Vec<String>, ReadError> {
    let sheets = book.sheets_metadata();
    if let Some(name) = &options.sheet {
        if !sheets.iter().any(|sheet| sheet.name == *name) {
            return Err(ReadError::NoSheet(name.clone()));
        }
        return Ok(vec![name.clone()]);
    }
    let shown =
        sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    Ok(shown.map(|sheet| sheet.name.clone()).collect())
}

/// Looks for headings in a sheet's first rows; `None` when it has no rows.
fn candidate<S: Read + Seek>(
    book: &mut Xlsx<S>,
    sheet: &str,
    options: &OpenOptions,
) -> Result<Option<(Heading, Choice)>, ReadError> {
    let mut rows = Vec::new();
    let mut cells = Sheet::open(book, sheet, options.limits)?;
    let mut row = Row::new();
    while rows.len() < options.limits.heading_rows && cells.next(&mut row)? {
        rows.push(std::mem::take(&mut row));
    }
    let Some(heading) = heading::choose(&rows, &options.is_heading) else { return Ok(None) };
    let found = &rows[heading.at];
    let columns = heading::names(found, &options.limits)?;
    let notes = heading::note(heading, found.number()).into_iter().collect();
    Ok(Some((heading, Choice { sheet: sheet.to_owned(), heading: found.number(), columns, notes })))
}

/// Gives a row a cell for every column.
pub(super) fn pad(row: &mut Row, columns: usize) {
    if row.len() < columns {
        row.set(columns - 1, "", Shape::Text);
    }
}
