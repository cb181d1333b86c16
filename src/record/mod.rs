//! The vocabulary of a record's way: delivery, row, draft, fault, verdict, record, subject, fact, reason.
//!
//! Values only; nothing here reads a file, a clock or a database.

mod confirmed;
mod correction;
mod delivery;
mod doubt;
mod draft;
mod fact;
mod fault;
mod fields;
mod mark;
mod reason;
mod row;
mod subject;
mod urgency;
mod verdict;
mod version;

pub use confirmed::{ConfirmedClass, performed};
pub use correction::CorrectionState;
pub use delivery::{Channel, Delivery, DeliveryState, Refusal};
pub use doubt::{Doubt, DoubtKind, DoubtState};
pub use draft::{Draft, Rejected, Value};
pub use fact::Fact;
pub use fault::{Fault, FaultCode, Grade, Place};
pub use fields::Fields;
pub use mark::{Effect, Mark};
pub use reason::{Reason, RuleRef};
pub use row::{Cell, Row, Shape};
pub use subject::{Identifier, IdentifierKind, Identities, Subject, SubjectKind};
pub use urgency::Urgency;
pub use verdict::{Tally, Verdict};
pub use version::{RecordKey, RecordState, Version};

/// A name that is not in its closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a name of {set}")]
pub struct UnknownName {
    /// The set, as its type is called.
    pub set: &'static str,
    /// What was found instead.
    pub name: String,
}
