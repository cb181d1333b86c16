//! The roots: each follows from the one before it, and was made over the very entries that are there.

use std::collections::HashMap;

use super::Log;
use crate::{
    ledger::{Digest, Finding, Span, UNWRITTEN, hex, over},
    store::{
        Conn, StoreError,
        ledger::{self, RootRow},
    },
};

/// Roots read at once.
const PAGE: i64 = 200;

/// Checks all roots, and that the published ones are among them.
pub(super) fn check(conn: &mut Conn, published: &[Digest], log: &mut Log<'_>) -> Result<(), StoreError> {
    let mut covered: HashMap<String, i64> = HashMap::new();
    let mut missing: Vec<&Digest> = published.iter().collect();
    let (mut no, mut hash) = (0, UNWRITTEN.to_vec());
    let mut above = i64::MIN;
    loop {
        let page = ledger::roots_after(conn, above, PAGE)?;
        let Some(last) = page.last() else { break };
        above = last.no;
        for row in page {
            if row.no != no + 1 || row.prev != hash {
                log.tell(&Finding::RootUnlinked { no: row.no });
            }
            check_root(conn, &row, &mut covered, log)?;
            missing.retain(|it| it.as_slice() != row.hash);
            log.seen.roots += 1;
            (no, hash) = (row.no, row.hash);
        }
    }
    for it in missing {
        log.tell(&Finding::RootUnknown { hash: hex(it) });
    }
    for head in ledger::heads(conn)? {
        let covered = covered.get(&head.chain).copied().unwrap_or(0);
        if head.rooted != covered {
            log.tell(&Finding::CoverWrong { chain: head.chain, said: head.rooted, covered });
        }
    }
    Ok(())
}

fn check_root(
    conn: &mut Conn,
    row: &RootRow,
    covered: &mut HashMap<String, i64>,
    log: &mut Log<'_>,
) -> Result<(), StoreError> {
    let no = row.no;
    let (Ok(root), Ok(spans)) = (row.root(), row.spans()) else {
        log.tell(&Finding::RootAltered { no });
        return Ok(());
    };
    if root.hash().as_slice() != row.hash {
        log.tell(&Finding::RootAltered { no });
    }
    let (mut all, mut whole) = (Vec::new(), true);
    for span in spans {
        let before = covered.insert(span.chain.clone(), span.last).unwrap_or(0);
        let found = match ledger::hashes(conn, &span.chain, (span.first, span.last)) {
            Err(StoreError::Spoiled { .. }) => Vec::new(),
            found => found?,
        };
        if span.first != before + 1 || !fits(&span, &found) {
            whole = false;
            let Span { chain, first, last, .. } = span;
            log.tell(&Finding::RootContradicted { no, chain, first, last });
        }
        all.extend(found);
    }
    let n = i64::try_from(all.len()).unwrap_or(i64::MAX);
    if whole && (n != root.entries || over(&all) != root.tree) {
        log.tell(&Finding::RootMismatched { no });
    }
    Ok(())
}

/// Whether these are all hashes of a span.
fn fits(span: &Span, found: &[Digest]) -> bool {
    let n = span.last.checked_sub(span.first).and_then(|it| it.checked_add(1));
    n == i64::try_from(found.len()).ok() && found.last().is_some_and(|it| hex(it) == span.hash)
}
