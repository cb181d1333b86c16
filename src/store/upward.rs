//! What each receiver upward was last told of a record (上报对账), so that what changes afterwards is told too.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};

use super::{
    Conn, StoreError,
    schema::{standing, upward_record},
};
use crate::record::RecordKey;

/// What a receiver was told of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The subject the record stands under.
    pub subject: i64,
    /// The record.
    pub key: RecordKey,
    /// The subject its standing is derived with,
    pub owner: i64,
    /// by this mark of that subject's standing.
    pub mark: i64,
    /// It may be worth something else from this day on.
    pub turns_on: NaiveDate,
    /// Whether the receiver has it as one that may be shared and used.
    pub is_live: bool,
}

#[derive(Insertable)]
#[diesel(table_name = upward_record, treat_none_as_default_value = false)]
struct Row<'r> {
    receiver: &'r str,
    subject_id: i64,
    key: &'r [u8],
    owner: i64,
    mark: i64,
    turns_on: NaiveDate,
    is_live: bool,
}

impl<'r> Row<'r> {
    fn new(receiver: &'r str, it: &'r Told) -> Self {
        Self {
            receiver,
            subject_id: it.subject,
            key: &it.key,
            owner: it.owner,
            mark: it.mark,
            turns_on: it.turns_on,
            is_live: it.is_live,
        }
    }
}

/// Rows in one statement: below SQLite's limit of 32,766 values.
const PART: usize = 4_000;

/// Notes what a receiver was told, over what it was told before.
///
/// # Errors
/// [`StoreError`].
pub fn put(conn: &mut Conn, receiver: &str, told: &[Told]) -> Result<(), StoreError> {
    use upward_record::{is_live, key, mark, owner, receiver as whom, subject_id, turns_on};
    for part in told.chunks(PART) {
        let rows: Vec<Row<'_>> = part.iter().map(|it| Row::new(receiver, it)).collect();
        on_either!(conn, conn => diesel::insert_into(upward_record::table)
            .values(&rows)
            .on_conflict((whom, subject_id, key))
            .do_update()
            .set((
                owner.eq(excluded(owner)),
                mark.eq(excluded(mark)),
                turns_on.eq(excluded(turns_on)),
                is_live.eq(excluded(is_live)),
            ))
            .execute(conn))?;
    }
    Ok(())
}

/// What a receiver was told of the records of these subjects: whether it has them as live.
///
/// # Errors
/// [`StoreError`].
pub fn of(conn: &mut Conn, receiver: &str, subjects: &[i64]) -> Result<BTreeMap<(i64, RecordKey), bool>, StoreError> {
    let mut found = BTreeMap::new();
    for part in subjects.chunks(PART) {
        let rows: Vec<(i64, Vec<u8>, bool)> = upward_record::table
            .filter(upward_record::receiver.eq(receiver))
            .filter(upward_record::subject_id.eq_any(part))
            .select((upward_record::subject_id, upward_record::key, upward_record::is_live))
            .load(conn)?;
        for (subject, key, is_live) in rows {
            let spoiled = |_| StoreError::Spoiled { place: "upward_record.key", value: subject.to_string() };
            found.insert((subject, key.as_slice().try_into().map_err(spoiled)?), is_live);
        }
    }
    Ok(found)
}

/// How often the standing of each of these subjects was marked; one that never was has none.
///
/// # Errors
/// [`StoreError`].
pub fn marks(conn: &mut Conn, subjects: &[i64]) -> Result<HashMap<i64, i64>, StoreError> {
    let mut found = HashMap::new();
    for part in subjects.chunks(PART) {
        let own = standing::table.filter(standing::subject_id.eq_any(part));
        let rows: Vec<(i64, i64)> = own.select((standing::subject_id, standing::mark)).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Subjects above one whose records may be worth something else than the receiver was told: their standing was marked
/// since, or its term has ended by the day.
///
/// # Errors
/// [`StoreError`].
pub fn turned(
    conn: &mut Conn,
    receiver: &str,
    (day, above): (NaiveDate, i64),
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let is_turned = standing::mark.ne(upward_record::mark).or(upward_record::turns_on.le(day));
    Ok(upward_record::table
        .inner_join(standing::table.on(standing::subject_id.eq(upward_record::owner)))
        .filter(upward_record::receiver.eq(receiver))
        .filter(upward_record::subject_id.gt(above))
        .filter(is_turned)
        .select(upward_record::subject_id)
        .distinct()
        .order(upward_record::subject_id)
        .limit(limit)
        .load(conn)?)
}
