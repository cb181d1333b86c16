//! Resources (信用信息资源) as data: what a delivery of a kind must contain, in every dialect that means it.
//!
//! From a resource come the check, and what is generated here. Only `folder` touches the disk.

pub mod describe;
mod embedded;
mod fault;
mod file;
mod folder;
mod form;
pub mod generated;
pub mod heading;
pub mod json_schema;
mod kinds;
mod model;
pub mod pattern;
mod shelf;
pub mod template;
pub mod xsd;

pub use fault::CatalogFault;
pub use file::parse;
pub use kinds::*;
pub use model::*;
pub use shelf::Catalog;
