//! A delivery: the bytes somebody sent, and what became of them.

use chrono::{NaiveDate, NaiveDateTime};

use super::verdict::Tally;

named! {
    /// Where a delivery stands (批次状态).
    pub enum DeliveryState {
        /// 待处理: its bytes are kept, nothing else has happened.
        Received = "received",
        /// 处理中
        Working = "working",
        /// 暂存待核: a threshold holds it for a person.
        Held = "held",
        /// 已完成
        Done = "done",
        /// 已拒收: the file as a whole cannot be taken; none of its rows was.
        Refused = "refused",
    }
}

named! {
    /// How a delivery came (报送方式).
    pub enum Channel {
        /// 接口
        Http = "http",
        /// 命令行
        Cli = "cli",
        /// 收件目录
        Inbox = "inbox",
        /// 前置库
        FrontEnd = "front_end",
        /// 办件: a row that a case makes, of the unit that decided it.
        Case = "case",
    }
}

named! {
    /// Why a file as a whole is refused (拒收原因).
    pub enum Refusal {
        /// The file cannot be read: its format, encoding or structure is broken or not accepted.
        Unreadable = "unreadable",
        /// The heading row cannot be mapped: two columns for one field, or a required column is missing.
        Headings = "headings",
        /// There is no row in it. Nothing to report is said by a zero report.
        Empty = "empty",
    }
}

/// A delivery as it is known (报送批次).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The id.
    pub id: i64,
    /// The unit that sent it.
    pub unit: String,
    /// The resource it is a delivery of.
    pub resource: String,
    /// The SHA-256 of the bytes.
    pub digest: [u8; 32],
    /// How it came.
    pub channel: Channel,
    /// The file's name as sent; never used as a path.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// The format that was recognised.
    pub format: Option<String>,
    /// The encoding that was recognised.
    pub encoding: Option<String>,
    /// The generation of the layout that was recognised.
    pub dialect: Option<String>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Whether a person released it from being held.
    pub released: bool,
    /// The local day it was delivered: dates are checked against it, and it counts for lateness.
    pub day: NaiveDate,
    /// When it was received, UTC.
    pub received_at: NaiveDateTime,
    /// When it came to its end, UTC.
    pub ended_at: Option<NaiveDateTime>,
    /// Rows found by the survey before any was stored.
    pub surveyed: Option<u64>,
    /// Rows dealt with so far.
    pub progress: u64,
    /// The survey's report: counts by fault code, heading faults (JSON).
    pub report: Option<String>,
    /// The hash of the survey's report; a pre-check of the same bytes on the same day gives the same.
    pub report_hash: Option<String>,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
    /// What a person should know: why it was refused or is held, in Chinese.
    pub message: Option<String>,
    /// What became of its rows so far.
    pub tally: Tally,
}
