//! What a case of repair does to designations: the entry's own case says so, and waits for its unit to remove the entry.

use super::event;
use crate::{
    ledger::Event,
    policy::rules::LISTING,
    record::Fact,
    rights::{
        Case, StepKind as CaseStep,
        designation::{Step, StepKind},
    },
    store::{Conn, StoreError, designations, merges, records},
};

/// Takes the step that follows from the last one of a case in the designations of its records; gives what the ledger is
/// to be told. A removal is the unit's own: a repair that is reversed brings back an entry that was not removed.
pub(in crate::affairs) fn follow(conn: &mut Conn, case: &Case) -> Result<Vec<Event>, StoreError> {
    let kind = match case.last().kind {
        CaseStep::Granted | CaseStep::Completed => StepKind::Repaired,
        CaseStep::Reversed => StepKind::Restored,
        _ => return Ok(Vec::new()),
    };
    let subject = case.opening.subject;
    let winner = merges::group_of(conn, subject)?.last().copied().unwrap_or(subject);
    let group = merges::group(conn, winner)?;
    let decided = designations::decided(conn, &group)?;
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let entries = entries(conn, case)?;
    let mut events = Vec::new();
    for mut it in decided {
        if !entries.iter().any(|fact| it.designation.is_entry(fact)) {
            continue;
        }
        let (done, last) = (case.last(), it.designation.last());
        let step = Step {
            kind,
            at: done.at.max(last.at),
            day: done.day.max(last.day),
            actor: done.actor.clone(),
            reason: format!("{}事项 {}：{}", case.opening.kind.name(), case.opening.id, done.kind.name()),
            document: None,
            until: None,
            removal: None,
        };
        // One that was removed already has nothing to follow.
        if it.designation.follow(step).is_ok() {
            let changes = designations::add_step(conn, &it)?;
            events.push(event(&it.designation).changing(changes));
        }
    }
    Ok(events)
}

/// The records of a case that are entries of lists.
fn entries(conn: &mut Conn, case: &Case) -> Result<Vec<Fact>, StoreError> {
    let found = records::of_subjects(conn, &[case.opening.subject], None)?;
    let own = found.into_iter().filter(|it| it.resource == LISTING && case.opening.keys.contains(&it.key));
    own.map(|it| {
        let id = it.id;
        Fact::of(it).map_err(|_| StoreError::Spoiled { place: "record.payload", value: id.to_string() })
    })
    .collect()
}
