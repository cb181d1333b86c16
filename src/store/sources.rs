//! Who has ever delivered what: no record of a resource means little when nobody sends any.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::{dsl::max, prelude::*};

use super::{Conn, StoreError, schema::delivery};
use crate::record::DeliveryState;

/// Which units have delivered a resource, and when the last of it came to its end (UTC).
pub type Sources = BTreeMap<String, (Vec<String>, NaiveDateTime)>;

/// The units that have delivered each resource to the end, and when last.
///
/// # Errors
/// [`StoreError`].
pub fn all(conn: &mut Conn) -> Result<Sources, StoreError> {
    let rows: Vec<(String, String, Option<NaiveDateTime>)> = delivery::table
        .filter(delivery::state.eq(DeliveryState::Done.as_str()))
        .group_by((delivery::resource, delivery::unit))
        .select((delivery::resource, delivery::unit, max(delivery::ended_at)))
        .order((delivery::resource, delivery::unit))
        .load(conn)?;
    let mut found = Sources::new();
    for (resource, unit, ended_at) in rows {
        let Some(ended_at) = ended_at else { continue };
        let (units, last) = found.entry(resource).or_insert_with(|| (Vec::new(), ended_at));
        units.push(unit);
        *last = ended_at.max(*last);
    }
    Ok(found)
}
