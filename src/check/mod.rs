//! Row → draft or every fault it has: columns to fields, values to types, rules, and the doctor.
//!
//! Pure: the day of delivery is an argument, and the same rows have the same faults on every machine.

mod amount;
mod checker;
mod code;
mod dialect;
mod doctor;
mod faults;
mod field;
mod heading;
mod list;
mod mask;
mod memo;
mod phrases;
mod plan;
mod rule;
mod sheet;
mod survey;
mod text;
mod value;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use checker::{CheckContext, Checker, Layout};
pub use heading::known_headings;
pub use survey::{Survey, survey};
