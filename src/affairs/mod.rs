//! Affairs 办事: the steps people take in cases, each in one transaction with its ledger entry and its marking.

mod error;

pub use error::AffairError;
