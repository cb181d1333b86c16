//! Consents (授权): kept whole with the moments of their steps, so that any past moment can be asked again.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::consent,
    vouched::{added, changed},
};
use crate::{
    ledger::Change,
    rights::{Consent, Ending},
};

/// A row of a consent.
#[derive(Queryable, Insertable)]
#[diesel(table_name = consent, treat_none_as_default_value = false)]
pub(super) struct Stored {
    subject_id: i64,
    id: i64,
    grantee: String,
    purpose: String,
    resources: String,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
    evidence: Option<Vec<u8>>,
    signer: Option<Vec<u8>>,
    capacity: String,
    made_by: String,
    made_at: NaiveDateTime,
    confirmed_by: Option<String>,
    confirmed_at: Option<NaiveDateTime>,
    ended_by: Option<String>,
    ended_at: Option<NaiveDateTime>,
    ending: Option<String>,
    note: Option<String>,
}

vouched! {
    Stored: Consent in consent by (subject_id: i64, id: i64),
    named id.to_string(),
    of {
        subject_id, id, grantee, purpose, resources, valid_from, valid_until, evidence, signer, capacity, made_by, made_at,
        confirmed_by, confirmed_at, ended_by, ended_at, ending, note,
    }
}

impl Stored {
    fn new(it: Consent) -> Self {
        let (confirmed_at, confirmed_by) = it.confirmed.unzip();
        let ended = it.ended.map(|(at, by, how)| (at, (by, how.as_str().to_owned())));
        let (ended_at, ended) = ended.unzip();
        let (ended_by, ending) = ended.unzip();
        Self {
            subject_id: it.subject,
            id: it.id,
            grantee: it.grantee,
            purpose: it.purpose.as_str().to_owned(),
            resources: it.resources.join("\n"),
            valid_from: it.from,
            valid_until: it.until,
            evidence: it.evidence.map(|it| it.to_vec()),
            signer: it.signer,
            capacity: it.capacity.as_str().to_owned(),
            made_by: it.made_by,
            made_at: it.made_at,
            confirmed_by,
            confirmed_at,
            ended_by,
            ended_at,
            ending,
            note: it.note,
        }
    }

    fn into_consent(self) -> Result<Consent, StoreError> {
        let spoiled = |_| StoreError::Spoiled { place: "consent.evidence", value: self.id.to_string() };
        let evidence = self.evidence.map(TryInto::try_into).transpose().map_err(spoiled)?;
        let ended = match (self.ended_at, self.ended_by, self.ending) {
            (Some(at), Some(by), Some(how)) => Some((at, by, how.parse::<Ending>()?)),
            _ => None,
        };
        Ok(Consent {
            id: self.id,
            subject: self.subject_id,
            grantee: self.grantee,
            purpose: self.purpose.parse()?,
            resources: self.resources.lines().map(str::to_owned).collect(),
            from: self.valid_from,
            until: self.valid_until,
            evidence,
            signer: self.signer,
            capacity: self.capacity.parse()?,
            made_by: self.made_by,
            made_at: self.made_at,
            confirmed: self.confirmed_at.zip(self.confirmed_by),
            ended,
            note: self.note,
        })
    }
}

/// Keeps a new consent; says what the ledger is to be told.
///
/// # Errors
/// [`StoreError`].
pub fn add(conn: &mut Conn, new: &Consent) -> Result<Change, StoreError> {
    let row = Stored::new(new.clone());
    diesel::insert_into(consent::table).values(&row).execute(conn)?;
    Ok(added(&row))
}

/// Says that a consent was confirmed, and what the ledger is to be told; nothing when it could not be: it was confirmed or
/// ended before.
///
/// # Errors
/// [`StoreError`].
pub fn confirm(conn: &mut Conn, of: &Consent, at: NaiveDateTime, by: &str) -> Result<Option<Change>, StoreError> {
    let key = (of.subject, of.id);
    let own = consent::table.find(key).filter(consent::confirmed_at.is_null());
    let (n, change) = changed::<Stored, _>(conn, &key, |conn| {
        Ok(diesel::update(own.filter(consent::ended_at.is_null()))
            .set((consent::confirmed_at.eq(at), consent::confirmed_by.eq(by)))
            .execute(conn)?)
    })?;
    Ok(change.filter(|_| n == 1))
}

/// Ends a consent, and says what the ledger is to be told; nothing when it had ended before.
///
/// # Errors
/// [`StoreError`].
pub fn end(
    conn: &mut Conn,
    of: &Consent,
    (at, by, how): (NaiveDateTime, &str, Ending),
    note: &str,
) -> Result<Option<Change>, StoreError> {
    let key = (of.subject, of.id);
    let own = consent::table.find(key).filter(consent::ended_at.is_null());
    let (n, change) = changed::<Stored, _>(conn, &key, |conn| {
        Ok(diesel::update(own)
            .set((
                consent::ended_at.eq(at),
                consent::ended_by.eq(by),
                consent::ending.eq(how.as_str()),
                consent::note.eq(note),
            ))
            .execute(conn)?)
    })?;
    Ok(change.filter(|_| n == 1))
}

/// Which consents.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these subjects: one and those merged into it.
    pub subjects: Option<Vec<i64>>,
    /// To this unit.
    pub grantee: Option<String>,
}

/// Consents with ids below one, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn list(conn: &mut Conn, filter: &Filter, below: i64, limit: i64) -> Result<Vec<Consent>, StoreError> {
    let mut query = consent::table.filter(consent::id.lt(below)).into_boxed();
    if let Some(subjects) = &filter.subjects {
        query = query.filter(consent::subject_id.eq_any(subjects));
    }
    if let Some(grantee) = &filter.grantee {
        query = query.filter(consent::grantee.eq(grantee));
    }
    let rows: Vec<Stored> = query.order(consent::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(Stored::into_consent).collect()
}

/// All consents of subjects, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn of_subjects(conn: &mut Conn, subjects: &[i64]) -> Result<Vec<Consent>, StoreError> {
    let rows: Vec<Stored> = over_ids!(conn, subjects, consent::subject_id, |conn, own| consent::table
        .filter(own)
        .order(consent::id.desc())
        .load(conn)?);
    rows.into_iter().map(Stored::into_consent).collect()
}

/// The same to one unit.
///
/// # Errors
/// [`StoreError`].
pub fn between(conn: &mut Conn, subjects: &[i64], grantee: &str) -> Result<Vec<Consent>, StoreError> {
    let mut found = of_subjects(conn, subjects)?;
    found.retain(|it| it.grantee == grantee);
    Ok(found)
}

/// A consent by its id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Consent>, StoreError> {
    let row: Option<Stored> = consent::table.filter(consent::id.eq(id)).first(conn).optional()?;
    row.map(Stored::into_consent).transpose()
}
