//! The ledger's rows: events are appended in the very transaction that does what they say.

mod append;
mod chains;
mod kept;
mod prove;
mod roots;
mod rows;
mod versions;

pub use append::append;
pub(super) use chains::spoiled;
pub use chains::{
    Head, Row, chains, entries, entries_at, entry, first_block, hashes, heads, latest, leaves, next_place, of_block,
};
pub use kept::{KeptRow, kept_rows};
pub use prove::{Provable, prove_entry, prove_version};
pub use roots::{RootRow, latest_root, make_root, root_over, roots, roots_after};
pub use rows::{DeliveryRow, VersionRow, closings, delivered, first_rows, row_of, rows, settle_plan, used_blocks};
pub use versions::{Versions, adopted_block};
