//! Lists kept up beside requests: their entries, the candidates among what is new, the records designations still owe.

use super::JobError;
use crate::{
    affairs::{AffairError, designation},
    dossier,
    ingest::Workshop,
};

/// Pages of versions looked through for candidates in one round: few, so that a large load is not slowed by it.
const PAGES: usize = 4;

/// One round.
///
/// # Errors
/// [`JobError`]; what was not done is done in the next round.
pub fn keep_lists(shop: &Workshop) -> Result<(), JobError> {
    let shop = &dossier::ruled(shop)?;
    dossier::fill_lists(shop)?;
    designation::finish_all(shop).map_err(failed)?;
    for _ in 0..PAGES {
        if designation::propose_new_candidates(shop).map_err(failed)?.is_none() {
            break;
        }
    }
    Ok(())
}

fn failed(err: AffairError) -> JobError {
    match err {
        AffairError::NotFound(_)
        | AffairError::Incomplete(_)
        | AffairError::WrongState(_)
        | AffairError::SamePerson(_) => JobError::Refused(err.to_string()),
        AffairError::Ingest(cause) => cause.into(),
        AffairError::Store(cause) => cause.into(),
        AffairError::Blob(cause) => cause.into(),
    }
}
