//! What a department has said of one record beyond its fields: its class, and whether it was performed.

use chrono::NaiveDate;

use super::RecordKey;

/// A department's confirmation (分类确认): it goes before what the rules conclude from the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedClass {
    /// The record, beside its subject.
    pub key: RecordKey,
    /// The class in the pack of the record's day, e.g. `serious`; `None` leaves it to the rules.
    pub class: Option<String>,
    /// Whether what was decided is performed (是否履行); `None` leaves it to the rules.
    pub performed: Option<bool>,
    /// Holds from this day, until a later confirmation of the same record.
    pub from: NaiveDate,
}

/// Whether departments confirmed by a day that what a record decided is performed, the last word counting; `None` when
/// none did. What is said of one day is given in the order it was said.
#[must_use]
pub fn performed(said: &[ConfirmedClass], key: &RecordKey, day: NaiveDate) -> Option<bool> {
    let of_record = said.iter().filter(|it| it.key == *key && it.from <= day && it.performed.is_some());
    of_record.max_by_key(|it| it.from).and_then(|it| it.performed)
}
