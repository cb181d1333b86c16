//! The ledger (存证账本): every change that matters, in chains of hashes under periodic roots; pure, without a database.
//!
//! An entry's hash covers the entry before it, a root's hash the root before it and, as a Merkle tree, every entry since.
//! So whoever knows one published root can tell whether anything before it was changed, and a proof needs no database.

mod digest;
mod entry;
mod event;

pub use digest::{Digest, UNWRITTEN, hex, unhex};
pub use entry::{Entry, Links};
pub use event::{Event, EventKind, Lane, Leaves, Receipt};
