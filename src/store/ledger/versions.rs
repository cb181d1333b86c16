//! What a chunk wrote, as the ledger keeps it: the leaf of every version in the order of ids, and what was replaced.

use chrono::NaiveDateTime;
use serde_json::json;

use super::rows::VersionRow;
use crate::{
    ledger::{Event, EventKind, Lane, Leaf, Leaves, Short, digest_of, hex, pack, tree},
    store::{
        batches::Block,
        bulk::{Known, NewVersion},
    },
};

/// The versions one transaction writes; their ids rise from the block's first without a gap, new before old.
#[derive(Debug, Clone, Copy)]
pub struct Versions<'v> {
    /// The delivery they came with.
    pub delivery: i64,
    /// The ids they have.
    pub block: Block,
    /// What is known from now on.
    pub new: &'v [NewVersion<'v>],
    /// What is former at once.
    pub old: &'v [NewVersion<'v>],
    /// What the new ones replaced.
    pub replaced: &'v [Known],
}

/// The event of taking a block into the ledger that was used before the ledger existed: the leaves of its versions, and
/// behind them, for each that is former, its id and the moment until which it was known, in microseconds.
#[must_use]
pub fn adopted_block((delivery, block): (i64, Block), rows: &[VersionRow], at: NaiveDateTime, actor: &str) -> Event {
    let mut buffer = Vec::with_capacity(512);
    let leaves: Vec<Short> = rows.iter().map(|it| it.leaf().short(&mut buffer)).collect();
    let former = |it: &VersionRow| it.known_until.map(|until| [it.id, until.and_utc().timestamp_micros()]);
    let ended: Vec<i64> = rows.iter().filter_map(former).flatten().collect();
    let body = json!({
        "delivery": delivery,
        "first": block.first,
        "n": leaves.len(),
        "old": 0,
        "closed": ended.len(),
        "adopted": true,
        "root": hex(&tree::root(leaves.iter().map(Short::as_slice))),
    });
    let bytes = pack(&leaves, ended.into_iter());
    Event::new(Lane::Collect, EventKind::Versions, at, actor)
        .along(delivery)
        .saying(body)
        .with_leaves(Leaves { first: block.first, bytes })
}

impl NewVersion<'_> {
    /// The version as the ledger holds it.
    #[must_use]
    pub fn leaf(&self) -> Leaf<'_> {
        Leaf {
            id: self.id,
            subject: self.subject_id,
            key: self.key,
            resource: self.resource,
            unit: self.unit,
            delivery: self.delivery,
            row: self.row_no,
            revision: self.revision,
            state: self.state,
            exposure: self.exposure,
            days: [self.fact_on, self.valid_from, self.valid_until, self.ended_on],
            stamp: self.stamp,
            known_from: self.known_from,
            content: self.content,
            sealed: digest_of(self.sealed),
            note: digest_of(self.note.as_deref().map(str::as_bytes)),
        }
    }
}

impl Versions<'_> {
    /// The event of writing them, also when nothing was written: every block that was used has exactly one.
    #[must_use]
    pub fn event(&self, at: NaiveDateTime, actor: &str) -> Event {
        let mut buffer = Vec::with_capacity(512);
        let leaves: Vec<Short> =
            self.new.iter().chain(self.old).map(|version| version.leaf().short(&mut buffer)).collect();
        let body = json!({
            "delivery": self.delivery,
            "first": self.block.first,
            "n": leaves.len(),
            "old": self.old.len(),
            "closed": self.replaced.len(),
            "root": hex(&tree::root(leaves.iter().map(Short::as_slice))),
        });
        let bytes = pack(&leaves, self.replaced.iter().map(|it| it.id));
        Event::new(Lane::Collect, EventKind::Versions, at, actor)
            .along(self.delivery)
            .saying(body)
            .with_leaves(Leaves { first: self.block.first, bytes })
    }
}
