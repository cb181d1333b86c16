//! One cell to one value, by the field's type; whatever is wrong is noted, and nothing is guessed.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};

use crate::catalog::FieldType;
use crate::record::{Cell, FaultCode, Shape, Value};
use crate::standards::region::{Regions, Status};
use crate::standards::text::fold_width;
use crate::standards::{Decimal, InvalidDay, InvalidMoney, Money, Month, OPEN_END, PersonDocument, day};

use super::code;
use super::doctor;
use super::faults::Finding;
use super::field::{Bounds, FieldPlan};
use super::mask;
use super::memo::RegionsSeen;
use super::text;

/// What reading needs besides the field and its cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'c> {
    /// The day of delivery.
    pub(super) day: NaiveDate,
    pub(super) regions: &'c Regions,
    /// Regions of codes seen before that gave no cause for doubt.
    pub(super) seen: &'c RegionsSeen,
    /// The row holds characters lost to a wrong encoding.
    pub(super) broken: bool,
}

/// Reads a cell whose trimmed text is filled. A value that cannot be read is absent, and noted.
pub(super) fn read<'r>(
    field: &FieldPlan,
    cell: Cell<'r>,
    setting: &Setting<'_>,
    notes: &mut Vec<Finding>,
) -> Value<'r> {
    if setting.broken && text::is_broken(cell.text) {
        notes.push(Finding::new(FaultCode::BrokenText));
        return Value::Absent;
    }
    if let Some(finding) = code::number_cell(field.kind, cell) {
        notes.push(finding);
        return Value::Absent;
    }
    let Cell { text, shape } = cell;
    match field.kind {
        FieldType::Text => plain(field, text, notes),
        FieldType::DocumentNumber => document(field, text, notes),
        FieldType::Name => name(field, text, notes),
        FieldType::Agency => agency(field, text, notes),
        FieldType::Day => day_of(field, text, setting.day, notes),
        FieldType::Month => month(field, text, setting.day, notes),
        FieldType::Moment => moment(field, text, setting.day, notes),
        FieldType::MoneyWan => money(field, cell, Money::parse_wan, notes),
        FieldType::MoneyYuan => money(field, cell, Money::parse_yuan, notes),
        FieldType::Integer | FieldType::Decimal => number(field, text, shape, notes),
        FieldType::Term => term(field, text, notes),
        FieldType::Terms => terms(field, [text], notes),
        FieldType::CreditCode => code::credit_code(text, setting, notes),
        FieldType::OrganisationCode => code::organisation_code(text, notes),
        FieldType::RegistrationNumber => code::registration_number(text, notes),
        FieldType::TaxNumber => code::tax_number(text, notes),
        FieldType::PersonNumber => code::person_number(text, PersonDocument::ResidentId, setting.day, notes),
        FieldType::Region => region(text, setting, notes),
    }
}

/// Text as it stands, if its length and pattern are right.
fn plain<'r>(field: &FieldPlan, text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    too_long(field, text, notes);
    if field.min_chars > 1 {
        let chars = text.chars().count();
        if chars < field.min_chars {
            let message = format!("共 {chars} 字，少于规定的 {} 字", field.min_chars);
            notes.push(Finding::new(FaultCode::TooShort).saying(message));
        }
    }
    if field.pattern.as_ref().is_some_and(|it| !it.is_match(text)) {
        notes.push(Finding::new(FaultCode::Pattern));
    }
    Value::Text(Cow::Borrowed(text))
}

fn too_long(field: &FieldPlan, text: &str, notes: &mut Vec<Finding>) {
    // A text of n bytes has at most n characters: most are never counted.
    if text.len() > field.max_chars {
        let chars = text.chars().count();
        if chars > field.max_chars {
            let message = format!("共 {chars} 字，超过规定的 {} 字", field.max_chars);
            notes.push(Finding::new(FaultCode::TooLong).saying(message));
        }
    }
}

fn document<'r>(field: &FieldPlan, text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    /// Numbers of test rows are short words.
    const SHORT: usize = 24;
    if text.len() < SHORT && doctor::is_test(text) {
        notes.push(Finding::new(FaultCode::TestData).saying("文号疑似测试数据"));
    }
    plain(field, text, notes)
}

fn name<'r>(field: &FieldPlan, text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    notes.extend(doctor::name(text).map(|it| if field.is_subject { it } else { it.softened() }));
    plain(field, text, notes)
}

fn agency<'r>(field: &FieldPlan, text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    notes.extend(doctor::agency(text));
    plain(field, text, notes)
}

fn day_of<'r>(field: &FieldPlan, text: &str, today: NaiveDate, notes: &mut Vec<Finding>) -> Value<'r> {
    match day::parse(text) {
        Ok(None) => Value::Absent,
        Ok(Some(day)) => {
            notes.extend(untimely(field, day, today));
            Value::Day(day)
        }
        Err(error) => {
            notes.push(invalid_day(error));
            Value::Absent
        }
    }
}

fn moment<'r>(field: &FieldPlan, text: &str, today: NaiveDate, notes: &mut Vec<Finding>) -> Value<'r> {
    match day::parse_moment(text) {
        Ok(None) => Value::Absent,
        Ok(Some(moment)) => {
            notes.extend(untimely(field, NaiveDateTime::date(&moment), today));
            Value::Moment(moment)
        }
        Err(error) => {
            notes.push(invalid_day(error));
            Value::Absent
        }
    }
}

/// Whether a day is one the field cannot have.
fn untimely(field: &FieldPlan, day: NaiveDate, today: NaiveDate) -> Option<Finding> {
    /// The republic's founding: no authority decided anything before it.
    const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(1949, 10, 1).expect("a day of the calendar");
    if day == OPEN_END && !field.open_end {
        return Some(Finding::new(FaultCode::Date).saying("该日期不能填“长期”"));
    }
    if day > today && !field.future {
        return Some(Finding::new(FaultCode::DateInFuture).saying(format!("日期 {day} 晚于报送日 {today}")));
    }
    (day < EARLIEST).then(|| Finding::new(FaultCode::DateTooEarly))
}

fn invalid_day(error: InvalidDay) -> Finding {
    match error {
        InvalidDay::Impossible => Finding::new(FaultCode::ImpossibleDate),
        InvalidDay::Incomplete => Finding::new(FaultCode::IncompleteDate),
        InvalidDay::Ambiguous => Finding::new(FaultCode::AmbiguousDate).saying(error.to_string()),
        InvalidDay::Unreadable => Finding::new(FaultCode::Date),
        InvalidDay::Masked => Finding::new(FaultCode::Date).saying(error.to_string()),
    }
}

fn month<'r>(field: &FieldPlan, text: &str, today: NaiveDate, notes: &mut Vec<Finding>) -> Value<'r> {
    match Month::parse(text) {
        Ok(month) => {
            if month > Month::of(today) && !field.future {
                notes.push(Finding::new(FaultCode::DateInFuture).saying(format!("月份 {month} 晚于报送日 {today}")));
            }
            Value::Month(month)
        }
        Err(_) => {
            notes.push(Finding::new(FaultCode::Month));
            Value::Absent
        }
    }
}

fn money<'r>(
    field: &FieldPlan,
    cell: Cell<'_>,
    parse: fn(&str) -> Result<Money, InvalidMoney>,
    notes: &mut Vec<Finding>,
) -> Value<'r> {
    let parsed = parse(cell.text).or_else(|error| rounded(cell).map_or(Err(error), |text| parse(&text)));
    match parsed {
        Ok(amount) => {
            if let Bounds::Money(least, most) = &field.bounds {
                notes.extend(out_of_range(
                    field,
                    least.is_some_and(|it| amount < it),
                    most.is_some_and(|it| amount > it),
                ));
            }
            Value::Money(amount)
        }
        Err(InvalidMoney::Negative) => {
            notes.push(Finding::new(FaultCode::NegativeMoney));
            Value::Absent
        }
        Err(error) => {
            notes.push(Finding::new(FaultCode::Money).saying(format!("不是有效金额：{error}")));
            Value::Absent
        }
    }
}

/// A workbook keeps 0.3 as 0.30000000000000004: the number a person typed has at most 15 digits.
fn rounded(cell: Cell<'_>) -> Option<String> {
    if cell.shape != Shape::Number {
        return None;
    }
    let number: f64 = cell.text.trim().parse().ok()?;
    let scaled = format!("{number:.6}");
    let again: f64 = scaled.parse().ok()?;
    ((again - number).abs() <= number.abs() * 1e-14)
        .then(|| scaled.trim_end_matches('0').trim_end_matches('.').to_owned())
}

fn number<'r>(field: &FieldPlan, text: &str, shape: Shape, notes: &mut Vec<Finding>) -> Value<'r> {
    let parsed = Decimal::parse(text)
        .or_else(|error| rounded(Cell { text, shape }).map_or(Err(error), |text| Decimal::parse(&text)));
    match parsed {
        Ok(number) if field.kind == FieldType::Integer && number.to_integer().is_none() => {
            notes.push(Finding::new(FaultCode::Number).saying("应为整数"));
            Value::Absent
        }
        Ok(number) => {
            if let Bounds::Number(least, most) = &field.bounds {
                notes.extend(out_of_range(
                    field,
                    least.is_some_and(|it| number < it),
                    most.is_some_and(|it| number > it),
                ));
            }
            Value::Number(number)
        }
        Err(error) => {
            notes.push(Finding::new(FaultCode::Number).saying(format!("不是有效数字：{error}")));
            Value::Absent
        }
    }
}

fn out_of_range(field: &FieldPlan, below: bool, above: bool) -> Option<Finding> {
    let message = match (below, above) {
        (true, _) => format!("小于允许的最小值 {}", field.least),
        (_, true) => format!("大于允许的最大值 {}", field.most),
        (false, false) => return None,
    };
    Some(Finding::new(FaultCode::Range).saying(message))
}

fn term<'r>(field: &FieldPlan, text: &'r str, notes: &mut Vec<Finding>) -> Value<'r> {
    let Some(list) = &field.list else {
        return plain(field, text, notes);
    };
    if let Some(term) = list.one(text) {
        // The wordings of the list are as long as they are; an explanation has the field's bound.
        if term.starts_with("其他-") {
            too_long(field, text, notes);
        }
        return Value::Text(term);
    }
    let message = format!("“{}”不在代码表“{}”中", mask::short(text), list.name);
    notes.push(Finding::new(FaultCode::CodeList).saying(message).advising(format!("请填写：{}", list.hint())));
    Value::Absent
}

/// Several terms, from one cell or from the cells of joined columns.
pub(super) fn terms<'r>(
    field: &FieldPlan,
    parts: impl IntoIterator<Item = &'r str>,
    notes: &mut Vec<Finding>,
) -> Value<'r> {
    let Some(list) = &field.list else {
        return Value::Terms(parts.into_iter().map(Cow::Borrowed).collect());
    };
    let parts = parts.into_iter().inspect(|it| too_long(field, it, notes));
    match list.several(parts) {
        Ok(terms) if terms.is_empty() => Value::Absent,
        Ok(terms) => Value::Terms(terms),
        Err(piece) => {
            let message = format!("“{}”不在代码表“{}”中", mask::short(piece), list.name);
            notes.push(Finding::new(FaultCode::CodeList).saying(message).advising(format!("请填写：{}", list.hint())));
            Value::Absent
        }
    }
}

fn region<'r>(text: &'r str, setting: &Setting<'_>, notes: &mut Vec<Finding>) -> Value<'r> {
    let code = fold_width(text);
    let code = code.trim();
    match setting.regions.status(code) {
        Status::Current { .. } => {}
        Status::Obsolete { name, since, .. } => {
            let message = format!("行政区划代码 {code}（{name}）自 {since} 年起已不再使用");
            notes.push(Finding::new(FaultCode::RegionObsolete).saying(message));
        }
        // The list may lag behind: a district of a known province is only doubted.
        Status::UnknownInKnownProvince { .. } => notes.push(Finding::new(FaultCode::Region).softened()),
        Status::Unknown => {
            notes.push(Finding::new(FaultCode::Region));
            return Value::Absent;
        }
    }
    Value::Text(if code == text { Cow::Borrowed(text) } else { Cow::Owned(code.to_owned()) })
}
