//! The contract of the HTTP API, asked of a real server on either database.

#[path = "../world/mod.rs"]
mod world;

mod access;
mod answers;
mod app;
mod asking;
mod bank;
mod consents;
mod deliveries;
mod described;
mod hostile;
mod ledger;
mod list_notices;
mod lists;
mod once;
mod packs;
mod people;
mod publicity;
mod quality;
mod reports;
mod rights;
mod schema;
mod shape;
mod story;
mod together;
mod window;
mod withheld;
