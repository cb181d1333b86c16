//! Designations and their steps. A step is only ever added; two that meet stand on one number, and the later is done again.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::{designation, designation_step},
    vouched::{added, changed},
};
use crate::{
    ledger::Change,
    policy::rules::ListKind,
    rights::designation::{Designation, Document, Opening, Refused, State, Step},
};

/// A row of a designation.
#[derive(Queryable, Insertable)]
#[diesel(table_name = designation, treat_none_as_default_value = false)]
pub(super) struct OpeningRow {
    subject_id: i64,
    id: i64,
    list: String,
    kind: String,
    unit: String,
    rule: Option<String>,
    records: String,
    content: Vec<u8>,
    opened_at: NaiveDateTime,
    state: String,
    open_key: Option<String>,
    is_owed: bool,
    delivery: Option<i64>,
    trouble: Option<String>,
}

/// A row of a step.
#[derive(Queryable, Insertable)]
#[diesel(table_name = designation_step, treat_none_as_default_value = false)]
pub(super) struct StepRow {
    subject_id: i64,
    designation: i64,
    seq: i32,
    kind: String,
    made_at: NaiveDateTime,
    day: NaiveDate,
    actor: String,
    reason: String,
    document: Option<String>,
    digest: Option<Vec<u8>>,
    until_on: Option<NaiveDate>,
    removal: Option<String>,
}

vouched! {
    OpeningRow: Designation in designation by (subject_id: i64, id: i64),
    named id.to_string(),
    of {
        subject_id, id, list, kind, unit, rule, records, content, opened_at, state, open_key, is_owed, delivery, trouble,
    }
}

vouched! {
    StepRow: DesignationStep in designation_step by (subject_id: i64, designation: i64, seq: i32),
    named format!("{designation}/{seq}"),
    of {
        subject_id, designation, seq, kind, made_at, day, actor, reason, document, digest, until_on, removal,
    }
}

/// A designation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The designation.
    pub designation: Designation,
    /// What the entry says, sealed.
    pub content: Vec<u8>,
    /// Whether a record is still to follow from the last step.
    pub is_owed: bool,
    /// The delivery that brought the last record.
    pub delivery: Option<i64>,
    /// Why a record that is owed could not be taken.
    pub trouble: Option<String>,
}

impl Stored {
    /// Which one it is among the undecided of a subject: one a list and unit, or a list and rule.
    fn open_key(&self) -> Option<String> {
        let opening = &self.designation.opening;
        let who = opening.rule.as_deref().unwrap_or(&opening.unit);
        self.designation.state().is_open().then(|| open_key(&opening.list, who))
    }
}

/// The undecided designation of a subject for a list by a unit, or by a rule, if there is one.
///
/// # Errors
/// [`StoreError`].
pub fn undecided(conn: &mut Conn, subject: i64, list: &str, who: &str) -> Result<Option<i64>, StoreError> {
    Ok(designation::table
        .filter(designation::subject_id.eq(subject))
        .filter(designation::open_key.eq(open_key(list, who)))
        .select(designation::id)
        .first(conn)
        .optional()?)
}

/// The undecided designations of these subjects: each subject with its key among its own.
///
/// # Errors
/// [`StoreError`].
pub fn all_undecided(conn: &mut Conn, subjects: &[i64]) -> Result<HashSet<(i64, String)>, StoreError> {
    let rows: Vec<(i64, Option<String>)> = designation::table
        .filter(designation::subject_id.eq_any(subjects))
        .filter(designation::open_key.is_not_null())
        .select((designation::subject_id, designation::open_key))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(subject, key)| Some((subject, key?))).collect())
}

/// What makes two undecided designations of a subject alike: the list, and the unit or the rule that proposes.
#[must_use]
pub fn open_key(list: &str, who: &str) -> String {
    format!("{list}/{who}")
}

/// Keeps a new designation, whose only step is its proposal; says what the ledger is to be told.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Contended`] when there is an undecided one alike.
pub fn open(conn: &mut Conn, new: &Stored) -> Result<[Change; 2], StoreError> {
    let (opening, first) = (&new.designation.opening, new.designation.last());
    let row = OpeningRow {
        subject_id: opening.subject,
        id: opening.id,
        list: opening.list.clone(),
        kind: opening.kind.to_string(),
        unit: opening.unit.clone(),
        rule: opening.rule.clone(),
        records: serde_json::Value::from(opening.records.clone()).to_string(),
        content: new.content.clone(),
        opened_at: first.at,
        state: new.designation.state().to_string(),
        open_key: new.open_key(),
        is_owed: new.is_owed,
        delivery: new.delivery,
        trouble: new.trouble.clone(),
    };
    diesel::insert_into(designation::table).values(&row).execute(conn)?;
    Ok([added(&row), insert_step(conn, &new.designation)?])
}

/// Keeps the last step of a designation and where it now stands; says what the ledger is to be told. A step taken
/// meanwhile by another makes it [`StoreError::Contended`]: look again.
///
/// # Errors
/// [`StoreError`].
pub fn add_step(conn: &mut Conn, now: &Stored) -> Result<Vec<Change>, StoreError> {
    let step = insert_step(conn, &now.designation)?;
    Ok(update(conn, now, State::ALL)?.into_iter().chain([step]).collect())
}

/// Keeps whether the record of a designation is owed and what became of it, while it stands as it was read. A step
/// taken meanwhile stays, with what it owes. Says what the ledger is to be told.
///
/// # Errors
/// [`StoreError`].
pub fn settle(conn: &mut Conn, now: &Stored) -> Result<Option<Change>, StoreError> {
    update(conn, now, &[now.designation.state()])
}

/// Keeps where a designation stands, while it is in one of these states.
fn update(conn: &mut Conn, now: &Stored, states: &[State]) -> Result<Option<Change>, StoreError> {
    let key = (now.designation.opening.subject, now.designation.opening.id);
    let states: Vec<&str> = states.iter().map(|it| it.as_str()).collect();
    let row = designation::table.find(key).filter(designation::state.eq_any(states));
    let (_, change) = changed::<OpeningRow, _>(conn, &key, |conn| {
        Ok(diesel::update(row)
            .set((
                designation::unit.eq(&now.designation.opening.unit),
                designation::state.eq(now.designation.state().as_str()),
                designation::open_key.eq(now.open_key()),
                designation::content.eq(&now.content),
                designation::is_owed.eq(now.is_owed),
                designation::delivery.eq(now.delivery),
                designation::trouble.eq(&now.trouble),
            ))
            .execute(conn)?)
    })?;
    Ok(change)
}

fn insert_step(conn: &mut Conn, designation: &Designation) -> Result<Change, StoreError> {
    let (opening, step) = (&designation.opening, designation.last());
    let row = StepRow {
        subject_id: opening.subject,
        designation: opening.id,
        seq: i32::try_from(designation.steps().len()).expect("a designation has few steps"),
        kind: step.kind.to_string(),
        made_at: step.at,
        day: step.day,
        actor: step.actor.clone(),
        reason: step.reason.clone(),
        document: step.document.as_ref().map(|it| it.number.clone()),
        digest: step.document.as_ref().map(|it| it.digest.to_vec()),
        until_on: step.until,
        removal: step.removal.map(|it| it.to_string()),
    };
    diesel::insert_into(designation_step::table).values(&row).execute(conn)?;
    Ok(added(&row))
}

/// The designation with an id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Stored>, StoreError> {
    let rows: Vec<OpeningRow> = designation::table.filter(designation::id.eq(id)).load(conn)?;
    Ok(with_steps(conn, rows)?.pop())
}

/// What a list of designations is narrowed to; an empty filter takes all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these subjects.
    pub subjects: Option<Vec<i64>>,
    /// Of this list.
    pub list: Option<String>,
    /// Of this unit.
    pub unit: Option<String>,
    /// In this state.
    pub state: Option<State>,
    /// Proposed by a rule, or by a person.
    pub by_rule: Option<bool>,
}

/// Designations with ids less than `below`, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn list(conn: &mut Conn, filter: &Filter, below: i64, limit: i64) -> Result<Vec<Stored>, StoreError> {
    let mut query =
        designation::table.filter(designation::id.lt(below)).order(designation::id.desc()).limit(limit).into_boxed();
    if let Some(subjects) = &filter.subjects {
        query = query.filter(designation::subject_id.eq_any(subjects));
    }
    if let Some(list) = &filter.list {
        query = query.filter(designation::list.eq(list));
    }
    if let Some(unit) = &filter.unit {
        query = query.filter(designation::unit.eq(unit));
    }
    if let Some(state) = filter.state {
        query = query.filter(designation::state.eq(state.as_str()));
    }
    match filter.by_rule {
        Some(true) => query = query.filter(designation::rule.is_not_null()),
        Some(false) => query = query.filter(designation::rule.is_null()),
        None => {}
    }
    let rows = query.load(conn)?;
    with_steps(conn, rows)
}

/// Undecided designations of a list that were made public, with ids less than `below`, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn publicised(conn: &mut Conn, list: &str, below: i64, limit: i64) -> Result<Vec<Stored>, StoreError> {
    let states = [State::Publicised, State::Objected, State::Heard].map(State::as_str);
    let rows = designation::table
        .filter(designation::list.eq(list))
        .filter(designation::kind.eq(ListKind::Red.as_str()))
        .filter(designation::state.eq_any(states))
        .filter(designation::id.lt(below))
        .order(designation::id.desc())
        .limit(limit)
        .load(conn)?;
    with_steps(conn, rows)
}

/// The ids of designations whose record is still to follow, above one, in order.
///
/// # Errors
/// [`StoreError`].
pub fn owed(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    Ok(designation::table
        .filter(designation::is_owed.eq(true))
        .filter(designation::id.gt(above))
        .order(designation::id)
        .limit(limit)
        .select(designation::id)
        .load(conn)?)
}

/// The designations of these subjects that were ever decided, by subject and id.
///
/// # Errors
/// [`StoreError`].
pub fn decided(conn: &mut Conn, subjects: &[i64]) -> Result<Vec<Stored>, StoreError> {
    let mut found = Vec::new();
    for part in subjects.chunks(PART) {
        // The undecided have a key among themselves.
        let rows: Vec<OpeningRow> = over_ids!(conn, part, designation::subject_id, |conn, own| designation::table
            .filter(own)
            .filter(designation::open_key.is_null())
            .filter(designation::state.ne(State::Dropped.as_str()))
            .order((designation::subject_id, designation::id))
            .load(conn)?);
        found.extend(with_steps(conn, rows)?);
    }
    Ok(found)
}

/// Ids in one `IN` list.
const PART: usize = 10_000;

/// For each of these subjects the designations a rule has proposed, decided or not: list, rule, records.
///
/// # Errors
/// [`StoreError`].
pub fn proposed_by_rules(conn: &mut Conn, subjects: &[i64]) -> Result<Vec<(i64, String, Vec<i64>)>, StoreError> {
    let rows: Vec<(i64, Option<String>, String)> = designation::table
        .filter(designation::subject_id.eq_any(subjects))
        .filter(designation::rule.is_not_null())
        .select((designation::subject_id, designation::rule, designation::records))
        .load(conn)?;
    rows.into_iter()
        .filter_map(|(subject, rule, records)| Some((subject, rule?, records)))
        .map(|(subject, rule, records)| Ok((subject, rule, ids(&records)?)))
        .collect()
}

/// Openings with their steps, in the order of the openings.
fn with_steps(conn: &mut Conn, rows: Vec<OpeningRow>) -> Result<Vec<Stored>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let subjects: Vec<i64> = rows.iter().map(|it| it.subject_id).collect();
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let found: Vec<StepRow> = designation_step::table
        .filter(designation_step::subject_id.eq_any(&subjects))
        .filter(designation_step::designation.eq_any(&ids))
        .order((designation_step::subject_id, designation_step::designation, designation_step::seq))
        .load(conn)?;
    let mut steps: HashMap<i64, Vec<Step>> = HashMap::with_capacity(ids.len());
    for row in found {
        steps.entry(row.designation).or_default().push(step(row)?);
    }
    // A designation without steps does not fold: it is told as spoiled.
    rows.into_iter().map(|it| stored(steps.remove(&it.id).unwrap_or_default(), it)).collect()
}

fn step(row: StepRow) -> Result<Step, StoreError> {
    let spoiled = || StoreError::Spoiled { place: "designation_step.digest", value: row.designation.to_string() };
    let document = match (row.document, row.digest) {
        (Some(number), Some(digest)) => {
            Some(Document { number, digest: digest.as_slice().try_into().map_err(|_| spoiled())? })
        }
        _ => None,
    };
    Ok(Step {
        kind: row.kind.parse()?,
        at: row.made_at,
        day: row.day,
        actor: row.actor,
        reason: row.reason,
        document,
        until: row.until_on,
        removal: row.removal.map(|it| it.parse()).transpose()?,
    })
}

fn ids(text: &str) -> Result<Vec<i64>, StoreError> {
    let spoiled = |_| StoreError::Spoiled { place: "designation.records", value: text.to_owned() };
    serde_json::from_str(text).map_err(spoiled)
}

fn stored(steps: Vec<Step>, row: OpeningRow) -> Result<Stored, StoreError> {
    let opening = Opening {
        id: row.id,
        list: row.list,
        kind: row.kind.parse()?,
        subject: row.subject_id,
        unit: row.unit,
        rule: row.rule,
        records: ids(&row.records)?,
    };
    let spoiled = |it: Refused| StoreError::Spoiled { place: "designation", value: format!("{}: {it}", row.id) };
    let designation = Designation::fold(opening, steps).map_err(spoiled)?;
    Ok(Stored { designation, content: row.content, is_owed: row.is_owed, delivery: row.delivery, trouble: row.trouble })
}
