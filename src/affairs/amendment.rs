//! Whether what an objection asked for has been done (更正): the record was delivered again or withdrawn, or the missing
//! one delivered, since the unit was asked.

use chrono::NaiveDateTime;

use super::{AffairError, Taking};
use crate::{
    catalog::{FieldType, Resource},
    ingest::Workshop,
    record::{DeliveryState, Fact, RecordState, Version},
    rights::{Case, Missing, Step, StepKind},
    standards::document,
    store::{Conn, StoreError, deliveries, merges, records},
};

/// Whether a case may be closed: its correction has arrived, or the unit names the delivery that brought it.
pub(super) fn closable(conn: &mut Conn, shop: &Workshop, case: &Case, taking: &Taking) -> Result<(), AffairError> {
    let wrong = |text: &str| Err(AffairError::WrongState(text.to_owned()));
    let Some(id) = taking.delivery else {
        let arrived = arrived(conn, shop, case)?.is_some();
        return if arrived {
            Ok(())
        } else {
            wrong("更正后的记录尚未报送；已报送的请写明批次编号")
        };
    };
    let delivery = deliveries::find(conn, id)?.filter(|it| it.unit == case.opening.unit);
    let delivery = delivery.ok_or(AffairError::NotFound("批次"))?;
    if delivery.state != DeliveryState::Done || delivery.received_at < case.filing().at {
        return wrong("该批次尚未办结，或早于异议的提出");
    }
    let brought = |it: &Version| it.delivery == id;
    if let Some(missing) = &case.opening.missing {
        let is_there = named(conn, shop, case, (missing, taking.source.as_deref()))?.iter().any(brought);
        let text = "该批次没有所称遗漏的记录；文书号与申请人所写不同的，请在依据中写明该记录的文书号";
        return if is_there { Ok(()) } else { wrong(text) };
    }
    let all = latest(conn, case)?.iter().all(|it| it.as_ref().is_some_and(brought));
    if all { Ok(()) } else { wrong("该批次没有更正本事项的全部记录") }
}

/// The delivery of what a case waits for, when all of it has come since the unit was asked. A record that was withdrawn
/// meanwhile waits for nothing.
pub(super) fn arrived(conn: &mut Conn, shop: &Workshop, case: &Case) -> Result<Option<i64>, AffairError> {
    let asked = asked_at(case);
    let is_answer = |it: &Version| it.known_from >= asked && it.unit == case.opening.unit;
    if let Some(missing) = &case.opening.missing {
        let found = named(conn, shop, case, (missing, None))?;
        return Ok(found.into_iter().find(is_answer).map(|it| it.delivery));
    }
    let latest = latest(conn, case)?;
    let answers = latest.iter().filter(|it| it.as_ref().is_some_and(is_answer)).count();
    Ok((answers == latest.len()).then(|| latest.into_iter().flatten().last().map(|it| it.delivery)).flatten())
}

/// When the unit was asked last: passed on, or to be examined once more.
fn asked_at(case: &Case) -> NaiveDateTime {
    let asks = |it: &&Step| matches!(it.kind, StepKind::Forwarded | StepKind::Review);
    case.steps().iter().rev().find(asks).unwrap_or_else(|| case.filing()).at
}

/// The latest version of each record of a case.
fn latest(conn: &mut Conn, case: &Case) -> Result<Vec<Option<Version>>, StoreError> {
    let group = merges::group_of(conn, case.opening.subject)?;
    case.opening.keys.iter().map(|key| Ok(records::history(conn, &group, key)?.into_iter().next())).collect()
}

/// Records in force of the resource that is missing, of the document the applicant names, or the one the unit does; all
/// of them where a resource has no document numbers.
fn named(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (missing, also): (&Missing, Option<&str>),
) -> Result<Vec<Version>, AffairError> {
    let Some(resource) = shop.catalog.get(&missing.resource) else { return Ok(Vec::new()) };
    let group = merges::group_of(conn, case.opening.subject)?;
    let known = records::of_subjects(conn, &group, None)?;
    let names: Vec<String> = [Some(missing.document.as_str()), also].into_iter().flatten().map(document::key).collect();
    let mut found = Vec::new();
    for version in known.into_iter().filter(|it| it.resource == missing.resource && it.state == RecordState::InForce) {
        let id = version.id;
        let fact =
            Fact::of(version).map_err(|_| StoreError::Spoiled { place: "record.payload", value: id.to_string() })?;
        if numbers(resource, &fact).is_none_or(|it| it.iter().any(|number| names.contains(number))) {
            found.push(fact.version);
        }
    }
    Ok(found)
}

/// The numbers of a record's documents; `None` when its resource knows none.
fn numbers(resource: &Resource, fact: &Fact) -> Option<Vec<String>> {
    let mut fields = resource.fields.iter().filter(|it| it.kind == FieldType::DocumentNumber).peekable();
    fields.peek()?;
    Some(fields.filter_map(|it| fact.fields.text(&it.code)).map(document::key).collect())
}
