//! Cases and their steps. A step is only ever added; two that meet stand on one number, and the later is done again.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::{
    ledger::Change,
    record::{Mark, RecordKey},
    rights::{Case, CaseKind, CaseState, Missing, Opening, OutOfOrder, RulesAt, Step, marks},
    store::{
        Conn, StoreError,
        schema::{case_step, rights_case},
        vouched::{added, changed},
    },
};

/// A row of a case.
#[derive(Queryable, Insertable)]
#[diesel(table_name = rights_case, treat_none_as_default_value = false)]
pub(in crate::store) struct CaseRow {
    subject_id: i64,
    id: i64,
    kind: String,
    keys: Vec<u8>,
    unit: String,
    rules_id: String,
    rules_version: i32,
    ground: Option<String>,
    missing_resource: Option<String>,
    missing_document: Option<String>,
    channel: String,
    filed_by: String,
    filed_at: NaiveDateTime,
    state: String,
    is_open: bool,
    due_on: Option<NaiveDate>,
}

/// A row of a step.
#[derive(Queryable, Insertable)]
#[diesel(table_name = case_step, treat_none_as_default_value = false)]
pub(in crate::store) struct CaseStepRow {
    subject_id: i64,
    case_id: i64,
    seq: i32,
    kind: String,
    made_at: NaiveDateTime,
    day: NaiveDate,
    actor: String,
    reason: String,
    source: Option<String>,
    delivery: Option<i64>,
    named: String,
}

vouched! {
    CaseRow: Case in rights_case by (subject_id: i64, id: i64),
    named id.to_string(),
    of {
        subject_id, id, kind, keys, unit, rules_id, rules_version, ground, missing_resource, missing_document, channel,
        filed_by, filed_at, state, is_open, due_on,
    }
}

vouched! {
    CaseStepRow: CaseStep in case_step by (subject_id: i64, case_id: i64, seq: i32),
    named format!("{case_id}/{seq}"),
    of { subject_id, case_id, seq, kind, made_at, day, actor, reason, source, delivery, named }
}

/// A case with the day by which somebody has to act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The case.
    pub case: Case,
    /// The day by which the next step is due; `None` when no clock runs.
    pub due_on: Option<NaiveDate>,
}

/// The longest chunk of ids asked for at once.
const CHUNK: usize = 10_000;

/// The marks of these subjects' records, as known at a moment or now, by subject and case.
///
/// # Errors
/// [`StoreError`].
pub fn marks_of(
    conn: &mut Conn,
    subjects: &[i64],
    known_at: Option<NaiveDateTime>,
) -> Result<Vec<(i64, Mark)>, StoreError> {
    let cases = of_subjects(conn, subjects)?;
    let own = |it: &Stored| {
        let subject = it.case.opening.subject;
        marks([&it.case], known_at).into_iter().map(move |it| (subject, it)).collect::<Vec<_>>()
    };
    Ok(cases.iter().flat_map(own).collect())
}

/// The cases of these subjects, by subject and case.
///
/// # Errors
/// [`StoreError`].
pub fn of_subjects(conn: &mut Conn, subjects: &[i64]) -> Result<Vec<Stored>, StoreError> {
    let mut found = Vec::new();
    for part in subjects.chunks(CHUNK) {
        let rows: Vec<CaseRow> = over_ids!(conn, part, rights_case::subject_id, |conn, own| rights_case::table
            .filter(own)
            .order((rights_case::subject_id, rights_case::id))
            .load(conn)?);
        found.extend(with_steps(conn, rows)?);
    }
    Ok(found)
}

/// The case with an id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Stored>, StoreError> {
    let rows: Vec<CaseRow> = rights_case::table.filter(rights_case::id.eq(id)).load(conn)?;
    Ok(with_steps(conn, rows)?.pop())
}

/// What a list of cases is narrowed to; an empty filter takes all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these subjects.
    pub subjects: Option<Vec<i64>>,
    /// Decided by this unit.
    pub unit: Option<String>,
    /// Filed by this unit.
    pub filed_by: Option<String>,
    /// Of this kind.
    pub kind: Option<CaseKind>,
    /// In this state.
    pub state: Option<CaseState>,
    /// Whether somebody still has to act.
    pub open: Option<bool>,
    /// With a step due on or before this day.
    pub due_by: Option<NaiveDate>,
}

/// Cases with ids less than `below`, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn list(conn: &mut Conn, filter: &Filter, below: i64, limit: i64) -> Result<Vec<Stored>, StoreError> {
    let mut query =
        rights_case::table.filter(rights_case::id.lt(below)).order(rights_case::id.desc()).limit(limit).into_boxed();
    if let Some(subjects) = &filter.subjects {
        query = query.filter(rights_case::subject_id.eq_any(subjects));
    }
    if let Some(unit) = &filter.unit {
        query = query.filter(rights_case::unit.eq(unit));
    }
    if let Some(unit) = &filter.filed_by {
        query = query.filter(rights_case::filed_by.eq(unit));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(rights_case::kind.eq(kind.as_str()));
    }
    if let Some(state) = filter.state {
        query = query.filter(rights_case::state.eq(state.as_str()));
    }
    if let Some(open) = filter.open {
        query = query.filter(rights_case::is_open.eq(open));
    }
    if let Some(day) = filter.due_by {
        query = query.filter(rights_case::due_on.le(day));
    }
    let rows = query.load(conn)?;
    with_steps(conn, rows)
}

/// Keeps a new case, whose only step is its filing; says what the ledger is to be told.
///
/// # Errors
/// [`StoreError`].
pub fn open(conn: &mut Conn, new: &Stored) -> Result<[Change; 2], StoreError> {
    let row = row(new);
    diesel::insert_into(rights_case::table).values(&row).execute(conn)?;
    Ok([added(&row), insert_step(conn, &new.case)?])
}

/// Keeps the last step of a case and where it now stands; says what the ledger is to be told. A step taken meanwhile by
/// another makes it [`StoreError::Contended`]: look again.
///
/// # Errors
/// [`StoreError`].
pub fn add_step(conn: &mut Conn, now: &Stored) -> Result<Vec<Change>, StoreError> {
    let step = insert_step(conn, &now.case)?;
    let (state, opening) = (now.case.state(), &now.case.opening);
    let key = (opening.subject, opening.id);
    let (_, case) = changed::<CaseRow, _>(conn, &key, |conn| {
        Ok(diesel::update(rights_case::table.find(key))
            .set((
                rights_case::state.eq(state.as_str()),
                rights_case::is_open.eq(state.is_open()),
                rights_case::due_on.eq(now.due_on),
            ))
            .execute(conn)?)
    })?;
    Ok(case.into_iter().chain([step]).collect())
}

fn insert_step(conn: &mut Conn, case: &Case) -> Result<Change, StoreError> {
    let (opening, step) = (&case.opening, case.last());
    let row = CaseStepRow {
        subject_id: opening.subject,
        case_id: opening.id,
        seq: i32::try_from(case.steps().len()).expect("a case has few steps"),
        kind: step.kind.to_string(),
        made_at: step.at,
        day: step.day,
        actor: step.actor.clone(),
        reason: step.reason.clone(),
        source: step.source.clone(),
        delivery: step.delivery,
        named: step.named.join(","),
    };
    diesel::insert_into(case_step::table).values(&row).execute(conn)?;
    Ok(added(&row))
}

fn row(stored: &Stored) -> CaseRow {
    let (opening, state) = (&stored.case.opening, stored.case.state());
    let missing = opening.missing.clone().map(|it| (it.resource, it.document));
    let (missing_resource, missing_document) = missing.unzip();
    CaseRow {
        subject_id: opening.subject,
        id: opening.id,
        kind: opening.kind.to_string(),
        keys: opening.keys.concat(),
        unit: opening.unit.clone(),
        rules_id: opening.rules.id.clone(),
        rules_version: i32::try_from(opening.rules.version).unwrap_or(i32::MAX),
        ground: opening.ground.map(|it| it.to_string()),
        missing_resource,
        missing_document,
        channel: opening.channel.to_string(),
        filed_by: opening.filed_by.clone(),
        filed_at: stored.case.filing().at,
        state: state.to_string(),
        is_open: state.is_open(),
        due_on: stored.due_on,
    }
}

/// Openings with their steps, in the order of the openings.
fn with_steps(conn: &mut Conn, rows: Vec<CaseRow>) -> Result<Vec<Stored>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let subjects: Vec<i64> = rows.iter().map(|it| it.subject_id).collect();
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let mut steps: HashMap<i64, Vec<Step>> = HashMap::with_capacity(ids.len());
    for (subjects, ids) in subjects.chunks(CHUNK).zip(ids.chunks(CHUNK)) {
        let found: Vec<CaseStepRow> = case_step::table
            .filter(case_step::subject_id.eq_any(subjects))
            .filter(case_step::case_id.eq_any(ids))
            .order((case_step::subject_id, case_step::case_id, case_step::seq))
            .load(conn)?;
        for row in found {
            steps.entry(row.case_id).or_default().push(step(row)?);
        }
    }
    // A case without steps does not fold: it is told as spoiled.
    rows.into_iter().map(|it| stored(steps.remove(&it.id).unwrap_or_default(), it)).collect()
}

fn step(row: CaseStepRow) -> Result<Step, StoreError> {
    let named = row.named.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect();
    Ok(Step {
        kind: row.kind.parse()?,
        at: row.made_at,
        day: row.day,
        actor: row.actor,
        reason: row.reason,
        source: row.source,
        delivery: row.delivery,
        named,
    })
}

fn stored(steps: Vec<Step>, row: CaseRow) -> Result<Stored, StoreError> {
    let spoiled = |what: String| StoreError::Spoiled { place: "rights_case", value: what };
    let (keys, rest) = row.keys.as_chunks::<16>();
    let version = u32::try_from(row.rules_version).map_err(|_| spoiled(format!("{}: rules_version", row.id)))?;
    if !rest.is_empty() {
        return Err(spoiled(format!("{}: keys", row.id)));
    }
    let opening = Opening {
        id: row.id,
        kind: row.kind.parse()?,
        subject: row.subject_id,
        keys: keys.iter().map(|it| RecordKey::from(*it)).collect(),
        unit: row.unit,
        rules: RulesAt { id: row.rules_id, version },
        ground: row.ground.map(|it| it.parse()).transpose()?,
        missing: row
            .missing_resource
            .zip(row.missing_document)
            .map(|(resource, document)| Missing { resource, document }),
        channel: row.channel.parse()?,
        filed_by: row.filed_by,
    };
    let case = Case::fold(opening, steps).map_err(|it: OutOfOrder| spoiled(format!("{}: {it}", row.id)))?;
    Ok(Stored { case, due_on: row.due_on })
}
