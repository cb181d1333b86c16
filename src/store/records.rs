//! Records as answers need them: by subject and resource, as of any day and any moment of knowledge.

use chrono::NaiveDateTime;
use diesel::{connection::DefaultLoadingMode, prelude::*};

use super::{
    Conn, StoreError,
    moments::{Day, Moment},
    schema::{former, record},
};
use crate::record::{RecordKey, Version};

#[derive(Queryable, Selectable)]
#[diesel(table_name = record)]
struct Stored {
    id: i64,
    subject_id: i64,
    key: Vec<u8>,
    resource: String,
    unit: String,
    delivery: i64,
    row_no: i64,
    revision: i32,
    state: String,
    exposure: String,
    fact_on: Option<Day>,
    valid_from: Option<Day>,
    valid_until: Option<Day>,
    ended_on: Option<Day>,
    stamp: Option<Moment>,
    known_from: Moment,
    payload: String,
    note: Option<String>,
}

impl Stored {
    fn into_version(self, known_until: Option<NaiveDateTime>) -> Result<Version, StoreError> {
        Ok(Version {
            key: key_of(&self.key, self.id)?,
            state: self.state.parse()?,
            id: self.id,
            subject: self.subject_id,
            resource: self.resource,
            unit: self.unit,
            delivery: self.delivery,
            row: self.row_no.unsigned_abs(),
            revision: self.revision,
            exposure: self.exposure,
            fact_on: self.fact_on.map(|it| it.0),
            valid_from: self.valid_from.map(|it| it.0),
            valid_until: self.valid_until.map(|it| it.0),
            ended_on: self.ended_on.map(|it| it.0),
            stamp: self.stamp.map(|it| it.0),
            known_from: self.known_from.0,
            known_until,
            payload: self.payload,
            note: self.note,
        })
    }
}

fn key_of(bytes: &[u8], id: i64) -> Result<RecordKey, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Spoiled { place: "record.key", value: id.to_string() })
}

/// What records are asked for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The subject and those merged into it.
    pub subjects: Vec<i64>,
    /// Only of this resource.
    pub resource: Option<String>,
    /// Only those one may see: the names of exposures.
    pub exposures: Vec<String>,
    /// As known at this moment (UTC), instead of now.
    pub known_at: Option<NaiveDateTime>,
}

/// All versions that were known, the latest fact first; the caller judges which were in force on a day.
///
/// # Errors
/// [`StoreError`].
pub fn of_subject(conn: &mut Conn, question: &Question) -> Result<Vec<Version>, StoreError> {
    let mut found = current(conn, question)?;
    if let Some(moment) = question.known_at {
        found.retain(|it| it.known_from <= moment);
        found.extend(past(conn, question, moment)?);
    }
    found.sort_by_key(|it| std::cmp::Reverse((it.fact_on, it.id)));
    Ok(found)
}

fn current(conn: &mut Conn, question: &Question) -> Result<Vec<Version>, StoreError> {
    let mut query = record::table
        .select(Stored::as_select())
        .filter(record::subject_id.eq_any(&question.subjects))
        .filter(record::exposure.eq_any(&question.exposures))
        .into_boxed();
    if let Some(resource) = &question.resource {
        query = query.filter(record::resource.eq(resource));
    }
    let rows: Vec<Stored> = query.load(conn)?;
    rows.into_iter().map(|it| it.into_version(None)).collect()
}

fn past(conn: &mut Conn, question: &Question, moment: NaiveDateTime) -> Result<Vec<Version>, StoreError> {
    let mut query = former_columns()
        .filter(former::subject_id.eq_any(&question.subjects))
        .filter(former::exposure.eq_any(&question.exposures))
        .filter(former::known_from.le(moment))
        .filter(former::known_until.gt(moment))
        .into_boxed();
    if let Some(resource) = &question.resource {
        query = query.filter(former::resource.eq(resource));
    }
    formers(query.load(conn)?)
}

/// All versions of these subjects that are known now, or were at a moment, whoever may see them; in no order.
///
/// # Errors
/// [`StoreError`].
pub fn of_subjects(
    conn: &mut Conn,
    subjects: &[i64],
    known_at: Option<NaiveDateTime>,
) -> Result<Vec<Version>, StoreError> {
    let mut found = Vec::new();
    each_of_subjects(conn, subjects, known_at, |version| {
        found.push(version);
        Ok(())
    })?;
    Ok(found)
}

/// Takes every version of these subjects that is known now, or was at a moment, whoever may see it; in no order.
///
/// # Errors
/// [`StoreError`], and what `take` gives.
pub fn each_of_subjects(
    conn: &mut Conn,
    subjects: &[i64],
    known_at: Option<NaiveDateTime>,
    mut take: impl FnMut(Version) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for part in subjects.chunks(SUBJECTS) {
        over_ids!(conn, part, record::subject_id, |conn, own| {
            let query = record::table.select(Stored::as_select()).filter(own);
            match known_at {
                None => each(query.load_iter::<Stored, DefaultLoadingMode>(conn)?, &mut take)?,
                Some(moment) => each(
                    query.filter(record::known_from.le(moment)).load_iter::<Stored, DefaultLoadingMode>(conn)?,
                    &mut take,
                )?,
            }
        });
        if let Some(moment) = known_at {
            let query = former_columns()
                .filter(former::subject_id.eq_any(part))
                .filter(former::known_from.le(moment))
                .filter(former::known_until.gt(moment));
            formers(query.load(conn)?)?.into_iter().try_for_each(&mut take)?;
        }
    }
    Ok(())
}

fn each(
    rows: impl Iterator<Item = QueryResult<Stored>>,
    take: &mut impl FnMut(Version) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for row in rows {
        take(row?.into_version(None)?)?;
    }
    Ok(())
}

/// Subjects in one list.
const SUBJECTS: usize = 10_000;

/// The subjects of versions of these resources that are known now, with ids in `above < id <= upto`.
///
/// # Errors
/// [`StoreError`].
pub fn subjects_between(conn: &mut Conn, above: i64, upto: i64, resources: &[String]) -> Result<Vec<i64>, StoreError> {
    Ok(record::table
        .filter(record::id.gt(above))
        .filter(record::id.le(upto))
        .filter(record::resource.eq_any(resources))
        .select(record::subject_id)
        .distinct()
        .load(conn)?)
}

/// Records that can be entries of lists; word for word what the partial indexes are made for.
const OF_LISTS: &str = "resource IN ('a_taxpayer', 'abnormal', 'dishonest_executed', 'listing')";

/// Versions of records that can be entries of lists, known now or before, with ids in `above < id <= upto`: the first
/// so many by id.
///
/// # Errors
/// [`StoreError`].
pub fn of_lists(conn: &mut Conn, above: i64, upto: i64, limit: i64) -> Result<Vec<Version>, StoreError> {
    let is_of_lists = || diesel::dsl::sql::<diesel::sql_types::Bool>(OF_LISTS);
    let rows: Vec<Stored> = record::table
        .select(Stored::as_select())
        .filter(is_of_lists())
        .filter(record::id.gt(above))
        .filter(record::id.le(upto))
        .order(record::id)
        .limit(limit)
        .load(conn)?;
    let query = former_columns()
        .filter(is_of_lists())
        .filter(former::id.gt(above))
        .filter(former::id.le(upto))
        .order(former::id)
        .limit(limit);
    let mut found = formers(query.load(conn)?)?;
    for row in rows {
        found.push(row.into_version(None)?);
    }
    found.sort_unstable_by_key(|it| it.id);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Every version of one record, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn history(conn: &mut Conn, subjects: &[i64], key: &RecordKey) -> Result<Vec<Version>, StoreError> {
    let key = key.as_slice();
    let rows: Vec<Stored> = record::table
        .select(Stored::as_select())
        .filter(record::subject_id.eq_any(subjects))
        .filter(record::key.eq(key))
        .load(conn)?;
    let mut found: Vec<Version> = rows.into_iter().map(|it| it.into_version(None)).collect::<Result<_, _>>()?;
    let query = former_columns().filter(former::subject_id.eq_any(subjects)).filter(former::key.eq(key));
    found.extend(formers(query.load(conn)?)?);
    found.sort_by_key(|it| std::cmp::Reverse((it.known_from, it.id)));
    Ok(found)
}

type FormerRow = (
    (i64, i64, Vec<u8>, String, String, i64, i64, i32, String, String),
    (Option<Day>, Option<Day>, Option<Day>, Option<Day>, Option<Moment>),
    (Moment, Moment, String, Option<String>),
);

type FormerColumns = (
    (
        former::id,
        former::subject_id,
        former::key,
        former::resource,
        former::unit,
        former::delivery,
        former::row_no,
        former::revision,
        former::state,
        former::exposure,
    ),
    (former::fact_on, former::valid_from, former::valid_until, former::ended_on, former::stamp),
    (former::known_from, former::known_until, former::payload, former::note),
);

fn former_columns() -> diesel::dsl::Select<former::table, FormerColumns> {
    former::table.select((
        (
            former::id,
            former::subject_id,
            former::key,
            former::resource,
            former::unit,
            former::delivery,
            former::row_no,
            former::revision,
            former::state,
            former::exposure,
        ),
        (former::fact_on, former::valid_from, former::valid_until, former::ended_on, former::stamp),
        (former::known_from, former::known_until, former::payload, former::note),
    ))
}

fn formers(rows: Vec<FormerRow>) -> Result<Vec<Version>, StoreError> {
    rows.into_iter()
        .map(|(who, when, what)| {
            let (id, subject_id, key, resource, unit, delivery, row_no, revision, state, exposure) = who;
            let (fact_on, valid_from, valid_until, ended_on, stamp) = when;
            let (known_from, known_until, payload, note) = what;
            let stored = Stored {
                id,
                subject_id,
                key,
                resource,
                unit,
                delivery,
                row_no,
                revision,
                state,
                exposure,
                fact_on,
                valid_from,
                valid_until,
                ended_on,
                stamp,
                known_from,
                payload,
                note,
            };
            stored.into_version(Some(known_until.0))
        })
        .collect()
}

/// Versions that are known now with ids in `above < id <= upto`, by id: for exports and reports.
///
/// # Errors
/// [`StoreError`].
pub fn by_id_range(conn: &mut Conn, above: i64, upto: i64) -> Result<Vec<Version>, StoreError> {
    let rows: Vec<Stored> = record::table
        .select(Stored::as_select())
        .filter(record::id.gt(above))
        .filter(record::id.le(upto))
        .order(record::id)
        .load(conn)?;
    rows.into_iter().map(|it| it.into_version(None)).collect()
}

/// Former versions with ids in `above < id <= upto`, by id.
///
/// # Errors
/// [`StoreError`].
pub fn formers_by_id_range(conn: &mut Conn, above: i64, upto: i64) -> Result<Vec<Version>, StoreError> {
    let query = former_columns().filter(former::id.gt(above)).filter(former::id.le(upto)).order(former::id);
    formers(query.load(conn)?)
}

/// The sealed personal numbers of a version that is known now.
///
/// # Errors
/// [`StoreError`].
pub fn sealed(conn: &mut Conn, subject: i64, key: &RecordKey) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<Option<Vec<u8>>> = record::table
        .filter(record::subject_id.eq(subject))
        .filter(record::key.eq(key.as_slice()))
        .select(record::sealed)
        .first(conn)
        .optional()?;
    Ok(found.flatten())
}

/// How many records are known now.
///
/// # Errors
/// [`StoreError`].
pub fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(record::table.count().get_result(conn)?)
}
