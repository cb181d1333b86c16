//! Requests that were done already (幂等): by holder and key, with a digest of what was asked and the answer that was given.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Conn, StoreError, schema::idempotency};

/// A request that must be done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose key it is: another holder may use the same one for something else.
    pub holder: String,
    /// The key the caller chose.
    pub key: String,
    /// SHA-256 of what is asked.
    pub digest: [u8; 32],
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// What is known of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing was: it is claimed now, and the work may be done.
    Claimed,
    /// Another request with the same key is on its way.
    Underway,
    /// The key belongs to another request.
    Other,
    /// It was done, and answered so.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body, sealed.
        body: Vec<u8>,
    },
}

#[derive(Queryable)]
struct Stored {
    digest: Vec<u8>,
    status: Option<i32>,
    body: Option<Vec<u8>>,
    made_at: NaiveDateTime,
}

/// Claims a key, or says what is known of it. A claim from before `stale` that has no answer was left by a process that
/// died, and is taken over.
///
/// # Errors
/// [`StoreError`].
pub fn claim(conn: &mut Conn, claim: &Claim, stale: NaiveDateTime) -> Result<Known, StoreError> {
    let row = (
        idempotency::holder.eq(&claim.holder),
        idempotency::key.eq(&claim.key),
        idempotency::digest.eq(claim.digest.as_slice()),
        idempotency::made_at.eq(claim.at),
    );
    let n = on_either!(conn, conn => diesel::insert_into(idempotency::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if n == 1 {
        return Ok(Known::Claimed);
    }
    let found: Stored = idempotency::table
        .find((&claim.holder, &claim.key))
        .select((idempotency::digest, idempotency::status, idempotency::body, idempotency::made_at))
        .first(conn)?;
    match (found.status, found.body) {
        _ if found.digest != claim.digest => Ok(Known::Other),
        (Some(status), Some(body)) => {
            let spoiled = |_| StoreError::Spoiled { place: "idempotency.status", value: status.to_string() };
            Ok(Known::Answered { status: u16::try_from(status).map_err(spoiled)?, body })
        }
        _ if found.made_at < stale && take_over(conn, claim, found.made_at)? => Ok(Known::Claimed),
        _ => Ok(Known::Underway),
    }
}

fn take_over(conn: &mut Conn, claim: &Claim, found: NaiveDateTime) -> Result<bool, StoreError> {
    let left = idempotency::table.find((&claim.holder, &claim.key)).filter(idempotency::made_at.eq(found));
    let n = diesel::update(left.filter(idempotency::status.is_null()))
        .set(idempotency::made_at.eq(claim.at))
        .execute(conn)?;
    Ok(n == 1)
}

/// Keeps the answer to a claim.
///
/// # Errors
/// [`StoreError`].
pub fn settle(conn: &mut Conn, claim: &Claim, status: u16, body: &[u8]) -> Result<(), StoreError> {
    diesel::update(idempotency::table.find((&claim.holder, &claim.key)))
        .set((idempotency::status.eq(i32::from(status)), idempotency::body.eq(body)))
        .execute(conn)?;
    Ok(())
}

/// Gives a claim back: nothing was done.
///
/// # Errors
/// [`StoreError`].
pub fn release(conn: &mut Conn, claim: &Claim) -> Result<(), StoreError> {
    let own = idempotency::table.find((&claim.holder, &claim.key)).filter(idempotency::status.is_null());
    diesel::delete(own).execute(conn)?;
    Ok(())
}

/// Forgets what was claimed before a moment; says how many.
///
/// # Errors
/// [`StoreError`].
pub fn forget(conn: &mut Conn, before: NaiveDateTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(idempotency::table.filter(idempotency::made_at.lt(before))).execute(conn)?)
}
