//! Sources: how bytes come in, and where they are kept.

mod blobs;

pub use blobs::{BlobError, Blobs, Deposit, Stored};
