//! The versions: every one the ledger tells of is there, says what it said, and there is no other.

use chrono::{DateTime, NaiveDateTime};

use super::{
    Log,
    chains::{Block, Walked},
};
use crate::{
    ledger::{Finding, Named, SHORT, Short, sha256, unpack},
    store::{
        Conn, StoreError,
        ledger::{self, VersionRow},
    },
};

/// Ids looked at together, at least; a block is never parted.
const STRIDE: i64 = 50_000;
/// Ids whose replacements are held together.
const WINDOW: i64 = 4_000_000;

/// Checks every version, by id.
pub(super) fn check(conn: &mut Conn, walked: &Walked, log: &mut Log<'_>) -> Result<(), StoreError> {
    let mut closings = Closings::default();
    let mut buffer = Vec::with_capacity(512);
    // What lies before the first block is nobody's.
    let mut above = walked.blocks.first().map_or(0, |it| it.first.saturating_sub(1));
    strays(conn, (i64::MIN, above), walked, log)?;
    let mut rest = walked.blocks.as_slice();
    while let Some(first) = rest.first() {
        let far = rest.partition_point(|it| it.first.saturating_sub(first.first) < STRIDE);
        let (group, behind) = rest.split_at(far.max(1));
        rest = behind;
        let upto = group.iter().map(last_of).max().unwrap_or(above).max(above);
        closings.reach(conn, walked, above, upto)?;
        let mut expected = expected(conn, walked, group)?;
        for row in readable(conn, above, upto, &mut expected, log)? {
            log.seen.versions += 1;
            judge(&row, &mut expected, (walked, &closings), (&mut buffer, log));
        }
        missing(&expected, walked, log);
        above = upto;
    }
    strays(conn, (above, i64::MAX), walked, log)
}

fn last_of(block: &Block) -> i64 {
    block.first.saturating_add(i64::try_from(block.n).unwrap_or(i64::MAX)).saturating_sub(1)
}

/// Versions no entry tells of, page by page.
fn strays(
    conn: &mut Conn,
    (mut above, upto): (i64, i64),
    walked: &Walked,
    log: &mut Log<'_>,
) -> Result<(), StoreError> {
    loop {
        let page = ledger::first_rows(conn, above, upto)?;
        let Some(last) = page.last() else { return Ok(()) };
        above = last.id;
        for row in page {
            log.seen.versions += 1;
            stray(&row, walked, log);
        }
    }
}

/// A version no sound entry tells of: nobody's, unless it came before the ledger or an altered entry told of it.
fn stray(row: &VersionRow, walked: &Walked, log: &mut Log<'_>) {
    if walked.is_before(row.id) {
        log.old.versions += 1;
    } else if !walked.is_unproven(row.id) {
        log.tell(&Finding::RecordInserted { version: named(row) });
    }
}

fn named(row: &VersionRow) -> Named {
    Named { id: row.id, subject: row.subject_id, resource: row.resource.clone() }
}

/// A block with the leaves it should have, and which of its versions were found.
struct Expected<'b> {
    block: &'b Block,
    leaves: Vec<Short>,
    found: Vec<bool>,
}

fn expected<'b>(conn: &mut Conn, walked: &Walked, group: &'b [Block]) -> Result<Vec<Expected<'b>>, StoreError> {
    let mut all = Vec::with_capacity(group.len());
    for block in group {
        let (chain, seq) = walked.place(block);
        let bytes = ledger::leaves(conn, &chain, seq)?.unwrap_or_default();
        // The walk has looked at the same bytes.
        let leaves = unpack(&bytes, block.n).map_or_else(Vec::new, |it| it.leaves.to_vec());
        all.push(Expected { block, found: vec![false; leaves.len()], leaves });
    }
    Ok(all)
}

/// The block an id belongs to, and its place there.
fn place(expected: &[Expected<'_>], id: i64) -> Option<(usize, usize)> {
    let at = expected.partition_point(|it| it.block.first <= id).checked_sub(1)?;
    let index = usize::try_from(id.checked_sub(expected[at].block.first)?).ok()?;
    (index < expected[at].leaves.len()).then_some((at, index))
}

/// The rows of a range. Where one cannot be read, the range is halved until it is named.
fn readable(
    conn: &mut Conn,
    above: i64,
    upto: i64,
    expected: &mut [Expected<'_>],
    log: &mut Log<'_>,
) -> Result<Vec<VersionRow>, StoreError> {
    match ledger::rows(conn, above, upto) {
        Err(StoreError::Spoiled { .. }) if upto - above == 1 => {
            log.tell(&Finding::RecordUnreadable { id: upto });
            if let Some((at, index)) = place(expected, upto) {
                expected[at].found[index] = true;
            }
            Ok(Vec::new())
        }
        Err(StoreError::Spoiled { .. }) => {
            let middle = above + (upto - above) / 2;
            let mut rows = readable(conn, above, middle, expected, log)?;
            rows.extend(readable(conn, middle, upto, expected, log)?);
            Ok(rows)
        }
        done => done,
    }
}

fn judge(
    row: &VersionRow,
    expected: &mut [Expected<'_>],
    (walked, closings): (&Walked, &Closings),
    (buffer, log): (&mut Vec<u8>, &mut Log<'_>),
) {
    let version = || named(row);
    let Some((at, index)) = place(expected, row.id) else {
        return stray(row, walked, log);
    };
    let it = &mut expected[at];
    if std::mem::replace(&mut it.found[index], true) {
        return log.tell(&Finding::RecordDoubled { version: version() });
    }
    let (chain, seq) = walked.place(it.block);
    if row.leaf().short(buffer) != it.leaves[index] {
        return log.tell(&Finding::RecordAltered { version: version(), chain, seq });
    }
    if sha256(row.payload.as_bytes()).as_slice() != row.content {
        return log.tell(&Finding::PayloadAltered { version: version(), chain, seq });
    }
    let was_old = index >= it.block.n - it.block.old;
    let until = if was_old { Some(it.block.moment) } else { closings.moment(row.id) };
    match (row.known_until, until) {
        (None, None) => {}
        (Some(said), Some(told)) if micros(said) == micros(told) => {}
        (Some(_), Some(_)) => log.tell(&Finding::UntilAltered { version: version() }),
        // An altered entry may have told of it.
        (Some(said), None) if walked.unproven.iter().any(|it| micros(it.moment) == micros(said)) => {}
        (Some(_), None) | (None, Some(_)) => log.tell(&Finding::RecordMisplaced { version: version() }),
    }
}

const fn micros(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_micros()
}

fn missing(expected: &[Expected<'_>], walked: &Walked, log: &mut Log<'_>) {
    for it in expected {
        for (id, _) in (it.block.first..).zip(&it.found).filter(|(_, found)| !**found) {
            let (chain, seq) = walked.place(it.block);
            log.tell(&Finding::RecordMissing { id, chain, seq });
        }
    }
}

/// Which versions of a window of ids were replaced, and by which block.
#[derive(Default)]
struct Closings {
    upto: Option<i64>,
    /// The id, and when it was replaced; by id.
    found: Vec<(i64, NaiveDateTime)>,
}

impl Closings {
    /// Sees to it that the window covers a range.
    fn reach(&mut self, conn: &mut Conn, walked: &Walked, above: i64, upto: i64) -> Result<(), StoreError> {
        if self.upto.is_some_and(|it| it >= upto) {
            return Ok(());
        }
        let end = upto.max(above.saturating_add(WINDOW));
        self.found.clear();
        for block in walked.blocks.iter().filter(|it| it.closed > 0) {
            let (chain, seq) = walked.place(block);
            let ids = ledger::closings(conn, (&chain, seq), block.n * SHORT)?;
            self.found.extend(moments(block, ids).filter(|(id, _)| *id > above && *id <= end));
        }
        self.found.sort_unstable();
        self.found.dedup();
        self.upto = Some(end);
        Ok(())
    }

    /// When a version was replaced.
    fn moment(&self, id: i64) -> Option<NaiveDateTime> {
        let at = self.found.binary_search_by_key(&id, |it| it.0).ok()?;
        Some(self.found[at].1)
    }
}

/// Which ids a block ended, and when: at its own moment, or, of an adopted one, at the moment beside the id.
fn moments(block: &Block, ids: Vec<i64>) -> Box<dyn Iterator<Item = (i64, NaiveDateTime)>> {
    let moment = block.moment;
    if !block.adopted {
        return Box::new(ids.into_iter().map(move |it| (it, moment)));
    }
    let pairs: Vec<[i64; 2]> = ids.as_chunks().0.to_vec();
    let until = |[id, micros]: [i64; 2]| Some((id, DateTime::from_timestamp_micros(micros)?.naive_utc()));
    Box::new(pairs.into_iter().filter_map(until))
}
