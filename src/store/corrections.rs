//! Correction tasks of the privacy self-check: opened where a hit is, closed by a corrected row or kept with a reason.
//!
//! A task's id follows from what was found where, so the same hit is one task however often it is found.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::{Conn, StoreError, schema::correction};
use crate::{
    record::{CorrectionState, RecordKey},
    standards::privacy::Leak,
};

/// What was found in one field: no personal data, only its kind and a keyed digest of the field's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The field's code.
    pub field: String,
    /// What it is.
    pub kind: Leak,
    /// How often it stands there.
    pub hits: i32,
    /// The keyed digest of the text.
    pub print: String,
}

/// A record with something found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'f> {
    /// The subject.
    pub subject: i64,
    /// The record.
    pub key: RecordKey,
    /// Its version.
    pub record: i64,
    /// Its resource.
    pub resource: &'f str,
    /// The unit that delivered it.
    pub unit: &'f str,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// A correction task (更正任务).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The id.
    pub id: i64,
    /// The subject.
    pub subject: i64,
    /// The record.
    pub key: RecordKey,
    /// The version it was last found in.
    pub record: i64,
    /// The resource.
    pub resource: String,
    /// The field.
    pub field: String,
    /// What was found.
    pub kind: Leak,
    /// How often.
    pub hits: i32,
    /// The unit that has to correct it.
    pub unit: String,
    /// Where it stands.
    pub state: CorrectionState,
    /// When it was opened, UTC.
    pub made_at: NaiveDateTime,
    /// When it was closed, UTC.
    pub closed_at: Option<NaiveDateTime>,
    /// Who closed it.
    pub actor: Option<String>,
    /// Why it was kept.
    pub reason: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = correction, treat_none_as_default_value = false)]
struct Stored {
    id: i64,
    subject_id: i64,
    key: Vec<u8>,
    record: i64,
    resource: String,
    field: String,
    kind: String,
    hits: i32,
    print: Vec<u8>,
    unit: String,
    state: String,
    made_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    actor: Option<String>,
    reason: Option<String>,
}

impl Stored {
    fn new(found: &Found<'_>, it: &Finding, at: NaiveDateTime) -> Self {
        Self {
            id: id(found, it),
            subject_id: found.subject,
            key: found.key.to_vec(),
            record: found.record,
            resource: found.resource.to_owned(),
            field: it.field.clone(),
            kind: it.kind.to_string(),
            hits: it.hits,
            print: it.print.as_bytes().to_vec(),
            unit: found.unit.to_owned(),
            state: CorrectionState::Open.to_string(),
            made_at: at,
            closed_at: None,
            actor: None,
            reason: None,
        }
    }

    fn into_correction(self) -> Result<Correction, StoreError> {
        Ok(Correction {
            key: key(self.id, &self.key)?,
            id: self.id,
            subject: self.subject_id,
            record: self.record,
            resource: self.resource,
            field: self.field,
            kind: self.kind.parse()?,
            hits: self.hits,
            unit: self.unit,
            state: self.state.parse()?,
            made_at: self.made_at,
            closed_at: self.closed_at,
            actor: self.actor,
            reason: self.reason,
        })
    }
}

fn key(id: i64, bytes: &[u8]) -> Result<RecordKey, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Spoiled { place: "correction.key", value: id.to_string() })
}

fn id(found: &Found<'_>, it: &Finding) -> i64 {
    let mut digest = Sha256::new();
    digest.update(found.subject.to_be_bytes());
    digest.update(found.key);
    for part in [it.field.as_str(), it.kind.as_str(), it.print.as_str()] {
        digest.update(part);
        digest.update([0]);
    }
    let bytes = digest.finalize();
    let head: [u8; 8] = bytes[..8].try_into().expect("a digest is longer");
    i64::from_be_bytes(head) & i64::MAX
}

/// Opens a task for everything that was found and has none; one that was thought corrected is open again, one that was
/// kept stays so. Returns the ids of those opened.
///
/// # Errors
/// [`StoreError`].
pub fn open(conn: &mut Conn, found: &[Found<'_>], at: NaiveDateTime) -> Result<Vec<i64>, StoreError> {
    let new: BTreeMap<i64, Stored> = found
        .iter()
        .flat_map(|it| it.findings.iter().map(|hit| Stored::new(it, hit, at)))
        .map(|it| (it.id, it))
        .collect();
    let ids: Vec<i64> = new.keys().copied().collect();
    let mut known: HashMap<i64, String> = HashMap::new();
    for part in ids.chunks(PART) {
        let rows: Vec<(i64, String)> = correction::table
            .filter(correction::id.eq_any(part))
            .select((correction::id, correction::state))
            .load(conn)?;
        known.extend(rows);
    }
    let mut opened = Vec::new();
    for (id, stored) in new {
        match known.get(&id).map(|it| it.parse()).transpose()? {
            None => {
                opened.push(id);
                diesel::insert_into(correction::table).values(stored).execute(conn)?;
            }
            Some(CorrectionState::Corrected) => {
                opened.push(id);
                diesel::update(correction::table.find(id))
                    .set((
                        correction::state.eq(CorrectionState::Open.as_str()),
                        correction::record.eq(stored.record),
                        correction::closed_at.eq(None::<NaiveDateTime>),
                        correction::actor.eq(None::<String>),
                    ))
                    .execute(conn)?;
            }
            Some(CorrectionState::Open | CorrectionState::Kept) => {}
        }
    }
    Ok(opened)
}

/// Closes the open tasks of these records whose hits are not among what was found now. Returns their ids.
///
/// # Errors
/// [`StoreError`].
pub fn correct(
    conn: &mut Conn,
    records: &BTreeSet<(i64, RecordKey)>,
    found: &[Found<'_>],
    (at, actor): (NaiveDateTime, &str),
) -> Result<Vec<i64>, StoreError> {
    let still: BTreeSet<i64> = found.iter().flat_map(|it| it.findings.iter().map(|hit| id(it, hit))).collect();
    let subjects: BTreeSet<i64> = records.iter().map(|(subject, _)| *subject).collect();
    let mut over = Vec::new();
    for part in subjects.into_iter().collect::<Vec<_>>().chunks(PART) {
        let open: Vec<(i64, i64, Vec<u8>)> = correction::table
            .filter(correction::subject_id.eq_any(part))
            .filter(correction::state.eq(CorrectionState::Open.as_str()))
            .select((correction::id, correction::subject_id, correction::key))
            .load(conn)?;
        for (id, subject, bytes) in open {
            if !still.contains(&id) && records.contains(&(subject, key(id, &bytes)?)) {
                over.push(id);
            }
        }
    }
    for part in over.chunks(PART) {
        diesel::update(correction::table.filter(correction::id.eq_any(part)))
            .set((
                correction::state.eq(CorrectionState::Corrected.as_str()),
                correction::closed_at.eq(Some(at)),
                correction::actor.eq(Some(actor)),
            ))
            .execute(conn)?;
    }
    Ok(over)
}

/// Rows in one statement.
const PART: usize = 10_000;

/// Closes an open task as kept; says whether it was open.
///
/// # Errors
/// [`StoreError`].
pub fn keep(conn: &mut Conn, id: i64, (actor, reason): (&str, &str), at: NaiveDateTime) -> Result<bool, StoreError> {
    let open = correction::table.find(id).filter(correction::state.eq(CorrectionState::Open.as_str()));
    let n = diesel::update(open)
        .set((
            correction::state.eq(CorrectionState::Kept.as_str()),
            correction::closed_at.eq(Some(at)),
            correction::actor.eq(Some(actor)),
            correction::reason.eq(Some(reason)),
        ))
        .execute(conn)?;
    Ok(n == 1)
}

/// What may be shown although it was found: record, field, kind and the digest of the text.
pub type Cleared = (RecordKey, String, Leak, String);

/// The same of several records.
pub type Kept = BTreeSet<Cleared>;

/// What was kept of the records of these subjects, each with its subject.
///
/// # Errors
/// [`StoreError`].
pub fn kept(conn: &mut Conn, subjects: &[i64]) -> Result<Vec<(i64, Cleared)>, StoreError> {
    let rows: Vec<Stored> = over_ids!(conn, subjects, correction::subject_id, |conn, own| correction::table
        .filter(own)
        .filter(correction::state.eq(CorrectionState::Kept.as_str()))
        .select(Stored::as_select())
        .load(conn)?);
    rows.into_iter()
        .map(|it| {
            let spoiled = |_| StoreError::Spoiled { place: "correction.print", value: it.id.to_string() };
            let print = String::from_utf8(it.print).map_err(spoiled)?;
            Ok((it.subject_id, (key(it.id, &it.key)?, it.field, it.kind.parse()?, print)))
        })
        .collect()
}

/// A task by its id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Correction>, StoreError> {
    let found: Option<Stored> = correction::table.find(id).select(Stored::as_select()).first(conn).optional()?;
    found.map(Stored::into_correction).transpose()
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The unit.
    pub unit: Option<String>,
    /// The state.
    pub state: Option<CorrectionState>,
    /// The kind.
    pub kind: Option<Leak>,
}

/// Tasks, the latest first, after the one made at `before.0` with the id `before.1`.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    before: Option<(NaiveDateTime, i64)>,
    limit: i64,
) -> Result<Vec<Correction>, StoreError> {
    let mut query = correction::table.select(Stored::as_select()).into_boxed();
    if let Some(unit) = &filter.unit {
        query = query.filter(correction::unit.eq(unit));
    }
    if let Some(state) = filter.state {
        query = query.filter(correction::state.eq(state.as_str()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(correction::kind.eq(kind.as_str()));
    }
    if let Some((at, id)) = before {
        query = query.filter(correction::made_at.lt(at).or(correction::made_at.eq(at).and(correction::id.lt(id))));
    }
    let rows: Vec<Stored> = query.order((correction::made_at.desc(), correction::id.desc())).limit(limit).load(conn)?;
    rows.into_iter().map(Stored::into_correction).collect()
}

/// How many open tasks there are, by unit and kind.
///
/// # Errors
/// [`StoreError`].
pub fn counts(conn: &mut Conn) -> Result<Vec<(String, Leak, i64)>, StoreError> {
    let rows: Vec<(String, String, i64)> = correction::table
        .filter(correction::state.eq(CorrectionState::Open.as_str()))
        .group_by((correction::unit, correction::kind))
        .select((correction::unit, correction::kind, diesel::dsl::count_star()))
        .order((correction::unit, correction::kind))
        .load(conn)?;
    rows.into_iter().map(|(unit, kind, n)| Ok((unit, kind.parse()?, n))).collect()
}
