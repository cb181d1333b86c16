//! The rules of a pack of kind `retention` (保存期限): how long a record may be shown and used, and what follows.

use serde::Deserialize;

use crate::{
    catalog::Catalog,
    policy::{Case, Rules},
    record::Fact,
};

/// 保存期限: the first rule that means a record decides; a record none means is kept without limit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRules {
    /// Of several packs in force the one of the highest precedence that knows the record decides.
    #[serde(default)]
    pub precedence: i32,
    /// The rules.
    pub rule: Vec<RetentionRule>,
}

/// How long records are kept for use (保存规则).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// The id.
    pub id: String,
    /// The legal source, with the article.
    pub source: String,
    /// What it says, for people.
    pub text: String,
    /// The records it means.
    pub of: Vec<Case>,
    /// Calendar years from the start.
    pub years: u32,
    /// What they are counted from.
    pub start: RetentionStart,
    /// When the subject has a record like this in force on the last day, the term goes on to the end of it (列入名单的延至移出
    /// 之日); of entries of lists only those that have a basis and a document.
    #[serde(default)]
    pub extend_while: Vec<Case>,
    /// What follows.
    pub then: RetentionEnd,
}

/// What the years are counted from (起算日).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionStart {
    /// 认定之日: the day of the fact.
    Fact,
    /// 终止之日: the day the record ended or ceases to be valid; a record without an end is kept on.
    End,
}

/// What follows the term (期满处理).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionEnd {
    /// 转入档案: kept, and neither shown nor used.
    Archive,
}

impl RetentionRules {
    /// The rule for a record.
    #[must_use]
    pub fn rule_for(&self, fact: &Fact) -> Option<&RetentionRule> {
        self.rule.iter().find(|it| it.of.iter().any(|it| it.means(fact)))
    }
}

impl Rules for RetentionRules {
    fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for rule in &self.rule {
            let key = format!("rule.{}", rule.id);
            let cases = rule.of.iter().chain(&rule.extend_while).flat_map(|it| it.faults(catalog));
            faults.extend(cases.map(|text| (key.clone(), text)));
            if rule.of.is_empty() || rule.years == 0 || rule.source.is_empty() || rule.text.is_empty() {
                faults.push((key, "of、years、source、text 不能为空".to_owned()));
            }
        }
        faults
    }
}
