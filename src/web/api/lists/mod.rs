//! Lists (名单): the rules of each, its measures, its entries on any day, and the figures made of them.

mod entries;
mod figures;
mod rules;

pub use entries::{published, shown};
pub use figures::{check, statistics};
pub use rules::{acting, all};
