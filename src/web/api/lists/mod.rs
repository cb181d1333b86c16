//! Lists (名单): the rules of each, its measures, its entries on any day, what everybody is told before and after
//! them, and the figures made of them.

mod entries;
mod figures;
mod notices;
mod rules;

pub use entries::{published, shown};
pub use figures::{check, statistics};
pub use notices::{exits, proposals};
pub use rules::{acting, all};
