//! One field as the check reads it: its bounds, list and pattern compiled for the dialect of the delivery.

use crate::catalog::pattern::Pattern;
use crate::catalog::{Field, FieldIndex, FieldType, Resource};
use crate::standards::{Decimal, Money};

use super::faults::Spot;
use super::list::TermTable;
use super::text::{self, Column};

/// A field, compiled.
#[derive(Debug)]
pub(super) struct FieldPlan {
    pub(super) kind: FieldType,
    pub(super) spot: Spot,
    pub(super) min_chars: usize,
    pub(super) max_chars: usize,
    pub(super) pattern: Option<Pattern>,
    pub(super) list: Option<TermTable>,
    pub(super) bounds: Bounds,
    /// The bounds as the catalogue writes them, for messages.
    pub(super) least: String,
    pub(super) most: String,
    pub(super) kind_field: Option<FieldIndex>,
    pub(super) future: bool,
    pub(super) open_end: bool,
    /// It is the name of the record's subject.
    pub(super) is_subject: bool,
    /// Its values repeat from row to row and take long to read.
    pub(super) is_remembered: bool,
    /// It is read after the others.
    pub(super) is_late: bool,
    column: Column,
    placeholders: Vec<String>,
    keep: Vec<String>,
}

/// The bounds of an amount or a number.
#[derive(Debug)]
pub(super) enum Bounds {
    None,
    Money(Option<Money>, Option<Money>),
    Number(Option<Decimal>, Option<Decimal>),
}

impl FieldPlan {
    /// The field of a resource, in a dialect, read from a column with this heading.
    pub(super) fn of(resource: &Resource, index: FieldIndex, dialect: usize, column: Option<(usize, &str)>) -> Self {
        let field = &resource.fields[index];
        let list =
            field.dialect_lists.iter().find(|(it, _)| *it == dialect).map(|(_, list)| list).or(field.list.as_ref());
        Self {
            kind: field.kind,
            spot: spot(field, column),
            min_chars: *field.length.start(),
            max_chars: *field.length.end(),
            pattern: field.pattern.as_deref().map(|it| Pattern::parse(it).expect("the loader parsed it")),
            list: list.map(TermTable::of),
            bounds: bounds(field),
            least: field.min.clone().unwrap_or_default(),
            most: field.max.clone().unwrap_or_default(),
            kind_field: field.kind_field,
            future: field.future,
            open_end: field.open_end,
            is_subject: resource.subject.name == Some(index),
            is_remembered: match field.kind {
                FieldType::CreditCode => resource.subject.credit_code != Some(index),
                kind => kind == FieldType::Region,
            },
            is_late: false,
            column: column_of(field.kind),
            placeholders: field.placeholders.clone(),
            keep: field.keep.clone(),
        }
    }

    /// Up to how many bytes any text that is no usual placeholder is a value as it stands.
    pub(super) fn takes(&self) -> usize {
        let any = self.kind == FieldType::Text
            && self.pattern.is_none()
            && self.min_chars <= 1
            && self.placeholders.is_empty();
        if any { self.max_chars } else { 0 }
    }

    /// Whether its values are numbers of persons' documents.
    pub(super) fn is_personal(&self) -> bool {
        self.kind == FieldType::PersonNumber
    }

    /// Whether a trimmed text means "empty" here.
    pub(super) fn is_placeholder(&self, text: &str) -> bool {
        if !self.placeholders.is_empty() && self.placeholders.iter().any(|it| it == text) {
            return true;
        }
        text::is_empty_word(text, self.column) && !self.keep.iter().any(|it| it == text)
    }
}

fn bounds(field: &Field) -> Bounds {
    let money = |text: &Option<String>, parse: fn(&str) -> Option<Money>| text.as_deref().and_then(parse);
    let number = |text: &Option<String>| text.as_deref().and_then(|it| Decimal::parse(it).ok());
    let pair = |parse: fn(&str) -> Option<Money>| Bounds::Money(money(&field.min, parse), money(&field.max, parse));
    match field.kind {
        FieldType::MoneyWan => pair(|it| Money::parse_wan(it).ok()),
        FieldType::MoneyYuan => pair(|it| Money::parse_yuan(it).ok()),
        FieldType::Integer | FieldType::Decimal => Bounds::Number(number(&field.min), number(&field.max)),
        _ => Bounds::None,
    }
}

fn spot(field: &Field, column: Option<(usize, &str)>) -> Spot {
    let (order, heading) = column.unwrap_or((usize::MAX - 1, &field.name));
    Spot {
        heading: heading.to_owned(),
        field: field.code.clone(),
        order,
        grade: field.grade,
        personal: field.kind == FieldType::PersonNumber,
    }
}

fn column_of(kind: FieldType) -> Column {
    match kind {
        FieldType::CreditCode
        | FieldType::OrganisationCode
        | FieldType::RegistrationNumber
        | FieldType::TaxNumber
        | FieldType::PersonNumber => Column::Code,
        FieldType::Name => Column::Name,
        _ => Column::Other,
    }
}
