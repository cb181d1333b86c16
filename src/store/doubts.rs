//! Doubtful rows: opened by a delivery, closed by a later one or by a person; and the remarks on rows that were taken.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::{doubt, remark},
};
use crate::record::{Doubt, DoubtKind, DoubtState};

/// A doubtful row about to be kept.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = doubt, treat_none_as_default_value = false)]
pub struct NewDoubt {
    /// The id.
    pub id: i64,
    /// The delivery,
    pub delivery: i64,
    /// which is also the last that brought it.
    pub last_delivery: i64,
    /// The row.
    pub row_no: i64,
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// The kind's name.
    pub kind: String,
    /// The state's name.
    pub state: String,
    /// What tells that a row is the same: the keyed hash of its cells.
    pub print: Vec<u8>,
    /// Hash of document and name, if the row has them: how a later row is known to be its correction.
    pub by_name: Option<Vec<u8>>,
    /// Hash of document and code, likewise.
    pub by_code: Option<Vec<u8>>,
    /// Faults (JSON).
    pub faults: String,
    /// Candidates (JSON).
    pub candidates: Option<String>,
    /// The cells by heading (JSON), sealed.
    pub cells: Vec<u8>,
    /// When, UTC.
    pub made_at: NaiveDateTime,
}

/// Keeps doubtful rows. A row the unit sent before is not opened a second time: it stays as it is (an ignored one stays
/// ignored), and only its last delivery moves on; one that was corrected and comes back wrong is open again.
/// Says how many are new.
///
/// # Errors
/// [`StoreError`].
pub fn add(conn: &mut Conn, new: &[NewDoubt]) -> Result<usize, StoreError> {
    let mut n_new = 0;
    for part in new.chunks(500) {
        let n = on_either!(conn, conn => diesel::insert_into(doubt::table)
            .values(part)
            .on_conflict_do_nothing()
            .execute(conn))?;
        n_new += n;
        if n == part.len() {
            continue;
        }
        for it in part {
            let known = doubt::table
                .filter(doubt::unit.eq(&it.unit))
                .filter(doubt::resource.eq(&it.resource))
                .filter(doubt::print.eq(&it.print));
            diesel::update(known).set(doubt::last_delivery.eq(it.delivery)).execute(conn)?;
            diesel::update(known.filter(doubt::state.eq(DoubtState::Corrected.as_str())))
                .set((
                    doubt::state.eq(DoubtState::Open.as_str()),
                    doubt::closed_by.eq(None::<i64>),
                    doubt::closed_at.eq(None::<NaiveDateTime>),
                ))
                .execute(conn)?;
        }
    }
    Ok(n_new)
}

/// How open doubts of a unit and resource are recognised in a later delivery.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// By document and name.
    pub by_name: HashMap<Vec<u8>, Vec<i64>>,
    /// By document and code.
    pub by_code: HashMap<Vec<u8>, Vec<i64>>,
}

impl Hints {
    /// Whether there is no open doubt to be recognised.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.by_code.is_empty()
    }
}

/// Open doubts looked at when a delivery begins; a unit with more has other troubles first.
pub const HINTS: i64 = 200_000;

/// The hints of the open doubts of a unit and resource that earlier deliveries brought.
///
/// # Errors
/// [`StoreError`].
pub fn hints(conn: &mut Conn, unit: &str, resource: &str, before: i64) -> Result<Hints, StoreError> {
    type Row = (i64, Option<Vec<u8>>, Option<Vec<u8>>);
    let rows: Vec<Row> = doubt::table
        .filter(doubt::unit.eq(unit))
        .filter(doubt::resource.eq(resource))
        .filter(doubt::state.eq(DoubtState::Open.as_str()))
        .filter(doubt::last_delivery.lt(before))
        .select((doubt::id, doubt::by_name, doubt::by_code))
        .order(doubt::id.desc())
        .limit(HINTS)
        .load(conn)?;
    let mut hints = Hints::default();
    for (id, name, code) in rows {
        if let Some(name) = name {
            hints.by_name.entry(name).or_default().push(id);
        }
        if let Some(code) = code {
            hints.by_code.entry(code).or_default().push(id);
        }
    }
    Ok(hints)
}

/// Closes doubts that a delivery brought right.
///
/// # Errors
/// [`StoreError`].
pub fn correct(conn: &mut Conn, ids: &[i64], delivery: i64, at: NaiveDateTime) -> Result<usize, StoreError> {
    let mut n = 0;
    for part in ids.chunks(10_000) {
        n += diesel::update(doubt::table.filter(doubt::id.eq_any(part)))
            .filter(doubt::state.eq(DoubtState::Open.as_str()))
            .set((
                doubt::state.eq(DoubtState::Corrected.as_str()),
                doubt::closed_by.eq(delivery),
                doubt::closed_at.eq(at),
            ))
            .execute(conn)?;
    }
    Ok(n)
}

/// A person's decision about a doubt.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Ignored or linked.
    pub state: DoubtState,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// Closes a doubt by a person's decision; says whether it was open.
///
/// # Errors
/// [`StoreError`].
pub fn decide(conn: &mut Conn, id: i64, decision: &Decision) -> Result<bool, StoreError> {
    let n = diesel::update(doubt::table.find(id))
        .filter(doubt::state.eq(DoubtState::Open.as_str()))
        .set((
            doubt::state.eq(decision.state.as_str()),
            doubt::reason.eq(&decision.reason),
            doubt::actor.eq(&decision.actor),
            doubt::closed_at.eq(decision.at),
        ))
        .execute(conn)?;
    Ok(n == 1)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = doubt)]
struct Stored {
    id: i64,
    delivery: i64,
    last_delivery: i64,
    row_no: i64,
    unit: String,
    resource: String,
    print: Vec<u8>,
    kind: String,
    state: String,
    faults: String,
    candidates: Option<String>,
    reason: Option<String>,
    actor: Option<String>,
    closed_by: Option<i64>,
    made_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
}

impl Stored {
    fn into_doubt(self) -> Result<Doubt, StoreError> {
        Ok(Doubt {
            kind: self.kind.parse()?,
            state: self.state.parse()?,
            print: self.print,
            id: self.id,
            delivery: self.delivery,
            last_delivery: self.last_delivery,
            row: self.row_no.unsigned_abs(),
            unit: self.unit,
            resource: self.resource,
            faults: self.faults,
            candidates: self.candidates,
            reason: self.reason,
            actor: self.actor,
            closed_by: self.closed_by,
            made_at: self.made_at,
            closed_at: self.closed_at,
        })
    }
}

/// The doubt with an id, and its sealed cells.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<(Doubt, Vec<u8>)>, StoreError> {
    let found: Option<(Stored, Vec<u8>)> =
        doubt::table.find(id).select((Stored::as_select(), doubt::cells)).first(conn).optional()?;
    found.map(|(stored, cells)| Ok((stored.into_doubt()?, cells))).transpose()
}

/// The doubts a delivery brought for the first time, by row, after a position; with their sealed cells.
///
/// # Errors
/// [`StoreError`].
pub fn of_delivery(
    conn: &mut Conn,
    delivery: i64,
    after: (u64, i64),
    limit: i64,
) -> Result<Vec<(Doubt, Vec<u8>)>, StoreError> {
    let row = i64::try_from(after.0).unwrap_or(i64::MAX);
    let rows: Vec<(Stored, Vec<u8>)> = doubt::table
        .filter(doubt::delivery.eq(delivery))
        .filter(doubt::row_no.gt(row).or(doubt::row_no.eq(row).and(doubt::id.gt(after.1))))
        .order((doubt::row_no, doubt::id))
        .limit(limit)
        .select((Stored::as_select(), doubt::cells))
        .load(conn)?;
    rows.into_iter().map(|(stored, cells)| Ok((stored.into_doubt()?, cells))).collect()
}

/// How many doubts a delivery brought for the first time.
///
/// # Errors
/// [`StoreError`].
pub fn count_of_delivery(conn: &mut Conn, delivery: i64) -> Result<i64, StoreError> {
    Ok(doubt::table.filter(doubt::delivery.eq(delivery)).count().get_result(conn)?)
}

/// What a list of doubts is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this unit's.
    pub unit: Option<String>,
    /// Only of this resource.
    pub resource: Option<String>,
    /// Only in this state.
    pub state: Option<DoubtState>,
    /// Only of this kind.
    pub kind: Option<DoubtKind>,
}

/// Doubts, the latest first, below an id.
///
/// # Errors
/// [`StoreError`].
pub fn list(conn: &mut Conn, filter: &Filter, below: i64, limit: i64) -> Result<Vec<Doubt>, StoreError> {
    let mut query = doubt::table.select(Stored::as_select()).filter(doubt::id.lt(below)).into_boxed();
    if let Some(unit) = &filter.unit {
        query = query.filter(doubt::unit.eq(unit));
    }
    if let Some(resource) = &filter.resource {
        query = query.filter(doubt::resource.eq(resource));
    }
    if let Some(state) = filter.state {
        query = query.filter(doubt::state.eq(state.as_str()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(doubt::kind.eq(kind.as_str()));
    }
    let rows: Vec<Stored> = query.order(doubt::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(Stored::into_doubt).collect()
}

/// How many doubts a unit has of a resource, by kind and state.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Count {
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// The kind's name.
    pub kind: String,
    /// The state's name.
    pub state: String,
    /// How many.
    pub n: i64,
}

/// How many doubts each unit has, by resource, kind and state.
///
/// # Errors
/// [`StoreError`].
pub fn counts(conn: &mut Conn) -> Result<Vec<Count>, StoreError> {
    Ok(doubt::table
        .group_by((doubt::unit, doubt::resource, doubt::kind, doubt::state))
        .select((doubt::unit, doubt::resource, doubt::kind, doubt::state, diesel::dsl::count_star()))
        .order((doubt::unit, doubt::resource, doubt::kind, doubt::state))
        .load(conn)?)
}

/// Remarks kept of one delivery at the most; the counts in its report are of all.
pub const REMARKS: i64 = 10_000;

/// Keeps remarks on rows that were taken, up to [`REMARKS`] of a delivery.
///
/// # Errors
/// [`StoreError`].
pub fn remark(conn: &mut Conn, delivery: i64, faults: &[(u64, String)]) -> Result<(), StoreError> {
    if faults.is_empty() {
        return Ok(());
    }
    let last: Option<i64> =
        remark::table.filter(remark::delivery.eq(delivery)).select(diesel::dsl::max(remark::seq)).first(conn)?;
    let seq = last.map_or(0, |it| it + 1);
    for (at, (row, fault)) in (seq..REMARKS).zip(faults) {
        let row = i64::try_from(*row).unwrap_or(i64::MAX);
        let values =
            (remark::delivery.eq(delivery), remark::seq.eq(at), remark::row_no.eq(row), remark::fault.eq(fault));
        on_either!(conn, conn => diesel::insert_into(remark::table).values(values).on_conflict_do_nothing().execute(conn))?;
    }
    Ok(())
}

/// The remarks of a delivery after a position: `(seq, row, fault as JSON)`.
///
/// # Errors
/// [`StoreError`].
pub fn remarks(conn: &mut Conn, delivery: i64, after: i64, limit: i64) -> Result<Vec<(i64, i64, String)>, StoreError> {
    Ok(remark::table
        .filter(remark::delivery.eq(delivery))
        .filter(remark::seq.gt(after))
        .order(remark::seq)
        .limit(limit)
        .select((remark::seq, remark::row_no, remark::fault))
        .load(conn)?)
}
