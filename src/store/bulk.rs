//! The bulk write: the one place where the two engines go different ways, because load speed is decided here.
//!
//! Both select what exists, decide outside, and then insert; PostgreSQL by binary COPY, SQLite row by row through a
//! cached statement. Rows come sorted by subject and key, and ids follow that order, so that index pages are touched once.

use std::{collections::HashMap, fmt::Write as _};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    QueryableByName, RunQueryDsl,
    sql_types::{Array, BigInt, Binary, Date, Integer, Nullable, Text, Timestamp},
};

use super::{Conn, StoreError, schema::record};
use crate::record::RecordKey;

/// A version about to be kept.
#[derive(Debug, Clone, diesel::Insertable)]
#[diesel(table_name = record, treat_none_as_default_value = false)]
pub struct NewVersion<'v> {
    /// The id, given after sorting.
    pub id: i64,
    /// The subject.
    pub subject_id: i64,
    /// The record's identity beside its subject.
    pub key: &'v [u8],
    /// The resource.
    pub resource: &'v str,
    /// The unit.
    pub unit: &'v str,
    /// The delivery.
    pub delivery: i64,
    /// The row.
    pub row_no: i64,
    /// 1 for the first version.
    pub revision: i32,
    /// The state's name.
    pub state: &'v str,
    /// The exposure's name.
    pub exposure: &'v str,
    /// The day of the fact.
    pub fact_on: Option<NaiveDate>,
    /// In force from,
    pub valid_from: Option<NaiveDate>,
    /// until.
    pub valid_until: Option<NaiveDate>,
    /// The day a withdrawal ended it.
    pub ended_on: Option<NaiveDate>,
    /// The unit's time stamp.
    pub stamp: Option<NaiveDateTime>,
    /// Known from, UTC.
    pub known_from: NaiveDateTime,
    /// SHA-256 of the payload.
    pub content: &'v [u8],
    /// Canonical JSON.
    pub payload: &'v str,
    /// Sealed personal numbers.
    pub sealed: Option<&'v [u8]>,
    /// A person's reason.
    pub note: Option<String>,
}

/// What is known of a record, as far as a verdict needs it.
#[derive(Debug, Clone, QueryableByName)]
pub struct Known {
    /// The id of the version in force.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// The subject it stands under.
    #[diesel(sql_type = BigInt)]
    pub subject_id: i64,
    /// Its key.
    #[diesel(sql_type = Binary)]
    pub key: Vec<u8>,
    /// The delivery it came with.
    #[diesel(sql_type = BigInt)]
    pub delivery: i64,
    /// The unit that delivered it.
    #[diesel(sql_type = Text)]
    pub unit: String,
    /// A person's note; a withdrawal by request has one.
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<String>,
    /// Its revision.
    #[diesel(sql_type = Integer)]
    pub revision: i32,
    /// The state's name.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// The day of the fact.
    #[diesel(sql_type = Nullable<Date>)]
    pub fact_on: Option<NaiveDate>,
    /// The unit's time stamp.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub stamp: Option<NaiveDateTime>,
    /// SHA-256 of the payload.
    #[diesel(sql_type = Binary)]
    pub content: Vec<u8>,
}

/// A record's identity.
pub type Pair = (i64, RecordKey);

/// Pairs in one SQLite statement.
const PAIRS: usize = 2000;

/// What is known of these records.
///
/// # Errors
/// [`StoreError`].
pub fn known(conn: &mut Conn, pairs: &[Pair]) -> Result<HashMap<Pair, Known>, StoreError> {
    const COLUMNS: &str =
        "r.id, r.subject_id, r.key, r.delivery, r.unit, r.note, r.revision, r.state, r.fact_on, r.stamp, r.content";
    let rows: Vec<Known> = joined(conn, COLUMNS, "record", pairs)?;
    rows.into_iter()
        .map(|it| {
            let key = RecordKey::try_from(it.key.as_slice())
                .map_err(|_| StoreError::Spoiled { place: "record.key", value: it.id.to_string() })?;
            Ok(((it.subject_id, key), it))
        })
        .collect()
}

/// The payload and sealed numbers of these records, for drafts that cannot say every field.
#[derive(Debug, Clone, QueryableByName)]
pub struct Stored {
    /// The subject.
    #[diesel(sql_type = BigInt)]
    pub subject_id: i64,
    /// The key.
    #[diesel(sql_type = Binary)]
    pub key: Vec<u8>,
    /// Canonical JSON.
    #[diesel(sql_type = Text)]
    pub payload: String,
    /// Sealed personal numbers.
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
}

/// See [`Stored`].
///
/// # Errors
/// [`StoreError`].
pub fn stored(conn: &mut Conn, pairs: &[Pair]) -> Result<Vec<Stored>, StoreError> {
    joined(conn, "r.subject_id, r.key, r.payload, r.sealed", "record", pairs)
}

#[derive(QueryableByName)]
struct FormerContent {
    #[diesel(sql_type = BigInt)]
    subject_id: i64,
    #[diesel(sql_type = Binary)]
    key: Vec<u8>,
    #[diesel(sql_type = Binary)]
    content: Vec<u8>,
}

/// The content hashes of the former versions of these records.
///
/// # Errors
/// [`StoreError`].
pub fn former_contents(conn: &mut Conn, pairs: &[Pair]) -> Result<HashMap<Pair, Vec<[u8; 32]>>, StoreError> {
    let rows: Vec<FormerContent> = joined(conn, "r.subject_id, r.key, r.content", "former", pairs)?;
    let mut found: HashMap<Pair, Vec<[u8; 32]>> = HashMap::new();
    for row in rows {
        let spoiled = |_| StoreError::Spoiled { place: "former", value: row.subject_id.to_string() };
        let key = RecordKey::try_from(row.key.as_slice()).map_err(spoiled)?;
        let content = row.content.as_slice().try_into().map_err(spoiled)?;
        found.entry((row.subject_id, key)).or_default().push(content);
    }
    Ok(found)
}

/// Selects by identity with one index look-up a pair, whatever the planner believes of the table's size.
fn joined<T>(conn: &mut Conn, columns: &str, table: &str, pairs: &[Pair]) -> Result<Vec<T>, StoreError>
where
    T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
{
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    match conn {
        Conn::Sqlite(conn) => {
            let mut rows = Vec::new();
            for part in pairs.chunks(PAIRS) {
                let query = format!(
                    "SELECT {columns} FROM (VALUES {}) AS v CROSS JOIN {table} r \
                     ON r.subject_id = v.column1 AND r.key = v.column2",
                    literals(part)
                );
                rows.extend(diesel::sql_query(query).load::<T>(conn)?);
            }
            Ok(rows)
        }
        Conn::Postgres(conn) => {
            use diesel::connection::SimpleConnection;
            conn.batch_execute(
                "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off",
            )?;
            let (subjects, keys) = columns_of(pairs);
            let query = format!(
                "SELECT {columns} FROM unnest($1, $2) AS v (subject_id, key) \
                 JOIN {table} r ON r.subject_id = v.subject_id AND r.key = v.key"
            );
            let rows = diesel::sql_query(query)
                .bind::<Array<BigInt>, _>(subjects)
                .bind::<Array<Binary>, _>(keys)
                .load::<T>(conn)?;
            Ok(rows)
        }
    }
}

/// Keeps versions as what is known: those that replace one move it to the former versions first.
///
/// `replaced` are the identities of `new` that stand in the table, and the moment from which they are former.
///
/// # Errors
/// [`StoreError::Contended`] when another transaction replaced one of them in the meantime.
pub fn put(conn: &mut Conn, new: &[NewVersion<'_>], replaced: &[Known], at: NaiveDateTime) -> Result<(), StoreError> {
    if !replaced.is_empty() {
        retire(conn, replaced, at)?;
    }
    match conn {
        Conn::Sqlite(conn) => {
            for row in new {
                diesel::insert_into(record::table).values(row).execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            if !new.is_empty() {
                use diesel::prelude::*;
                diesel::copy_from(record::table).from_insertable(new).execute(conn)?;
            }
        }
    }
    Ok(())
}

const VERSION_COLUMNS: &str = "id, subject_id, key, resource, unit, delivery, row_no, revision, state, exposure, \
    fact_on, valid_from, valid_until, ended_on, stamp, known_from";

/// Moves versions from what is known to the former ones.
fn retire(conn: &mut Conn, replaced: &[Known], at: NaiveDateTime) -> Result<(), StoreError> {
    let copy = |table: &str| {
        format!(
            "INSERT INTO former ({VERSION_COLUMNS}, known_until, content, payload, sealed, note) \
             SELECT {}, {table}, r.content, r.payload, r.sealed, r.note FROM ",
            VERSION_COLUMNS.split(", ").map(|it| format!("r.{it}")).collect::<Vec<_>>().join(", ")
        )
    };
    let mut moved = 0;
    match conn {
        Conn::Sqlite(conn) => {
            for part in replaced.chunks(PAIRS) {
                let ids = part.iter().map(|it| it.id.to_string()).collect::<Vec<_>>().join(",");
                moved += diesel::sql_query(format!("{}record r WHERE r.id IN ({ids})", copy("$1")))
                    .bind::<Timestamp, _>(at)
                    .execute(conn)?;
                diesel::sql_query(format!("DELETE FROM record WHERE id IN ({ids})")).execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let subjects: Vec<i64> = replaced.iter().map(|it| it.subject_id).collect();
            let keys: Vec<&[u8]> = replaced.iter().map(|it| it.key.as_slice()).collect();
            let ids: Vec<i64> = replaced.iter().map(|it| it.id).collect();
            let same = "r.subject_id = v.subject_id AND r.key = v.key AND r.id = v.id";
            let query = format!(
                "WITH gone AS (DELETE FROM record r USING unnest($1, $2, $3) AS v (subject_id, key, id) \
                 WHERE {same} RETURNING r.*) {}gone r",
                copy("$4")
            );
            moved += diesel::sql_query(query)
                .bind::<Array<BigInt>, _>(subjects)
                .bind::<Array<Binary>, _>(keys)
                .bind::<Array<BigInt>, _>(ids)
                .bind::<Timestamp, _>(at)
                .execute(conn)?;
        }
    }
    if moved == replaced.len() { Ok(()) } else { Err(StoreError::Contended(diesel::result::Error::NotFound)) }
}

/// Keeps a version that is older than what is known: it goes straight to the former ones.
///
/// # Errors
/// [`StoreError`].
pub fn put_former(conn: &mut Conn, old: &[NewVersion<'_>], at: NaiveDateTime) -> Result<(), StoreError> {
    use super::schema::former;
    use diesel::prelude::*;
    for it in old {
        diesel::insert_into(former::table)
            .values((
                (
                    former::id.eq(it.id),
                    former::subject_id.eq(it.subject_id),
                    former::key.eq(it.key),
                    former::resource.eq(it.resource),
                    former::unit.eq(it.unit),
                    former::delivery.eq(it.delivery),
                    former::row_no.eq(it.row_no),
                    former::revision.eq(it.revision),
                    former::state.eq(it.state),
                    former::exposure.eq(it.exposure),
                ),
                (
                    former::fact_on.eq(it.fact_on),
                    former::valid_from.eq(it.valid_from),
                    former::valid_until.eq(it.valid_until),
                    former::ended_on.eq(it.ended_on),
                    former::stamp.eq(it.stamp),
                    former::known_from.eq(it.known_from),
                    former::known_until.eq(at),
                    former::content.eq(it.content),
                    former::payload.eq(it.payload),
                    former::sealed.eq(it.sealed),
                    former::note.eq(&it.note),
                ),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Row values as SQL literals; only integers and hexadecimal digits, so nothing can be smuggled in.
fn literals(pairs: &[Pair]) -> String {
    let mut out = String::with_capacity(pairs.len() * 60);
    for (at, (subject, key)) in pairs.iter().enumerate() {
        out.push_str(if at == 0 { "(" } else { ",(" });
        write!(out, "{subject},x'").expect("writing to a string");
        for byte in key {
            write!(out, "{byte:02x}").expect("writing to a string");
        }
        out.push_str("')");
    }
    out
}

fn columns_of(pairs: &[Pair]) -> (Vec<i64>, Vec<&[u8]>) {
    pairs.iter().map(|(subject, key)| (*subject, key.as_slice())).unzip()
}
