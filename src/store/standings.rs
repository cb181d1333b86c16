//! What was derived of each subject: kept so that many can be asked at once, marked when something changes.
//!
//! Whoever derives takes the mark before it reads and keeps its result only under the same mark: a change that came in
//! between is never covered up.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Binary, Date, Nullable, Text},
};

use super::{
    Conn, StoreError, merges,
    moments::Day,
    packs,
    schema::{identifier, standing, subject},
};
use crate::record::{IdentifierKind, SubjectKind};

/// A subject whose standing is not known to hold is due on this day, which is before any other.
pub const DUE_NOW: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day");
/// A standing without a next day of change is due on this day.
pub const NEVER_DUE: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// What is kept of a standing.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = standing)]
pub struct Kept {
    /// The subject.
    pub subject_id: i64,
    /// How often it was marked.
    pub mark: i64,
    /// It holds until the day before this one.
    pub due_on: NaiveDate,
    /// It holds from this day; `None` while nothing was derived.
    pub derived_on: Option<NaiveDate>,
    /// The level by the default scorecard.
    pub level: Option<String>,
    /// The points.
    pub points: Option<i64>,
    /// The summary, JSON.
    pub brief: Option<String>,
    /// SHA-256 of the whole standing.
    pub digest: Option<Vec<u8>>,
}

impl Kept {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.derived_on.is_some_and(|it| it <= day) && day < self.due_on
    }
}

/// Rows in one statement.
const PART: usize = 10_000;

/// Marks subjects, and those they are merged into: what was derived of them no longer holds. Call it after what has changed
/// was written.
///
/// The others are looked for when the first are marked: a merge marks the one it merges first and last, so that of two that
/// come together on PostgreSQL either waits for the other's mark and then sees what it did.
///
/// # Errors
/// [`StoreError`].
pub fn mark(conn: &mut Conn, subjects: &[i64]) -> Result<(), StoreError> {
    let mut ids = subjects.to_vec();
    ids.sort_unstable();
    ids.dedup();
    mark_these(conn, &ids)?;
    let mut winners = merges::winners(conn, &ids)?;
    winners.retain(|it| ids.binary_search(it).is_err());
    mark_these(conn, &winners)
}

/// Marks subjects whose ids rise.
fn mark_these(conn: &mut Conn, ids: &[i64]) -> Result<(), StoreError> {
    const TAIL: &str = "ON CONFLICT (subject_id) DO UPDATE SET mark = standing.mark + 1, due_on = excluded.due_on";
    for part in ids.chunks(PART) {
        match conn {
            Conn::Sqlite(conn) => {
                let query = format!(
                    "INSERT INTO standing (subject_id, mark, due_on) SELECT value, 1, $1 FROM json_each($2) WHERE true {TAIL}"
                );
                diesel::sql_query(query).bind::<Date, _>(DUE_NOW).bind::<Text, _>(list(part)).execute(conn)?;
            }
            Conn::Postgres(conn) => {
                let query = format!(
                    "INSERT INTO standing (subject_id, mark, due_on) SELECT id, 1, $1 FROM unnest($2) AS v (id) {TAIL}"
                );
                diesel::sql_query(query).bind::<Date, _>(DUE_NOW).bind::<Array<BigInt>, _>(part).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Numbers as a JSON list.
fn list(ids: &[i64]) -> String {
    let texts: Vec<String> = ids.iter().map(i64::to_string).collect();
    format!("[{}]", texts.join(","))
}

/// Marks all subjects: the rules have changed.
///
/// # Errors
/// [`StoreError`].
pub fn mark_all(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::update(standing::table)
        .set((standing::mark.eq(standing::mark + 1), standing::due_on.eq(DUE_NOW)))
        .execute(conn)?;
    Ok(())
}

/// Marks every subject there is, also those that were never derived: after a restore or a migration.
///
/// # Errors
/// [`StoreError`].
pub fn mark_every_subject(conn: &mut Conn) -> Result<(), StoreError> {
    mark_all(conn)?;
    mark_new(conn)
}

/// Marks the subjects that were never derived.
///
/// # Errors
/// [`StoreError`].
pub fn mark_new(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::sql_query(
        "INSERT INTO standing (subject_id, mark, due_on) SELECT subject_id, 1, $1 FROM subject WHERE true \
         ON CONFLICT (subject_id) DO NOTHING",
    )
    .bind::<Date, _>(DUE_NOW)
    .execute(conn)?;
    Ok(())
}

/// A subject that is found by its credit code, with what is kept of it (信用概况).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What the subject is.
    pub kind: SubjectKind,
    /// Its name.
    pub name: Option<String>,
    /// 登记状态
    pub status: Option<String>,
    /// Whether it was found to be another subject.
    pub is_merged: bool,
    /// What is kept.
    pub kept: Kept,
}

/// The subject with a unified social credit code, with what is kept of it, by one query. `None` when the code is not
/// known.
///
/// # Errors
/// [`StoreError`].
pub fn by_credit_code(conn: &mut Conn, code: &str) -> Result<Option<Found>, StoreError> {
    type Row = (String, Option<String>, Option<String>, Option<i64>, Kept);
    let found: Option<Row> = identifier::table
        .inner_join(subject::table.on(subject::subject_id.eq(identifier::subject_id)))
        .inner_join(standing::table.on(standing::subject_id.eq(identifier::subject_id)))
        .filter(identifier::value.eq(code))
        .filter(identifier::kind.eq(IdentifierKind::CreditCode.as_str()))
        .select((subject::kind, subject::name, subject::status, subject::merged_into, Kept::as_select()))
        .get_result(conn)
        .optional()?;
    let Some((kind, name, status, merged_into, kept)) = found else { return Ok(None) };
    Ok(Some(Found { kind: kind.parse()?, name, status, is_merged: merged_into.is_some(), kept }))
}

/// Whether what was kept of a subject under a mark still holds on a day: nothing has marked it since, and its term is not
/// over.
///
/// # Errors
/// [`StoreError`].
pub fn holds_under(conn: &mut Conn, subject: i64, mark: i64, day: NaiveDate) -> Result<bool, StoreError> {
    let own = standing::table.find(subject).select((standing::mark, standing::due_on));
    let now: Option<(i64, Day)> = on_either!(conn, conn => own.get_result(conn).optional())?;
    Ok(now.is_some_and(|(it, due)| it == mark && day < due.0))
}

/// The marks of these subjects, and until when what is kept of them holds, by subject.
///
/// # Errors
/// [`StoreError`].
pub fn marks(conn: &mut Conn, subjects: &[i64]) -> Result<HashMap<i64, (i64, NaiveDate)>, StoreError> {
    let rows: Vec<(i64, i64, Day)> = over_ids!(conn, subjects, standing::subject_id, |conn, own| standing::table
        .filter(own)
        .select((standing::subject_id, standing::mark, standing::due_on))
        .load(conn)?);
    Ok(rows.into_iter().map(|(subject, mark, due)| (subject, (mark, due.0))).collect())
}

/// What is kept of subjects with an id above one, by id.
///
/// # Errors
/// [`StoreError`].
pub fn after(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<Kept>, StoreError> {
    Ok(standing::table
        .filter(standing::subject_id.gt(above))
        .order(standing::subject_id)
        .limit(limit)
        .select(Kept::as_select())
        .load(conn)?)
}

/// Subjects that are due on a day, with their marks: those marked first, then those whose term has ended.
///
/// # Errors
/// [`StoreError`].
pub fn due(conn: &mut Conn, day: NaiveDate, limit: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(standing::table
        .filter(standing::due_on.le(day))
        .order(standing::due_on)
        .limit(limit)
        .select((standing::subject_id, standing::mark))
        .load(conn)?)
}

/// How many subjects are due on a day.
///
/// # Errors
/// [`StoreError`].
pub fn count_due(conn: &mut Conn, day: NaiveDate) -> Result<i64, StoreError> {
    Ok(standing::table.filter(standing::due_on.le(day)).count().get_result(conn)?)
}

/// Keeps what was derived by an edition of the rules, each under the mark it was derived at; says how many were kept. One
/// that was marked in the meantime stays due, and so do all when other rules have come into force: they are told to mark
/// every subject, and cannot see one that is only being written.
///
/// # Errors
/// [`StoreError`].
pub fn keep(conn: &mut Conn, edition: i64, derived: &[Kept]) -> Result<usize, StoreError> {
    let mut n = 0;
    if packs::held_edition(conn)? != edition {
        return Ok(n);
    }
    match conn {
        Conn::Sqlite(conn) => {
            for it in derived {
                n += diesel::update(standing::table.find(it.subject_id).filter(standing::mark.eq(it.mark)))
                    .set((
                        standing::due_on.eq(it.due_on),
                        standing::derived_on.eq(it.derived_on),
                        standing::level.eq(&it.level),
                        standing::points.eq(it.points),
                        standing::brief.eq(&it.brief),
                        standing::digest.eq(&it.digest),
                    ))
                    .execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            for part in derived.chunks(PART) {
                n += keep_many(conn, part)?;
            }
        }
    }
    Ok(n)
}

fn keep_many(conn: &mut PgConnection, derived: &[Kept]) -> Result<usize, StoreError> {
    fn column<'k, T>(derived: &'k [Kept], of: impl Fn(&'k Kept) -> T) -> Vec<T> {
        derived.iter().map(of).collect()
    }
    let query = "UPDATE standing s SET due_on = v.due_on, derived_on = v.derived_on, level = v.level, points = v.points, \
         brief = v.brief, digest = v.digest \
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) \
         AS v (subject_id, mark, due_on, derived_on, level, points, brief, digest) \
         WHERE s.subject_id = v.subject_id AND s.mark = v.mark";
    Ok(diesel::sql_query(query)
        .bind::<Array<BigInt>, _>(column(derived, |it| it.subject_id))
        .bind::<Array<BigInt>, _>(column(derived, |it| it.mark))
        .bind::<Array<Date>, _>(column(derived, |it| it.due_on))
        .bind::<Array<Nullable<Date>>, _>(column(derived, |it| it.derived_on))
        .bind::<Array<Nullable<Text>>, _>(column(derived, |it| it.level.as_deref()))
        .bind::<Array<Nullable<BigInt>>, _>(column(derived, |it| it.points))
        .bind::<Array<Nullable<Text>>, _>(column(derived, |it| it.brief.as_deref()))
        .bind::<Array<Nullable<Binary>>, _>(column(derived, |it| it.digest.as_deref()))
        .execute(conn)?)
}
