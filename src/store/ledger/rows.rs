//! The rows the ledger vouches for, read as they stand: versions with everything their leaves cover, blocks, deliveries.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    QueryableByName, RunQueryDsl,
    prelude::*,
    sql_types::{BigInt, Binary, Date, Integer, Nullable, Text, Timestamp},
};

use crate::{
    ledger::{Leaf, digest_of},
    store::{
        Conn, StoreError,
        batches::Block,
        schema::{batch, delivery},
    },
};

/// A version as its row says it, known or former.
#[derive(Debug, Clone, QueryableByName)]
pub struct VersionRow {
    /// The id.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// The subject.
    #[diesel(sql_type = BigInt)]
    pub subject_id: i64,
    /// The record's identity beside its subject.
    #[diesel(sql_type = Binary)]
    pub key: Vec<u8>,
    /// The resource.
    #[diesel(sql_type = Text)]
    pub resource: String,
    /// The unit.
    #[diesel(sql_type = Text)]
    pub unit: String,
    /// The delivery.
    #[diesel(sql_type = BigInt)]
    pub delivery: i64,
    /// The row in it.
    #[diesel(sql_type = BigInt)]
    pub row_no: i64,
    /// The revision.
    #[diesel(sql_type = Integer)]
    pub revision: i32,
    /// The state's name.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// The exposure's name.
    #[diesel(sql_type = Text)]
    pub exposure: String,
    /// The day of the fact.
    #[diesel(sql_type = Nullable<Date>)]
    pub fact_on: Option<NaiveDate>,
    /// In force from,
    #[diesel(sql_type = Nullable<Date>)]
    pub valid_from: Option<NaiveDate>,
    /// until.
    #[diesel(sql_type = Nullable<Date>)]
    pub valid_until: Option<NaiveDate>,
    /// The day of a withdrawal.
    #[diesel(sql_type = Nullable<Date>)]
    pub ended_on: Option<NaiveDate>,
    /// The unit's time stamp.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub stamp: Option<NaiveDateTime>,
    /// Known from, UTC,
    #[diesel(sql_type = Timestamp)]
    pub known_from: NaiveDateTime,
    /// until; `None` while it stands among the known ones.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub known_until: Option<NaiveDateTime>,
    /// SHA-256 of the payload, as it was.
    #[diesel(sql_type = Binary)]
    pub content: Vec<u8>,
    /// Canonical JSON.
    #[diesel(sql_type = Text)]
    pub payload: String,
    /// Sealed personal numbers.
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
    /// A person's note.
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<String>,
}

impl VersionRow {
    /// The version as the ledger holds it.
    #[must_use]
    pub fn leaf(&self) -> Leaf<'_> {
        Leaf {
            id: self.id,
            subject: self.subject_id,
            key: &self.key,
            resource: &self.resource,
            unit: &self.unit,
            delivery: self.delivery,
            row: self.row_no,
            revision: self.revision,
            state: &self.state,
            exposure: &self.exposure,
            days: [self.fact_on, self.valid_from, self.valid_until, self.ended_on],
            stamp: self.stamp,
            known_from: self.known_from,
            content: &self.content,
            sealed: digest_of(self.sealed.as_deref()),
            note: digest_of(self.note.as_deref().map(str::as_bytes)),
        }
    }
}

const COLUMNS: &str = "id, subject_id, key, resource, unit, delivery, row_no, revision, state, exposure, fact_on, \
    valid_from, valid_until, ended_on, stamp, known_from, content, payload, sealed, note";

/// Every version with an id in `above < id <= upto`, known and former, by id.
///
/// # Errors
/// [`StoreError::Spoiled`] when a value is none its column can have: the database was changed from outside.
pub fn rows(conn: &mut Conn, above: i64, upto: i64) -> Result<Vec<VersionRow>, StoreError> {
    read(conn, (above, upto), "")
}

/// The first thousand of them.
///
/// # Errors
/// As [`rows`].
pub fn first_rows(conn: &mut Conn, above: i64, upto: i64) -> Result<Vec<VersionRow>, StoreError> {
    read(conn, (above, upto), "LIMIT 1000")
}

fn read(conn: &mut Conn, (above, upto): (i64, i64), limit: &str) -> Result<Vec<VersionRow>, StoreError> {
    // Numbers that are numbers: the texts differ only in how the engines write a parameter.
    let range = format!("id > {above} AND id <= {upto}");
    let query = format!(
        "SELECT {COLUMNS}, NULL AS known_until FROM record WHERE {range} \
         UNION ALL SELECT {COLUMNS}, known_until FROM former WHERE {range} ORDER BY id {limit}"
    );
    let rows = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(query).load(conn),
        Conn::Postgres(conn) => diesel::sql_query(query.replace("NULL AS", "NULL::timestamp AS")).load(conn),
    };
    rows.map_err(super::chains::spoiled)
}

/// The version with an id.
///
/// # Errors
/// [`StoreError`].
pub fn row_of(conn: &mut Conn, id: i64) -> Result<Option<VersionRow>, StoreError> {
    Ok(rows(conn, id.saturating_sub(1), id)?.into_iter().next())
}

/// Keeps PostgreSQL from reading whole tables for a range of ids: without statistics it prefers to.
///
/// # Errors
/// [`StoreError`].
pub fn settle_plan(conn: &mut Conn) -> Result<(), StoreError> {
    use diesel::connection::SimpleConnection;
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute("SET LOCAL enable_seqscan = off")?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Tail {
    #[diesel(sql_type = Nullable<Binary>)]
    tail: Option<Vec<u8>>,
}

/// The ids an entry says were replaced: what stands behind its first `bytes` bytes of leaves.
///
/// # Errors
/// [`StoreError`].
pub fn closings(conn: &mut Conn, (chain, seq): (&str, i64), bytes: usize) -> Result<Vec<i64>, StoreError> {
    let from = i64::try_from(bytes).expect("leaves are small") + 1;
    // Read without the rest: `substr` is one of the few functions both have for bytes.
    let query = format!("SELECT substr(leaves, {from}) AS tail FROM ledger_entry WHERE chain = $1 AND seq = $2");
    let tail: Option<Tail> =
        diesel::sql_query(query).bind::<Text, _>(chain).bind::<BigInt, _>(seq).get_result(conn).optional()?;
    // An entry without leaves replaced nothing.
    let Some(bytes) = tail.and_then(|it| it.tail) else { return Ok(Vec::new()) };
    Ok(bytes.as_chunks().0.iter().map(|it| i64::from_be_bytes(*it)).collect())
}

/// Blocks of ids that were used, with their deliveries, behind an id and at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub fn used_blocks(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<(Block, i64)>, StoreError> {
    let rows: Vec<(i64, i64, i64)> = batch::table
        .filter(batch::is_open.eq(false))
        .filter(batch::first_id.gt(above))
        .order(batch::first_id)
        .limit(limit)
        .select((batch::first_id, batch::last_id, batch::delivery))
        .load(conn)?;
    Ok(rows.into_iter().map(|(first, last, delivery)| (Block { first, last }, delivery)).collect())
}

/// What the ledger vouches for of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct DeliveryRow {
    /// The id.
    pub id: i64,
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// SHA-256 of the bytes.
    pub digest: Vec<u8>,
    /// Bytes.
    pub size: i64,
}

/// Deliveries behind an id, at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub fn delivered(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(delivery::table
        .filter(delivery::id.gt(above))
        .order(delivery::id)
        .limit(limit)
        .select((delivery::id, delivery::unit, delivery::resource, delivery::digest, delivery::size))
        .load(conn)?)
}
