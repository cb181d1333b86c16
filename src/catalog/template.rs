//! The workbook a clerk fills in (模板): headings with comments, text format where codes stand, drop-downs, instructions.
//!
//! The same resource gives the same bytes, whenever it is written.

use std::io::Write;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Note, Workbook, Worksheet, XlsxError,
};

use super::describe::{self, FieldLine, Need};
use super::form;
use super::{FieldType, Resource};

/// The hidden sheet with the code lists.
const LISTS: &str = "代码表";
/// The sheet that tells what to fill in.
const HELP: &str = "填写说明";
/// Rows that have formats and drop-downs, the heading row included.
const ROWS: u32 = 100_000;
/// A sheet's name has at most this many characters.
const SHEET_NAME_MAX: usize = 31;

/// Writes the template of a resource's current standard.
///
/// # Errors
/// Those of the writer and of the workbook's limits.
pub fn write(resource: &Resource, out: impl Write + Send) -> Result<(), XlsxError> {
    let lines: Vec<FieldLine> = describe::fields(resource).into_iter().filter(|it| it.in_template).collect();
    let mut book = Workbook::new();
    let born = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(&resource.name).set_creation_datetime(&born));
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&resource.name))?;
    data_sheet(resource, &lines, sheet)?;
    help_sheet(resource, &lines, book.add_worksheet())?;
    lists_sheet(resource, book.add_worksheet())?;
    book.save_to_writer(out)
}

/// A name workbooks allow.
fn sheet_name(name: &str) -> String {
    name.chars().filter(|it| !"[]:*?/\\'".contains(*it)).take(SHEET_NAME_MAX).collect()
}

fn heading_format(need: Need) -> Format {
    let plain = Format::new().set_bold().set_border(FormatBorder::Thin).set_text_wrap();
    let plain = plain.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter).set_num_format("@");
    match need {
        Need::Always => plain.set_background_color(Color::RGB(0x00FC_E4D6)).set_font_color(Color::RGB(0x00C0_0000)),
        Need::Sometimes => plain.set_background_color(Color::RGB(0x00FF_F2CC)),
        Need::Never => plain.set_background_color(Color::RGB(0x00DD_EBF7)),
    }
}

fn data_sheet(resource: &Resource, lines: &[FieldLine], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut next_list = 0;
    for (column, (line, it)) in (0_u16..).zip(lines.iter().zip(form::columns(resource))) {
        sheet.set_column_format(column, &column_format(line.kind))?;
        sheet.set_column_width(column, width(line))?;
        sheet.write_with_format(0, column, line.name.as_str(), &heading_format(line.need))?;
        sheet.insert_note(0, column, &note(line))?;
        if let Some(list) = form::list_of(it.field) {
            let rule = drop_down(line.kind, list.other, next_list, list.terms.len())?;
            sheet.add_data_validation(1, column, ROWS, column, &rule)?;
            next_list += 1;
        }
    }
    sheet.set_row_height(0, 36)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Codes and texts as text: a number format would eat their last digits and leading zeros.
fn column_format(kind: FieldType) -> Format {
    match kind {
        FieldType::Day => Format::new().set_num_format("yyyy-mm-dd"),
        FieldType::Moment => Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        FieldType::MoneyWan | FieldType::Decimal => Format::new().set_num_format("0.######"),
        FieldType::MoneyYuan => Format::new().set_num_format("0.00"),
        FieldType::Integer => Format::new().set_num_format("0"),
        FieldType::Text
        | FieldType::Name
        | FieldType::Agency
        | FieldType::DocumentNumber
        | FieldType::Month
        | FieldType::Term
        | FieldType::Terms
        | FieldType::CreditCode
        | FieldType::OrganisationCode
        | FieldType::RegistrationNumber
        | FieldType::TaxNumber
        | FieldType::PersonNumber
        | FieldType::Region => Format::new().set_num_format("@"),
    }
}

fn width(line: &FieldLine) -> f64 {
    let name = u32::try_from(line.name.chars().count()).unwrap_or(20).clamp(6, 16);
    let least = match line.kind {
        FieldType::CreditCode | FieldType::Name | FieldType::Agency | FieldType::PersonNumber | FieldType::Moment => 22,
        FieldType::Text => 30,
        FieldType::Day | FieldType::Month => 12,
        _ => 14,
    };
    f64::from((name * 2).max(least))
}

fn note(line: &FieldLine) -> Note {
    let mut text = format!("{}（{}）", line.need, describe::type_name(line.kind));
    for part in [&line.note, &line.bounds, &line.values] {
        if !part.is_empty() {
            text.push('\n');
            text.extend(part.chars().take(400));
        }
    }
    Note::new(text).add_author_prefix(false).set_author("信汇").set_width(280).set_height(150)
}

/// The list is offered; what is not in it is refused only where nothing else may stand.
fn drop_down(kind: FieldType, other: bool, list: u16, n_terms: usize) -> Result<DataValidation, XlsxError> {
    let column = column_name(list);
    let range = Formula::new(format!("={LISTS}!${column}$2:${column}${}", n_terms + 1));
    let rule = DataValidation::new().allow_list_formula(range);
    Ok(match (kind, other) {
        (FieldType::Terms, _) => rule.show_error_message(false),
        (_, true) => rule
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title("不在代码表中")?
            .set_error_message("不在列表中的请写“其他-说明”。")?,
        (_, false) => rule.set_error_title("不在代码表中")?.set_error_message("请从下拉列表中选取。")?,
    })
}

/// `A`, `B`, … `Z`, `AA`, …
fn column_name(index: u16) -> String {
    let letter = |it: u16| char::from(b'A' + u8::try_from(it % 26).expect("below 26"));
    if index < 26 { letter(index).to_string() } else { format!("{}{}", letter(index / 26 - 1), letter(index)) }
}

/// One column a field with a list, in the order of the fields.
fn lists_sheet(resource: &Resource, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(LISTS)?;
    let text = Format::new().set_num_format("@");
    let columns = form::columns(resource);
    let lists = columns.iter().filter_map(|it| Some((it.field, form::list_of(it.field)?)));
    for (column, (field, list)) in (0_u16..).zip(lists) {
        sheet.write_with_format(0, column, field.name.as_str(), &text)?;
        for (row, term) in (1_u32..).zip(&list.terms) {
            sheet.write_with_format(row, column, term.text.as_str(), &text)?;
        }
    }
    sheet.set_hidden(true);
    Ok(())
}

fn help_sheet(resource: &Resource, lines: &[FieldLine], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(HELP)?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_with_format(0, 0, format!("{} 填写说明（第 {} 版）", resource.name, resource.version), &title)?;
    sheet.write(1, 0, resource.description.as_str())?;
    sheet.write(2, 0, format!("依据：{}", resource.sources.join("；")))?;
    sheet.write(3, 0, "请勿改动首表的列名；红色列必填，黄色列按条件填写；没有的内容留空，不要填“无”“/”。")?;
    let headings = ["列名", "代码", "类型", "要求", "长度、范围", "取值", "说明"];
    for (column, (heading, width)) in (0_u16..).zip(headings.iter().zip([28, 18, 18, 10, 16, 50, 50])) {
        sheet.set_column_width(column, width)?;
        sheet.write_with_format(5, column, *heading, &heading_format(Need::Never))?;
    }
    let mut row = 6;
    for it in lines {
        let (kind, need) = (describe::type_name(it.kind), it.need.as_str());
        let cells = [&it.name, &it.code, kind, need, &it.bounds, &it.values, &it.note];
        for (column, text) in (0_u16..).zip(cells) {
            sheet.write_with_format(row, column, text, &wrapped)?;
        }
        row += 1;
    }
    for rule in &resource.rules {
        row += 1;
        sheet.write(row, 0, format!("规则：{}", describe::rule(resource, rule)))?;
    }
    Ok(())
}
