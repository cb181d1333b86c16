//! Marks: how far a pull from a front-end database or an export upward has come.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Conn, StoreError, schema::cursor_mark};

/// The position of a mark.
///
/// # Errors
/// [`StoreError`].
pub fn position(conn: &mut Conn, name: &str) -> Result<Option<String>, StoreError> {
    Ok(cursor_mark::table.find(name).select(cursor_mark::position).first(conn).optional()?)
}

/// Moves a mark.
///
/// # Errors
/// [`StoreError`].
pub fn put(conn: &mut Conn, name: &str, position: &str, at: NaiveDateTime) -> Result<(), StoreError> {
    let values = (cursor_mark::name.eq(name), cursor_mark::position.eq(position), cursor_mark::moved_at.eq(at));
    on_either!(conn, conn => diesel::insert_into(cursor_mark::table)
        .values(values)
        .on_conflict(cursor_mark::name)
        .do_update()
        .set((cursor_mark::position.eq(position), cursor_mark::moved_at.eq(at)))
        .execute(conn))?;
    Ok(())
}
