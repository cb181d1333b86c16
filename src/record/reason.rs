//! Why something is concluded: the rule, its source in law, the records it rests on.
//! These are sent as they are, so their fields are described in Chinese.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rule of a pack (规则): what a conclusion names as its ground.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct RuleRef {
    /// 规则包，如 `publicity.ndrc36`
    pub pack: String,
    /// 版本
    pub version: u32,
    /// 规则
    pub rule: String,
}

impl fmt::Display for RuleRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}#{}", self.pack, self.version, self.rule)
    }
}

/// A reason (理由): each conclusion carries at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// 规则
    pub rule: RuleRef,
    /// 依据：法规、规章、标准及条款
    pub source: String,
    /// 所依据的记录版本编号；因没有记录而得出的结论为空
    pub records: Vec<i64>,
    /// 说明
    pub text: String,
}
