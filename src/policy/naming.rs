//! What becomes of a row whose name is not the name the register has for its code (名称与代码不一致).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

/// What is done about a name that disagrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// 接受: the row is taken and nothing is said.
    Accept,
    /// 提示: the row is taken, with a warning.
    Flag,
    /// 拒收: the row is not taken.
    Refuse,
}

/// A file of the policy that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamePolicyFault {
    /// Not TOML, or not with these keys.
    #[error("名称核对策略文件无法读取：{0}")]
    Unreadable(String),
    /// No table in it.
    #[error("名称核对策略文件中没有 [[policy]]")]
    Empty,
}

/// The tables of the policy, by the day each is in force from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePolicy {
    tables: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    policy: Vec<Table>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    from: toml::value::Datetime,
    #[allow(dead_code, reason = "the file must say where a table comes from")]
    source: String,
    default: Reaction,
    former_names: bool,
    #[serde(default)]
    class: BTreeMap<String, Reaction>,
}

impl Table {
    fn starts_by(&self, day: NaiveDate) -> bool {
        let from = self
            .from
            .date
            .and_then(|it| NaiveDate::from_ymd_opt(i32::from(it.year), u32::from(it.month), u32::from(it.day)));
        from.is_none_or(|from| from <= day)
    }
}

impl NamePolicy {
    /// The policy built into the program.
    ///
    /// # Panics
    /// Never: the test `the_built_in_policy_is_without_fault` reads the same file.
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../schemas/policy/name_policy.toml")).expect("a test has read this file")
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// [`NamePolicyFault`].
    pub fn parse(text: &str) -> Result<Self, NamePolicyFault> {
        let file: File = toml::from_str(text).map_err(|fault| NamePolicyFault::Unreadable(fault.to_string()))?;
        if file.policy.is_empty() {
            return Err(NamePolicyFault::Empty);
        }
        Ok(Self { tables: file.policy })
    }

    /// What is done on a day about a row of a class of resources (its stable name, as in the catalogue).
    #[must_use]
    pub fn reaction(&self, class: &str, day: NaiveDate) -> Reaction {
        self.table(day).map_or(Reaction::Flag, |it| it.class.get(class).copied().unwrap_or(it.default))
    }

    /// Whether a name the register held before counts as the subject's name on a day.
    #[must_use]
    pub fn former_names(&self, day: NaiveDate) -> bool {
        self.table(day).is_some_and(|it| it.former_names)
    }

    /// The last table in the file that is in force on the day.
    fn table(&self, day: NaiveDate) -> Option<&Table> {
        self.tables.iter().rev().find(|it| it.starts_by(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 3, 1).unwrap()
    }

    #[test]
    fn the_built_in_policy_is_without_fault() {
        let policy = NamePolicy::embedded();
        assert_eq!(policy.reaction("listing", day(2026)), Reaction::Refuse);
        assert_eq!(policy.reaction("penalty", day(2026)), Reaction::Flag);
        assert_eq!(policy.reaction("honour", day(2026)), Reaction::Flag);
        assert!(policy.former_names(day(2026)));
    }

    #[test]
    fn the_table_in_force_on_the_day_decides() {
        let table = |from: &str, reaction: &str| {
            format!("[[policy]]\nfrom = {from}\nsource = \"x\"\ndefault = \"{reaction}\"\nformer_names = false\n")
        };
        let text = table("2020-01-01", "flag") + &table("2025-01-01", "refuse");
        let policy = NamePolicy::parse(&text).unwrap();
        assert_eq!(policy.reaction("penalty", day(2024)), Reaction::Flag);
        assert_eq!(policy.reaction("penalty", day(2025)), Reaction::Refuse);
        assert_eq!(policy.reaction("penalty", day(2019)), Reaction::Flag);
    }

    #[test]
    fn a_file_that_cannot_be_used_says_why() {
        assert_eq!(NamePolicy::parse(""), Err(NamePolicyFault::Empty));
        let misspelt = "[[policy]]\nfrom = 2020-01-01\nsource = \"x\"\ndefualt = \"flag\"\nformer_names = true\n";
        assert!(matches!(NamePolicy::parse(misspelt), Err(NamePolicyFault::Unreadable(it)) if it.contains("defualt")));
    }
}
