//! What can go wrong with a step of a case, told apart by what the caller can do.

use crate::{collect::BlobError, ingest::IngestError, store::StoreError};

/// A step that was not taken; nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum AffairError {
    /// There is no such case, subject or record, or it is another unit's.
    #[error("没有这一{0}，或不属于本单位")]
    NotFound(&'static str),
    /// What was given is not enough or contradicts itself; the message says what, in Chinese.
    #[error("{0}")]
    Incomplete(String),
    /// It cannot be done now, or not by this unit; the message says why, in Chinese.
    #[error("{0}")]
    WrongState(String),
    /// It takes another person than the one who began it (四眼原则); the message says whom, in Chinese.
    #[error("{0}")]
    SamePerson(&'static str),
    /// A delivery that a step makes failed.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The kept bytes failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
}
