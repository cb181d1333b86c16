//! What a dialect does to a row beside its headings: values moved between fields, defaults, the kind inferred.

use std::borrow::Cow;

use crate::catalog::{Condition, FieldIndex, Resource, Test};
use crate::record::Value;

use super::plan::{Plan, Source};
use super::rule;
use super::sheet::Sheet;

/// The canonical terms of 主体类别.
const ORGANISATION: &str = "法人及非法人组织";
const INDIVIDUAL: &str = "个体工商户";
const PERSON: &str = "自然人";

/// Fills 主体类别 where the dialect has no column for it, from the codes that are filled.
pub(super) fn infer_kind(resource: &Resource, sheet: &mut Sheet<'_, '_>) {
    let Some(kind) = resource.subject.kind else {
        return;
    };
    if sheet.is_blank(kind) {
        sheet.values[kind] = Value::Text(Cow::Borrowed(kind_of(resource, sheet)));
    }
}

fn kind_of(resource: &Resource, sheet: &Sheet<'_, '_>) -> &'static str {
    let roles = &resource.subject;
    let filled = |field: Option<FieldIndex>| field.is_some_and(|it| !sheet.is_blank(it));
    let starts = |field: Option<FieldIndex>, test: fn(&[u8]) -> bool| {
        field.is_some_and(|it| test(super::text::trim(&sheet.text(it)).as_bytes()))
    };
    if filled(roles.credit_code) {
        return if starts(roles.credit_code, |code| code.starts_with(b"92")) { INDIVIDUAL } else { ORGANISATION };
    }
    if filled(roles.registration_number) {
        // The seventh digit of a registration number: 6 and above are individual businesses (GS15-2006).
        let individual = starts(roles.registration_number, |code| code.len() == 15 && matches!(code[6], b'6'..=b'9'));
        return if individual { INDIVIDUAL } else { ORGANISATION };
    }
    if filled(roles.organisation_code) || filled(roles.tax_number) || filled(roles.representative) {
        return ORGANISATION;
    }
    // Left are persons, and organisations without any code: no person's name has more than four Han characters.
    let name = roles.name.map(|it| super::text::trim(&sheet.text(it)).chars().count());
    if name.is_some_and(|chars| chars > 4) { ORGANISATION } else { PERSON }
}

/// Moves the sources of fields whose column means different things in different rows.
pub(super) fn move_values(resource: &Resource, plan: &Plan, sheet: &mut Sheet<'_, '_>) {
    for it in &resource.dialects[plan.dialect].moves {
        if !sheet.is_blank(it.from) && sheet.is_blank(it.to) && holds(&it.when, sheet) {
            sheet.sources[it.to] = sheet.sources[it.from];
            sheet.sources[it.from] = Source::None;
        }
    }
}

/// Before values are read, a field is filled when its cell is.
fn holds(condition: &Condition, sheet: &Sheet<'_, '_>) -> bool {
    match condition.test {
        Test::Filled => !sheet.is_blank(condition.field),
        Test::Empty => sheet.is_blank(condition.field),
        Test::Is(_) | Test::IsNot(_) | Test::Has(_) => rule::holds(condition, sheet),
    }
}

/// Gives empty fields the values that the dialect says.
pub(super) fn fill_defaults(plan: &Plan, sheet: &mut Sheet<'_, '_>) {
    for it in &plan.defaults {
        if !sheet.is_filled(it.field) && it.when.as_ref().is_none_or(|when| rule::holds(when, sheet)) {
            sheet.values[it.field] = it.value.clone();
        }
    }
}
