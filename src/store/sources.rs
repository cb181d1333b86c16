//! Who has ever delivered what: no record of a resource means little when nobody sends any.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use diesel::{prelude::*, upsert::excluded};

use super::{
    Conn, StoreError,
    schema::{delivery, source},
};
use crate::record::DeliveryState;

/// Which units have delivered a resource, and when the last of it came to its end (UTC).
pub type Sources = BTreeMap<String, (Vec<String>, NaiveDateTime)>;

/// The units that have delivered each resource to the end, and when last.
///
/// # Errors
/// [`StoreError`].
pub fn all(conn: &mut Conn) -> Result<Sources, StoreError> {
    let rows: Vec<(String, String, NaiveDateTime)> =
        source::table.order((source::resource, source::unit)).load(conn)?;
    let mut found = Sources::new();
    for (resource, unit, ended_at) in rows {
        let (units, last) = found.entry(resource).or_insert_with(|| (Vec::new(), ended_at));
        units.push(unit);
        *last = ended_at.max(*last);
    }
    Ok(found)
}

/// Which of these resources had been delivered to the end, by whomever, at a moment (UTC).
///
/// # Errors
/// [`StoreError`].
pub fn known_at(
    conn: &mut Conn,
    resources: &BTreeSet<&str>,
    at: NaiveDateTime,
) -> Result<BTreeSet<String>, StoreError> {
    let wanted: Vec<&str> = resources.iter().copied().collect();
    let ended = delivery::table
        .filter(delivery::state.eq(DeliveryState::Done.as_str()))
        .filter(delivery::resource.eq_any(wanted))
        .filter(delivery::ended_at.le(at));
    let found: Vec<String> = ended.select(delivery::resource).distinct().load(conn)?;
    Ok(found.into_iter().collect())
}

/// Notes that a delivery has come to its end.
///
/// # Errors
/// [`StoreError`].
pub(super) fn put(conn: &mut Conn, delivery: i64, ended_at: NaiveDateTime) -> Result<(), StoreError> {
    let own = delivery::table.find(delivery).select((delivery::resource, delivery::unit));
    let (resource, unit): (String, String) = own.get_result(conn)?;
    let row = (source::resource.eq(resource), source::unit.eq(unit), source::ended_at.eq(ended_at));
    on_either!(conn, conn => diesel::insert_into(source::table)
        .values(row)
        .on_conflict((source::resource, source::unit))
        .do_update()
        .set(source::ended_at.eq(excluded(source::ended_at)))
        .execute(conn))?;
    Ok(())
}
