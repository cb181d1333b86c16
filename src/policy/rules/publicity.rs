//! The rules of a pack of kind `publicity` (公示期限).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 公示期限
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicityRules {}

impl Rules for PublicityRules {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
