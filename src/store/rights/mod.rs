//! Rights cases: their openings, steps and papers, the marks that follow from them, and what is to be told upward.

mod cases;
mod notices;
mod papers;

pub(super) use cases::{CaseRow, CaseStepRow};
pub use cases::{Filter, Stored, add_step, find, list, marks_of, of_subjects, open};
pub(super) use notices::NoticeRow;
pub use notices::{Notice, queue, sent, waiting};
pub(super) use papers::PaperRow;
pub use papers::{Paper, add_paper, papers};
