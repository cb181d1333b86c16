//! The lists a subject is on.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Dossier, RecordStanding};
use crate::{
    policy::Packs,
    record::{Reason, RecordKey},
};

named! {
    /// What a list means (名单类别).
    pub enum ListKind {
        /// 红名单、守信激励对象
        Red = "red",
        /// 严重失信主体名单
        Serious = "serious",
        /// 重点关注名单
        Watch = "watch",
        /// 失信被执行人
        Executed = "executed",
        /// 经营异常名录
        Abnormal = "abnormal",
    }
}

impl Serialize for ListKind {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// An entry of a list (名单条目) in force on the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// The list's code in the policy.
    pub list: String,
    /// Its name.
    pub name: String,
    /// What it means.
    pub kind: ListKind,
    /// The version of the record of the designation.
    pub record: i64,
    /// The record.
    #[serde(skip)]
    pub key: RecordKey,
    /// The designating body (认定机关).
    pub body: Option<String>,
    /// On the list since,
    pub entered_on: Option<NaiveDate>,
    /// until, inclusive.
    pub until: Option<NaiveDate>,
    /// Codes of the measures that may be applied, by the policy.
    pub measures: Vec<String>,
    /// The rule that says so.
    pub reason: Reason,
}

/// The entries in force, by list and record, and the next day one changes by itself.
pub(super) fn of(
    _dossier: &Dossier,
    _records: &[RecordStanding],
    _packs: &Packs,
    _day: NaiveDate,
) -> (Vec<Listed>, Option<NaiveDate>) {
    (Vec::new(), None)
}
