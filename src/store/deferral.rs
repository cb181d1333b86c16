//! Deferrals (容缺件): cases and their steps.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::{deferral_case, deferral_step},
};
use crate::deferral::{Case, CaseState, Step};

#[derive(Queryable, Insertable)]
#[diesel(table_name = deferral_case, treat_none_as_default_value = false)]
struct Stored {
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
    delivery: Option<i64>,
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
            delivery: it.delivery,
        }
    }

    fn into_case(self) -> Result<Case, StoreError> {
        Ok(Case {
            state: self.state.parse()?,
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

/// Keeps a new case; says whether it is new: an answer opens one case.
///
/// # Errors
/// [`StoreError`].
pub fn add(conn: &mut Conn, new: &Case) -> Result<bool, StoreError> {
    let row = Stored::new(new);
    let n = on_either!(conn, conn => diesel::insert_into(deferral_case::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(n == 1)
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

/// The cases of subjects that a decision looks at: waiting for a material, overdue, or revoked.
///
/// # Errors
/// [`StoreError`].
pub fn weighed(conn: &mut Conn, subjects: &[i64]) -> Result<Vec<Case>, StoreError> {
    let states = [CaseState::Open, CaseState::Suspended, CaseState::Revoked].map(CaseState::as_str);
    let own = deferral_case::table.filter(deferral_case::subject_id.eq_any(subjects));
    cases(own.filter(deferral_case::state.eq_any(states)).order(deferral_case::id).load(conn)?)
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

/// Cases in a state that were due before a day, by due day, some of them.
///
/// # Errors
/// [`StoreError`].
pub fn due(conn: &mut Conn, state: CaseState, before: NaiveDate, above: i64) -> Result<Vec<Case>, StoreError> {
    const PAGE: i64 = 200;
    let own = deferral_case::table.filter(deferral_case::state.eq(state.as_str()));
    let late = own.filter(deferral_case::due_on.lt(before)).filter(deferral_case::id.gt(above));
    cases(late.order(deferral_case::id).limit(PAGE).load(conn)?)
}

/// Moves a case from the state and the due day it was read with; says whether it still had them.
///
/// # Errors
/// [`StoreError`].
pub fn moved(conn: &mut Conn, from: &Case, to: &Case) -> Result<bool, StoreError> {
    let own = deferral_case::table.find((from.subject, from.id)).filter(deferral_case::state.eq(from.state.as_str()));
    let n = diesel::update(own.filter(deferral_case::due_on.eq(from.due_on)))
        .set((deferral_case::state.eq(to.state.as_str()), deferral_case::due_on.eq(to.due_on)))
        .execute(conn)?;
    Ok(n == 1)
}

/// Notes the delivery with the record of the broken promise, whatever has become of the case.
///
/// # Errors
/// [`StoreError`].
pub fn recorded(conn: &mut Conn, case: &Case) -> Result<(), StoreError> {
    diesel::update(deferral_case::table.find((case.subject, case.id)))
        .set(deferral_case::delivery.eq(case.delivery))
        .execute(conn)?;
    Ok(())
}

/// Keeps a step of a case.
///
/// # Errors
/// [`StoreError`].
pub fn add_step(conn: &mut Conn, of: &Case, step: &Step, at: NaiveDateTime) -> Result<(), StoreError> {
    let known = deferral_step::table.filter(deferral_step::subject_id.eq(of.subject));
    let seq: i64 = known.filter(deferral_step::deferral.eq(of.id)).count().get_result(conn)?;
    diesel::insert_into(deferral_step::table)
        .values((
            deferral_step::subject_id.eq(of.subject),
            deferral_step::deferral.eq(of.id),
            deferral_step::seq.eq(seq + 1),
            deferral_step::kind.eq(step.kind.as_str()),
            deferral_step::made_on.eq(step.made_on),
            deferral_step::made_at.eq(at),
            deferral_step::actor.eq(&step.actor),
            deferral_step::body.eq(&step.note),
        ))
        .execute(conn)?;
    Ok(())
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
