//! Blocks of ids and deliveries: each that is there has its entry, and each entry what it tells of.

use super::{
    Log,
    chains::{Walked, arrival},
};
use crate::{
    ledger::{Finding, hex},
    store::{Conn, StoreError, ledger},
};

/// Rows read at once.
const PAGE: i64 = 2000;

/// Checks both.
pub(super) fn check(conn: &mut Conn, walked: &mut Walked, log: &mut Log<'_>) -> Result<(), StoreError> {
    check_adoption(walked, log);
    check_blocks(conn, walked, log)?;
    check_deliveries(conn, walked, log)
}

/// There is one adoption at the most, and only of what came before the first block the ledger heard of by itself.
fn check_adoption(walked: &Walked, log: &mut Log<'_>) {
    let mut refute = |chain: &str, seq| log.tell(&Finding::AdoptionRefuted { chain: chain.to_owned(), seq });
    walked.adoptions.iter().skip(1).for_each(|(chain, seq)| refute(&walked.chains[*chain], *seq));
    let own = walked.blocks.iter().position(|it| !it.adopted).unwrap_or(walked.blocks.len());
    let late = walked.blocks[own..].iter().filter(|it| it.adopted);
    let unsealed = walked.blocks[..own].iter().filter(|_| walked.adoptions.is_empty());
    for block in late.chain(unsealed) {
        let (chain, seq) = walked.place(block);
        refute(&chain, seq);
    }
}

fn check_blocks(conn: &mut Conn, walked: &mut Walked, log: &mut Log<'_>) -> Result<(), StoreError> {
    let mut told = vec![false; walked.blocks.len()];
    let mut above = i64::MIN;
    loop {
        let page = ledger::used_blocks(conn, above, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        above = last.first;
        for (used, delivery) in page {
            let at = walked.blocks.partition_point(|it| it.first < used.first);
            let fitting = walked.blocks.get(at).is_some_and(|it| {
                let room = used.last.saturating_sub(used.first).saturating_add(1);
                it.first == used.first && it.delivery == delivery && i64::try_from(it.n).is_ok_and(|n| n <= room)
            });
            if fitting {
                told[at] = true;
            } else if walked.is_before(used.first) {
                // Its versions are counted one by one.
            } else if let Some(it) = walked.unproven.iter_mut().find(|it| it.first == used.first) {
                it.last = used.last;
                log.tell(&Finding::VersionsUnproven { first: used.first, last: used.last });
            } else {
                log.tell(&Finding::BlockWithoutEntry { first: used.first, delivery });
            }
        }
    }
    for (block, _) in walked.blocks.iter().zip(told).filter(|(_, told)| !told) {
        let (chain, seq) = walked.place(block);
        log.tell(&Finding::EntryWithoutBlock { first: block.first, chain, seq });
    }
    Ok(())
}

fn check_deliveries(conn: &mut Conn, walked: &Walked, log: &mut Log<'_>) -> Result<(), StoreError> {
    let mut gone: std::collections::BTreeSet<i64> = walked.deliveries.keys().copied().collect();
    let mut above = i64::MIN;
    loop {
        let page = ledger::delivered(conn, above, PAGE)?;
        let Some(last) = page.last() else { break };
        above = last.id;
        for row in page {
            log.seen.deliveries += 1;
            gone.remove(&row.id);
            let said = arrival(&row.unit, &row.resource, &hex(&row.digest), row.size);
            match walked.deliveries.get(&row.id) {
                Some(told) if *told == said => {}
                Some(_) => log.tell(&Finding::DeliveryAltered { id: row.id }),
                None if walked.before.as_ref().is_some_and(|it| 0 < row.id && row.id < it.delivery) => {
                    log.old.deliveries += 1;
                }
                None => log.tell(&Finding::DeliveryInserted { id: row.id }),
            }
        }
    }
    for id in gone {
        log.tell(&Finding::DeliveryAltered { id });
    }
    Ok(())
}
