//! The standing of a subject when it is asked for: always derived from what is known, never a stored one.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use super::{load, rulebook};
use crate::{
    ingest::Workshop,
    policy::Packs,
    standing::{self, Dossier, Standing},
    store::{Conn, StoreError, subjects},
};

/// A standing with what it was derived from.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What was known.
    pub dossier: Dossier,
    /// What follows.
    pub standing: Standing,
    /// The rules it follows by.
    pub packs: Arc<Packs>,
}

/// The standing of a subject on a day, by what was known at a moment (UTC), or now. A subject that was merged into
/// another is answered with that one. `None` when the subject is not known.
///
/// # Errors
/// [`StoreError`].
pub fn ask(
    conn: &mut Conn,
    shop: &Workshop,
    subject: i64,
    day: NaiveDate,
    known_at: Option<NaiveDateTime>,
) -> Result<Option<Asked>, StoreError> {
    let Some(found) = subjects::find(conn, subject)? else { return Ok(None) };
    let id = if known_at.is_none() { found.merged_into.unwrap_or(found.id) } else { found.id };
    Ok(ask_many(conn, shop, &[id], day, known_at)?.pop())
}

/// The same for several subjects, in their order, by a few queries; one that is not known has no answer. What belongs to one
/// that is merged into another of them is told with that one.
///
/// # Errors
/// [`StoreError`].
pub fn ask_many(
    conn: &mut Conn,
    shop: &Workshop,
    subjects: &[i64],
    day: NaiveDate,
    known_at: Option<NaiveDateTime>,
) -> Result<Vec<Asked>, StoreError> {
    let packs = rulebook(conn, shop, known_at)?;
    ask_by(conn, &packs, subjects, day, known_at)
}

/// The same by rules one has.
///
/// # Errors
/// [`StoreError`].
pub fn ask_by(
    conn: &mut Conn,
    packs: &Arc<Packs>,
    subjects: &[i64],
    day: NaiveDate,
    known_at: Option<NaiveDateTime>,
) -> Result<Vec<Asked>, StoreError> {
    let dossiers = load(conn, subjects, known_at)?;
    let answer = |dossier: Dossier| {
        let standing = standing::derive(&dossier, packs, day);
        Asked { dossier, standing, packs: Arc::clone(packs) }
    };
    Ok(dossiers.into_iter().map(answer).collect())
}
