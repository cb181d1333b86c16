//! The identity of a record, and how a later row is known to be the correction of a doubtful one.
//!
//! The key must never depend on cleaning that may change: a golden test pins it, and whoever breaks that test must
//! write a migration.

use sha2::{Digest, Sha256};

use super::{entry::Maker, payload};
use crate::{
    catalog::{FieldIndex, FieldType, Resource},
    record::{Draft, Identifier, Identities, RecordKey, Value},
    standards::{agency, document, name},
};

/// Agency names remembered; a city has some thousand.
const AGENCIES: usize = 10_000;

/// The identity of a draft's record beside its subject.
pub(super) fn of(maker: &mut Maker, draft: &Draft<'_>) -> RecordKey {
    let resource = std::sync::Arc::clone(&maker.resource);
    let key = &resource.key;
    let mut hash = Sha256::new();
    part(&mut hash, &resource.code);
    for &field in &key.fields {
        put(maker, &mut hash, &resource, draft, field);
    }
    let nameless = key.fallback_when_empty.is_some_and(|field| match &draft.values[field] {
        Value::Text(text) => document::is_missing(text),
        value => *value == Value::Absent,
    });
    if nameless {
        for &field in &key.fallback {
            put(maker, &mut hash, &resource, draft, field);
        }
    }
    short(hash)
}

fn put(maker: &mut Maker, hash: &mut Sha256, resource: &Resource, draft: &Draft<'_>, field: FieldIndex) {
    match (&draft.values[field], resource.fields[field].kind) {
        (Value::Text(text), FieldType::Agency) => {
            if maker.agencies.len() >= AGENCIES {
                maker.agencies.clear();
            }
            if !maker.agencies.contains_key(text.as_ref()) {
                maker.agencies.insert(text.to_string(), agency::key(text));
            }
            part(hash, &maker.agencies[text.as_ref()]);
        }
        (Value::Text(text), FieldType::DocumentNumber) => part(hash, &document::key(text)),
        (Value::Text(text), FieldType::Name) => part(hash, &name::key(text)),
        (Value::Absent, _) => part(hash, ""),
        (value, _) => part(hash, &payload::plain(value, &maker.keys)),
    }
}

/// A length before each part keeps ("ab", "c") apart from ("a", "bc").
fn part(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

fn short(hash: Sha256) -> RecordKey {
    hash.finalize()[..16].try_into().expect("sixteen bytes of thirty-two")
}

/// How a row is recognised as the correction of another: by its document and name, or its document and code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// Document and name.
    pub by_name: Option<[u8; 16]>,
    /// Document and code.
    pub by_code: Option<[u8; 16]>,
}

/// The hints of a draft.
pub(super) fn hints(resource: &Resource, draft: &Draft<'_>, subject: &Identities) -> Hints {
    let document = document_field(resource).and_then(|field| match &draft.values[field] {
        Value::Text(text) => Some(document::key(text)),
        _ => None,
    });
    let code = subject.codes.first().map(|Identifier { value, .. }| value.as_str());
    make(&resource.code, document.as_deref(), subject.name.as_deref(), code)
}

/// The hints of a row that did not pass, from its cells as they are.
#[must_use]
pub fn hints_of_row(resource: &Resource, cell: &dyn Fn(FieldIndex) -> Option<String>) -> Hints {
    let document = document_field(resource).and_then(cell).map(|it| document::key(&it));
    let name = resource.subject.name.and_then(cell);
    let code = resource.subject.credit_code.and_then(cell).map(|it| it.trim().to_uppercase());
    make(&resource.code, document.as_deref(), name.as_deref(), code.as_deref().filter(|it| !it.is_empty()))
}

fn document_field(resource: &Resource) -> Option<FieldIndex> {
    resource.key.fields.iter().copied().find(|it| resource.fields[*it].kind == FieldType::DocumentNumber)
}

fn make(resource: &str, document: Option<&str>, subject_name: Option<&str>, code: Option<&str>) -> Hints {
    let Some(document) = document.filter(|it| !it.is_empty() && !document::is_missing(it)) else {
        return Hints::default();
    };
    let hash = |kind: &str, text: &str| {
        let mut hash = Sha256::new();
        for it in [resource, kind, document, text] {
            part(&mut hash, it);
        }
        short(hash)
    };
    let named = subject_name.map(name::key).filter(|it| !it.is_empty());
    Hints { by_name: named.map(|it| hash("name", &it)), by_code: code.map(|it| hash("code", it)) }
}
