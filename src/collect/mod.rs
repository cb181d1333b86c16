//! Sources: how bytes come in, and where they are kept.

mod blobs;
pub mod front_end;
pub mod inbox;

pub use blobs::{BlobError, Blobs, Deposit, Stored};
