//! Credence 信汇: collects, checks, keeps and answers the public credit information of a city.
//!
//! The rooms stand in the order of a record's way; `tests/layering.rs` says who may know whom.

#[macro_use]
mod names;

pub mod affairs;
pub mod answer;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod collect;
pub mod deferral;
pub mod dossier;
pub mod ingest;
pub mod jobs;
pub mod ledger;
pub mod lending;
pub mod policy;
pub mod quality;
pub mod read;
pub mod record;
pub mod report;
pub mod resolve;
pub mod rights;
pub mod sample;
pub mod seal;
pub mod standards;
pub mod standing;
pub mod store;
pub mod web;
