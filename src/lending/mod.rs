//! What a bank is answered (信易贷): what it may see, the blocks of a profile, counts of risks, whether elements match, and
//! batch screening. Pure: records, consents and rules are arguments.

mod block;
mod scan;
mod screening;
mod verify;
mod visible;

pub use block::{Collected, Found, Seen, Status, block, scores_seen};
pub use scan::{Count, ScanOutcome, count};
pub use screening::{Basis, Head, Line, LineState, REGISTER, Row, Source, Summary, summary};
pub use verify::{Element, Match, Verified, verify};
pub use visible::{Permit, View};
