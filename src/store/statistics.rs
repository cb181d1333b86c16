//! What PostgreSQL's planner knows of the tables (统计信息), brought up to date where one has just grown by much.
//!
//! PostgreSQL does so by itself within minutes; until then it takes a table that was empty for one that is, and reads all of
//! it for each subject. SQLite's plans need none.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::{Conn, Database, StoreError};

/// What has grown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grown {
    /// The records, and with them the subjects.
    Records,
    /// The kept standings.
    Standings,
}

/// So few rows change no plan.
pub const FEW: u64 = 5_000;

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

impl Grown {
    const fn table(self) -> &'static str {
        match self {
            Self::Records => "record",
            Self::Standings => "standing",
        }
    }

    const fn look(self) -> &'static str {
        match self {
            Self::Records => "ANALYZE record, former, subject, identifier, source, delivery",
            Self::Standings => "ANALYZE standing",
        }
    }
}

/// Has the planner look again where so many rows came that it knew at most twice as many before: a load in many parts
/// costs a few looks. Whether it did; a look that fails leaves slower plans and the same answers, and is told in the log.
pub fn refresh(database: &Database, grown: Grown, rows: u64) -> bool {
    rows >= FEW
        && database.read(|conn| look(conn, grown, rows)).unwrap_or_else(|err| {
            tracing::warn!(error = %err, table = grown.table(), "the planner could not look again at a table");
            false
        })
}

fn look(conn: &mut Conn, grown: Grown, rows: u64) -> Result<bool, StoreError> {
    match conn {
        Conn::Sqlite(_) => Ok(false),
        Conn::Postgres(conn) => {
            let known = "SELECT CAST(reltuples AS bigint) AS rows FROM pg_class WHERE oid = to_regclass($1)";
            let known: Known = diesel::sql_query(known).bind::<Text, _>(grown.table()).get_result(conn)?;
            // Below zero: it was never looked at.
            if rows < known.rows.max(0).unsigned_abs() / 2 {
                return Ok(false);
            }
            diesel::sql_query(grown.look()).execute(conn)?;
            Ok(true)
        }
    }
}
