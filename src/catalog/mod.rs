//! Resources (信用信息资源) as data: what a delivery of a kind must contain, in every dialect that means it.

mod kinds;
mod model;

pub use kinds::*;
pub use model::*;
