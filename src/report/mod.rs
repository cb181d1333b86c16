//! Documents for people. So far: the workbook of a delivery's bad rows, ready to be corrected and sent again.

mod bad_rows;

pub use bad_rows::{BadRow, BadRows, Mark, ReportError};
