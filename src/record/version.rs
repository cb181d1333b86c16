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
