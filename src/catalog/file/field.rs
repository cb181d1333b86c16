//! `[[field]]`: the fields of a resource file.

use std::ops::RangeInclusive;

use crate::catalog::{CodeList, Exposure, Field, FieldType, Masking, heading};

use super::names::Names;
use super::page::Section;
use super::{all as names_of, exposure, grade, need_named};

const KEYS: &[&str] = &[
    "code",
    "name",
    "note",
    "type",
    "required",
    "min_length",
    "max_length",
    "min",
    "max",
    "pattern",
    "list",
    "lists",
    "dialects",
    "headings",
    "dialect_headings",
    "placeholders",
    "keep",
    "kind_field",
    "future",
    "open_end",
    "masking",
    "exposure",
    "grade",
];

/// No cell is longer: what a workbook holds in one cell.
const LENGTH_MAX: u64 = 32_767;

pub(super) fn all(top: &Section<'_>, names: &Names) -> Vec<Field> {
    top.sections("field", "code", KEYS).iter().map(|it| one(it, names)).collect()
}

fn one(it: &Section<'_>, names: &Names) -> Field {
    let (code, name) = (it.need("code").text, it.need("name").text);
    let kind = need_named(it, "type", &names_of(FieldType::ALL, |it| it.as_str())).unwrap_or(FieldType::Text);
    Field {
        headings: headings(&code, &name, it),
        code,
        name,
        note: it.text("note"),
        kind,
        required: it.flag("required"),
        length: length(it, kind),
        min: bound(it, "min"),
        max: bound(it, "max"),
        pattern: it.word("pattern").map(|word| word.text),
        list: it.word("list").and_then(|word| names.list(it, &word)),
        dialect_lists: dialect_lists(it, names),
        dialects: it.words("dialects").iter().filter_map(|word| names.dialect(it, word)).collect(),
        dialect_headings: dialect_headings(it, names),
        placeholders: it.texts("placeholders"),
        keep: it.texts("keep"),
        kind_field: names.field_of(it, "kind_field"),
        future: it.flag("future"),
        open_end: it.flag("open_end"),
        masking: it.named("masking", &names_of(Masking::ALL, |it| it.as_str())).unwrap_or(Masking::None),
        exposure: exposure(it).unwrap_or(Exposure::Public),
        grade: grade(it),
    }
}

/// The code, the name and what else means the field, in normal form, each once.
fn headings(code: &str, name: &str, it: &Section<'_>) -> Vec<String> {
    let mut headings = Vec::new();
    for written in [code.to_owned(), name.to_owned()].into_iter().chain(it.texts("headings")) {
        let normal = heading::normalise(&written);
        if !normal.is_empty() && !headings.contains(&normal) {
            headings.push(normal);
        }
    }
    headings
}

fn length(it: &Section<'_>, kind: FieldType) -> RangeInclusive<usize> {
    let bound = |key, default| {
        it.number(key, LENGTH_MAX).map_or(default, |it| usize::try_from(it).expect("bounded by LENGTH_MAX"))
    };
    bound("min_length", 1)..=bound("max_length", usual_length(kind))
}

/// The longest value of a type, in characters, unless the file says otherwise.
const fn usual_length(kind: FieldType) -> usize {
    match kind {
        FieldType::Text => 2000,
        FieldType::Name | FieldType::Agency => 200,
        FieldType::DocumentNumber => 128,
        FieldType::Term => 255,
        FieldType::Terms => 1000,
        FieldType::Day
        | FieldType::Month
        | FieldType::Moment
        | FieldType::MoneyWan
        | FieldType::MoneyYuan
        | FieldType::Integer
        | FieldType::Decimal
        | FieldType::CreditCode
        | FieldType::OrganisationCode
        | FieldType::RegistrationNumber
        | FieldType::TaxNumber
        | FieldType::PersonNumber
        | FieldType::Region => 64,
    }
}

/// A bound is written as text, so that it stays exact.
fn bound(it: &Section<'_>, key: &str) -> Option<String> {
    let word = it.word(key)?;
    if super::verify::decimal(&word.text).is_none() {
        it.page.fault_at(word.at, &word.key, "应为最多六位小数的数字，写在引号内");
    }
    Some(word.text)
}

fn dialect_lists(it: &Section<'_>, names: &Names) -> Vec<(usize, CodeList)> {
    let mut lists = Vec::new();
    for (mut word, value) in it.entries("lists") {
        let dialect = names.dialect(it, &word);
        let Some(name) = value.get_ref().as_str() else {
            it.page.fault_at(word.at, &word.key, "应为代码表的名称");
            continue;
        };
        name.clone_into(&mut word.text);
        lists.extend(dialect.zip(names.list(it, &word)));
    }
    lists
}

fn dialect_headings(it: &Section<'_>, names: &Names) -> Vec<(usize, String)> {
    let mut headings = Vec::new();
    let dialects = it.entries("dialect_headings");
    let known: Vec<&str> = dialects.iter().map(|(word, _)| word.text.as_str()).collect();
    let Some(section) = it.section("dialect_headings", &known) else { return headings };
    for (word, _) in &dialects {
        let Some(dialect) = names.dialect(it, word) else { continue };
        headings.extend(section.texts(&word.text).iter().map(|text| (dialect, heading::normalise(text))));
    }
    headings
}
