//! Writing what was judged: subjects, versions, doubtful rows; and what the ledger and the standings are told of it.

use std::collections::BTreeSet;

use super::{
    FaultView,
    apply::{Job, entry, signed},
    judge::{Keep, NewDoubt, Outcome, Stamp},
    prepare::Item,
};
use crate::{
    ledger::Event,
    record::{DoubtState, Subject},
    resolve::Directory,
    seal::Keys,
    store::{
        Conn, StoreError,
        batches::Block,
        bulk::{self, NewVersion},
        doubts, ledger, subjects,
    },
};

/// Keeps the subjects that are new, known by more, or registered anew.
pub(super) fn write_subjects(conn: &mut Conn, directory: &Directory, stamp: Stamp) -> Result<(), StoreError> {
    let mut made: Vec<i64> = directory.new.iter().map(|it| it.id).collect();
    made.sort_unstable();
    let new: Vec<Subject> = made.iter().map(|id| directory.subjects[id].clone()).collect();
    subjects::add(conn, &new, stamp.now)?;
    let mut identified = directory.identified.clone();
    identified.sort_unstable();
    subjects::identify(conn, &identified)?;
    let changed: Vec<Subject> = directory
        .changed
        .iter()
        .filter(|id| made.binary_search(id).is_err())
        .map(|id| directory.subjects[id].clone())
        .collect();
    subjects::register(conn, &changed)
}

/// Keeps the versions, and says what the ledger is to be told of them.
pub(super) fn write_versions(
    conn: &mut Conn,
    job: &Job<'_>,
    items: &[Item],
    outcome: &Outcome,
    block: Block,
) -> Result<Event, StoreError> {
    // Ids follow the order of subject and key, so that the index's pages are touched once.
    let mut ids = block.first..=block.last;
    let mut numbered = |keeps: &'_ [Keep]| -> Vec<i64> { ids.by_ref().take(keeps.len()).collect() };
    let (new_ids, old_ids) = (numbered(&outcome.keep), numbered(&outcome.old));
    let version = |(keep, id)| version(job, items, keep, id);
    let new: Vec<NewVersion<'_>> = outcome.keep.iter().zip(new_ids).map(version).collect();
    let old: Vec<NewVersion<'_>> = outcome.old.iter().zip(old_ids).map(version).collect();
    bulk::put(conn, &new, &outcome.replaced, job.stamp.now)?;
    bulk::put_former(conn, &old, job.stamp.now)?;
    let written = ledger::Versions { delivery: job.id, block, new: &new, old: &old, replaced: &outcome.replaced };
    Ok(written.event(job.stamp.now, job.worker))
}

fn version<'v>(job: &Job<'v>, items: &'v [Item], keep: &'v Keep, id: i64) -> NewVersion<'v> {
    let entry = entry(items, keep.item);
    let (payload, content, sealed) = match &keep.completed {
        Some(it) => (&it.payload, &it.content, &it.sealed),
        None => (&entry.payload, &entry.content, &entry.sealed),
    };
    let told = keep.completed.as_ref().map(|it| &it.facts);
    NewVersion {
        id,
        subject_id: keep.subject,
        key: &entry.key,
        resource: &job.resource.code,
        unit: job.unit,
        delivery: job.id,
        row_no: signed(entry.row),
        revision: keep.revision,
        state: keep.state.as_str(),
        exposure: told.map_or(entry.exposure, |it| it.exposure).as_str(),
        fact_on: entry.fact_on,
        valid_from: told.map_or(entry.valid_from, |it| it.valid_from.or(entry.fact_on)),
        valid_until: told.map_or(entry.valid_until, |it| it.valid_until),
        ended_on: entry.ended.then(|| entry.ended_on.unwrap_or(job.stamp.day)),
        stamp: told.map_or(entry.stamp, |it| it.stamp),
        known_from: job.stamp.now,
        content,
        payload,
        sealed: sealed.as_deref(),
        note: None,
    }
}

/// Doubtful rows as they are kept, sealed.
pub(super) fn doubtful(keys: &Keys, job: &Job<'_>, new: &[NewDoubt], first: i64) -> Vec<doubts::NewDoubt> {
    new.iter()
        .zip(first..)
        .map(|(it, id)| {
            let print = print(keys, it);
            doubts::NewDoubt {
                id,
                delivery: job.id,
                last_delivery: job.id,
                row_no: signed(it.row),
                unit: job.unit.to_owned(),
                resource: job.resource.code.clone(),
                kind: it.kind.as_str().to_owned(),
                state: DoubtState::Open.as_str().to_owned(),
                cells: keys.seal(it.cells.as_bytes(), &print),
                print,
                by_name: it.hints.by_name.map(|it| it.to_vec()),
                by_code: it.hints.by_code.map(|it| it.to_vec()),
                faults: FaultView::json(&it.faults),
                candidates: it.candidates.as_ref().map(|it| serde_json::to_string(it).expect("numbers are JSON")),
                made_at: job.stamp.now,
            }
        })
        .collect()
}

/// What tells that a unit sent the same row before: the keyed hash of its cells, and why it is doubtful.
fn print(keys: &Keys, doubt: &NewDoubt) -> Vec<u8> {
    keys.blind(&format!("{} {}", doubt.kind, doubt.cells)).into_bytes()
}

/// Subjects of whom something was written, so that what was derived of them no longer holds.
pub(super) fn touched(outcome: &Outcome, directory: &Directory) -> Vec<i64> {
    let mut ids: BTreeSet<i64> = outcome.keep.iter().chain(&outcome.old).map(|it| it.subject).collect();
    ids.extend(&directory.changed);
    ids.extend(directory.new.iter().map(|it| it.id));
    ids.into_iter().collect()
}
