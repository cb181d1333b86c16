//! Blocks of version ids a delivery has used: they find its rows without an index, and hold back a cursor that would
//! pass ids which are given out but not yet committed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    counters::{self, Counter},
    schema::{batch, delivery},
};
use crate::record::DeliveryState;

/// A block of ids, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The first id.
    pub first: i64,
    /// The last id.
    pub last: i64,
}

/// Takes a block of `n` ids for a delivery; in a transaction of its own, before the one that uses them.
///
/// # Errors
/// [`StoreError`].
pub fn open(conn: &mut Conn, delivery: i64, n: u64, at: NaiveDateTime) -> Result<Block, StoreError> {
    let first = counters::take(conn, Counter::Version, n)?;
    let last = first + i64::try_from(n).expect("a block of ids is small") - 1;
    diesel::insert_into(batch::table)
        .values((
            batch::first_id.eq(first),
            batch::last_id.eq(last),
            batch::delivery.eq(delivery),
            batch::is_open.eq(true),
            batch::made_at.eq(at),
        ))
        .execute(conn)?;
    Ok(Block { first, last })
}

/// Closes a block in the transaction that used it.
///
/// # Errors
/// [`StoreError::LeaseLost`] when a later worker has swept the block away.
pub fn close(conn: &mut Conn, block: Block, delivery: i64) -> Result<(), StoreError> {
    let n = diesel::update(batch::table.find(block.first)).set(batch::is_open.eq(false)).execute(conn)?;
    if n == 1 { Ok(()) } else { Err(StoreError::LeaseLost(delivery)) }
}

/// The blocks of a delivery that were used, by id.
///
/// # Errors
/// [`StoreError`].
pub fn of(conn: &mut Conn, delivery: i64) -> Result<Vec<Block>, StoreError> {
    let rows: Vec<(i64, i64)> = batch::table
        .filter(batch::delivery.eq(delivery))
        .filter(batch::is_open.eq(false))
        .select((batch::first_id, batch::last_id))
        .order(batch::first_id)
        .load(conn)?;
    Ok(rows.into_iter().map(|(first, last)| Block { first, last }).collect())
}

/// The used block an id is of; `None` when it is of none.
///
/// # Errors
/// [`StoreError`].
pub fn containing(conn: &mut Conn, id: i64) -> Result<Option<Block>, StoreError> {
    let found: Option<(i64, i64)> = batch::table
        .filter(batch::first_id.le(id))
        .filter(batch::is_open.eq(false))
        .order(batch::first_id.desc())
        .select((batch::first_id, batch::last_id))
        .first(conn)
        .optional()?;
    Ok(found.map(|(first, last)| Block { first, last }).filter(|it| id <= it.last))
}

/// When the first block behind an id was taken: what lies behind it may have been kept since that moment. `None` when there
/// is none.
///
/// # Errors
/// [`StoreError`].
pub fn taken_behind(conn: &mut Conn, id: i64) -> Result<Option<NaiveDateTime>, StoreError> {
    let found = batch::table.filter(batch::first_id.gt(id)).order(batch::first_id).select(batch::made_at);
    Ok(found.first(conn).optional()?)
}

/// The highest id below which nothing can appear any more: a cursor may go so far and not further.
///
/// A block whose delivery is at its end is no longer in use, whoever left it open.
///
/// # Errors
/// [`StoreError`].
pub fn settled(conn: &mut Conn) -> Result<i64, StoreError> {
    let in_use: Option<i64> = batch::table
        .inner_join(delivery::table.on(delivery::id.eq(batch::delivery)))
        .filter(batch::is_open.eq(true))
        .filter(delivery::state.eq(DeliveryState::Working.as_str()))
        .select(diesel::dsl::min(batch::first_id))
        .first(conn)?;
    let next: i64 = super::schema::counter::table.find("version").select(super::schema::counter::next).first(conn)?;
    Ok(in_use.unwrap_or(next) - 1)
}
