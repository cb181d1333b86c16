//! What a draft says of its subject.

use crate::{
    catalog::{Class, FieldIndex, Resource},
    record::{Draft, Identifier, IdentifierKind, Identities, SubjectKind, Value},
    seal::Keys,
};

use super::entry::RegisterFacts;

/// The identities in a draft, the strongest identifier first.
pub(super) fn of(resource: &Resource, draft: &Draft<'_>, keys: &Keys) -> Identities {
    let roles = &resource.subject;
    let mut codes = Vec::with_capacity(3);
    let mut put = |kind, value: String| {
        let code = Identifier { kind, value };
        if !codes.contains(&code) {
            codes.push(code);
        }
    };
    if let Some(Value::Code(code)) = value(draft, roles.credit_code) {
        put(IdentifierKind::CreditCode, code.as_str().to_owned());
        if code.embedded_code_is_right() {
            put(IdentifierKind::OrganisationCode, code.organisation_code().to_owned());
        }
    }
    let texts = [
        (IdentifierKind::OrganisationCode, roles.organisation_code),
        (IdentifierKind::RegistrationNumber, roles.registration_number),
        (IdentifierKind::TaxNumber, roles.tax_number),
    ];
    for (kind, field) in texts {
        if let Some(code) = text(draft, field) {
            put(kind, code);
        }
    }
    // The old tax number of an individual business is its owner's identity number.
    if let Some(Value::Person(number)) = value(draft, roles.tax_number) {
        put(IdentifierKind::TaxNumber, keys.blind(&format!("tax:{}", number.as_str())));
    }
    if let Some(Value::Person(number)) = value(draft, roles.person_number) {
        put(IdentifierKind::Person, keys.blind(&format!("{}:{}", number.kind(), number.as_str())));
    }
    Identities { kind: kind(resource, draft, &codes), name: text(draft, roles.name), codes }
}

/// What a row of the register says beyond identities.
pub(super) fn register_facts(resource: &Resource, draft: &Draft<'_>) -> Option<RegisterFacts> {
    let roles = &resource.subject;
    (resource.class == Class::Register).then(|| RegisterFacts {
        representative: text(draft, roles.representative),
        region: text(draft, roles.region),
        industry: text(draft, roles.industry),
        status: text(draft, roles.status),
        former_names: text(draft, roles.former_names),
    })
}

fn kind(resource: &Resource, draft: &Draft<'_>, codes: &[Identifier]) -> SubjectKind {
    match text(draft, resource.subject.kind).as_deref() {
        Some("自然人") => return SubjectKind::Person,
        Some("个体工商户") => return SubjectKind::IndividualBusiness,
        Some(_) => return SubjectKind::Organisation,
        None => {}
    }
    match codes.first() {
        Some(code) if code.kind == IdentifierKind::Person => SubjectKind::Person,
        Some(code) if code.kind == IdentifierKind::CreditCode && code.value.starts_with("92") => {
            SubjectKind::IndividualBusiness
        }
        _ => SubjectKind::Organisation,
    }
}

fn value<'d, 'r>(draft: &'d Draft<'r>, field: Option<FieldIndex>) -> Option<&'d Value<'r>> {
    draft.values.get(field?)
}

/// The text of a field; a code as its text.
pub(super) fn text(draft: &Draft<'_>, field: Option<FieldIndex>) -> Option<String> {
    match value(draft, field)? {
        Value::Text(text) => Some(text.to_string()),
        Value::Code(code) => Some(code.as_str().to_owned()),
        _ => None,
    }
}
