//! `[subject]`, `[key]`, `[times]`, `[withdrawal]`, `[usage]`: what fields mean for the record.

use crate::catalog::{Exposure, FieldIndex, Key, SubjectRoles, Times, Withdrawal};

use super::names::Names;
use super::page::Section;

pub(super) fn subject(top: &Section<'_>, names: &Names) -> SubjectRoles {
    let known = [
        "name",
        "kind",
        "credit_code",
        "organisation_code",
        "registration_number",
        "tax_number",
        "person_number",
        "representative",
        "region",
        "status",
        "industry",
        "former_names",
    ];
    let Some(it) = top.section("subject", &known) else {
        top.page.fault_at(top.at, "subject", "缺少 [subject]：须说明哪些字段表示主体");
        return SubjectRoles::default();
    };
    let field = |key| names.field_of(&it, key);
    SubjectRoles {
        name: field("name"),
        kind: field("kind"),
        credit_code: field("credit_code"),
        organisation_code: field("organisation_code"),
        registration_number: field("registration_number"),
        tax_number: field("tax_number"),
        person_number: field("person_number"),
        representative: field("representative"),
        region: field("region"),
        status: field("status"),
        industry: field("industry"),
        former_names: field("former_names"),
    }
}

pub(super) fn key(top: &Section<'_>, names: &Names) -> Key {
    let Some(it) = top.section("key", &["fields", "fallback", "fallback_when_empty"]) else { return Key::default() };
    Key {
        fields: names.fields_of(&it, "fields"),
        fallback: names.fields_of(&it, "fallback"),
        fallback_when_empty: names.field_of(&it, "fallback_when_empty"),
    }
}

pub(super) fn times(top: &Section<'_>, names: &Names) -> Times {
    let Some(it) = top.section("times", &["fact", "from", "until", "stamp"]) else { return Times::default() };
    let field = |key| names.field_of(&it, key);
    Times { fact: field("fact"), from: field("from"), until: field("until"), stamp: field("stamp") }
}

pub(super) fn withdrawal(top: &Section<'_>, names: &Names) -> Option<Withdrawal> {
    let it = top.section("withdrawal", &["field", "terms", "ended_on"])?;
    let terms = it.texts("terms");
    if terms.is_empty() {
        it.page.fault(&it.key("terms"), "缺少此键或为空数组");
    }
    Some(Withdrawal { field: names.need_field(&it, "field"), terms, ended_on: names.field_of(&it, "ended_on") })
}

pub(super) fn usage(top: &Section<'_>, names: &Names) -> Option<(FieldIndex, Vec<(String, Exposure)>)> {
    let it = top.section("usage", &["field", "terms"])?;
    let mut terms = Vec::new();
    for (word, value) in it.entries("terms") {
        match value.get_ref().as_str().map(str::parse::<Exposure>) {
            Some(Ok(exposure)) => terms.push((word.text, exposure)),
            _ => it.page.fault_at(word.at, &word.key, "应为 public、shared 或 authorised"),
        }
    }
    if terms.is_empty() {
        it.page.fault(&it.key("terms"), "缺少此键或为空");
    }
    Some((names.need_field(&it, "field"), terms))
}
