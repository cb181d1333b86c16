//! One chunk, one transaction: what is known is looked up, the rows are judged, and everything is written or nothing.

use std::collections::{BTreeSet, HashMap};

use super::{
    judge::{Completed, Knowledge, Located, Outcome, Pair, Scene, Stamp, judge, locate},
    prepare::{Chunk, Item},
    privacy,
    workshop::Workshop,
    write::{doubtful, touched, write_subjects, write_versions},
};
use crate::{
    catalog::Resource,
    ledger::Event,
    record::{RecordState, Subject, Verdict},
    resolve::{Directory, Entry, Standing, complete, content, facts, verdict},
    seal::Keys,
    standards::name,
    store::{
        Conn, StoreError,
        batches::{self, Block},
        bulk::{self, Known},
        counters::{self, Counter},
        deliveries::{self, Step},
        doubts, ledger, merges, standings, subjects, tallies,
    },
};

/// The delivery a chunk belongs to.
pub(super) struct Job<'j> {
    pub id: i64,
    pub unit: &'j str,
    pub resource: &'j Resource,
    pub worker: &'j str,
    pub hints: &'j doubts::Hints,
    pub stamp: Stamp,
}

/// Takes a chunk: all of it, or, with an error, nothing of it.
pub(super) fn apply(shop: &Workshop, job: &Job<'_>, chunk: &Chunk) -> Result<(), StoreError> {
    let n = chunk.items.len() as u64;
    let now = job.stamp.now;
    let block = shop.database.write_resumable(|conn| batches::open(conn, job.id, n, now))?;
    let first_doubt = shop.database.write_resumable(|conn| counters::take(conn, Counter::Doubt, n))?;
    shop.database.write_resumable(|conn| {
        let step = Step { from: signed(chunk.from), to: signed(chunk.to), now };
        deliveries::advance(conn, job.id, job.worker, step)?;
        let (outcome, written, corrections) = take(conn, shop, job, &chunk.items, block)?;
        let doubts = doubtful(&shop.keys, job, &outcome.doubts, first_doubt);
        doubts::add(conn, &doubts)?;
        doubts::correct(conn, &outcome.corrected, job.id, now)?;
        let remarks: Vec<(u64, String)> =
            outcome.remarks.iter().take(REMARKS).map(|(row, it)| (*row, it.to_json())).collect();
        doubts::remark(conn, job.id, &remarks)?;
        tallies::add(conn, job.id, &outcome.counted)?;
        batches::close(conn, block, job.id)?;
        // The head of the chain is locked last.
        let mut events = vec![written.and("rows", [step.from, step.to].as_slice())];
        events.extend(corrections);
        ledger::append(conn, &events).map(drop)
    })
}

/// As many remarks as a delivery may keep: more of one chunk need not be written down.
const REMARKS: usize = 10_000;

/// Rows with the delivery they belong to.
struct Rows<'r> {
    shop: &'r Workshop,
    job: &'r Job<'r>,
    items: &'r [Item],
    /// Ids for their versions, one a row.
    block: Block,
}

/// What became of rows, and what the ledger is told of it at the transaction's end.
pub(super) type Taken = (Outcome, Event, Option<Event>);

/// Resolves, judges and writes the rows of a chunk.
fn take(conn: &mut Conn, shop: &Workshop, job: &Job<'_>, items: &[Item], block: Block) -> Result<Taken, StoreError> {
    let mut directory = directory(conn, items)?;
    let mut outcome = Outcome::default();
    let located = locate(&mut directory, items, (job.resource, &shop.names, job.stamp.day), &mut outcome);
    settle(conn, &Rows { shop, job, items, block }, directory, located, outcome)
}

/// The same for one row whose subject a person has said.
pub(super) fn take_as(
    conn: &mut Conn,
    (shop, job): (&Workshop, &Job<'_>),
    item: &Item,
    subject: &Subject,
    block: Block,
) -> Result<Taken, StoreError> {
    let mut directory = Directory::default();
    directory.subjects.insert(subject.id, subject.clone());
    let located = vec![Located { item: 0, subject: subject.id }];
    let items = std::slice::from_ref(item);
    settle(conn, &Rows { shop, job, items, block }, directory, located, Outcome::default())
}

/// Judges and writes rows whose subjects are known.
fn settle(
    conn: &mut Conn,
    rows: &Rows<'_>,
    mut directory: Directory,
    mut located: Vec<Located>,
    mut outcome: Outcome,
) -> Result<Taken, StoreError> {
    let Rows { shop, job, items, block } = *rows;
    let knowledge = knowledge(conn, &shop.keys, job, items, &mut located)?;
    let scene = Scene { delivery: job.id, unit: job.unit, resource: job.resource, hints: job.hints };
    judge(&mut directory, items, &located, &knowledge, (&scene, &mut outcome));
    write_subjects(conn, &directory, job.stamp)?;
    let written = write_versions(conn, job, items, &outcome, block)?;
    standings::mark(conn, &touched(&outcome, &directory))?;
    let corrections = privacy::note(conn, (shop, job), (items, &outcome), block)?;
    Ok((outcome, written, corrections))
}

pub(super) fn entry(items: &[Item], at: usize) -> &Entry {
    match &items[at] {
        Item::Taken { entry, .. } => entry,
        Item::Rejected(_) => unreachable!("only rows that passed are located"),
    }
}

/// What is known of the subjects the rows may be about.
fn directory(conn: &mut Conn, items: &[Item]) -> Result<Directory, StoreError> {
    let taken = || {
        items.iter().filter_map(|item| match item {
            Item::Taken { entry, cells, .. } => Some((entry, cells)),
            Item::Rejected(_) => None,
        })
    };
    let first: BTreeSet<&str> =
        taken().filter_map(|(it, _)| it.subject.codes.first()).map(|it| it.value.as_str()).collect();
    let mut owners = subjects::by_identifiers(conn, &first.into_iter().collect::<Vec<_>>())?;
    // Most rows say by their strongest code whose they are; only the register's and the others' are asked for more.
    let more: BTreeSet<&str> = taken()
        .filter(|(it, _)| it.register.is_some() || it.subject.codes.first().is_some_and(|it| !owners.contains_key(it)))
        .flat_map(|(it, _)| it.subject.codes.iter().skip(1).map(|it| it.value.as_str()))
        .collect();
    owners.extend(subjects::by_identifiers(conn, &more.into_iter().collect::<Vec<_>>())?);
    let names: BTreeSet<String> = taken()
        .filter(|(_, cells)| cells.is_some())
        .filter_map(|(it, _)| it.subject.name.as_deref().map(name::key))
        .collect();
    let ids: BTreeSet<i64> = owners.values().copied().collect();
    let mut known = subjects::by_ids(conn, &ids.into_iter().collect::<Vec<_>>())?;
    let winners: Vec<i64> = known.values().filter_map(|it| it.merged_into).collect();
    known.extend(subjects::by_ids(conn, &winners)?);
    let names: Vec<String> = names.into_iter().collect();
    let named = subjects::by_name_keys(conn, &names.iter().map(String::as_str).collect::<Vec<_>>())?;
    Ok(Directory { owners, subjects: known, named, ..Directory::default() })
}

/// What is known of the records the rows are about. A record that stands under a subject merged into the row's is
/// found there, and the row is judged there.
fn knowledge(
    conn: &mut Conn,
    keys: &Keys,
    job: &Job<'_>,
    items: &[Item],
    located: &mut [Located],
) -> Result<Knowledge, StoreError> {
    let subjects: BTreeSet<i64> = located.iter().map(|it| it.subject).collect();
    let members = merges::groups(conn, &subjects.into_iter().collect::<Vec<_>>())?;
    let mut pairs: BTreeSet<Pair> = located.iter().map(|it| (it.subject, entry(items, it.item).key)).collect();
    if !members.is_empty() {
        let others: Vec<Pair> = pairs
            .iter()
            .flat_map(|(subject, key)| {
                members.iter().filter(move |(winner, _)| winner == subject).map(move |(_, member)| (*member, *key))
            })
            .collect();
        pairs.extend(others);
    }
    let pairs: Vec<Pair> = pairs.into_iter().collect();
    let known = standings(bulk::known(conn, &pairs)?)?;
    for it in located.iter_mut() {
        let key = entry(items, it.item).key;
        if !known.contains_key(&(it.subject, key)) {
            let elsewhere =
                members.iter().find(|(winner, member)| *winner == it.subject && known.contains_key(&(*member, key)));
            it.subject = elsewhere.map_or(it.subject, |(_, member)| *member);
        }
    }
    located.sort_unstable_by_key(|it| (it.subject, entry(items, it.item).key, it.item));
    let mut knowledge = Knowledge { known, ..Knowledge::default() };
    knowledge.completed = completed(conn, (keys, job), items, located, &knowledge)?;
    knowledge.former = former(conn, items, located, &knowledge, job)?;
    Ok(knowledge)
}

fn standings(known: HashMap<Pair, Known>) -> Result<HashMap<Pair, (Known, Standing)>, StoreError> {
    known
        .into_iter()
        .map(|(pair, it)| {
            let standing = Standing {
                content: it.content.as_slice().try_into().map_err(|_| spoiled("record.content", it.id))?,
                delivery: it.delivery,
                stamp: it.stamp,
                state: it.state.parse()?,
                unit: it.unit.clone(),
                by_request: it.note.is_some() && it.state == RecordState::Withdrawn.as_str(),
            };
            Ok((pair, (it, standing)))
        })
        .collect()
}

fn spoiled(place: &'static str, id: i64) -> StoreError {
    StoreError::Spoiled { place, value: id.to_string() }
}

/// Rows of a dialect that cannot say every field, completed by what is known.
fn completed(
    conn: &mut Conn,
    (keys, job): (&Keys, &Job<'_>),
    items: &[Item],
    located: &[Located],
    knowledge: &Knowledge,
) -> Result<HashMap<usize, Completed>, StoreError> {
    let resource = job.resource;
    let silent =
        |dialect: usize| resource.fields.iter().any(|it| !it.dialects.is_empty() && !it.dialects.contains(&dialect));
    let wanted: Vec<&Located> = located
        .iter()
        .filter(|it| {
            let entry = entry(items, it.item);
            let known = knowledge.known.get(&(it.subject, entry.key));
            silent(entry.dialect) && known.is_some_and(|(_, it)| it.content != entry.content && it.unit == job.unit)
        })
        .collect();
    let pairs: BTreeSet<Pair> = wanted.iter().map(|it| (it.subject, entry(items, it.item).key)).collect();
    let stored = bulk::stored(conn, &pairs.into_iter().collect::<Vec<_>>())?;
    let stored: HashMap<(i64, &[u8]), &bulk::Stored> =
        stored.iter().map(|it| ((it.subject_id, it.key.as_slice()), it)).collect();
    let mut found = HashMap::new();
    for it in wanted {
        let entry = entry(items, it.item);
        let Some(known) = stored.get(&(it.subject, entry.key.as_slice())) else { continue };
        let payload = complete(resource, entry.dialect, &entry.payload, &known.payload)
            .map_err(|_| spoiled("record.payload", it.subject))?;
        if let Some(payload) = payload {
            let sealed = joined_seal(keys, entry, known)?;
            let facts = facts(resource, &payload).map_err(|_| spoiled("record.payload", it.subject))?;
            found.insert(it.item, Completed { content: content(&payload), payload, facts, sealed });
        }
    }
    Ok(found)
}

/// The personal numbers of both, sealed together; the row's own count where both have one.
fn joined_seal(keys: &Keys, entry: &Entry, known: &bulk::Stored) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(theirs) = &known.sealed else { return Ok(entry.sealed.clone()) };
    let open = |sealed: &[u8]| -> Result<serde_json::Map<String, serde_json::Value>, StoreError> {
        let clear = keys.open(sealed, &entry.key).map_err(|_| spoiled("record.sealed", known.subject_id))?;
        serde_json::from_slice(&clear).map_err(|_| spoiled("record.sealed", known.subject_id))
    };
    let mut all = open(theirs)?;
    if let Some(mine) = &entry.sealed {
        all.extend(open(mine)?);
    }
    Ok(Some(keys.seal(serde_json::Value::Object(all).to_string().as_bytes(), &entry.key)))
}

/// Contents of former versions, for rows older than what is known: such a row may have come before.
fn former(
    conn: &mut Conn,
    items: &[Item],
    located: &[Located],
    knowledge: &Knowledge,
    job: &Job<'_>,
) -> Result<HashMap<Pair, Vec<[u8; 32]>>, StoreError> {
    let outdated: BTreeSet<Pair> = located
        .iter()
        .filter_map(|it| {
            let entry = entry(items, it.item);
            let (_, known) = knowledge.known.get(&(it.subject, entry.key))?;
            let standing = Standing {
                content: entry.content,
                delivery: job.id,
                stamp: entry.stamp,
                state: known.state,
                unit: job.unit.to_owned(),
                by_request: false,
            };
            (verdict(&standing, Some(known)) == Verdict::Outdated).then_some((it.subject, entry.key))
        })
        .collect();
    bulk::former_contents(conn, &outdated.into_iter().collect::<Vec<_>>())
}

pub(super) fn signed(n: u64) -> i64 {
    i64::try_from(n).expect("a delivery has fewer rows")
}
