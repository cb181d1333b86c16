//! The sequence of stages: a delivery is claimed, surveyed, and taken chunk by chunk. Only this room knows the order.

mod apply;
mod arrival;
mod decide;
mod error;
mod fault_view;
mod judge;
mod nothing;
mod precheck;
mod prepare;
pub mod privacy;
mod run;
mod workshop;
mod write;

pub use arrival::{Arrival, Receipt, deliver};
pub use decide::{By, ignore, link, withdraw, withdraw_within};
pub use error::IngestError;
pub use fault_view::FaultView;
pub use nothing::report_nothing;
pub use precheck::{Precheck, precheck};
pub use run::{Progress, work};
pub use workshop::{CHUNK_ROWS, Clock, Workshop, in_time_from, local_day};
