//! Reading the ledger: chains, entries, leaves, and what stands beside them.

use chrono::NaiveDateTime;
use diesel::{dsl::sql, prelude::*, sql_types::Bool};

use crate::{
    ledger::{Digest, Entry, sha256},
    store::{
        Conn, StoreError,
        schema::{ledger_entry, ledger_head},
    },
};

/// A chain's head as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Head {
    /// The chain.
    pub chain: String,
    /// The place of the last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// How far the roots cover the chain.
    pub rooted: i64,
}

/// An entry as it stands in the database, without its leaves.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Row {
    /// The chain.
    pub chain: String,
    /// The place in it.
    pub seq: i64,
    /// What happened.
    pub kind: String,
    /// When, UTC.
    pub moment: NaiveDateTime,
    /// Who.
    pub actor: String,
    /// Whom it is about.
    pub subject: Option<i64>,
    /// JSON.
    pub body: String,
    /// The id of the first version it tells of.
    pub first_id: Option<i64>,
    /// The hash of the entry before.
    pub prev: Vec<u8>,
    /// Its own hash.
    pub hash: Vec<u8>,
    /// Whether it has leaves.
    pub has_leaves: bool,
}

impl Row {
    /// The entry as it is hashed, given its leaves.
    #[must_use]
    pub fn entry(&self, leaves: Option<&[u8]>) -> Entry<'_> {
        Entry {
            chain: &self.chain,
            seq: self.seq,
            kind: &self.kind,
            moment: self.moment,
            actor: &self.actor,
            subject: self.subject,
            body: &self.body,
            leaves: self.first_id.zip(leaves.map(sha256)),
        }
    }
}

/// All heads, by chain.
///
/// # Errors
/// [`StoreError`].
pub fn heads(conn: &mut Conn) -> Result<Vec<Head>, StoreError> {
    Ok(ledger_head::table.order(ledger_head::chain).load(conn)?)
}

/// The chains that have entries, whether or not they have heads.
///
/// # Errors
/// [`StoreError`].
pub fn chains(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> = Vec::new();
    loop {
        // One look into the index a chain, instead of one at every entry.
        let above = found.last().map_or("", String::as_str);
        let next: Option<String> = ledger_entry::table
            .filter(ledger_entry::chain.gt(above))
            .select(diesel::dsl::min(ledger_entry::chain))
            .first(conn)?;
        match next {
            Some(next) => found.push(next),
            None => return Ok(found),
        }
    }
}

type Columns = (
    ledger_entry::chain,
    ledger_entry::seq,
    ledger_entry::kind,
    ledger_entry::moment,
    ledger_entry::actor,
    ledger_entry::subject_id,
    ledger_entry::body,
    ledger_entry::first_id,
    ledger_entry::prev,
    ledger_entry::hash,
    diesel::expression::SqlLiteral<Bool>,
);

fn columns() -> Columns {
    (
        ledger_entry::chain,
        ledger_entry::seq,
        ledger_entry::kind,
        ledger_entry::moment,
        ledger_entry::actor,
        ledger_entry::subject_id,
        ledger_entry::body,
        ledger_entry::first_id,
        ledger_entry::prev,
        ledger_entry::hash,
        sql("leaves IS NOT NULL"),
    )
}

/// The entries of a chain behind a place, at most `limit`, in order.
///
/// # Errors
/// [`StoreError::Spoiled`] when a value is none its column can have: the database was changed from outside.
pub fn entries(conn: &mut Conn, chain: &str, after: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    let query = ledger_entry::table.filter(ledger_entry::chain.eq(chain)).filter(ledger_entry::seq.gt(after));
    query.order(ledger_entry::seq).limit(limit).select(columns()).load(conn).map_err(spoiled)
}

/// A value that is none its column can have.
pub(in crate::store) fn spoiled(err: diesel::result::Error) -> StoreError {
    match err {
        diesel::result::Error::DeserializationError(cause) => {
            StoreError::Spoiled { place: "row", value: cause.to_string() }
        }
        err => err.into(),
    }
}

/// The place of the next entry of a chain.
///
/// # Errors
/// [`StoreError`].
pub fn next_place(conn: &mut Conn, chain: &str, after: i64) -> Result<Option<i64>, StoreError> {
    let query = ledger_entry::table.filter(ledger_entry::chain.eq(chain)).filter(ledger_entry::seq.gt(after));
    Ok(query.select(diesel::dsl::min(ledger_entry::seq)).first(conn)?)
}

/// The entries of a chain below a place, at most `limit`, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn latest(conn: &mut Conn, chain: &str, below: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    let query = ledger_entry::table.filter(ledger_entry::chain.eq(chain)).filter(ledger_entry::seq.lt(below));
    Ok(query.order(ledger_entry::seq.desc()).limit(limit).select(columns()).load(conn)?)
}

/// One entry.
///
/// # Errors
/// [`StoreError`].
pub fn entry(conn: &mut Conn, chain: &str, seq: i64) -> Result<Option<Row>, StoreError> {
    let query = ledger_entry::table.filter(ledger_entry::chain.eq(chain)).filter(ledger_entry::seq.eq(seq));
    Ok(query.select(columns()).first(conn).optional()?)
}

/// The entries of a chain at these places.
///
/// # Errors
/// [`StoreError`].
pub fn entries_at(conn: &mut Conn, chain: &str, seqs: &[i64]) -> Result<Vec<Row>, StoreError> {
    let query = ledger_entry::table.filter(ledger_entry::chain.eq(chain)).filter(ledger_entry::seq.eq_any(seqs));
    query.select(columns()).load(conn).map_err(spoiled)
}

/// The entry that tells of the block of versions with this first id.
///
/// # Errors
/// [`StoreError`].
pub fn of_block(conn: &mut Conn, first: i64) -> Result<Option<Row>, StoreError> {
    Ok(ledger_entry::table.filter(ledger_entry::first_id.eq(first)).select(columns()).first(conn).optional()?)
}

/// The first id of the lowest block of versions an entry tells of.
///
/// # Errors
/// [`StoreError`].
pub fn first_block(conn: &mut Conn) -> Result<Option<i64>, StoreError> {
    let told = ledger_entry::table.filter(ledger_entry::first_id.is_not_null());
    Ok(told.select(diesel::dsl::min(ledger_entry::first_id)).first(conn)?)
}

/// The leaves of an entry.
///
/// # Errors
/// [`StoreError`].
pub fn leaves(conn: &mut Conn, chain: &str, seq: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let query = ledger_entry::table.filter(ledger_entry::chain.eq(chain)).filter(ledger_entry::seq.eq(seq));
    Ok(query.select(ledger_entry::leaves).first::<Option<Vec<u8>>>(conn).optional()?.flatten())
}

/// The hashes of the entries of a chain from one place to another, both included; a hash of another length is empty.
///
/// # Errors
/// [`StoreError`].
pub fn hashes(conn: &mut Conn, chain: &str, (first, last): (i64, i64)) -> Result<Vec<Digest>, StoreError> {
    let query =
        ledger_entry::table.filter(ledger_entry::chain.eq(chain)).filter(ledger_entry::seq.between(first, last));
    let found: Vec<Vec<u8>> = query.order(ledger_entry::seq).select(ledger_entry::hash).load(conn)?;
    found
        .into_iter()
        .map(|it| {
            it.try_into().map_err(|_| StoreError::Spoiled { place: "ledger_entry.hash", value: chain.to_owned() })
        })
        .collect()
}
