//! Adoption (存量确认): what was collected before the ledger existed is taken into it as it stands, once and by a person.
//!
//! From then on it is vouched for as everything else; what stood in it before nobody can tell. It holds one block of versions
//! at a time, and what entries say of rows.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::JobError;
use crate::{
    ledger::{ADOPTED, Change, Digest, Event, EventKind, Lane, Receipt, Table, changes, deeds, hex, sha256},
    store::{
        self, Conn, Database, StoreError,
        batches::Block,
        counters::{self, Counter},
        ledger,
    },
};

/// What was taken into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Versions of records, known and former,
    pub versions: u64,
    /// deliveries,
    pub deliveries: u64,
    /// merges and zero reports.
    pub rows: u64,
    /// Where it stands.
    pub receipt: Receipt,
}

/// Who adopts, and when.
type By<'b> = (NaiveDateTime, &'b str);

/// Rows read at once.
const PAGE: i64 = 1000;

/// Takes into the ledger what was collected before it existed: all in one transaction, and once in the life of a database.
///
/// # Errors
/// [`JobError::Refused`] when there is nothing to adopt, it was done before, or a version is missing already.
pub fn adopt(database: &Database, by: By<'_>) -> Result<Adopted, JobError> {
    store::write(&mut database.durable()?, |conn| {
        // Two adoptions at once wait here, and nothing is collected meanwhile.
        counters::take(conn, Counter::Version, 0)?;
        let told = told(conn)?;
        if told.is_adopted {
            return Err(JobError::Refused("本库的存量已经确认过：每个库只能确认一次".to_owned()));
        }
        let mut done = Tally { versions: 0, deliveries: 0, rows: 0, digest: Vec::new() };
        deliveries(conn, &told, by, &mut done)?;
        if done.deliveries == 0 {
            return Err(JobError::Refused("没有早于账本的数据：账本自建库起就在".to_owned()));
        }
        versions(conn, by, &mut done)?;
        rows(conn, &told, by, &mut done)?;
        seal(conn, by, done)
    })
}

/// How much was taken, and the digests of it.
struct Tally {
    versions: u64,
    deliveries: u64,
    rows: u64,
    /// The hash of the last entry of each append.
    digest: Vec<u8>,
}

impl Tally {
    fn add(&mut self, receipts: &[Receipt]) {
        receipts.iter().for_each(|it| self.digest.extend_from_slice(&it.hash));
    }
}

/// The adoption itself: an entry with how much, and a digest over the entries that say what.
fn seal(conn: &mut Conn, (at, actor): By<'_>, done: Tally) -> Result<Adopted, JobError> {
    let Tally { versions, deliveries, rows, digest } = done;
    let event = Event::new(Lane::Acts, EventKind::Adoption, at, actor).saying(json!({
        "step": ADOPTED,
        "versions": versions,
        "deliveries": deliveries,
        "rows": rows,
        "digest": hex(&sha256(&digest)),
    }));
    let mut receipts = ledger::append(conn, &[event])?;
    let receipt = receipts.pop().expect("an event has a receipt");
    Ok(Adopted { versions, deliveries, rows, receipt })
}

/// What the ledger tells already.
#[derive(Default)]
struct Told {
    is_adopted: bool,
    /// The first delivery that it heard arrive.
    first_delivery: Option<i64>,
    /// Rows it has heard of: everything they were and became, by exclusive or, and whether it heard them come.
    rows: HashMap<(Table, String), (Digest, bool)>,
}

fn told(conn: &mut Conn) -> Result<Told, StoreError> {
    let mut told = Told::default();
    for chain in ledger::chains(conn)? {
        let mut after = i64::MIN;
        loop {
            let page = ledger::entries(conn, &chain, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for row in &page {
                let body: Value = serde_json::from_str(&row.body).unwrap_or(Value::Null);
                told.is_adopted |= row.kind == EventKind::Adoption.as_str() && body["step"] == ADOPTED;
                if row.kind == EventKind::Delivery.as_str() && body["step"] == "received" {
                    let id = body["delivery"].as_i64();
                    told.first_delivery = [told.first_delivery, id].into_iter().flatten().min();
                }
                for it in changes(&body).filter(|it| it.table.predates()) {
                    let (sum, came) = told.rows.entry((it.table, it.id.clone())).or_insert(([0; 32], false));
                    *came |= it.was.is_none();
                    it.lay_upon(sum);
                }
            }
        }
    }
    Ok(told)
}

/// Deliveries that arrived before the first the ledger has heard of.
fn deliveries(conn: &mut Conn, told: &Told, (at, actor): By<'_>, done: &mut Tally) -> Result<(), StoreError> {
    let (mut above, below) = (0, told.first_delivery.unwrap_or(i64::MAX));
    loop {
        let mut page = ledger::delivered(conn, above, PAGE)?;
        page.retain(|it| it.id < below);
        let Some(last) = page.last() else { return Ok(()) };
        above = last.id;
        let event = |it: &ledger::DeliveryRow| {
            deeds::delivery(it.id, "received", at, actor)
                .and("unit", it.unit.as_str())
                .and("resource", it.resource.as_str())
                .and("digest", hex(&it.digest))
                .and("size", it.size)
                .and("adopted", true)
        };
        let events: Vec<Event> = page.iter().map(event).collect();
        done.add(&ledger::append(conn, &events)?);
        done.deliveries += page.len() as u64;
    }
}

/// The versions in blocks that were used before the first the ledger tells of, block by block.
fn versions(conn: &mut Conn, (at, actor): By<'_>, done: &mut Tally) -> Result<(), JobError> {
    let (mut above, below) = (0, ledger::first_block(conn)?.unwrap_or(i64::MAX));
    loop {
        let mut page = ledger::used_blocks(conn, above, PAGE)?;
        page.retain(|(it, _)| it.first < below);
        let Some((last, _)) = page.last() else { return Ok(()) };
        above = last.first;
        for (block, delivery) in page {
            let rows = ledger::rows(conn, block.first.saturating_sub(1), block.last)?;
            whole(block, &rows)?;
            done.versions += rows.len() as u64;
            let event = ledger::adopted_block((delivery, block), &rows, at, actor);
            done.add(&ledger::append(conn, &[event])?);
        }
    }
}

/// Ids of a block that was used rise from its first without a gap.
fn whole(block: Block, rows: &[ledger::VersionRow]) -> Result<(), JobError> {
    match (block.first..).zip(rows).find(|(id, row)| *id != row.id) {
        None => Ok(()),
        Some((id, _)) => {
            Err(JobError::Refused(format!("版本编号段 {} 起的记录版本 {id} 缺失或重复，不能确认", block.first)))
        }
    }
}

/// Rows of the tables there were before the ledger, of which it has not heard how they came.
fn rows(conn: &mut Conn, told: &Told, (at, actor): By<'_>, done: &mut Tally) -> Result<(), StoreError> {
    let tables = Table::ALL.iter().copied().filter(|it| it.predates());
    for table in tables {
        let (mut found, mut seen): (Vec<Change>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
        ledger::kept_rows(conn, table, &mut |row| {
            let known = told.rows.get(&(table, row.id.clone()));
            let (sum, came) = known.copied().unwrap_or(([0; 32], false));
            // What it was before the changes the ledger has heard of: the sum of these and what it is.
            if let Some(mut is) = row.digest.filter(|_| !came && seen.insert(row.id.clone())) {
                is.iter_mut().zip(sum).for_each(|(byte, other)| *byte ^= other);
                found.push(Change { table, id: row.id, was: None, is });
            }
        })?;
        for part in found.chunks(500) {
            let event =
                Event::new(Lane::Acts, EventKind::Adoption, at, actor).and("step", "rows").changing(part.to_vec());
            done.add(&ledger::append(conn, &[event])?);
        }
        done.rows += found.len() as u64;
    }
    Ok(())
}
