//! The rules of a pack of kind `rights` (修复与异议).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 修复与异议
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightsRules {}

impl Rules for RightsRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
