//! Deferrals (容缺件): cases and their steps.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::{deferral_case, deferral_step, delivery},
    vouched::{added, changed},
};
use crate::{
    deferral::{Breach, Case, CaseState, Step, StepKind},
    ledger::Change,
};

/// A row of a case.
#[derive(Queryable, Insertable)]
#[diesel(table_name = deferral_case, treat_none_as_default_value = false)]
pub(super) struct Stored {
    subject_id: i64,
    id: i64,
    number: String,
    unit: String,
    item: String,
    pack: String,
    answer: i64,
    missing: String,
    opened_on: NaiveDate,
    due_on: NaiveDate,
    state: String,
    signed: Option<Vec<u8>>,
    owes: Option<String>,
    delivery: Option<i64>,
}

vouched! {
    Stored: Deferral in deferral_case by (subject_id: i64, id: i64),
    named id.to_string(),
    of { subject_id, id, number, unit, item, pack, answer, missing, opened_on, due_on, state, signed, owes, delivery }
}

/// A row of a step.
#[derive(Queryable, Insertable)]
#[diesel(table_name = deferral_step, treat_none_as_default_value = false)]
pub(super) struct StepRow {
    subject_id: i64,
    deferral: i64,
    seq: i64,
    kind: String,
    made_on: NaiveDate,
    made_at: NaiveDateTime,
    actor: String,
    body: String,
}

vouched! {
    StepRow: DeferralStep in deferral_step by (subject_id: i64, deferral: i64, seq: i64),
    named format!("{deferral}/{seq}"),
    of { subject_id, deferral, seq, kind, made_on, made_at, actor, body }
}

impl Stored {
    fn new(it: &Case) -> Self {
        let it = it.clone();
        Self {
            subject_id: it.subject,
            id: it.id,
            number: it.number,
            unit: it.unit,
            item: it.item,
            pack: it.pack,
            answer: it.answer,
            missing: it.missing.join("\n"),
            opened_on: it.opened_on,
            due_on: it.due_on,
            state: it.state.as_str().to_owned(),
            signed: it.signed.map(|it| it.to_vec()),
            owes: it.owes.map(|it| it.to_string()),
            delivery: it.delivery,
        }
    }

    fn into_case(self) -> Result<Case, StoreError> {
        let spoiled = || StoreError::Spoiled { place: "deferral_case.signed", value: self.id.to_string() };
        let signed = self.signed.as_deref().map(|it| it.try_into().map_err(|_| spoiled())).transpose()?;
        Ok(Case {
            state: self.state.parse()?,
            owes: self.owes.as_deref().map(str::parse).transpose()?,
            signed,
            subject: self.subject_id,
            id: self.id,
            number: self.number,
            unit: self.unit,
            item: self.item,
            pack: self.pack,
            answer: self.answer,
            missing: self.missing.lines().map(str::to_owned).collect(),
            opened_on: self.opened_on,
            due_on: self.due_on,
            delivery: self.delivery,
        })
    }
}

fn cases(rows: Vec<Stored>) -> Result<Vec<Case>, StoreError> {
    rows.into_iter().map(Stored::into_case).collect()
}

/// Keeps a new case and says what the ledger is to be told; nothing when it is not new: an answer opens one case.
///
/// # Errors
/// [`StoreError`].
pub fn add(conn: &mut Conn, new: &Case) -> Result<Option<Change>, StoreError> {
    let row = Stored::new(new);
    let n = on_either!(conn, conn => diesel::insert_into(deferral_case::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok((n == 1).then(|| added(&row)))
}

/// The case an answer opened.
///
/// # Errors
/// [`StoreError`].
pub fn of_answer(conn: &mut Conn, subject: i64, answer: i64) -> Result<Option<Case>, StoreError> {
    let own = deferral_case::table.filter(deferral_case::subject_id.eq(subject));
    let row: Option<Stored> = own.filter(deferral_case::answer.eq(answer)).first(conn).optional()?;
    row.map(Stored::into_case).transpose()
}

/// A case by its id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Case>, StoreError> {
    let row: Option<Stored> = deferral_case::table.filter(deferral_case::id.eq(id)).first(conn).optional()?;
    row.map(Stored::into_case).transpose()
}

/// The cases of subjects that a decision looks at: waiting for a material, overdue, revoked, or owing the record of a
/// breach, whatever has become of them.
///
/// # Errors
/// [`StoreError`].
pub fn weighed(conn: &mut Conn, subjects: &[i64]) -> Result<Vec<Case>, StoreError> {
    use deferral_case::state;
    let [open, suspended, revoked] = [CaseState::Open, CaseState::Suspended, CaseState::Revoked].map(CaseState::as_str);
    cases(over_ids!(conn, subjects, deferral_case::subject_id, |conn, own| deferral_case::table
        .filter(own)
        .filter(state.eq(open).or(state.eq(suspended)).or(state.eq(revoked)).or(deferral_case::owes.is_not_null()))
        .order(deferral_case::id)
        .load(conn)?))
}

/// The same as the decision of an answer, at a moment (UTC), looked at them: what a later answer opened was not there. A
/// day that was moved since makes no difference: only a promise that is not overdue can be moved, and stays so.
///
/// # Errors
/// [`StoreError`].
pub fn weighed_at(
    conn: &mut Conn,
    subjects: &[i64],
    (answer, moment): (i64, NaiveDateTime),
) -> Result<Vec<Case>, StoreError> {
    let own = deferral_case::table.filter(deferral_case::subject_id.eq_any(subjects));
    let own = own.filter(deferral_case::answer.lt(answer));
    let mut found = Vec::new();
    for case in cases(own.order(deferral_case::id).load(conn)?)? {
        let kinds: Vec<String> = deferral_step::table
            .filter(deferral_step::subject_id.eq(case.subject).and(deferral_step::deferral.eq(case.id)))
            .filter(deferral_step::made_at.le(moment))
            .order(deferral_step::seq)
            .select(deferral_step::kind)
            .load(conn)?;
        let Some(last) = kinds.last() else { continue };
        let state = last.parse::<StepKind>()?.leads_to();
        let owes = owed_at(conn, &case, &kinds, moment)?;
        if matches!(state, CaseState::Open | CaseState::Suspended | CaseState::Revoked) || owes.is_some() {
            found.push(Case { state, owes, ..case });
        }
    }
    Ok(found)
}

/// The breach whose record a case owed at a moment: found by a step until then, and not written until then.
fn owed_at(
    conn: &mut Conn,
    case: &Case,
    kinds: &[String],
    moment: NaiveDateTime,
) -> Result<Option<Breach>, StoreError> {
    let mut breach = None;
    for kind in kinds {
        breach = kind.parse::<StepKind>()?.finds().or(breach);
    }
    let Some(id) = case.delivery.filter(|_| breach.is_some()) else { return Ok(breach) };
    let ended: Option<Option<NaiveDateTime>> =
        delivery::table.find(id).select(delivery::ended_at).first(conn).optional()?;
    Ok(breach.filter(|_| ended.flatten().is_none_or(|it| moment < it)))
}

/// Which cases.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Accepted by this unit.
    pub unit: Option<String>,
    /// Of these subjects.
    pub subjects: Option<Vec<i64>>,
    /// In this state.
    pub state: Option<CaseState>,
}

/// Cases with ids below one, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn list(conn: &mut Conn, filter: &Filter, below: i64, limit: i64) -> Result<Vec<Case>, StoreError> {
    let mut query = deferral_case::table.filter(deferral_case::id.lt(below)).into_boxed();
    if let Some(unit) = &filter.unit {
        query = query.filter(deferral_case::unit.eq(unit));
    }
    if let Some(subjects) = &filter.subjects {
        query = query.filter(deferral_case::subject_id.eq_any(subjects));
    }
    if let Some(state) = filter.state {
        query = query.filter(deferral_case::state.eq(state.as_str()));
    }
    cases(query.order(deferral_case::id.desc()).limit(limit).load(conn)?)
}

/// Cases of one look.
const PAGE: i64 = 200;

/// Cases that owe the record of a broken promise, some of them.
///
/// # Errors
/// [`StoreError`].
pub fn owing(conn: &mut Conn, above: i64) -> Result<Vec<Case>, StoreError> {
    let owing = deferral_case::table.filter(deferral_case::owes.is_not_null()).filter(deferral_case::id.gt(above));
    cases(owing.order(deferral_case::id).limit(PAGE).load(conn)?)
}

/// Cases in a state that were due before a day, by due day, some of them.
///
/// # Errors
/// [`StoreError`].
pub fn due(conn: &mut Conn, state: CaseState, before: NaiveDate, above: i64) -> Result<Vec<Case>, StoreError> {
    let own = deferral_case::table.filter(deferral_case::state.eq(state.as_str()));
    let late = own.filter(deferral_case::due_on.lt(before)).filter(deferral_case::id.gt(above));
    cases(late.order(deferral_case::id).limit(PAGE).load(conn)?)
}

/// Moves a case from the state and the due day it was read with, and says what the ledger is to be told; nothing when it
/// no longer had them.
///
/// # Errors
/// [`StoreError`].
pub fn moved(conn: &mut Conn, from: &Case, to: &Case) -> Result<Option<Change>, StoreError> {
    let key = (from.subject, from.id);
    let own = deferral_case::table.find(key).filter(deferral_case::state.eq(from.state.as_str()));
    let (n, change) = changed::<Stored, _>(conn, &key, |conn| {
        Ok(diesel::update(own.filter(deferral_case::due_on.eq(from.due_on)))
            .set((
                deferral_case::state.eq(to.state.as_str()),
                deferral_case::due_on.eq(to.due_on),
                deferral_case::owes.eq(to.owes.map(Breach::as_str)),
            ))
            .execute(conn)?)
    })?;
    Ok(change.filter(|_| n == 1))
}

/// Notes the promise that was signed, when none was noted before; says what the ledger is to be told, and nothing when one
/// was.
///
/// # Errors
/// [`StoreError`].
pub fn signed(conn: &mut Conn, to: &Case) -> Result<Option<Change>, StoreError> {
    let key = (to.subject, to.id);
    let (n, change) = changed::<Stored, _>(conn, &key, |conn| {
        Ok(diesel::update(deferral_case::table.find(key).filter(deferral_case::signed.is_null()))
            .set(deferral_case::signed.eq(to.signed.map(|it| it.to_vec())))
            .execute(conn)?)
    })?;
    Ok(change.filter(|_| n == 1))
}

/// Notes the delivery with the record of a broken promise, whatever has become of the case; it owes nothing more, unless
/// another breach was found since. Says what the ledger is to be told; nothing when it did not owe this one.
///
/// # Errors
/// [`StoreError`].
pub fn recorded(conn: &mut Conn, case: &Case, (breach, delivery): (Breach, i64)) -> Result<Option<Change>, StoreError> {
    let key = (case.subject, case.id);
    let own = deferral_case::table.find(key).filter(deferral_case::owes.eq(breach.as_str()));
    let (n, change) = changed::<Stored, _>(conn, &key, |conn| {
        Ok(diesel::update(own)
            .set((deferral_case::delivery.eq(Some(delivery)), deferral_case::owes.eq(None::<String>)))
            .execute(conn)?)
    })?;
    Ok(change.filter(|_| n == 1))
}

/// Keeps a step of a case; says what the ledger is to be told.
///
/// # Errors
/// [`StoreError`].
pub fn add_step(conn: &mut Conn, of: &Case, step: &Step, at: NaiveDateTime) -> Result<Change, StoreError> {
    let known = deferral_step::table.filter(deferral_step::subject_id.eq(of.subject));
    let seq: i64 = known.filter(deferral_step::deferral.eq(of.id)).count().get_result(conn)?;
    let row = StepRow {
        subject_id: of.subject,
        deferral: of.id,
        seq: seq + 1,
        kind: step.kind.to_string(),
        made_on: step.made_on,
        made_at: at,
        actor: step.actor.clone(),
        body: step.note.clone(),
    };
    diesel::insert_into(deferral_step::table).values(&row).execute(conn)?;
    Ok(added(&row))
}

/// The steps of a case, in their order.
///
/// # Errors
/// [`StoreError`].
pub fn steps(conn: &mut Conn, of: &Case) -> Result<Vec<Step>, StoreError> {
    let rows: Vec<(String, NaiveDate, String, String)> = deferral_step::table
        .filter(deferral_step::subject_id.eq(of.subject))
        .filter(deferral_step::deferral.eq(of.id))
        .order(deferral_step::seq)
        .select((deferral_step::kind, deferral_step::made_on, deferral_step::actor, deferral_step::body))
        .load(conn)?;
    let step = |(kind, made_on, actor, note): (String, NaiveDate, String, String)| {
        Ok(Step { kind: kind.parse()?, made_on, actor, note })
    };
    rows.into_iter().map(step).collect()
}
