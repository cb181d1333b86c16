//! Rights of a subject (信用主体权益): repair, objection and shield as cases of steps, and what follows from them. Pure.
//!
//! A case is the fold of its steps, so any past moment of it can be played again; the standing follows from its marks.

pub mod candidates;
mod case;
mod clock;
mod consent;
pub mod designation;
mod eligibility;
mod grounds;
mod kind;
mod marks;
mod rules;

pub use crate::policy::rules::{FilingChannel as Channel, ObjectionGround as Ground, RepairCondition};
pub use case::{Case, Missing, Opening, OutOfOrder, RulesAt, Step};
pub use clock::{days_left, due, level};
pub use consent::{Capacity, Consent, ConsentState, Ending, Purpose, Uncovered, When};
pub use eligibility::{Eligibility, Finding, Looked, Outcome, eligibility};
pub use grounds::{FoundGround, grounds};
pub use kind::{CaseKind, CaseState, Party, StepKind};
pub use marks::marks;
pub use rules::{papers_of, rules_for};
