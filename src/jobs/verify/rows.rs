//! Rows of acts: every one the ledger tells of is there as it was last written, and there is no other.

use std::collections::HashMap;

use serde_json::Value;

use super::{Log, chains::Walked};
use crate::{
    ledger::{Digest, Finding, Table, changes},
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
    /// The sum of all changes, see [`crate::ledger::Change::lay_upon`].
    is: Digest,
    /// Whether an entry tells how it came.
    came: bool,
    /// The chain of an entry that tells of it, as a number in [`Walked::chains`].
    chain: usize,
    /// The place in it.
    seq: i64,
}

impl Told {
    /// Notes what an entry says of rows.
    pub(super) fn note(&mut self, body: &Value, (chain, seq): (usize, i64)) {
        for change in changes(body) {
            let blank = State { is: [0; 32], came: false, chain, seq };
            let state = self.0.entry((change.table, change.id.clone())).or_insert(blank);
            change.lay_upon(&mut state.is);
            state.came |= change.was.is_none();
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
    let is_old = table.predates() && walked.before.is_some() && !state.as_ref().is_some_and(|it| it.came);
    match (row.digest, state) {
        (Some(_), _) if is_old => log.old.rows += 1,
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
