//! Verification (核验): walks every chain, every root and every version, and names what does not fit.
//!
//! It reads one state of the database, and holds of it a list of blocks, the places of answers, a digest of every row of
//! an act, and a window of ids.

mod answers;
mod blocks;
mod chains;
mod identities;
mod roots;
mod rows;
mod versions;

use super::JobError;
use crate::{
    ledger::{Digest, Finding, Seen},
    store::{self, Database, StoreError, ledger},
};

/// Where findings go, and how much was looked at.
struct Log<'l> {
    tell: &'l mut dyn FnMut(&Finding),
    found: u64,
    seen: Seen,
    old: Old,
}

/// What was collected before the ledger existed and is not adopted yet: nobody vouches for it (早于账本的存量).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Old {
    /// Versions of records,
    pub versions: u64,
    /// deliveries,
    pub deliveries: u64,
    /// merges and zero reports.
    pub rows: u64,
}

impl Log<'_> {
    fn tell(&mut self, finding: &Finding) {
        self.found += 1;
        (self.tell)(finding);
    }
}

/// How a verification ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many contradictions were found.
    pub found: u64,
    /// How much was looked at.
    pub seen: Seen,
    /// What is from before the ledger.
    pub old: Old,
}

/// Verifies ledger and records; `tell` hears of each finding. Every root in `published` must be one of ours.
///
/// # Errors
/// [`JobError::Store`] when the database cannot be read; a contradiction is a finding and no error.
pub fn verify(database: &Database, published: &[Digest], tell: &mut dyn FnMut(&Finding)) -> Result<Verified, JobError> {
    let mut log = Log { tell, found: 0, seen: Seen::default(), old: Old::default() };
    let mut conn = database.get()?;
    store::read::<_, StoreError>(&mut conn, |conn| {
        ledger::settle_plan(conn)?;
        let mut walked = chains::walk(conn, &mut log)?;
        roots::check(conn, published, &mut log)?;
        blocks::check(conn, &mut walked, &mut log)?;
        answers::check(conn, &mut walked, &mut log)?;
        rows::check(conn, &mut walked, &mut log)?;
        versions::check(conn, &walked, &mut log)?;
        identities::check(conn, &mut log)
    })?;
    Ok(Verified { found: log.found, seen: log.seen, old: log.old })
}
