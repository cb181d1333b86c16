//! The rules of a pack of kind `scorecard` (评分卡).

use serde::Deserialize;

use crate::{catalog::Catalog, policy::Rules};

/// 评分卡
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {}

impl Rules for Scorecard {
    fn faults(&self, _: &Catalog) -> Vec<(String, String)> {
        Vec::new()
    }
}
