//! Whether a record is published on a day, and whether it may be shared and used.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Dossier, ListEntry, entry, window::Eye};
use crate::{
    policy::Packs,
    record::{Reason, Version},
};

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
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "公示中",
            Self::Unpublished => "不予公示",
            Self::Unperformed => "期满未履行",
            Self::Ended => "公示期满",
            Self::Repaired => "已修复",
            Self::Shielded => "暂时屏蔽",
            Self::Withdrawn => "已撤销",
            Self::Archived => "已归档",
        }
    }

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

/// What a record is worth on a day (记录的公示与使用). Sent as it is, so its fields are described in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordStanding {
    /// 记录的版本编号
    pub record: i64,
    /// 公示状态：published 公示中、unpublished 不予公示、unperformed 期满未履行、ended 期满、repaired 已修复、shielded 屏蔽、
    /// withdrawn 已撤销、archived 超过保存期限
    #[schema(value_type = String)]
    pub state: PublicityState,
    /// 是否可以共享和使用
    pub usable: bool,
    /// The last day it is used, or was, by its class and by how long it is kept, as is known on the day; of a repaired
    /// record, the last day what is left of it is. `None` where no end is known. Answers tell it with what follows from it.
    #[serde(skip)]
    pub used_until: Option<NaiveDate>,
    /// 是否正在异议处理
    pub objected: bool,
    /// 公示自
    pub from: Option<NaiveDate>,
    /// 公示至（含），期满自动终止
    pub until: Option<NaiveDate>,
    /// 最早可申请修复之日（最短公示期满）
    pub repairable_from: Option<NaiveDate>,
    /// 规则与依据
    pub reason: Reason,
    /// The entry of a list it is; what is sent of that stands among the lists.
    #[serde(skip)]
    pub entry: Option<Box<ListEntry>>,
}

impl RecordStanding {
    /// From when until when, inclusive, a record is in force: of an entry its list says so where the record does not.
    #[must_use]
    pub fn term(&self, version: &Version) -> (Option<NaiveDate>, Option<NaiveDate>) {
        match &self.entry {
            Some(it) => (it.entered_on, it.until),
            None => (version.valid_from, version.valid_until),
        }
    }

    /// Whether a record is in force on the day it was looked at: an entry only while its subject is on the list.
    #[must_use]
    pub fn in_force(&self, version: &Version, day: NaiveDate) -> bool {
        match &self.entry {
            Some(it) => it.holds(day) && self.state != PublicityState::Repaired,
            None => version.in_force(day),
        }
    }
}

/// The publicity of all records of a dossier, in the order of the facts, and the next day any of them changes by itself.
pub(super) fn of(dossier: &Dossier, packs: &Packs, day: NaiveDate) -> (Vec<RecordStanding>, Option<NaiveDate>) {
    let kind = dossier.subject.kind;
    let entries: Vec<Option<Box<ListEntry>>> =
        dossier.facts.iter().map(|it| entry(it, kind, packs).map(Box::new)).collect();
    let mut eye = Eye::new(dossier, &entries, packs, day);
    let both = dossier.facts.iter().zip(&entries);
    let mut records: Vec<RecordStanding> = both.map(|(fact, entry)| eye.record(fact, entry.as_deref())).collect();
    let next = eye.next();
    for (record, entry) in records.iter_mut().zip(entries) {
        record.entry = entry;
    }
    (records, next)
}
