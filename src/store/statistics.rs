//! What PostgreSQL's planner knows of the tables (统计信息), brought up to date where one has just grown by much.
//!
//! PostgreSQL does so by itself within minutes; until then it takes a table that was empty for one that is, and reads all of
//! it for each subject. SQLite's plans need none.

use diesel::{prelude::*, sql_types::BigInt};

use super::{Conn, Database, StoreError};

/// So few rows change no plan.
pub const FEW: u64 = 5_000;

/// How many records the planner knows of.
const KNOWN: &str = "SELECT CAST(reltuples AS bigint) AS rows FROM pg_class WHERE oid = to_regclass('record')";

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// Has the planner look again when so many records came that it knew of at most twice as many before: a load in many parts
/// costs a few looks. Whether it did; a look that fails leaves slower plans and the same answers, and is told in the log.
pub fn refresh(database: &Database, rows: u64) -> bool {
    rows >= FEW
        && database.read(|conn| look_again(conn, rows)).unwrap_or_else(|err| {
            tracing::warn!(error = %err, "the planner could not look again at the tables");
            false
        })
}

fn look_again(conn: &mut Conn, rows: u64) -> Result<bool, StoreError> {
    let Conn::Postgres(conn) = conn else { return Ok(false) };
    let known: Known = diesel::sql_query(KNOWN).get_result(conn)?;
    // Below zero: they were never looked at.
    if rows < known.rows.max(0).unsigned_abs() / 2 {
        return Ok(false);
    }
    diesel::sql_query("ANALYZE record, former, subject, identifier, source, delivery").execute(conn)?;
    Ok(true)
}
