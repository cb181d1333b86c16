//! Two subjects found to be one: a link from one to the other, which can be undone because no record moves.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Conn, StoreError, counters,
    schema::{merging, subject},
    standings,
    vouched::{added, changed},
};
use crate::ledger::Change;

/// A merge of two subjects (主体合并).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = merging, treat_none_as_default_value = false)]
pub struct Merging {
    /// The id.
    pub id: i64,
    /// The subject that was found to be
    pub loser: i64,
    /// this one.
    pub winner: i64,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub actor: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
    /// When it was undone, UTC.
    pub undone_at: Option<NaiveDateTime>,
}

vouched! {
    Merging: Merging in merging by (id: i64),
    named id.to_string(),
    of { id, loser, winner, reason, actor, made_at, undone_at }
}

/// Links `loser` to `winner` and returns the merge's id and what the ledger is to be told; `None` when either is not
/// there, is merged already, or has others merged into it that would then stand two links away.
///
/// # Errors
/// [`StoreError`].
pub fn merge(conn: &mut Conn, new: Merging) -> Result<Option<(i64, Change)>, StoreError> {
    let free: i64 = subject::table
        .filter(subject::subject_id.eq_any([new.loser, new.winner]))
        .filter(subject::merged_into.is_null())
        .count()
        .get_result(conn)?;
    let followers: i64 = subject::table.filter(subject::merged_into.eq(new.loser)).count().get_result(conn)?;
    if free != 2 || followers != 0 || new.loser == new.winner {
        return Ok(None);
    }
    let id = counters::take(conn, counters::Counter::Merging, 1)?;
    diesel::update(subject::table.find(new.loser)).set(subject::merged_into.eq(new.winner)).execute(conn)?;
    // In this order: see `standings::mark`.
    standings::mark(conn, &[new.loser])?;
    let row = Merging { id, ..new };
    diesel::insert_into(merging::table).values(&row).execute(conn)?;
    Ok(Some((id, added(&row))))
}

/// Undoes a merge and says what the ledger is to be told; nothing when there was none to undo.
///
/// # Errors
/// [`StoreError`].
pub fn undo(conn: &mut Conn, id: i64, at: NaiveDateTime) -> Result<Option<Change>, StoreError> {
    let open: Option<Merging> = merging::table.find(id).filter(merging::undone_at.is_null()).first(conn).optional()?;
    let Some(open) = open else { return Ok(None) };
    diesel::update(subject::table.find(open.loser)).set(subject::merged_into.eq(None::<i64>)).execute(conn)?;
    standings::mark(conn, &[open.loser])?;
    standings::mark(conn, &[open.winner])?;
    let (_, change) = changed::<Merging, _>(conn, &(id,), |conn| {
        Ok(diesel::update(merging::table.find(id)).set(merging::undone_at.eq(at)).execute(conn)?)
    })?;
    Ok(change)
}

/// The subjects merged into one, with itself first.
///
/// # Errors
/// [`StoreError`].
pub fn group(conn: &mut Conn, winner: i64) -> Result<Vec<i64>, StoreError> {
    let mut ids = vec![winner];
    let merged: Vec<i64> = subject::table
        .filter(subject::merged_into.eq(winner))
        .select(subject::subject_id)
        .order(subject::subject_id)
        .load(conn)?;
    ids.extend(merged);
    Ok(ids)
}

/// A subject and the one it is merged into, if it is.
///
/// # Errors
/// [`StoreError`].
pub fn group_of(conn: &mut Conn, id: i64) -> Result<Vec<i64>, StoreError> {
    let winner: Option<Option<i64>> = subject::table.find(id).select(subject::merged_into).first(conn).optional()?;
    Ok([Some(id), winner.flatten()].into_iter().flatten().collect())
}

/// The subjects these are merged into, each once, by id.
///
/// # Errors
/// [`StoreError`].
pub fn winners(conn: &mut Conn, losers: &[i64]) -> Result<Vec<i64>, StoreError> {
    if losers.is_empty() || !any(conn)? {
        return Ok(Vec::new());
    }
    let mut found: Vec<i64> = Vec::new();
    for part in losers.chunks(10_000) {
        let rows: Vec<Option<i64>> = over_ids!(conn, part, subject::subject_id, |conn, own| subject::table
            .filter(own)
            .filter(subject::merged_into.is_not_null())
            .select(subject::merged_into)
            .load(conn)?);
        found.extend(rows.into_iter().flatten());
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Whether any subject was found to be another: most often none was, and nothing need be looked for.
fn any(conn: &mut Conn) -> Result<bool, StoreError> {
    let n: i64 = subject::table.filter(subject::merged_into.is_not_null()).limit(1).count().get_result(conn)?;
    Ok(n > 0)
}

/// For each of these subjects that has others merged into it: those others.
///
/// # Errors
/// [`StoreError`].
pub fn groups(conn: &mut Conn, winners: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
    if !any(conn)? {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for part in winners.chunks(10_000) {
        let rows: Vec<(Option<i64>, i64)> = over_ids!(conn, part, subject::merged_into, |conn, own| subject::table
            .filter(own)
            .select((subject::merged_into, subject::subject_id))
            .order((subject::merged_into, subject::subject_id))
            .load(conn)?);
        found.extend(rows.into_iter().filter_map(|(winner, id)| winner.map(|it| (it, id))));
    }
    Ok(found)
}

/// The same as it stood at a moment (UTC).
///
/// # Errors
/// [`StoreError`].
pub fn groups_at(conn: &mut Conn, winners: &[i64], moment: NaiveDateTime) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut found = Vec::new();
    for part in winners.chunks(10_000) {
        let rows: Vec<(i64, i64)> = merging::table
            .filter(merging::winner.eq_any(part))
            .filter(merging::made_at.le(moment))
            .filter(merging::undone_at.is_null().or(merging::undone_at.gt(moment)))
            .select((merging::winner, merging::loser))
            .order(merging::id)
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// All merges of a subject, open and undone, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn of(conn: &mut Conn, id: i64) -> Result<Vec<Merging>, StoreError> {
    Ok(merging::table.filter(merging::loser.eq(id).or(merging::winner.eq(id))).order(merging::id.desc()).load(conn)?)
}

/// Merges that were not undone, as loser and winner, by id behind one, at most `limit`: for the verification.
///
/// # Errors
/// [`StoreError`].
pub fn open_after(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    Ok(merging::table
        .filter(merging::undone_at.is_null())
        .filter(merging::id.gt(above))
        .order(merging::id)
        .limit(limit)
        .select((merging::id, merging::loser, merging::winner))
        .load(conn)?)
}

/// Subjects that point to another, with the one they point to, by id behind one, at most `limit`: for the verification.
///
/// # Errors
/// [`StoreError`].
pub fn links_after(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    let rows: Vec<(i64, Option<i64>)> = subject::table
        .filter(subject::merged_into.is_not_null())
        .filter(subject::subject_id.gt(above))
        .order(subject::subject_id)
        .limit(limit)
        .select((subject::subject_id, subject::merged_into))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, into)| Some((id, into?))).collect())
}
