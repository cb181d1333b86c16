//! Affairs 办事: the steps people take in cases, each in one transaction with its ledger entry and its marking.

mod amendment;
pub mod borrowing;
mod cases;
pub mod consents;
mod correction;
pub mod deferrals;
pub mod designation;
mod error;
mod hand;
pub mod objection;
pub mod packs;
mod papers;
pub mod publicity;
mod repair;
mod repairability;
mod scene;
pub mod screening;
pub mod sheet;
mod shield;
mod warnings;

pub use cases::{Filing, MOST_RECORDS, Taking, file, take};
pub use error::AffairError;
pub use hand::{Capacity, Hand};
pub use papers::{Handed, MOST_PAPERS, PAPER_BYTES, hand_in, keep_paper};
pub use repairability::{Repairability, Repairable, repairability};
pub use scene::rules_of;
pub use warnings::{Duty, DutyKind, case_level, warnings};
