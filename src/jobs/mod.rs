//! What runs beside requests: bringing deliveries to their end, the inbox, pulls from front-end databases, exports upward.
//!
//! Ties sources (`collect`) and stages (`ingest`) together, so that neither knows the other.

mod adopt;
mod background;
mod deferrals;
mod export;
mod finish;
mod front_end;
mod inbox;
pub mod letters;
mod lists;
pub mod paper;
mod root;
mod verify;

use crate::{affairs::AffairError, collect::BlobError, ingest::IngestError, report::ReportError, store::StoreError};

pub use adopt::{Adopted, adopt};
pub use background::Background;
pub use deferrals::{Overdue, overdue, record_breaches, suspend_overdue};
pub use export::{Order, Written, export};
pub use finish::{bring_to_end, worker_name};
pub use front_end::{pull, reset};
pub use inbox::{FILE_LIMIT, take_files};
pub use lists::keep_lists;
pub use root::make_roots;
pub use verify::{Old, Verified, verify};

/// Why a job stopped.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A delivery could not be worked on.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A case that waited for a delivery could not be closed.
    #[error(transparent)]
    Affair(#[from] AffairError),
    /// The database failed.
    #[error("数据库：{0}")]
    Store(#[from] StoreError),
    /// The kept bytes failed.
    #[error("报送文件存储：{0}")]
    Blob(#[from] BlobError),
    /// A report could not be written.
    #[error("报告：{0}")]
    Report(#[from] ReportError),
    /// The disk failed.
    #[error("文件读写：{0}")]
    Io(#[from] std::io::Error),
    /// What was asked cannot be done; the message says why, in Chinese.
    #[error("{0}")]
    Refused(String),
}
