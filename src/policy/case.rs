//! A condition with words that are looked for in several fields at once, made ready when the pack is read.

use serde::Deserialize;

use super::{Condition, Test};
use crate::{catalog::Catalog, record::Fact, standards::Words};

/// What a record must be (情形): one of the resources, all tests hold, and one of the words stands in one of the fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Codes of resources; any of them. At least one.
    pub resources: Vec<String>,
    /// The tests, all of which must hold.
    #[serde(default)]
    pub when: Vec<Test>,
    /// Words, one of which must be found.
    pub words: Option<Sought>,
    /// Words, none of which may be found: what denies or takes back the others.
    pub without: Option<Sought>,
}

/// Words looked for in fields (关键词).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sought {
    /// Codes of the fields; any of them.
    pub fields: Vec<String>,
    /// The words; any of them. Each begins with a Chinese character.
    pub any: Words,
}

impl Case {
    /// Whether the rule means this record.
    #[must_use]
    pub fn means(&self, fact: &Fact) -> bool {
        self.resources.contains(&fact.resource)
            && self.when.iter().all(|it| it.holds(fact))
            && self.words.as_ref().is_none_or(|it| it.stands_in(fact))
            && !self.without.as_ref().is_some_and(|it| it.stands_in(fact))
    }

    /// What is wrong with it, beside a catalogue.
    #[must_use]
    pub fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let condition = Condition { resources: self.resources.clone(), when: self.when.clone() };
        let mut faults = condition.faults(catalog);
        for (name, words) in [("words", &self.words), ("without", &self.without)] {
            let Some(words) = words else { continue };
            if words.fields.is_empty() || words.any.list().is_empty() {
                faults.push(format!("{name} 的 fields 与 any 不能为空"));
            }
            faults.extend(words.any.hopeless().map(|it| format!("关键词“{it}”须以汉字开头")));
            for resource in self.resources.iter().filter_map(|it| catalog.get(it)) {
                let unknown = words.fields.iter().filter(|code| !resource.fields.iter().any(|it| it.code == **code));
                faults.extend(unknown.map(|it| format!("资源 {} 没有字段 {it}", resource.code)));
            }
        }
        faults
    }
}

impl Sought {
    fn stands_in(&self, fact: &Fact) -> bool {
        self.fields.iter().any(|it| fact.fields.terms(it).any(|text| self.any.are_in(text)))
    }
}
