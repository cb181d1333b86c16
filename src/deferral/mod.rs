//! Acceptance with a material missing (容缺受理): whether it is open to an applicant, and the case that follows. Pure.

mod case;
mod decide;
mod gate;

pub use case::{Breach, Case, CaseState, Step, StepKind, level, number};
pub use decide::{Application, Checked, Decision, Outcome, decide};
pub use gate::{Applicant, Check, CheckResult};
