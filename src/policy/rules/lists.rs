//! The rules of a pack of kind `lists` (名单).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 名单
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRules {}

impl Rules for ListRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
