//! Ids, given out in blocks by a counter: no sequences, and blocks rise with time on both engines.

use diesel::prelude::*;

use super::{Conn, StoreError, schema::counter as table};

/// What the ids are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// Versions of records.
    Version,
    /// Deliveries.
    Delivery,
    /// Doubtful rows.
    Doubt,
    /// Merges of subjects.
    Merging,
    /// Rights cases.
    Case,
    /// Notices upward.
    Notice,
    /// Answers that were given.
    Answer,
    /// Consents.
    Consent,
    /// Designations.
    Designation,
    /// The edition of the rule packs in force.
    PackEdition,
    /// Deferrals.
    Deferral,
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Delivery => "delivery",
            Self::Doubt => "doubt",
            Self::Merging => "merging",
            Self::Case => "case",
            Self::Notice => "notice",
            Self::Answer => "answer",
            Self::Consent => "consent",
            Self::Designation => "designation",
            Self::PackEdition => "pack_edition",
            Self::Deferral => "deferral",
        }
    }
}

/// Takes `n` consecutive ids and returns the first. On PostgreSQL the counter's row stays locked until the
/// transaction ends: take large blocks in a short transaction of their own.
///
/// # Errors
/// [`StoreError`].
pub fn take(conn: &mut Conn, counter: Counter, n: u64) -> Result<i64, StoreError> {
    let n = i64::try_from(n).expect("a block of ids is small");
    let own = table::table.find(counter.name());
    let next: i64 = on_either!(conn, conn => diesel::update(own)
        .set(table::next.eq(table::next + n))
        .returning(table::next)
        .get_result(conn))?;
    Ok(next - n)
}

/// The next id as it stands, without taking any.
///
/// # Errors
/// [`StoreError`].
pub fn now(conn: &mut Conn, counter: Counter) -> Result<i64, StoreError> {
    Ok(table::table.find(counter.name()).select(table::next).first(conn)?)
}

/// The next id; nobody takes any until the transaction ends. On SQLite a transaction that may write is alone already.
///
/// # Errors
/// [`StoreError`].
pub fn held(conn: &mut Conn, counter: Counter) -> Result<i64, StoreError> {
    let own = table::table.find(counter.name()).select(table::next);
    Ok(match conn {
        Conn::Sqlite(conn) => own.first(conn)?,
        Conn::Postgres(conn) => own.for_share().first(conn)?,
    })
}
