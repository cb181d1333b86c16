//! Derives everything again, or proves that what is kept equals what would be derived.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use chrono::NaiveDate;

use super::{
    PAGE,
    refresh::{derived, put_derivation},
};
use crate::{
    ingest::Workshop,
    store::{
        StoreError,
        standings::{self, Kept},
    },
};

/// A kept standing that is not what follows from the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The subject.
    pub subject: i64,
}

/// What a rebuild found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Subjects looked at.
    pub subjects: u64,
    /// Of them those that were due anyway, so that nothing could be compared.
    pub due: u64,
    /// Kept standings that differ, at most [`DIFFERENCES`] of them,
    pub differences: Vec<Difference>,
    /// and how many there are.
    pub differing: u64,
}

/// Differences that are named.
pub const DIFFERENCES: usize = 1000;

/// Subject ids are hashes spread over all positive numbers: so many slices are nearly equal.
const SLICES: i64 = 256;

/// Derives the standings of all subjects on a day, on so many threads. With `check` nothing is written, and what is kept
/// is compared with what was derived.
///
/// # Errors
/// [`StoreError`], the first that any thread met.
pub fn rebuild(shop: &Workshop, day: NaiveDate, threads: usize, check: bool) -> Result<Rebuilt, StoreError> {
    if !check {
        // What is derived is kept in place: marking all before would write every row and its index twice.
        shop.database.write_resumable(standings::mark_new)?;
    }
    let next = AtomicI64::new(0);
    let total = Mutex::new(Rebuilt::default());
    thread::scope(|scope| {
        let work = || {
            loop {
                let Some(slice) = span(next.fetch_add(1, Ordering::Relaxed)) else { return Ok::<(), StoreError>(()) };
                let done = slice_of(shop, day, slice, check)?;
                add(&mut total.lock().expect("no thread panics with it"), done);
            }
        };
        let running: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        running.into_iter().try_for_each(|it| it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    if !check {
        shop.database.write_resumable(|conn| put_derivation(conn, shop))?;
    }
    let mut total = total.into_inner().expect("no thread panics with it");
    total.differences.sort_unstable();
    Ok(total)
}

fn add(total: &mut Rebuilt, done: Rebuilt) {
    total.subjects += done.subjects;
    total.due += done.due;
    total.differing += done.differing;
    let room = DIFFERENCES.saturating_sub(total.differences.len());
    total.differences.extend(done.differences.into_iter().take(room));
}

/// The ids of a slice: above the first, up to the last; `None` behind the last slice.
pub(super) fn span(slice: i64) -> Option<(i64, i64)> {
    let width = i64::MAX / SLICES;
    let last = if slice + 1 == SLICES { i64::MAX } else { (slice + 1).checked_mul(width)? - 1 };
    (slice < SLICES).then_some((slice.checked_mul(width)? - 1, last))
}

/// The subjects of one slice, by pages.
fn slice_of(
    shop: &Workshop,
    day: NaiveDate,
    (mut above, last): (i64, i64),
    check: bool,
) -> Result<Rebuilt, StoreError> {
    let mut done = Rebuilt::default();
    loop {
        let mut page = shop.database.read(|conn| standings::after(conn, above, PAGE))?;
        page.retain(|it| it.subject_id <= last);
        let Some(end) = page.last().map(|it| it.subject_id) else { return Ok(done) };
        above = end;
        let marks: Vec<(i64, i64)> = page.iter().map(|it| (it.subject_id, it.mark)).collect();
        let (edition, derived) = derived(shop, &marks, day)?;
        done.subjects += page.len() as u64;
        if check {
            compare(&page, &derived, day, &mut done);
        } else {
            shop.database.write_resumable(|conn| standings::keep(conn, edition, &derived))?;
        }
    }
}

fn compare(page: &[Kept], derived: &[Kept], day: NaiveDate, done: &mut Rebuilt) {
    for (kept, derived) in page.iter().zip(derived) {
        if !kept.holds(day) {
            done.due += 1;
        } else if (Kept { derived_on: kept.derived_on, ..derived.clone() }) != *kept {
            done.differing += 1;
            done.differences.push(Difference { subject: kept.subject_id });
        }
    }
}
