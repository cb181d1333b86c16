//! The rules of a pack of kind `retention` (保存期限).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 保存期限
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRules {}

impl Rules for RetentionRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
