//! The rules of a pack of kind `risk` (风险维度).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 风险维度
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskRules {}

impl Rules for RiskRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
