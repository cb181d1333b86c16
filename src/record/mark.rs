//! What a case of a subject's rights does to a record.

use chrono::NaiveDate;

use super::RecordKey;

named! {
    /// What a case does to a record (权益事项的效果).
    pub enum Effect {
        /// 已修复: publicity, sharing and use have stopped, measures are lifted (36号令 art. 3).
        Repaired = "repaired",
        /// 异议处理中: every answer says so; the record still counts.
        Objected = "objected",
        /// 待公布: designated for a list, but not published yet; it counts, and is nobody's to see but departments'.
        Unannounced = "unannounced",
        /// 暂时屏蔽: shielded while a court-approved restructuring plan is carried out.
        Shielded = "shielded",
    }
}

/// An effect on a record, for some days (标注). Several may lie on one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The case it follows from.
    pub case: i64,
    /// The record, beside its subject.
    pub key: RecordKey,
    /// What it does.
    pub effect: Effect,
    /// From this day,
    pub from: NaiveDate,
    /// until the day before this one; `None` is open.
    pub until: Option<NaiveDate>,
}

impl Mark {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|it| day < it)
    }
}
