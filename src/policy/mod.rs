//! Rule packs from `schemas/policy`: effective-dated, with their source; the pack in force on the day decides.

mod case;
mod condition;
mod embedded;
mod form;
mod head;
mod listed;
mod naming;
mod packs;
pub mod pmml;
pub mod rules;

pub use case::{Case, Sought};
pub use condition::{Condition, Test};
pub use head::{Certainty, Head, day, open_day};
pub use naming::{NamePolicy, NamePolicyFault, Reaction};
pub use packs::{Body, Pack, PackFault, PackKind, PackRef, Packs, Rules};
