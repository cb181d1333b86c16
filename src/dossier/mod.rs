//! Loads everything a standing follows from, derives it, and keeps what was derived.
//!
//! The pure part is `standing`; this room only knows where its arguments come from.

mod ask;
mod exits;
mod lists;
mod load;
mod named;
mod rebuild;
mod refresh;
mod rulebook;
mod simulate;
mod uses;

pub use ask::{Asked, ask, ask_by, ask_many};
pub use exits::{Exit, Place, exits};
pub use lists::{FoundEntry, fill_lists, list_cells, list_page, lists_current_to};
pub use load::load;
pub use named::{Malformed, Named, NamedByPersonNumber, find};
pub use rebuild::{DIFFERENCES, Difference, Rebuilt, rebuild};
pub use refresh::{PAGE, begin, refresh};
pub use rulebook::{parsed, rulebook, ruled, ruled_by};
pub use simulate::simulate;
pub use uses::{Use, uses};
