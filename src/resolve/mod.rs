//! A draft beside what is known: whose record it is, which record it is, and what becomes of it.
//!
//! Pure: what is known comes in as values, what is to be done goes out as values.

mod entry;
mod identity;
mod key;
mod payload;
mod subject;
mod verdict;

pub use entry::{Entry, Maker};
pub use key::{Hints, hints_of_row};
pub use payload::{PayloadFacts, cell_text, complete, content, facts};
pub use subject::{Directory, Held, Naming, Resolution, resolve, subject_id, take_register};
pub use verdict::{Standing, verdict};
