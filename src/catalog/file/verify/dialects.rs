//! The dialects against the fields: a heading means one thing, and what a dialect cannot say is not demanded of it.

use std::collections::HashMap;

use crate::catalog::{Dialect, Field, Resource};

use super::super::page::Page;

pub(super) fn all(page: &Page<'_>, resource: &Resource) {
    for (index, dialect) in resource.dialects.iter().enumerate() {
        let headings = headings(page, resource, index);
        marks(page, resource, dialect, &headings);
        demanded(page, resource, index);
        prepared(page, resource, dialect);
    }
    for field in &resource.fields {
        for (index, _) in &field.dialect_headings {
            if !expresses(field, *index) {
                let name = resource.dialects.get(*index).map_or("", |it| it.name.as_str());
                let key = format!("field.{}.dialect_headings.{name}", field.code);
                page.fault(&key, "该标准版本没有这个字段（见 dialects）");
            }
        }
    }
}

/// Whether a dialect has a column for a field.
fn expresses(field: &Field, dialect: usize) -> bool {
    field.dialects.is_empty() || field.dialects.contains(&dialect)
}

/// The headings of a dialect with the field each means; two meanings are a fault.
fn headings<'r>(page: &Page<'_>, resource: &'r Resource, dialect: usize) -> HashMap<&'r str, usize> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let name = resource.dialects.get(dialect).map_or("", |it| it.name.as_str());
    for (index, field) in resource.fields.iter().enumerate().filter(|(_, field)| expresses(field, dialect)) {
        let own = field.dialect_headings.iter().filter(|(it, _)| *it == dialect).map(|(_, heading)| heading);
        for heading in field.headings.iter().chain(own) {
            let key = format!("field.{}.headings", field.code);
            if let Some(other) = known.insert(heading, index).map(|it| &resource.fields[it].code)
                && *other != field.code
            {
                page.fault(&key, format!("列名“{heading}”在 {name} 中也表示 {other}"));
            }
            if resource.ignore.contains(heading) {
                page.fault(&key, format!("列名“{heading}”同时列在 ignore 中"));
            }
        }
    }
    known
}

fn marks(page: &Page<'_>, resource: &Resource, dialect: &Dialect, headings: &HashMap<&str, usize>) {
    let key = format!("dialect.{}.marks", dialect.name);
    for mark in &dialect.marks {
        if !headings.contains_key(mark.as_str()) && !resource.ignore.contains(mark) {
            page.fault(&key, format!("标志列名“{mark}”不是该版本任何字段的列名"));
        }
        let others = resource.dialects.iter().filter(|it| it.name != dialect.name);
        for other in others.filter(|it| it.marks.contains(mark)) {
            page.fault(&key, format!("标志列名“{mark}”也是 {} 的标志", other.name));
        }
    }
    if dialect.marks.is_empty() && resource.dialects.len() > 1 {
        page.fault(&key, "有多个标准版本时，每个都须有标志列名");
    }
}

/// A required field is in the dialect, waived, or filled on the way.
fn demanded(page: &Page<'_>, resource: &Resource, index: usize) {
    let dialect = &resource.dialects[index];
    for (at, field) in resource.fields.iter().enumerate() {
        let is_filled = dialect.waives.contains(&at)
            || dialect.defaults.iter().any(|it| it.field == at && it.when.is_none())
            || dialect.joins.iter().any(|it| it.to == at)
            || dialect.moves.iter().any(|it| it.to == at)
            || (dialect.infer_kind && resource.subject.kind == Some(at));
        if field.required && !expresses(field, index) && !is_filled {
            let key = format!("field.{}.required", field.code);
            page.fault(&key, format!("必填，但 {} 没有这一列，也没有 waives、默认值、合并或移动", dialect.name));
        }
    }
}

/// What a dialect does to a row before it is checked.
fn prepared(page: &Page<'_>, resource: &Resource, dialect: &Dialect) {
    if dialect.infer_kind && resource.subject.kind.is_none() {
        page.fault(&format!("dialect.{}.infer_kind", dialect.name), "推断主体类别须有 subject.kind");
    }
    for it in &dialect.moves {
        let key = format!("dialect.{}.moves", dialect.name);
        super::condition(page, resource, &it.when, &key);
    }
    for it in &dialect.defaults {
        let key = format!("dialect.{}.defaults", dialect.name);
        if let Some(field) = resource.fields.get(it.field) {
            super::roles::term(page, field, &it.value, &key);
        }
        if let Some(when) = &it.when {
            super::condition(page, resource, when, &key);
        }
    }
}
