//! The counts of deliveries, kept beside them and moved on with every chunk.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Conn, StoreError, schema::tally};
use crate::record::Tally;

/// A delivery's counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// What became of its rows.
    pub tally: Tally,
    /// New records whose resource has a limit in working days and that have a day of the fact.
    pub timed: u64,
    /// Those of them that came after the limit (迟报).
    pub late: u64,
}

#[derive(Queryable, Insertable, AsChangeset, Clone, Copy)]
#[diesel(table_name = tally)]
struct Stored {
    delivery: i64,
    n_rows: i64,
    n_new: i64,
    n_revised: i64,
    n_repeated: i64,
    n_outdated: i64,
    n_withdrawn: i64,
    n_conflicting: i64,
    n_rejected: i64,
    n_unlinked: i64,
    n_timed: i64,
    n_late: i64,
}

impl Stored {
    fn new(delivery: i64, counted: &Counted) -> Self {
        let n = |count: u64| i64::try_from(count).expect("a delivery has fewer rows");
        let Tally { rows, new, revised, repeated, outdated, withdrawn, conflicting, rejected, unlinked } =
            counted.tally;
        Self {
            delivery,
            n_rows: n(rows),
            n_new: n(new),
            n_revised: n(revised),
            n_repeated: n(repeated),
            n_outdated: n(outdated),
            n_withdrawn: n(withdrawn),
            n_conflicting: n(conflicting),
            n_rejected: n(rejected),
            n_unlinked: n(unlinked),
            n_timed: n(counted.timed),
            n_late: n(counted.late),
        }
    }

    const fn counted(&self) -> Counted {
        Counted {
            tally: Tally {
                rows: self.n_rows.unsigned_abs(),
                new: self.n_new.unsigned_abs(),
                revised: self.n_revised.unsigned_abs(),
                repeated: self.n_repeated.unsigned_abs(),
                outdated: self.n_outdated.unsigned_abs(),
                withdrawn: self.n_withdrawn.unsigned_abs(),
                conflicting: self.n_conflicting.unsigned_abs(),
                rejected: self.n_rejected.unsigned_abs(),
                unlinked: self.n_unlinked.unsigned_abs(),
            },
            timed: self.n_timed.unsigned_abs(),
            late: self.n_late.unsigned_abs(),
        }
    }
}

/// Begins a delivery's count at nothing.
///
/// # Errors
/// [`StoreError`].
pub fn start(conn: &mut Conn, delivery: i64) -> Result<(), StoreError> {
    diesel::insert_into(tally::table).values(Stored::new(delivery, &Counted::default())).execute(conn)?;
    Ok(())
}

/// A delivery's count so far.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, delivery: i64) -> Result<Counted, StoreError> {
    let stored: Option<Stored> = tally::table.find(delivery).first(conn).optional()?;
    Ok(stored.map_or_else(Counted::default, |it| it.counted()))
}

/// Adds a chunk's count to a delivery's.
///
/// # Errors
/// [`StoreError`].
pub fn add(conn: &mut Conn, delivery: i64, part: &Counted) -> Result<(), StoreError> {
    let mut sum = find(conn, delivery)?;
    sum.tally.add(&part.tally);
    sum.timed += part.timed;
    sum.late += part.late;
    diesel::update(tally::table.find(delivery)).set(Stored::new(delivery, &sum)).execute(conn)?;
    Ok(())
}

/// The counts of several deliveries.
///
/// # Errors
/// [`StoreError`].
pub fn of(conn: &mut Conn, deliveries: &[i64]) -> Result<HashMap<i64, Counted>, StoreError> {
    let rows: Vec<Stored> = tally::table.filter(tally::delivery.eq_any(deliveries)).load(conn)?;
    Ok(rows.into_iter().map(|it| (it.delivery, it.counted())).collect())
}
