//! What is wrong with a scorecard: all of it at once, each with the key it stands under.

mod levels;
mod points;

use std::collections::BTreeSet;

use super::{MOST_POINTS, Scorecard, admissible};
use crate::{
    catalog::{Catalog, FieldType},
    policy::Condition,
    record::SubjectKind,
};

/// The faults found so far, and what they are found against.
struct Finder<'c> {
    card: &'c Scorecard,
    catalog: &'c Catalog,
    found: Vec<(String, String)>,
    ids: BTreeSet<&'c str>,
}

pub(super) fn of(card: &Scorecard, catalog: &Catalog) -> Vec<(String, String)> {
    let mut finder = Finder { card, catalog, found: Vec::new(), ids: BTreeSet::new() };
    finder.subjects();
    finder.reasons();
    finder.levels();
    finder.dimensions();
    finder.validity();
    finder.characteristics();
    finder.directs();
    finder.imports();
    finder.others();
    finder.found
}

impl<'c> Finder<'c> {
    fn fault(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.found.push((key.into(), message.into()));
    }

    fn subjects(&mut self) {
        if self.card.subjects.is_empty() {
            self.fault("subjects", "须写明适用的主体类别");
        }
        for kind in &self.card.subjects {
            match kind.parse::<SubjectKind>() {
                Err(_) => self.fault("subjects", format!("没有主体类别 {kind}")),
                Ok(SubjectKind::Person) if self.card.default => {
                    self.fault("subjects", "自然人不设默认评分");
                }
                Ok(_) => {}
            }
        }
        if !self.card.is_own() && self.card.imports.is_empty() {
            self.fault("characteristic", "评分卡没有评价指标，也没有导入的评价结果");
        }
    }

    fn reasons(&mut self) {
        let mut seen = BTreeSet::new();
        for it in &self.card.reasons {
            let key = format!("reason.{}", it.code);
            if !seen.insert(&it.code) {
                self.fault(&*key, "原因代码重复");
            }
            if it.text.is_empty() || it.source.is_empty() {
                self.fault(key, "须写明说明和依据");
            }
        }
    }

    /// A rule's id is alone in the pack.
    fn id(&mut self, key: &str, id: &'c str) {
        if id.is_empty() {
            self.fault(key, "id 不能为空");
        } else if !self.ids.insert(id) {
            self.fault(key, format!("规则 {id} 重复"));
        }
    }

    fn reason(&mut self, key: &str, code: &str) {
        if self.card.reason(code).is_none() {
            self.fault(key, format!("没有原因代码 {code}"));
        }
    }

    /// Everything wrong with a condition, and resources that no score may rest on.
    fn condition(&mut self, key: &str, given: &Condition) {
        for message in given.faults(self.catalog) {
            self.fault(key, message);
        }
        for resource in given.resources.iter().filter_map(|it| self.catalog.get(it)) {
            if let Some(message) = admissible::refusal(resource) {
                self.fault(key, message);
            }
        }
    }

    /// The resources of a condition have the field, and it is of one of these types.
    fn field(&mut self, key: &str, given: &Condition, field: &str, kinds: &[FieldType]) {
        for resource in given.resources.iter().filter_map(|it| self.catalog.get(it)) {
            match resource.fields.iter().find(|it| it.code == field) {
                None => self.fault(key, format!("资源 {} 没有字段 {field}", resource.code)),
                Some(it) if !kinds.is_empty() && !kinds.contains(&it.kind) => {
                    self.fault(key, format!("资源 {} 的字段 {field} 不是数量", resource.code));
                }
                Some(_) => {}
            }
        }
    }

    fn others(&mut self) {
        for it in &self.card.conducts {
            let given = Condition { resources: it.resources.clone(), when: Vec::new() };
            self.condition("conduct", &given);
            self.field("conduct", &given, &it.field, &[]);
        }
        for it in &self.card.excludes {
            let key = format!("exclude.{}", it.id);
            self.id(&key, &it.id);
            self.condition(&key, &it.given);
            self.reason(&key, &it.reason);
        }
    }
}

/// Whether a number of months can be meant.
fn months(told: u32) -> bool {
    (1..=1_200).contains(&told)
}

#[cfg(test)]
mod tests;
