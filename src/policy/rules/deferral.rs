//! The rules of a pack of kind `deferral` (容缺受理事项).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 容缺受理事项
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeferralRules {}

impl Rules for DeferralRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
