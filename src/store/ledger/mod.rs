//! The ledger's rows: events are appended in the very transaction that does what they say.

mod append;

pub use append::append;
