//! A record: a version that is or was in force from one moment of knowledge to another.

use chrono::{NaiveDate, NaiveDateTime};

named! {
    /// Whether a version is in force (记录状态).
    pub enum RecordState {
        /// 有效
        InForce = "in_force",
        /// 已撤销: withdrawn by its unit; kept, and ended.
        Withdrawn = "withdrawn",
    }
}

/// The identity of a record beside its subject: 16 bytes of SHA-256 over the catalogue's natural key.
pub type RecordKey = [u8; 16];

/// One version of a record (记录版本).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The id of this version; ids rise with time.
    pub id: i64,
    /// The subject.
    pub subject: i64,
    /// The record's identity beside its subject; all versions share it.
    pub key: RecordKey,
    /// The resource's code.
    pub resource: String,
    /// The unit that delivered the version.
    pub unit: String,
    /// The delivery it came with.
    pub delivery: i64,
    /// The row in that delivery.
    pub row: u64,
    /// 1 for the first version that was known.
    pub revision: i32,
    /// Whether it is in force.
    pub state: RecordState,
    /// Who may see it: `public`, `shared` or `authorised`.
    pub exposure: String,
    /// The day of the fact.
    pub fact_on: Option<NaiveDate>,
    /// In force from,
    pub valid_from: Option<NaiveDate>,
    /// until, inclusive; `None` is open.
    pub valid_until: Option<NaiveDate>,
    /// The day a withdrawal ended it.
    pub ended_on: Option<NaiveDate>,
    /// The unit's own time stamp of the version, local.
    pub stamp: Option<NaiveDateTime>,
    /// Known from this moment (UTC)
    pub known_from: NaiveDateTime,
    /// until that one; `None` while it is what is known.
    pub known_until: Option<NaiveDateTime>,
    /// The fields, canonical JSON; byte-exact for its hash. Personal numbers stand in it masked and hashed.
    pub payload: String,
    /// Why it was withdrawn or linked by a person.
    pub note: Option<String>,
}

impl Version {
    /// Whether the record is in force on a day, as far as this version knows. On the day a withdrawal
    /// ends it, it no longer is.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> bool {
        let begun = self.valid_from.is_none_or(|it| it <= day);
        let over = self.valid_until.is_some_and(|it| it < day);
        let ended = match (self.state, self.ended_on) {
            (_, Some(end)) => end <= day,
            (RecordState::Withdrawn, None) => true,
            (RecordState::InForce, None) => false,
        };
        begun && !over && !ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_record_is_in_force_from_its_first_day_to_its_last_unless_it_ended_before() {
        let version = Version {
            id: 1,
            subject: 1,
            key: RecordKey::default(),
            resource: "penalty".into(),
            unit: "u".into(),
            delivery: 1,
            row: 1,
            revision: 1,
            state: RecordState::InForce,
            exposure: "public".into(),
            fact_on: None,
            valid_from: Some(day("2026-03-01")),
            valid_until: Some(day("2026-03-31")),
            ended_on: None,
            stamp: None,
            known_from: NaiveDateTime::default(),
            known_until: None,
            payload: String::new(),
            note: None,
        };
        let on = |version: &Version, text: &str| version.in_force(day(text));
        assert!(!on(&version, "2026-02-28") && on(&version, "2026-03-01"));
        assert!(on(&version, "2026-03-31") && !on(&version, "2026-04-01"));
        let ended = Version { state: RecordState::Withdrawn, ended_on: Some(day("2026-03-10")), ..version.clone() };
        assert!(on(&ended, "2026-03-09") && !on(&ended, "2026-03-10"));
        let withdrawn = Version { state: RecordState::Withdrawn, ..version };
        assert!(!on(&withdrawn, "2026-03-09"));
    }
}
