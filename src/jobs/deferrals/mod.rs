//! Broken promises (违诺): each becomes exactly one record, by the ordinary way of records.
//!
//! The record follows from the case: a step that finds a breach makes the case owe its record in the same transaction, and
//! it is owed until it is written, whatever becomes of the case or of this process in between.

mod breach;

use std::io::Cursor;

use super::{JobError, bring_to_end};
use crate::{
    affairs::deferrals,
    deferral::{Breach, Case, CaseState},
    dossier,
    ingest::{self, Arrival, Workshop},
    policy::rules::COMMITMENTS,
    record::{Channel, DeliveryState},
    store::{StoreError, deferral as kept},
};

/// What a look at the deferrals did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overdue {
    /// Cases suspended; the record of each is written at once, or at a later look.
    pub suspended: usize,
    /// Records of broken promises written.
    pub recorded: usize,
    /// Cases returned after the time of grace.
    pub returned: usize,
    /// Cases that could not be dealt with; the log says why, and the next look tries again.
    pub failed: usize,
}

/// Bytes of a promise's record.
const BYTES: u64 = 1 << 20;

/// Suspends what is overdue, writes every record that is owed, and returns what stayed away for the time of grace.
///
/// # Errors
/// [`JobError`] when the cases cannot be read.
pub fn overdue(shop: &Workshop, worker: &str) -> Result<Overdue, JobError> {
    let claimed = suspend_overdue(shop)?;
    let written = record_breaches(shop, worker)?;
    let given_back = return_suspended(shop)?;
    Ok(Overdue {
        suspended: claimed.suspended,
        recorded: written.recorded,
        returned: given_back.returned,
        failed: claimed.failed + written.failed + given_back.failed,
    })
}

/// Suspends what is overdue; from here on the record of each is owed.
///
/// # Errors
/// [`JobError`] when the cases cannot be read.
pub fn suspend_overdue(shop: &Workshop) -> Result<Overdue, JobError> {
    let shop = &dossier::ruled(shop)?;
    let (day, mut done) = (shop.clock.day(), Overdue::default());
    let late = |above| shop.database.read(|conn| kept::due(conn, CaseState::Open, day, above));
    done.failed = each(late, |case| {
        let suspended = shop.database.write(|conn| deferrals::suspend(conn, shop, case))?;
        done.suspended += usize::from(suspended.is_some());
        Ok(())
    })?;
    Ok(done)
}

/// Writes the records that are owed.
///
/// # Errors
/// [`JobError`] when the cases cannot be read.
pub fn record_breaches(shop: &Workshop, worker: &str) -> Result<Overdue, JobError> {
    let (shop, mut done) = (&dossier::ruled(shop)?, Overdue::default());
    let owing = |above| shop.database.read(|conn| kept::owing(conn, above));
    done.failed = each(owing, |case| {
        done.recorded += usize::from(record(shop, worker, case)?);
        Ok(())
    })?;
    Ok(done)
}

fn return_suspended(shop: &Workshop) -> Result<Overdue, JobError> {
    let shop = &dossier::ruled(shop)?;
    let (day, mut done) = (shop.clock.day(), Overdue::default());
    let suspended = |above| shop.database.read(|conn| kept::due(conn, CaseState::Suspended, day, above));
    done.failed = each(suspended, |case| {
        let returned = shop.database.write(|conn| deferrals::give_back(conn, shop, case))?;
        done.returned += usize::from(returned.is_some());
        Ok(())
    })?;
    Ok(done)
}

/// Works on all cases, page by page; says how many could not be dealt with.
fn each(
    page: impl Fn(i64) -> Result<Vec<Case>, StoreError>,
    mut work: impl FnMut(&Case) -> Result<(), JobError>,
) -> Result<usize, JobError> {
    let (mut above, mut failed) = (0, 0);
    loop {
        let cases = page(above)?;
        let Some(last) = cases.last() else { return Ok(failed) };
        above = last.id;
        for case in &cases {
            if let Err(err) = work(case) {
                tracing::error!(case = case.id, error = %err, "a deferral could not be dealt with");
                failed += 1;
            }
        }
    }
}

/// Writes the record a case owes; says whether this process did. The same bytes are the same delivery, however often.
fn record(shop: &Workshop, worker: &str, case: &Case) -> Result<bool, JobError> {
    // What is owed may have changed since the page was read.
    let Some((case, breach)) = still_owed(shop, case)? else { return Ok(false) };
    let bytes = breach::row(shop, &case, breach)?;
    let stored = shop.blobs.keep(&mut Cursor::new(bytes.as_bytes()), BYTES)?;
    let arrival = Arrival {
        unit: case.unit.clone(),
        resource: COMMITMENTS.to_owned(),
        channel: Channel::Case,
        file_name: format!("{}.csv", case.number),
        stored,
    };
    let id = ingest::deliver(shop, &arrival)?.delivery;
    // Whoever takes it: a worker beside this one may be quicker.
    let delivery = bring_to_end(shop, worker, id, &|_| {})?;
    if delivery.state != DeliveryState::Done || !delivery.tally.is_clean() {
        return Err(JobError::Refused(format!("容缺件 {} 的违诺记录未能入库（批次 {id}）", case.number)));
    }
    Ok(shop.database.write(|conn| deferrals::recorded(conn, shop, &case, (breach, id)))?)
}

fn still_owed(shop: &Workshop, case: &Case) -> Result<Option<(Case, Breach)>, StoreError> {
    let found = shop.database.read(|conn| kept::find(conn, case.id))?;
    Ok(found.and_then(|it| it.owes.map(|breach| (it, breach))))
}
