//! The store's contract, on SQLite and on PostgreSQL.

#[path = "../world/mod.rs"]
mod world;

mod adopting;
mod answers;
mod collecting;
mod designations;
mod durable;
mod killing;
mod ledger;
mod lists;
mod packs;
mod people;
mod privacy;
mod replay;
mod rights;
mod schema;
mod snapshot;
mod standings;
mod statistics;
mod tampered_rows;
mod tampering;
mod versions;
