//! Making roots, so that what was written can be proved and nothing before it changed unseen.

use super::JobError;
use crate::{
    ingest::Clock,
    store::{
        Database,
        ledger::{self, RootRow},
    },
};

/// Makes roots until every entry is covered, and returns them; none when nothing was written since the last.
///
/// # Errors
/// [`JobError::Store`].
pub fn make_roots(database: &Database, clock: &Clock) -> Result<Vec<RootRow>, JobError> {
    let mut made = Vec::new();
    while let Some(root) = database.write_again(|conn| ledger::make_root(conn, clock.now()))? {
        made.push(root);
    }
    Ok(made)
}
