//! One field by itself: code, bounds, pattern, list, and keys that its type has no use for.

use crate::catalog::pattern::Pattern;
use crate::catalog::{Field, FieldType, Resource};

use super::super::page::Page;

pub(super) fn field(page: &Page<'_>, resource: &Resource, field: &Field) {
    let key = |name: &str| format!("field.{}.{name}", field.code);
    let is_code = field.code.starts_with(|it: char| it.is_ascii_uppercase())
        && field.code.len() <= 64
        && field.code.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_');
    if !is_code {
        page.fault(&key("code"), "字段代码须以大写字母开头，只含大写字母、数字和下划线，最多 64 个字符");
    }
    if field.length.is_empty() {
        page.fault(&key("max_length"), "最大长度小于最小长度");
    }
    if field.length.end() == &0 {
        page.fault(&key("max_length"), "最大长度须大于零");
    }
    bounds(page, field);
    pattern(page, field);
    list(page, field);
    kind_field(page, resource, field);
    let is_day = matches!(field.kind, FieldType::Day | FieldType::Month | FieldType::Moment);
    for (name, is_set) in [("future", field.future), ("open_end", field.open_end)] {
        if is_set && !is_day {
            page.fault(&key(name), "只用于日期字段");
        }
    }
}

fn bounds(page: &Page<'_>, field: &Field) {
    let key = |name: &str| format!("field.{}.{name}", field.code);
    let is_number =
        matches!(field.kind, FieldType::MoneyWan | FieldType::MoneyYuan | FieldType::Integer | FieldType::Decimal);
    for (name, bound) in [("min", &field.min), ("max", &field.max)] {
        if bound.is_some() && !is_number {
            page.fault(&key(name), "只用于数字和金额；文本长度用 min_length、max_length");
        }
    }
    let value = |bound: &Option<String>| bound.as_deref().and_then(decimal);
    if let (Some(min), Some(max)) = (value(&field.min), value(&field.max))
        && min > max
    {
        page.fault(&key("max"), "max 小于 min");
    }
}

/// A decimal of at most six places in millionths.
pub(in crate::catalog::file) fn decimal(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) || part.len() > 6 || whole.len() > 18 {
        return None;
    }
    let millionths: i128 = format!("{whole}{part:0<6}").parse().ok()?;
    Some(sign * millionths)
}

fn pattern(page: &Page<'_>, field: &Field) {
    let Some(pattern) = &field.pattern else { return };
    let key = format!("field.{}.pattern", field.code);
    if let Err(reason) = Pattern::parse(pattern) {
        page.fault(&key, format!("格式写法不对：{reason}"));
    }
    if !matches!(field.kind, FieldType::Text | FieldType::Name | FieldType::Agency | FieldType::DocumentNumber) {
        page.fault(&key, "只用于 text、name、agency、document_number");
    }
}

fn list(page: &Page<'_>, field: &Field) {
    let key = format!("field.{}.list", field.code);
    let is_term = matches!(field.kind, FieldType::Term | FieldType::Terms);
    match &field.list {
        None if is_term && !field.dialect_lists.is_empty() => page.fault(&key, "除 lists 外还须有 list"),
        None if is_term => page.fault(&key, "代码表字段须有 list"),
        Some(_) if !is_term => page.fault(&key, "只用于 term、terms"),
        _ => {}
    }
    for (list, dialect_key) in
        field.list.iter().map(|it| (it, "list")).chain(field.dialect_lists.iter().map(|(_, it)| (it, "lists")))
    {
        if list.terms.is_empty() && !list.other {
            page.fault(&format!("field.{}.{dialect_key}", field.code), format!("代码表“{}”没有项", list.name));
        }
    }
}

fn kind_field(page: &Page<'_>, resource: &Resource, field: &Field) {
    let Some(kind) = field.kind_field.and_then(|index| resource.fields.get(index)) else { return };
    let key = format!("field.{}.kind_field", field.code);
    if field.kind != FieldType::PersonNumber {
        page.fault(&key, "只用于 person_number");
    }
    if kind.kind != FieldType::Term {
        page.fault(&key, format!("{} 须为 term", kind.code));
    }
}
