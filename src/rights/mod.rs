//! Rights of a subject (信用主体权益): repair, objection and shield as cases of steps, and what follows from them. Pure.
//!
//! A case is the fold of its steps, so any past moment of it can be played again; the standing follows from its marks.

mod case;
mod kind;
mod marks;

pub use case::{Case, Opening, OutOfOrder, RulesAt, Step};
pub use kind::{CaseKind, CaseState, Channel, Ground, Party, StepKind};
pub use marks::marks;
