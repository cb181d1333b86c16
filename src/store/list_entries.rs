//! The entries of lists by list: what follows from versions of records and the packs, filled behind collecting.
//!
//! One row a version, with the moments from and until which it was known: so any past answer can be given again.
//! What cases do to entries is not in it; whoever reads it derives the standings of what it found.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError, marks,
    schema::{cursor_mark, former, list_entry, rights_case},
};
use crate::record::{RecordKey, SubjectKind};

/// The mark that says how far the entries are filled: a hash of the packs and the last version.
const MARK: &str = "lists";
/// An entry without an end is gone on this day.
pub const NEVER_GONE: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");
/// Ids in one `IN` list.
const PART: usize = 10_000;

/// An entry, by one version of its record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = list_entry, treat_none_as_default_value = false)]
pub struct Row {
    /// The subject the record stands under.
    pub subject_id: i64,
    /// The record.
    pub key: Vec<u8>,
    /// The version.
    pub record: i64,
    /// The list's code.
    pub list: String,
    /// Its name.
    pub name: String,
    /// What it means.
    pub kind: String,
    /// What may follow from it, cases aside.
    pub effect: String,
    /// What the subject is.
    pub subject_kind: String,
    /// The unit that delivered it.
    pub unit: String,
    /// Who may see it.
    pub exposure: String,
    /// The designating body.
    pub body: Option<String>,
    /// On the list since,
    pub entered_on: Option<NaiveDate>,
    /// until, inclusive.
    pub until_on: Option<NaiveDate>,
    /// The first day on which it is no longer in force.
    pub gone_on: NaiveDate,
    /// The year it was entered.
    pub year: Option<i32>,
    /// Known from this moment
    pub known_from: NaiveDateTime,
    /// until that one.
    pub known_until: Option<NaiveDateTime>,
}

/// The last version the entries are filled to by these packs; 0 when they are not filled by them.
///
/// # Errors
/// [`StoreError`].
pub fn position(conn: &mut Conn, packs: &str) -> Result<i64, StoreError> {
    let told = marks::position(conn, MARK)?;
    let Some((by, id)) = told.as_deref().and_then(|it| it.split_once(':')) else { return Ok(0) };
    let spoiled = |_| StoreError::Spoiled { place: "cursor_mark.position", value: id.to_owned() };
    if by == packs { id.parse().map_err(spoiled) } else { Ok(0) }
}

/// The same, held for this transaction, so that two who fill wait for each other; entries filled by other packs are
/// thrown away.
///
/// # Errors
/// [`StoreError`].
pub fn hold(conn: &mut Conn, packs: &str, at: NaiveDateTime) -> Result<i64, StoreError> {
    if marks::position(conn, MARK)?.is_none() {
        marks::put(conn, MARK, ":0", at)?;
    }
    let query = cursor_mark::table.find(MARK).select(cursor_mark::position);
    let told: String = match conn {
        Conn::Sqlite(conn) => query.first(conn)?,
        Conn::Postgres(conn) => query.for_update().first(conn)?,
    };
    if told.split_once(':').is_none_or(|(by, _)| by != packs) {
        diesel::delete(list_entry::table).execute(conn)?;
        move_to(conn, packs, 0, at)?;
    }
    position(conn, packs)
}

/// Says how far the entries are filled.
///
/// # Errors
/// [`StoreError`].
pub fn move_to(conn: &mut Conn, packs: &str, id: i64, at: NaiveDateTime) -> Result<(), StoreError> {
    marks::put(conn, MARK, &format!("{packs}:{id}"), at)
}

/// Forgets that anything was filled: the next who asks fills all anew.
///
/// # Errors
/// [`StoreError`].
pub fn forget(conn: &mut Conn, at: NaiveDateTime) -> Result<(), StoreError> {
    marks::put(conn, MARK, ":0", at)
}

/// Adds entries; one that is there already stays as it is.
///
/// # Errors
/// [`StoreError`].
pub fn add(conn: &mut Conn, rows: &[Row]) -> Result<(), StoreError> {
    for row in rows {
        on_either!(conn, conn => diesel::insert_into(list_entry::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// Ends the knowledge of earlier versions of these records, at the moments their successors were known.
///
/// # Errors
/// [`StoreError`].
pub fn end_earlier(conn: &mut Conn, records: &[(i64, RecordKey)]) -> Result<(), StoreError> {
    for (subject, key) in records {
        let open: Vec<i64> = list_entry::table
            .filter(list_entry::subject_id.eq(subject))
            .filter(list_entry::key.eq(key.as_slice()))
            .filter(list_entry::known_until.is_null())
            .select(list_entry::record)
            .load(conn)?;
        let ended: Vec<(i64, NaiveDateTime)> = former::table
            .filter(former::subject_id.eq(subject))
            .filter(former::key.eq(key.as_slice()))
            .filter(former::id.eq_any(&open))
            .select((former::id, former::known_until))
            .load(conn)?;
        for (record, until) in ended {
            diesel::update(list_entry::table.find((subject, key.as_slice(), record)))
                .set(list_entry::known_until.eq(until))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Which entries are asked for: those in force on a day, by what was known at a moment.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The day.
    pub day: NaiveDate,
    /// The moment, UTC.
    pub known_at: NaiveDateTime,
    /// Of this list.
    pub list: Option<String>,
    /// Of this unit.
    pub unit: Option<String>,
    /// Of subjects of this kind.
    pub kind: Option<SubjectKind>,
    /// Entered in this year.
    pub year: Option<i32>,
    /// Only those the public may see: of organisations and businesses, with a basis, on no
    /// list that is for departments only.
    pub public: bool,
}

/// Narrows a boxed query to what is asked for; a macro, because a query that counts has another type than one that loads.
macro_rules! narrowed {
    ($query:expr, $asked:expr) => {{
        let asked: &Asked = $asked;
        let mut query = $query
            .filter(list_entry::entered_on.is_null().or(list_entry::entered_on.le(asked.day)))
            .filter(list_entry::gone_on.gt(asked.day))
            .filter(list_entry::known_from.le(asked.known_at))
            .filter(list_entry::known_until.is_null().or(list_entry::known_until.gt(asked.known_at)));
        if let Some(list) = &asked.list {
            query = query.filter(list_entry::list.eq(list));
        }
        if let Some(unit) = &asked.unit {
            query = query.filter(list_entry::unit.eq(unit));
        }
        if let Some(kind) = asked.kind {
            query = query.filter(list_entry::subject_kind.eq(kind.as_str()));
        }
        if let Some(year) = asked.year {
            query = query.filter(list_entry::year.eq(year));
        }
        if asked.public {
            query = query
                .filter(list_entry::exposure.eq("public"))
                .filter(list_entry::subject_kind.ne(SubjectKind::Person.as_str()))
                .filter(list_entry::kind.ne_all(["unconfirmed", "watch"]));
        }
        query
    }};
}

/// Entries behind a subject and version, in that order.
///
/// # Errors
/// [`StoreError`].
pub fn page(conn: &mut Conn, asked: &Asked, (subject, record): (i64, i64), limit: i64) -> Result<Vec<Row>, StoreError> {
    let behind =
        list_entry::subject_id.gt(subject).or(list_entry::subject_id.eq(subject).and(list_entry::record.gt(record)));
    let query = list_entry::table
        .select(Row::as_select())
        .filter(behind)
        .order((list_entry::subject_id, list_entry::record))
        .limit(limit)
        .into_boxed();
    Ok(narrowed!(query, asked).load(conn)?)
}

/// How many entries there are of a list, a kind of list, a kind of subject, a unit and a year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// The list's code.
    pub list: String,
    /// What it means.
    pub kind: String,
    /// What the subjects are.
    pub subject_kind: String,
    /// The unit that delivered them.
    pub unit: String,
    /// The year they were entered.
    pub year: Option<i32>,
    /// How many.
    pub n: i64,
}

/// List, its kind, kind of subject, unit and year.
type Division = (String, String, String, String, Option<i32>);

/// Counts entries in the finest division; every sum is made of these.
///
/// # Errors
/// [`StoreError`].
pub fn counts(conn: &mut Conn, asked: &Asked) -> Result<Vec<Count>, StoreError> {
    let columns = (list_entry::list, list_entry::kind, list_entry::subject_kind, list_entry::unit, list_entry::year);
    let query = list_entry::table.group_by(columns).select((columns, diesel::dsl::count_star())).into_boxed();
    let rows: Vec<(Division, i64)> = narrowed!(query, asked).load(conn)?;
    let mut found: Vec<Count> = rows
        .into_iter()
        .map(|((list, kind, subject_kind, unit, year), n)| Count { list, kind, subject_kind, unit, year, n })
        .collect();
    found.sort();
    Ok(found)
}

/// Entries of these subjects.
///
/// # Errors
/// [`StoreError`].
pub fn of_subjects(conn: &mut Conn, asked: &Asked, subjects: &[i64]) -> Result<Vec<Row>, StoreError> {
    let mut found = Vec::new();
    for part in subjects.chunks(PART) {
        let query = list_entry::table.select(Row::as_select()).filter(list_entry::subject_id.eq_any(part)).into_boxed();
        found.extend(narrowed!(query, asked).load::<Row>(conn)?);
    }
    Ok(found)
}

/// Entries of a list that are known to have been gone since after one day and by another, the latest first, behind a place
/// in that order. Only of those the public may see.
///
/// # Errors
/// [`StoreError`].
pub fn gone(
    conn: &mut Conn,
    list: &str,
    (after, upto): (NaiveDate, NaiveDate),
    (gone_on, subject, record): (NaiveDate, i64, i64),
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let on_the_day =
        list_entry::subject_id.gt(subject).or(list_entry::subject_id.eq(subject).and(list_entry::record.gt(record)));
    Ok(list_entry::table
        .select(Row::as_select())
        .filter(list_entry::list.eq(list))
        .filter(list_entry::gone_on.gt(after))
        .filter(list_entry::gone_on.le(upto))
        .filter(list_entry::known_until.is_null())
        .filter(list_entry::exposure.eq("public"))
        .filter(list_entry::subject_kind.ne(SubjectKind::Person.as_str()))
        .filter(list_entry::kind.ne_all(["unconfirmed", "watch"]))
        .filter(list_entry::gone_on.lt(gone_on).or(list_entry::gone_on.eq(gone_on).and(on_the_day)))
        .order((list_entry::gone_on.desc(), list_entry::subject_id, list_entry::record))
        .limit(limit)
        .load(conn)?)
}

/// Subjects with a case that may have ended an entry: a repair, or a shield that became one.
///
/// # Errors
/// [`StoreError`].
pub fn subjects_with_cases(conn: &mut Conn) -> Result<Vec<i64>, StoreError> {
    Ok(rights_case::table
        .filter(rights_case::kind.eq_any(["repair", "shield"]))
        .select(rights_case::subject_id)
        .distinct()
        .load(conn)?)
}
