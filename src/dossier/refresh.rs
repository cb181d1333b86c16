//! Derives what is due: subjects something has changed for, and those whose term ends.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Asked, ask_many};
use crate::{
    ingest::Workshop,
    store::{
        Conn, StoreError, marks, packs,
        standings::{self, Kept, NEVER_DUE},
    },
};

/// Rises with every change of the program that changes what is derived from the same records, rules and day.
pub(super) const DERIVATION: &str = "4";

/// Marks every subject once after a program that derives otherwise has come, and in a database that has records and no
/// standings yet. Says whether it did.
///
/// # Errors
/// [`StoreError`].
pub fn begin(shop: &Workshop) -> Result<bool, StoreError> {
    shop.database.write_resumable(|conn| {
        if marks::position(conn, "derivation")?.as_deref() == Some(DERIVATION) {
            return Ok(false);
        }
        standings::mark_every_subject(conn)?;
        put_derivation(conn, shop)?;
        Ok(true)
    })
}

/// Notes that what is kept, where it holds, was derived by this program.
pub(super) fn put_derivation(conn: &mut Conn, shop: &Workshop) -> Result<(), StoreError> {
    marks::put(conn, "derivation", DERIVATION, shop.clock.now())
}

/// Subjects derived and kept in one transaction.
pub const PAGE: i64 = 500;

/// Derives the standings that are due on a day, one page; says how many were due. Zero means that all hold.
///
/// # Errors
/// [`StoreError`].
pub fn refresh(shop: &Workshop, day: NaiveDate) -> Result<usize, StoreError> {
    let due = shop.database.read(|conn| standings::due(conn, day, PAGE))?;
    let (edition, derived) = derived(shop, &due, day)?;
    shop.database.write_resumable(|conn| standings::keep(conn, edition, &derived))?;
    Ok(due.len())
}

/// The standings of these subjects on a day, under the marks that were read before, and the edition of the rules they
/// follow by.
pub(super) fn derived(shop: &Workshop, due: &[(i64, i64)], day: NaiveDate) -> Result<(i64, Vec<Kept>), StoreError> {
    let ids: Vec<i64> = due.iter().map(|(id, _)| *id).collect();
    // The edition is looked at first: when another comes into force meanwhile, nothing is kept.
    let (edition, asked) = shop
        .database
        .read(|conn| Ok::<_, StoreError>((packs::edition(conn)?, ask_many(conn, shop, &ids, day, None)?)))?;
    let mut asked: HashMap<i64, Asked> = asked.into_iter().map(|it| (it.dossier.subject.id, it)).collect();
    let derived = due
        .iter()
        .map(|(id, mark)| match asked.remove(id) {
            Some(it) if it.dossier.subject.merged_into.is_none() => kept(&it, *mark),
            // What was merged into another has no standing of its own.
            Some(_) | None => Kept { mark: *mark, derived_on: Some(day), ..nothing(*id) },
        })
        .collect();
    Ok((edition, derived))
}

fn nothing(subject_id: i64) -> Kept {
    Kept {
        subject_id,
        mark: 0,
        due_on: NEVER_DUE,
        derived_on: None,
        level: None,
        points: None,
        brief: None,
        digest: None,
    }
}

/// What is kept of a standing.
fn kept(asked: &Asked, mark: i64) -> Kept {
    let standing = &asked.standing;
    let brief = standing.brief(&asked.dossier);
    let meant = standing.scores.iter().find(|it| it.default);
    Kept {
        subject_id: asked.dossier.subject.id,
        mark,
        due_on: standing.next.unwrap_or(NEVER_DUE),
        derived_on: Some(standing.day),
        level: meant.map(|it| it.level.clone()),
        points: meant.and_then(|it| it.points),
        brief: Some(serde_json::to_string(&brief).expect("names, numbers and texts are JSON")),
        digest: Some(standing.digest().to_vec()),
    }
}
