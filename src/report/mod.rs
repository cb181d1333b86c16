//! Documents: the workbook of a delivery's bad rows, ready to be corrected and sent again; files that are sent upward.

mod bad_rows;
pub mod letters;
mod simulation;
mod upward;

pub use bad_rows::{BadRow, BadRows, Mark, ReportError};
pub use simulation::{simulation_csv, simulation_xlsx};
pub use upward::{Layout, Sheet, SpoiledPayload, UpwardFormat};
