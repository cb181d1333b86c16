//! The ledger (存证账本): every change that matters, in chains of hashes under periodic roots; pure, without a database.
//!
//! An entry's hash covers the entry before it, a root's hash the root before it and, as a Merkle tree, every entry since.
//! So whoever knows one published root can tell whether anything before it was changed, and a proof needs no database.

pub mod deeds;
mod digest;
mod entry;
mod event;
mod finding;
mod leaf;
mod proof;
mod root;
mod row;
pub mod tree;

pub use digest::{Digest, UNWRITTEN, hex, sha256, unhex};
pub use entry::{Entry, Links};
pub use event::{Event, EventKind, Lane, Leaves, Receipt};
pub use finding::{Finding, Named, Seen};
pub use leaf::{Leaf, SHORT, Short, Written, digest_of, pack, unpack};
pub use proof::{EntryText, FORMAT, Proof, ProofFault, RootText, VersionText, Way};
pub use root::{Root, Span, over, spans_digest, spans_text};
pub use row::{ADOPTED, Among, Cell, Cells, Change, Table, changes};
