//! Letters (文书): what is served on a subject or a unit, as HTML that prints on A4 and needs nothing from elsewhere.

mod deferral;
mod page;
mod record;
mod text;

pub use deferral::{NoWindowLetter, WindowLetter, WindowMatter, window_letter};
pub use page::Letter;
pub use record::RecordTable;
pub use text::{LetterKind, Matter, NoLetter, letter, notice};
