//! The workbook of bad rows (疑问数据报告): the cells as delivered, the bad ones marked, the reasons beside them.
//!
//! It can be corrected and sent again as it is: every cell is text, and the check knows the columns of reasons.

use std::{
    collections::HashMap,
    io::{Seek, Write},
};

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError};

use crate::catalog::heading::REPORT_HEADINGS;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the report could not be written: {0}")]
pub struct ReportError(#[from] XlsxError);

/// A row that was not taken.
#[derive(Debug, Clone, Default)]
pub struct BadRow {
    /// Its number in its delivery.
    pub row: u64,
    /// Headings and texts as delivered.
    pub cells: Vec<(String, String)>,
    /// What is wrong.
    pub marks: Vec<Mark>,
}

/// A reason.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The heading of the bad cell; `None` when it is the whole row.
    pub heading: Option<String>,
    /// Whether it only asks for attention.
    pub warning: bool,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// Characters a cell of a workbook may have.
const CELL_CHARS: usize = 32_767;
/// Rows of a report: below the sheet's 1,048,576.
const ROWS: u32 = 1_000_000;
/// Notes at cells, which stay in memory while the rows do not.
const NOTES: usize = 2_000;

/// A report that is being written, row by row; rows do not stay in memory.
pub struct BadRows {
    workbook: Workbook,
    columns: HashMap<String, u16>,
    styles: Styles,
    at: u32,
    n_notes: usize,
}

struct Styles {
    heading: Format,
    own: Format,
    plain: Format,
    error: Format,
    warning: Format,
    reason: Format,
}

impl Styles {
    fn new() -> Self {
        let text = || Format::new().set_num_format("@");
        let marked = |color: u32| text().set_background_color(Color::RGB(color)).set_border(FormatBorder::Thin);
        let heading = text().set_bold().set_align(FormatAlign::Center);
        Self {
            own: heading.clone().set_background_color(Color::RGB(0xFF_F2_CC)),
            heading: heading.set_background_color(Color::RGB(0xD9_E1_F2)),
            plain: text(),
            error: marked(0xFF_C7_CE),
            warning: marked(0xFF_EB_9C),
            reason: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

impl BadRows {
    /// Begins a report with the headings of the delivery, in their order, each once.
    ///
    /// # Errors
    /// [`ReportError`] when there are more columns than a sheet has.
    pub fn begin(headings: &[String]) -> Result<Self, ReportError> {
        let mut workbook = Workbook::new();
        let styles = Styles::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name("待更正数据")?;
        sheet.set_freeze_panes(1, 0)?;
        let mut columns = HashMap::new();
        for (column, heading) in (0_u16..).zip(headings) {
            sheet.set_column_width(column, 22)?;
            sheet.write_string_with_format(0, column, cut(heading), &styles.heading)?;
            columns.insert(heading.clone(), column);
        }
        for (column, heading) in (column_count(&columns)..).zip(REPORT_HEADINGS) {
            sheet.set_column_width(column, if heading == REPORT_HEADINGS[2] { 10 } else { 48 })?;
            sheet.write_string_with_format(0, column, heading, &styles.own)?;
        }
        explain(workbook.add_worksheet())?;
        Ok(Self { workbook, columns, styles, at: 0, n_notes: 0 })
    }

    /// Adds a row. Past a million rows it says `false` and leaves the row out.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn add(&mut self, row: &BadRow) -> Result<bool, ReportError> {
        if self.at >= ROWS {
            return Ok(false);
        }
        self.at += 1;
        let (at, own) = (self.at, column_count(&self.columns));
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (heading, text) in &row.cells {
            let Some(&column) = self.columns.get(heading) else { continue };
            let marks = || row.marks.iter().filter(|it| it.heading.as_ref() == Some(heading));
            let style = match (marks().any(|it| !it.warning), marks().next()) {
                (true, _) => &self.styles.error,
                (false, Some(_)) => &self.styles.warning,
                (false, None) => &self.styles.plain,
            };
            sheet.write_string_with_format(at, column, cut(text), style)?;
            if marks().next().is_some() && self.n_notes < NOTES {
                self.n_notes += 1;
                sheet.insert_note(at, column, &Note::new(join(marks().map(|it| it.message.as_str()))))?;
            }
        }
        let reasons = row.marks.iter().map(reason).collect::<Vec<_>>();
        sheet.write_string_with_format(at, own, cut(&join(reasons.iter().map(String::as_str))), &self.styles.reason)?;
        let remedies = join(row.marks.iter().map(|it| it.remedy.as_str()));
        sheet.write_string_with_format(at, own + 1, cut(&remedies), &self.styles.reason)?;
        sheet.write_string(at, own + 2, row.row.to_string())?;
        Ok(true)
    }

    /// Writes the report.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn finish(mut self, out: impl Write + Seek + Send) -> Result<(), ReportError> {
        Ok(self.workbook.save_to_writer(out)?)
    }
}

fn column_count(columns: &HashMap<String, u16>) -> u16 {
    u16::try_from(columns.len()).unwrap_or(u16::MAX)
}

fn reason(mark: &Mark) -> String {
    match &mark.heading {
        Some(heading) => format!("【{heading}】{}", mark.message),
        None => mark.message.clone(),
    }
}

/// One text a line; a text that is said twice stands once.
fn join<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for text in texts {
        if !lines.contains(&text) {
            lines.push(text);
        }
    }
    lines.join("\n")
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(CELL_CHARS).map_or(text, |(end, _)| &text[..end])
}

fn explain(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("填写说明")?;
    sheet.set_column_width(0, 96)?;
    let lines = [
        "本文件只含未通过校验的数据行，请在“待更正数据”中直接修改后整份重新报送。",
        "红色单元格有错误，须更正；黄色单元格请核对。原因与修改建议在每行末尾。",
        "末尾三列（问题说明、修改建议、原始行号）报送时自动忽略，可保留也可删除。",
        "所有单元格均为文本格式，请勿改为数值或日期格式，以免代码末位丢失。",
    ];
    for (at, line) in (0_u32..).zip(lines) {
        sheet.write_string(at, 0, line)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Reader, Xlsx, open_workbook_from_rs};

    use super::*;

    fn written(headings: &[&str], rows: &[BadRow]) -> Vec<Vec<String>> {
        let headings: Vec<String> = headings.iter().map(|it| (*it).to_owned()).collect();
        let mut report = BadRows::begin(&headings).unwrap();
        for row in rows {
            assert!(report.add(row).unwrap());
        }
        let mut out = Cursor::new(Vec::new());
        report.finish(&mut out).unwrap();
        let mut book: Xlsx<_> = open_workbook_from_rs(out).unwrap();
        let range = book.worksheet_range("待更正数据").unwrap();
        range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    }

    fn mark(heading: Option<&str>, message: &str) -> Mark {
        let heading = heading.map(str::to_owned);
        Mark { heading, warning: false, message: message.into(), remedy: "请核对".into() }
    }

    #[test]
    fn a_bad_row_stands_as_delivered_with_its_reasons_beside_it() {
        let row = BadRow {
            row: 7,
            cells: vec![("代码".into(), "000123".into()), ("名称".into(), "=1+1".into())],
            marks: vec![mark(Some("代码"), "校验位不符"), mark(None, "整行有误")],
        };
        let found = written(&["代码", "名称"], &[row]);
        assert_eq!(found[0], ["代码", "名称", "问题说明", "修改建议", "原始行号"]);
        assert_eq!(found[1], ["000123", "=1+1", "【代码】校验位不符\n整行有误", "请核对", "7"]);
    }

    #[test]
    fn rows_with_fewer_columns_and_very_long_cells_are_written() {
        let long = "长".repeat(40_000);
        let rows = [
            BadRow { row: 1, cells: vec![("乙".into(), long)], marks: vec![mark(Some("乙"), "过长")] },
            BadRow { row: 2, cells: vec![("甲".into(), "x".into()), ("未知".into(), "y".into())], marks: vec![] },
        ];
        let found = written(&["甲", "乙"], &rows);
        assert_eq!(found[1][1].chars().count(), 32_767);
        assert_eq!((found[2][0].as_str(), found[2][4].as_str()), ("x", "2"));
    }
}
