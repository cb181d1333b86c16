//! Appending: a chain's head is locked last and shortest, and a batch costs one look and one write of it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    ledger::{Event, Lane, Links, Receipt},
    store::{
        Conn, StoreError,
        schema::{ledger_entry, ledger_head},
    },
};

#[derive(Insertable)]
#[diesel(table_name = ledger_entry, treat_none_as_default_value = false)]
struct NewEntry<'e> {
    chain: &'e str,
    seq: i64,
    kind: &'e str,
    moment: NaiveDateTime,
    actor: &'e str,
    subject_id: Option<i64>,
    body: String,
    first_id: Option<i64>,
    prev: Vec<u8>,
    hash: Vec<u8>,
    leaves: Option<&'e [u8]>,
}

/// Appends events and says where each stands, in their order.
///
/// **Call it once, as the last thing a transaction does**: the heads stay locked until it ends, and what is appended
/// is true only if it commits. The events of one [`Lane`] go to one chain together, the one of the first of them, so
/// that a batch touches few heads.
///
/// # Errors
/// [`StoreError`]; two transactions that lock heads in different orders are [`StoreError::Contended`].
pub fn append(conn: &mut Conn, events: &[Event]) -> Result<Vec<Receipt>, StoreError> {
    let mut receipts: Vec<(usize, Receipt)> = Vec::with_capacity(events.len());
    // Every transaction locks the families in the same order.
    for lane in Lane::ALL {
        let own: Vec<(usize, &Event)> = events.iter().enumerate().filter(|(_, it)| it.lane == *lane).collect();
        let Some((_, first)) = own.first() else { continue };
        let mut links = lock(conn, first.chain())?;
        let chain = links.chain.clone();
        let mut buffer = Vec::new();
        let mut rows = Vec::with_capacity(own.len());
        for (at, event) in own {
            let body = event.body.to_string();
            let prev = links.add(event, &body, &mut buffer);
            rows.push(row(&chain, event, body, (&links, prev.to_vec())));
            receipts.push((at, Receipt { chain: chain.clone(), seq: links.seq, hash: links.hash }));
        }
        insert(conn, &rows)?;
        diesel::update(ledger_head::table.find(&chain))
            .set((ledger_head::seq.eq(links.seq), ledger_head::hash.eq(links.hash.as_slice())))
            .execute(conn)?;
    }
    receipts.sort_unstable_by_key(|(at, _)| *at);
    Ok(receipts.into_iter().map(|(_, it)| it).collect())
}

fn row<'e>(chain: &'e str, event: &'e Event, body: String, (links, prev): (&Links, Vec<u8>)) -> NewEntry<'e> {
    NewEntry {
        chain,
        seq: links.seq,
        kind: event.kind.as_str(),
        moment: event.moment,
        actor: &event.actor,
        subject_id: event.subject,
        body,
        first_id: event.leaves.as_ref().map(|it| it.first),
        prev,
        hash: links.hash.to_vec(),
        leaves: event.leaves.as_ref().map(|it| it.bytes.as_slice()),
    }
}

/// The end of a chain; on PostgreSQL it is this transaction's until it ends, SQLite has one writer anyway.
fn lock(conn: &mut Conn, chain: String) -> Result<Links, StoreError> {
    let query = ledger_head::table.find(&chain).select((ledger_head::seq, ledger_head::hash));
    let found: Option<(i64, Vec<u8>)> = match conn {
        Conn::Sqlite(conn) => query.first(conn).optional()?,
        Conn::Postgres(conn) => query.for_update().first(conn).optional()?,
    };
    let spoiled = || StoreError::Spoiled { place: "ledger_head", value: chain.clone() };
    let (seq, hash) = found.ok_or_else(spoiled)?;
    let hash = hash.try_into().map_err(|_| spoiled())?;
    Ok(Links { chain, seq, hash })
}

/// Rows that PostgreSQL takes one statement each; more go by COPY.
const FEW: usize = 4;

fn insert(conn: &mut Conn, rows: &[NewEntry<'_>]) -> Result<(), StoreError> {
    match conn {
        Conn::Postgres(conn) if rows.len() > FEW => {
            diesel::copy_from(ledger_entry::table).from_insertable(rows).execute(conn)?;
        }
        conn => {
            // One cached statement, again and again.
            for row in rows {
                diesel::insert_into(ledger_entry::table).values(row).execute(conn)?;
            }
        }
    }
    Ok(())
}
