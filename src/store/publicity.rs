//! What departments confirm of single records: the class a rule cannot see, and whether a decision was performed.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{Conn, StoreError, schema::class_confirmation, vouched::added};
use crate::{
    ledger::{Change, hex},
    record::{ConfirmedClass, RecordKey},
};

/// A confirmation with who made it (分类确认).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The subject the record stands under.
    pub subject: i64,
    /// What is confirmed.
    pub what: ConfirmedClass,
    /// The unit that says so.
    pub unit: String,
    /// The person or key that acts for it.
    pub actor: String,
    /// Why, in the department's words.
    pub reason: String,
    /// When, UTC; confirmations of one record are told apart by it.
    pub made_at: NaiveDateTime,
}

/// A row of a confirmation.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = class_confirmation, treat_none_as_default_value = false)]
pub(super) struct Stored {
    subject_id: i64,
    key: Vec<u8>,
    made_at: NaiveDateTime,
    from_on: NaiveDate,
    class: Option<String>,
    performed: Option<bool>,
    unit: String,
    actor: String,
    reason: String,
}

vouched! {
    Stored: ClassConfirmation in class_confirmation by (subject_id: i64, key: Vec<u8>, made_at: NaiveDateTime),
    named format!("{subject_id}/{}@{}", hex(key), made_at.and_utc().timestamp_micros()),
    of { subject_id, key, made_at, from_on, class, performed, unit, actor, reason }
}

impl Stored {
    fn into_confirmation(self) -> Result<Confirmation, StoreError> {
        let spoiled = |_| StoreError::Spoiled { place: "class_confirmation.key", value: self.subject_id.to_string() };
        let key: RecordKey = self.key.as_slice().try_into().map_err(spoiled)?;
        let what = ConfirmedClass { key, class: self.class, performed: self.performed, from: self.from_on };
        let (unit, actor, reason) = (self.unit, self.actor, self.reason);
        Ok(Confirmation { subject: self.subject_id, what, unit, actor, reason, made_at: self.made_at })
    }
}

/// Writes a confirmation down; says what the ledger is to be told. Nothing is overwritten: the latest of a record holds.
///
/// # Errors
/// [`StoreError`].
pub fn confirm(conn: &mut Conn, new: &Confirmation) -> Result<Change, StoreError> {
    let stored = Stored {
        subject_id: new.subject,
        key: new.what.key.to_vec(),
        made_at: new.made_at,
        from_on: new.what.from,
        class: new.what.class.clone(),
        performed: new.what.performed,
        unit: new.unit.clone(),
        actor: new.actor.clone(),
        reason: new.reason.clone(),
    };
    diesel::insert_into(class_confirmation::table).values(&stored).execute(conn)?;
    Ok(added(&stored))
}

/// What was confirmed of records of these subjects by a moment (UTC), or by now; in the order it was said.
///
/// # Errors
/// [`StoreError`].
pub fn confirmed(
    conn: &mut Conn,
    subjects: &[i64],
    known_at: Option<NaiveDateTime>,
) -> Result<Vec<(i64, ConfirmedClass)>, StoreError> {
    let mut found = Vec::new();
    for part in subjects.chunks(10_000) {
        found.extend(confirmations(conn, part, known_at)?.into_iter().map(|it| (it.subject, it.what)));
    }
    Ok(found)
}

/// The same with who said it and why.
///
/// # Errors
/// [`StoreError`].
pub fn confirmations(
    conn: &mut Conn,
    subjects: &[i64],
    known_at: Option<NaiveDateTime>,
) -> Result<Vec<Confirmation>, StoreError> {
    let rows: Vec<Stored> = over_ids!(conn, subjects, class_confirmation::subject_id, |conn, own| {
        let query = class_confirmation::table.select(Stored::as_select()).filter(own).order((
            class_confirmation::made_at,
            class_confirmation::subject_id,
            class_confirmation::key,
        ));
        match known_at {
            None => query.load(conn)?,
            Some(moment) => query.filter(class_confirmation::made_at.le(moment)).load(conn)?,
        }
    });
    rows.into_iter().map(Stored::into_confirmation).collect()
}
