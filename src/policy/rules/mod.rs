//! The rules of packs, a file a kind.

mod deferral;
mod duty;
mod lists;
mod privacy;
mod publicity;
mod retention;
mod rights;
mod risk;
mod scorecard;

pub use deferral::*;
pub use duty::*;
pub use lists::*;
pub use privacy::*;
pub use publicity::*;
pub use retention::*;
pub use rights::*;
pub use risk::*;
pub use scorecard::*;
