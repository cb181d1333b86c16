//! The rules of a pack of kind `privacy` (隐私自查).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 隐私自查
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyRules {}

impl Rules for PrivacyRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
