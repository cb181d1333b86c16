//! Rule packs from `schemas/policy`: effective-dated, with their source; the pack in force on the day decides.

mod naming;

pub use naming::{NamePolicy, NamePolicyFault, Reaction};
