//! Who is who: a subject's id is the hash of the first identifier it was known by, so that subjects and identifiers vouch
//! for each other without an entry for each.

use std::collections::HashSet;

use super::Log;
use crate::{
    ledger::Finding,
    record::{Identifier, IdentifierKind},
    resolve::subject_id,
    store::{
        Conn, StoreError,
        subjects::{self, Identity},
    },
};

/// Rows looked at together.
const PAGE: i64 = 5_000;

/// Checks all subjects and identifiers. What a subject is called, and an identifier beside its first, nobody vouches for.
pub(super) fn check(conn: &mut Conn, log: &mut Log<'_>) -> Result<(), StoreError> {
    let mut above = i64::MIN;
    loop {
        let page = subjects::identities(conn, above, PAGE)?;
        let Some(last) = page.last() else { break };
        above = last.subject;
        known_by_their_own(conn, &page, log)?;
    }
    let mut behind = (String::new(), String::new());
    loop {
        let page = subjects::identifiers_behind(conn, &behind, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        behind = (last.value.clone(), last.kind.to_string());
        nobody_else_s(conn, &page, log)?;
    }
}

/// Each subject is the one its origin says, and its first identifier and its code lead to it.
fn known_by_their_own(conn: &mut Conn, page: &[Identity], log: &mut Log<'_>) -> Result<(), StoreError> {
    let own: Vec<Vec<Identifier>> = page.iter().map(of).collect();
    let values: Vec<&str> = own.iter().flatten().map(|it| it.value.as_str()).collect();
    let owners = subjects::by_identifiers(conn, &values)?;
    for (it, own) in page.iter().zip(&own) {
        let leads = |identifier: &Identifier| owners.get(identifier) == Some(&it.subject);
        if own.is_empty() || subject_id(&it.origin) != it.subject || !own.iter().all(leads) {
            log.tell(&Finding::SubjectAltered { subject: it.subject });
        }
    }
    Ok(())
}

/// The identifiers a subject's row names: its first, and its code.
fn of(identity: &Identity) -> Vec<Identifier> {
    let first = identity.origin.split_once(':').and_then(|(kind, value)| {
        let kind: Result<IdentifierKind, _> = kind.parse();
        kind.map(|kind| Identifier { kind, value: value.to_owned() }).ok()
    });
    let code = identity.credit_code.iter();
    let code = code.map(|it| Identifier { kind: IdentifierKind::CreditCode, value: it.clone() });
    first.into_iter().chain(code).collect()
}

/// An identifier a subject has its id from leads to no other.
fn nobody_else_s(conn: &mut Conn, page: &[(Identifier, i64)], log: &mut Log<'_>) -> Result<(), StoreError> {
    let first = |it: &Identifier| subject_id(&format!("{}:{}", it.kind, it.value));
    let elsewhere: Vec<(i64, i64)> =
        page.iter().map(|(it, to)| (first(it), *to)).filter(|(first, to)| first != to).collect();
    let ids: Vec<i64> = elsewhere.iter().map(|it| it.0).collect();
    let there: HashSet<i64> = subjects::there(conn, &ids)?;
    for (subject, to) in elsewhere.into_iter().filter(|it| there.contains(&it.0)) {
        log.tell(&Finding::IdentifierMoved { subject, to });
    }
    Ok(())
}
