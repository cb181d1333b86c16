//! What is kept, and the only room with SQL: a file an entity, speaking the vocabulary.
//!
//! What differs between the two databases stands in `connection.rs`, `among.rs`, `moments.rs`, `snapshot.rs`, `bulk.rs`, the
//! migrations, and where a statement matches on its connection; every other query is written once for both.

mod among;
#[macro_use]
mod connection;
mod error;
mod migrations;
mod moments;
mod schema;
#[macro_use]
mod vouched;

pub mod answers;
pub mod batches;
pub mod bulk;
pub mod consent_papers;
pub mod consents;
pub mod corrections;
pub mod counters;
pub mod deferral;
pub mod deliveries;
pub mod designations;
pub mod doubts;
pub mod front_end;
pub mod idempotency;
pub mod ledger;
pub mod list_entries;
pub mod marks;
pub mod merges;
pub mod names;
pub mod packs;
pub mod publicity;
pub mod quality;
pub mod records;
pub mod rights;
pub mod screening;
mod snapshot;
pub mod sources;
pub mod standings;
pub mod statistics;
pub mod subjects;
pub mod tallies;
pub mod units;
pub mod upward;

pub use connection::{ATTEMPTS, Conn, Database, Engine, read, write};
pub use error::StoreError;
pub use migrations::{migrate, revert_all};
pub use snapshot::KeptSnapshots;
