//! The chains: every entry says what its hash says, and follows from the one before it.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;
use serde_json::Value;

use super::{Log, answers::Pending, rows::Told};
use crate::{
    ledger::{ADOPTED, Digest, EventKind, Finding, Lane, Short, UNWRITTEN, Written, hex, tree, unpack},
    store::{
        Conn, StoreError,
        ledger::{self, Head, Row},
    },
};

/// A block of versions an entry tells of.
pub(super) struct Block {
    /// The id of the first version.
    pub first: i64,
    /// How many there are,
    pub n: usize,
    /// of which so many, the last, were former at once.
    pub old: usize,
    /// How many versions they replaced.
    pub closed: usize,
    /// Whether it was adopted: then `closed` counts ids with the moments they were known until.
    pub adopted: bool,
    /// The delivery.
    pub delivery: i64,
    /// When.
    pub moment: NaiveDateTime,
    /// The chain, as a number in [`Walked::chains`].
    pub chain: usize,
    /// The place in it.
    pub seq: i64,
}

/// A block an altered entry told of.
pub(super) struct Unproven {
    /// The first id the entry names.
    pub first: i64,
    /// The last id of the block; the first, until it is known.
    pub last: i64,
    /// When the entry was made, as far as it says.
    pub moment: NaiveDateTime,
}

/// What the chains say.
#[derive(Default)]
pub(super) struct Walked {
    /// The chains.
    pub chains: Vec<String>,
    /// Blocks of versions, by first id.
    pub blocks: Vec<Block>,
    /// Blocks whose entries are altered so far that they prove nothing.
    pub unproven: Vec<Unproven>,
    /// Entries that tell of answers.
    pub answers: Pending,
    /// What entries say of rows of acts.
    pub rows: Told,
    /// Entries that seal an adoption: chain and place.
    pub adoptions: Vec<(usize, i64)>,
    /// What there may be from before the ledger, while it is not adopted.
    pub before: Option<Before>,
    /// What arrived: a text of what is vouched for, by delivery.
    pub deliveries: HashMap<i64, String>,
}

/// Ids from before the ledger: those from 1 to below these. No id below 1 was ever given out.
pub(super) struct Before {
    /// Of versions.
    pub version: i64,
    /// Of deliveries.
    pub delivery: i64,
}

impl Walked {
    /// Whether a version came before the ledger, and nobody has adopted it.
    pub(super) fn is_before(&self, version: i64) -> bool {
        self.before.as_ref().is_some_and(|it| 0 < version && version < it.version)
    }

    /// What there may be from before the ledger: nothing once it was adopted, nor where the first delivery was heard
    /// arrive.
    fn look_before(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let delivery = self.deliveries.keys().copied().min().unwrap_or(i64::MAX);
        let first = ledger::delivered(conn, 0, 1)?.first().map(|it| it.id);
        let altered = self.unproven.iter().map(|it| it.first);
        let version = self.blocks.iter().map(|it| it.first).chain(altered).min().unwrap_or(i64::MAX);
        let is_old = self.adoptions.is_empty() && first.is_some_and(|it| it < delivery);
        self.before = is_old.then_some(Before { version, delivery });
        Ok(())
    }

    /// Whether nothing can be said of the version with an id.
    pub(super) fn is_unproven(&self, id: i64) -> bool {
        self.unproven.iter().any(|it| it.first <= id && id <= it.last)
    }

    /// Where the entry of a block stands.
    pub(super) fn place(&self, block: &Block) -> (String, i64) {
        (self.chains[block.chain].clone(), block.seq)
    }
}

/// What is vouched for of a delivery, as one text.
pub(super) fn arrival(unit: &str, resource: &str, digest: &str, size: i64) -> String {
    format!("{unit}/{resource}/{digest}/{size}")
}

/// Entries read at once.
const PAGE: i64 = 1000;

/// Walks all chains.
pub(super) fn walk(conn: &mut Conn, log: &mut Log<'_>) -> Result<Walked, StoreError> {
    let heads = ledger::heads(conn)?;
    let mut names: BTreeSet<String> = ledger::chains(conn)?.into_iter().collect();
    names.extend(heads.iter().map(|it| it.chain.clone()));
    // Every chain has had its head since the ledger was made: one of which nothing is left was taken away whole.
    names.extend(Lane::ALL.iter().flat_map(|lane| (0..lane.chains()).map(|it| lane.chain(it))));
    let mut walked = Walked { chains: names.iter().cloned().collect(), ..Walked::default() };
    for (at, chain) in names.iter().enumerate() {
        let end = walk_chain(conn, (at, chain), &mut walked, log)?;
        check_head(chain, heads.iter().find(|it| it.chain == *chain), &end, log);
        log.seen.chains += 1;
    }
    walked.blocks.sort_by_key(|it| it.first);
    walked.look_before(conn)?;
    Ok(walked)
}

/// The last entry of a chain.
struct End {
    seq: i64,
    hash: Vec<u8>,
}

fn walk_chain(
    conn: &mut Conn,
    (at, chain): (usize, &str),
    walked: &mut Walked,
    log: &mut Log<'_>,
) -> Result<End, StoreError> {
    let mut end = End { seq: 0, hash: UNWRITTEN.to_vec() };
    let (mut after, mut buffer) = (i64::MIN, Vec::new());
    loop {
        let page = match ledger::entries(conn, chain, after, PAGE) {
            Err(StoreError::Spoiled { .. }) => one(conn, chain, after, log)?,
            page => page?,
        };
        let Some(last) = ledger::next_place(conn, chain, after)? else { return Ok(end) };
        after = page.last().map_or(last, |it| it.seq);
        for row in page {
            let leaves = if row.has_leaves { ledger::leaves(conn, chain, row.seq)? } else { None };
            check_link(&row, &end, log);
            check_hash(&row, leaves.as_deref(), &mut buffer, log);
            note(&row, leaves.as_deref(), (at, walked), log);
            log.seen.entries += 1;
            end = End { seq: row.seq, hash: row.hash };
        }
    }
}

/// The next entry alone, where a page cannot be read; none when it is that one.
fn one(conn: &mut Conn, chain: &str, after: i64, log: &mut Log<'_>) -> Result<Vec<Row>, StoreError> {
    match ledger::entries(conn, chain, after, 1) {
        Err(StoreError::Spoiled { .. }) => {
            let seq = ledger::next_place(conn, chain, after)?.unwrap_or(after);
            log.tell(&Finding::EntryAltered { chain: chain.to_owned(), seq });
            Ok(Vec::new())
        }
        page => page,
    }
}

fn check_link(row: &Row, before: &End, log: &mut Log<'_>) {
    let chain = row.chain.clone();
    if row.seq > before.seq + 1 {
        log.tell(&Finding::EntriesMissing { chain, first: before.seq + 1, last: row.seq - 1 });
    } else if row.seq <= before.seq || row.prev != before.hash {
        log.tell(&Finding::EntryUnlinked { chain, seq: row.seq });
    }
}

fn check_hash(row: &Row, leaves: Option<&[u8]>, buffer: &mut Vec<u8>, log: &mut Log<'_>) {
    let prev: Option<Digest> = row.prev.as_slice().try_into().ok();
    let said = prev.map(|it| row.entry(leaves).hash(&it, buffer));
    // Leaves without an id of the first version are in no hash.
    let stray = leaves.is_some() != row.first_id.is_some();
    if stray || said.is_none_or(|it| it.as_slice() != row.hash) {
        log.tell(&Finding::EntryAltered { chain: row.chain.clone(), seq: row.seq });
    }
}

fn check_head(chain: &str, head: Option<&Head>, end: &End, log: &mut Log<'_>) {
    let chain = chain.to_owned();
    match head {
        None => log.tell(&Finding::HeadMissing { chain }),
        Some(head) if head.seq != end.seq || head.hash != end.hash => {
            log.tell(&Finding::HeadWrong { chain, head: head.seq, last: end.seq });
        }
        Some(_) => {}
    }
}

/// Notes what an entry says of versions and deliveries.
fn note(row: &Row, leaves: Option<&[u8]>, (at, walked): (usize, &mut Walked), log: &mut Log<'_>) {
    let body: Value = serde_json::from_str(&row.body).unwrap_or(Value::Null);
    walked.rows.note(&body, (at, row.seq));
    if row.first_id.is_some() || row.kind == EventKind::Versions.as_str() {
        match block(row, &body, leaves, at) {
            Some(block) => walked.blocks.push(block),
            None => {
                let (first, moment) = (row.first_id.or(body["first"].as_i64()).unwrap_or(0), row.moment);
                walked.unproven.push(Unproven { first, last: first, moment });
                log.tell(&Finding::LeavesAltered { chain: row.chain.clone(), seq: row.seq });
            }
        }
    } else if row.kind == EventKind::Adoption.as_str() && body["step"] == ADOPTED {
        walked.adoptions.push((at, row.seq));
    } else if row.kind == EventKind::Answer.as_str() {
        walked.answers.add(&row.chain, row.seq);
    } else if row.kind == EventKind::Delivery.as_str() && body["step"] == "received" {
        let text = |name: &str| body[name].as_str().unwrap_or("");
        let said = arrival(text("unit"), text("resource"), text("digest"), body["size"].as_i64().unwrap_or(-1));
        walked.deliveries.insert(body["delivery"].as_i64().unwrap_or(0), said);
    }
}

/// The block an entry tells of, when its leaves are those its body has the root of.
fn block(row: &Row, body: &Value, leaves: Option<&[u8]>, chain: usize) -> Option<Block> {
    let count = |name: &str| body[name].as_u64().and_then(|it| usize::try_from(it).ok());
    let (n, old, closed) = (count("n")?, count("old")?, count("closed")?);
    let (first, delivery) = (body["first"].as_i64()?, body["delivery"].as_i64()?);
    let Written { leaves, closed: ids } = unpack(leaves?, n)?;
    let root = hex(&tree::root(leaves.iter().map(Short::as_slice)));
    let fits = row.first_id == Some(first) && old <= n && ids.len() == closed && body["root"] == root;
    let adopted = body["adopted"] == true;
    fits.then_some(Block { first, n, old, closed, adopted, delivery, moment: row.moment, chain, seq: row.seq })
}
