//! Whether a record is published on a day, and whether it may be shared and used.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Dossier, window::Eye};
use crate::{policy::Packs, record::Reason};

named! {
    /// Whether a record is published (公示状态).
    pub enum PublicityState {
        /// 公示中
        Published = "published",
        /// 不予公示: not public by its exposure, its subject or the rules.
        Unpublished = "unpublished",
        /// 期满未履行: the longest term is over, but what was decided is not performed; still published.
        Unperformed = "unperformed",
        /// 公示期满
        Ended = "ended",
        /// 已修复
        Repaired = "repaired",
        /// 暂时屏蔽
        Shielded = "shielded",
        /// 已撤销
        Withdrawn = "withdrawn",
        /// 超过保存期限: kept in the archive only.
        Archived = "archived",
    }
}

impl PublicityState {
    /// Whether the public sees the record.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Published | Self::Unperformed)
    }
}

impl Serialize for PublicityState {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// What a record is worth on a day (记录的公示与使用).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordStanding {
    /// The version.
    pub record: i64,
    /// Whether it is published.
    pub state: PublicityState,
    /// Whether it may be shared with departments and banks and used in conclusions (共享和使用).
    pub usable: bool,
    /// Whether an objection to it is open: every answer says so.
    pub objected: bool,
    /// Published from,
    pub from: Option<NaiveDate>,
    /// until this day, inclusive, if the rules end it by themselves.
    pub until: Option<NaiveDate>,
    /// The first day repair may be asked for (最短公示期满).
    pub repairable_from: Option<NaiveDate>,
    /// The rule that says so.
    pub reason: Reason,
}

/// The publicity of all records of a dossier, in the order of the facts, and the next day any of them changes by itself.
pub(super) fn of(dossier: &Dossier, packs: &Packs, day: NaiveDate) -> (Vec<RecordStanding>, Option<NaiveDate>) {
    let mut eye = Eye::new(dossier, packs, day);
    let records = dossier.facts.iter().map(|it| eye.record(it)).collect();
    (records, eye.next())
}
