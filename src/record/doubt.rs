//! Doubtful rows (疑问数据): rows that were not taken, with a life of their own.

use chrono::NaiveDateTime;

named! {
    /// Why a row is doubtful (疑问种类).
    pub enum DoubtKind {
        /// 校验未通过
        Fault = "fault",
        /// 同批次冲突
        Conflict = "conflict",
        /// 未关联主体
        Unlinked = "unlinked",
    }
}

named! {
    /// Where a doubtful row stands (处理状态).
    pub enum DoubtState {
        /// 未处理
        Open = "open",
        /// 已更正: a later delivery brought the row right.
        Corrected = "corrected",
        /// 已关联: a person said which subject it is.
        Linked = "linked",
        /// 已忽略, with a reason.
        Ignored = "ignored",
    }
}

/// A doubtful row as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The id.
    pub id: i64,
    /// The delivery that first brought it.
    pub delivery: i64,
    /// The delivery that last brought it unchanged.
    pub last_delivery: i64,
    /// Its row in the first.
    pub row: u64,
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// The keyed hash of its cells; they are sealed to it.
    pub print: Vec<u8>,
    /// Why it is doubtful.
    pub kind: DoubtKind,
    /// Where it stands.
    pub state: DoubtState,
    /// Its faults (JSON, see `ingest::faults`).
    pub faults: String,
    /// Subjects it may be about (JSON list of ids).
    pub candidates: Option<String>,
    /// The reason given when it was ignored or linked.
    pub reason: Option<String>,
    /// Who did that.
    pub actor: Option<String>,
    /// The delivery that corrected it.
    pub closed_by: Option<i64>,
    /// When it was first seen, UTC.
    pub made_at: NaiveDateTime,
    /// When it left the open state, UTC.
    pub closed_at: Option<NaiveDateTime>,
}
