//! The roles against the fields: a day is a day, a code is of its kind, a term is in its list.

use crate::catalog::{CodeList, Field, FieldIndex, FieldType, Resource};

use super::super::page::Page;

/// The kinds of subject, as every resource's list must call them.
const SUBJECT_KINDS: [&str; 3] = ["法人及非法人组织", "个体工商户", "自然人"];

pub(super) fn all(page: &Page<'_>, resource: &Resource) {
    subject(page, resource);
    let times = &resource.times;
    let days: &[FieldType] = &[FieldType::Day, FieldType::Month, FieldType::Moment];
    let terms: &[FieldType] = &[FieldType::Day, FieldType::Month];
    typed(page, resource, "times.fact", times.fact, days);
    typed(page, resource, "times.from", times.from, terms);
    typed(page, resource, "times.until", times.until, terms);
    typed(page, resource, "times.stamp", times.stamp, &[FieldType::Day, FieldType::Moment]);
    key(page, resource);
    if let Some(it) = &resource.withdrawal {
        typed(page, resource, "withdrawal.field", Some(it.field), &[FieldType::Term]);
        typed(page, resource, "withdrawal.ended_on", it.ended_on, &[FieldType::Day, FieldType::Moment]);
        if let Some(field) = resource.fields.get(it.field) {
            it.terms.iter().for_each(|text| term(page, field, text, "withdrawal.terms"));
        }
    }
    if let Some((index, terms)) = &resource.usage {
        typed(page, resource, "usage.field", Some(*index), &[FieldType::Term]);
        if let Some(field) = resource.fields.get(*index) {
            terms.iter().for_each(|(text, _)| term(page, field, text, "usage.terms"));
        }
    }
}

fn subject(page: &Page<'_>, resource: &Resource) {
    let it = &resource.subject;
    let texts: &[FieldType] = &[FieldType::Name, FieldType::Text];
    typed(page, resource, "subject.name", it.name, texts);
    typed(page, resource, "subject.kind", it.kind, &[FieldType::Term]);
    typed(page, resource, "subject.credit_code", it.credit_code, &[FieldType::CreditCode]);
    typed(page, resource, "subject.organisation_code", it.organisation_code, &[FieldType::OrganisationCode]);
    typed(page, resource, "subject.registration_number", it.registration_number, &[FieldType::RegistrationNumber]);
    typed(page, resource, "subject.tax_number", it.tax_number, &[FieldType::TaxNumber]);
    typed(page, resource, "subject.person_number", it.person_number, &[FieldType::PersonNumber]);
    typed(page, resource, "subject.representative", it.representative, texts);
    typed(page, resource, "subject.region", it.region, &[FieldType::Region]);
    typed(page, resource, "subject.status", it.status, &[FieldType::Term]);
    typed(page, resource, "subject.former_names", it.former_names, texts);
    typed(page, resource, "subject.industry", it.industry, &[FieldType::Term, FieldType::Text]);
    if [it.name, it.credit_code, it.organisation_code, it.registration_number, it.tax_number, it.person_number]
        .iter()
        .all(Option::is_none)
    {
        page.fault("subject", "主体须有名称或至少一种代码");
    }
    let kinds = it.kind.and_then(|index| resource.fields.get(index)).and_then(|field| field.list.as_ref());
    for term in kinds.iter().flat_map(|list| &list.terms) {
        if !SUBJECT_KINDS.contains(&term.text.as_str()) {
            let message = format!("主体类别“{}”应为 {} 之一", term.text, SUBJECT_KINDS.join("、"));
            page.fault("subject.kind", message);
        }
    }
}

fn key(page: &Page<'_>, resource: &Resource) {
    let key = &resource.key;
    if key.fallback.is_empty() != key.fallback_when_empty.is_none() {
        page.fault("key", "fallback 与 fallback_when_empty 须同时写或同时不写");
    }
    if key.fallback_when_empty.is_some_and(|field| !key.fields.contains(&field)) {
        page.fault("key.fallback_when_empty", "须是 key.fields 之一");
    }
    if let Some(field) = key.fallback.iter().find(|field| key.fields.contains(field)) {
        let code = resource.fields.get(*field).map_or("", |it| it.code.as_str());
        page.fault("key.fallback", format!("{code} 已在 key.fields 中"));
    }
}

/// A role's field is of a type the role can use.
fn typed(page: &Page<'_>, resource: &Resource, key: &str, index: Option<FieldIndex>, kinds: &[FieldType]) {
    let Some(field) = index.and_then(|index| resource.fields.get(index)) else { return };
    if !kinds.contains(&field.kind) {
        let wanted: Vec<&str> = kinds.iter().map(|it| it.as_str()).collect();
        page.fault(key, format!("{} 的类型是 {}，这里须为 {}", field.code, field.kind, wanted.join("、")));
    }
}

/// A term that something refers to is in one of the field's lists; fields without a list take any text.
pub(super) fn term(page: &Page<'_>, field: &Field, text: &str, key: &str) {
    let mut lists = field.list.iter().chain(field.dialect_lists.iter().map(|(_, list)| list)).peekable();
    if lists.peek().is_some() && !lists.any(|list| has(list, text)) {
        page.fault(key, format!("“{text}”不在 {} 的代码表中", field.code));
    }
}

fn has(list: &CodeList, text: &str) -> bool {
    list.terms.iter().any(|term| term.text == text) || (list.other && text.starts_with("其他"))
}
