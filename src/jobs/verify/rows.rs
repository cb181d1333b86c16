//! Rows of acts: every one the ledger tells of is there as it was last written, and there is no other.

use std::collections::HashMap;

use serde_json::Value;

use super::{Log, chains::Walked};
use crate::{
    ledger::{Change, Digest, Finding, Table, changes},
    store::{
        Conn, StoreError,
        ledger::{self, KeptRow},
        merges,
    },
};

/// Rows read at once.
const PAGE: i64 = 1000;

/// What entries say of rows, in whatever order: about two hundred bytes a row.
#[derive(Default)]
pub(super) struct Told(HashMap<(Table, String), State>);

/// A row as it should stand.
struct State {
    /// Everything the row was and became, by exclusive or: what it was before each change takes out what it had become by
    /// the one before, so that the last remains, in whatever order the chains are read. A change by hand stays in it for
    /// ever: the next step says it found what no step had left.
    is: Digest,
    /// The chain of an entry that tells of it, as a number in [`Walked::chains`].
    chain: usize,
    /// The place in it.
    seq: i64,
}

impl Told {
    /// Notes what an entry says of rows.
    pub(super) fn note(&mut self, body: &Value, (chain, seq): (usize, i64)) {
        for Change { table, id, was, is } in changes(body) {
            let state = self.0.entry((table, id)).or_insert(State { is: [0; 32], chain, seq });
            for digest in was.iter().chain([&is]) {
                state.is.iter_mut().zip(digest).for_each(|(byte, other)| *byte ^= other);
            }
            (state.chain, state.seq) = (chain, seq);
        }
    }
}

/// Checks all rows, and that subjects point to those they were merged into.
pub(super) fn check(conn: &mut Conn, walked: &mut Walked, log: &mut Log<'_>) -> Result<(), StoreError> {
    let mut told = std::mem::take(&mut walked.rows);
    for table in Table::ALL.iter().copied() {
        ledger::kept_rows(conn, table, &mut |row| judge(row, (table, &mut told), walked, log))?;
    }
    let mut missing: Vec<_> = told.0.into_iter().collect();
    missing.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    for ((table, id), state) in missing {
        let chain = walked.chains[state.chain].clone();
        log.tell(&Finding::RowMissing { table, id, chain, seq: state.seq });
    }
    check_links(conn, log)
}

fn judge(row: KeptRow, (table, told): (Table, &mut Told), walked: &Walked, log: &mut Log<'_>) {
    log.seen.rows += 1;
    // A second row of the same name finds nothing any more.
    let (state, id) = (told.0.remove(&(table, row.id.clone())), row.id);
    match (row.digest, state) {
        (None, _) => log.tell(&Finding::RowUnreadable { table, id }),
        (Some(_), None) => log.tell(&Finding::RowInserted { table, id }),
        (Some(digest), Some(state)) if digest != state.is => {
            let chain = walked.chains[state.chain].clone();
            log.tell(&Finding::RowAltered { table, id, chain, seq: state.seq });
        }
        (Some(_), Some(_)) => {}
    }
}

/// The links of subjects follow from the merges that were not undone.
fn check_links(conn: &mut Conn, log: &mut Log<'_>) -> Result<(), StoreError> {
    let (mut merged, mut above): (HashMap<i64, i64>, i64) = (HashMap::new(), i64::MIN);
    loop {
        let page = merges::open_after(conn, above, PAGE)?;
        let Some(last) = page.last() else { break };
        above = last.0;
        merged.extend(page.iter().map(|(_, loser, winner)| (*loser, *winner)));
    }
    above = i64::MIN;
    loop {
        let page = merges::links_after(conn, above, PAGE)?;
        let Some(last) = page.last() else { break };
        above = last.0;
        for (subject, into) in page {
            if merged.remove(&subject) != Some(into) {
                log.tell(&Finding::MergeLinkWrong { subject });
            }
        }
    }
    let mut unlinked: Vec<i64> = merged.into_keys().collect();
    unlinked.sort_unstable();
    unlinked.into_iter().for_each(|subject| log.tell(&Finding::MergeLinkWrong { subject }));
    Ok(())
}
