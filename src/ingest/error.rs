//! What can go wrong with a delivery as a whole, told apart by what the caller can do.

use crate::{collect::BlobError, store::StoreError};

/// A failure of collecting. A file that cannot be taken is not one: it is a refused delivery with its reason.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The catalogue has no such resource.
    #[error("没有编码为 {0} 的资源，可用 resources 查看目录")]
    UnknownResource(String),
    /// No such unit is registered, or it is not active.
    #[error("归集单位 {0} 未登记或已停用")]
    UnknownUnit(String),
    /// There is no such delivery, doubt, subject or record.
    #[error("没有这一{0}")]
    NotFound(&'static str),
    /// It is not in a state in which this can be done.
    #[error("{0}")]
    WrongState(String),
    /// The file as a whole cannot be read (pre-check only; a delivery is refused instead).
    #[error("{0}")]
    Unreadable(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The kept bytes failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// Something kept does not parse: it was changed from outside.
    #[error("kept data is spoiled: {0}")]
    Spoiled(String),
}
