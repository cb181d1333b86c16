//! What a record must be for a rule to mean it: tests on its resource and fields, as data.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{Catalog, CodeList, Field, FieldType},
    record::Fact,
    standards::{Decimal, Money},
};

/// What a record must be (条件): one of the resources, and all tests hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Codes of resources; any of them. At least one.
    pub resources: Vec<String>,
    /// The tests, all of which must hold.
    #[serde(default)]
    pub when: Vec<Test>,
}

/// A test on one field (条件项). Every bound that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The field's code.
    pub field: String,
    /// The value, or one of several, is one of these.
    pub is: Option<Vec<String>>,
    /// No value is one of these.
    pub is_not: Option<Vec<String>>,
    /// Every value is one of these, and there is at least one.
    pub only: Option<Vec<String>>,
    /// The text has one of these in it.
    pub contains: Option<Vec<String>>,
    /// The text has none of these in it.
    pub lacks: Option<Vec<String>>,
    /// Whether it is filled.
    pub filled: Option<bool>,
    /// At least: an amount in 元, or a number.
    pub at_least: Option<String>,
    /// More than.
    pub above: Option<String>,
    /// At most.
    pub at_most: Option<String>,
    /// Less than.
    pub below: Option<String>,
    /// At most, or the field is empty.
    pub within: Option<String>,
    /// The day is on or after this one,
    pub since: Option<NaiveDate>,
    /// or before this one.
    pub before: Option<NaiveDate>,
}

impl Condition {
    /// Whether the rule means this record.
    #[must_use]
    pub fn means(&self, fact: &Fact) -> bool {
        self.resources.contains(&fact.resource) && self.when.iter().all(|it| it.holds(fact))
    }

    /// What is wrong with it, beside a catalogue: unknown resources and fields, bounds that are no numbers.
    #[must_use]
    pub fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let mut faults = Vec::new();
        if self.resources.is_empty() {
            faults.push("resources 不能为空".to_owned());
        }
        for code in &self.resources {
            let Some(resource) = catalog.get(code) else {
                faults.push(format!("目录中没有资源 {code}"));
                continue;
            };
            for test in &self.when {
                match resource.fields.iter().find(|it| it.code == test.field) {
                    None => faults.push(format!("资源 {code} 没有字段 {}", test.field)),
                    Some(field) => faults.extend(test.faults(field)),
                }
            }
        }
        faults
    }
}

impl Test {
    /// Whether it holds for a record.
    #[must_use]
    pub fn holds(&self, fact: &Fact) -> bool {
        let any = |wanted: &[String]| fact.fields.terms(&self.field).any(|it| wanted.iter().any(|want| want == it));
        let only = |wanted: &[String]| {
            let mut terms = fact.fields.terms(&self.field).peekable();
            terms.peek().is_some() && terms.all(|it| wanted.iter().any(|want| want == it))
        };
        let found = |wanted: &[String]| {
            fact.fields.terms(&self.field).any(|it| wanted.iter().any(|want| it.contains(want.as_str())))
        };
        let day = || fact.fields.day(&self.field);
        self.is.as_deref().is_none_or(any)
            && self.is_not.as_deref().is_none_or(|it| !any(it))
            && self.only.as_deref().is_none_or(only)
            && self.contains.as_deref().is_none_or(found)
            && self.lacks.as_deref().is_none_or(|it| !found(it))
            && self.filled.is_none_or(|it| it == fact.fields.has(&self.field))
            && self.bounds(fact)
            && self.since.is_none_or(|it| day().is_some_and(|day| day >= it))
            && self.before.is_none_or(|it| day().is_some_and(|day| day < it))
    }

    fn bounds(&self, fact: &Fact) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let bound = |limit: &Option<String>, good: &[std::cmp::Ordering]| {
            limit.as_deref().is_none_or(|it| self.compared(fact, it).is_some_and(|it| good.contains(&it)))
        };
        bound(&self.at_least, &[Greater, Equal])
            && bound(&self.above, &[Greater])
            && bound(&self.at_most, &[Less, Equal])
            && bound(&self.below, &[Less])
            && (!fact.fields.has(&self.field) || bound(&self.within, &[Less, Equal]))
    }

    /// The field beside a limit; `None` when it is empty. An amount is a number in the payload, any other number a text.
    fn compared(&self, fact: &Fact, limit: &str) -> Option<std::cmp::Ordering> {
        if let Some(money) = fact.fields.money(&self.field) {
            return Some(money.cmp(&Money::parse_yuan(limit).ok()?));
        }
        let (number, limit) = (fact.fields.number(&self.field)?, Decimal::parse(limit).ok()?);
        Some(number.cmp(&limit))
    }

    /// What is wrong with the values it asks for: a rule that waits for a value no record can have would never be met.
    fn values(&self, field: &Field) -> Vec<String> {
        let mut faults = Vec::new();
        let exact = [&self.is, &self.is_not, &self.only];
        let all = exact.into_iter().chain([&self.contains, &self.lacks]);
        if all.flatten().any(Vec::is_empty) {
            faults.push(format!("字段 {} 的取值不能为空列表", self.field));
        }
        if (self.since.is_some() || self.before.is_some()) && !matches!(field.kind, FieldType::Day | FieldType::Moment)
        {
            faults.push(format!("字段 {} 不是日期，不能用 since、before", self.field));
        }
        let lists: Vec<&CodeList> = field.list.iter().chain(field.dialect_lists.iter().map(|(_, it)| it)).collect();
        let Some(first) = lists.first() else { return faults };
        let is_known = |value: &String| {
            lists
                .iter()
                .any(|list| list.terms.iter().any(|it| it.text == *value) || list.other && value.starts_with("其他"))
        };
        let unknown = exact.into_iter().flatten().flatten().filter(|it| !is_known(it));
        faults.extend(unknown.map(|it| format!("字段 {} 的取值“{it}”不在代码表“{}”中", self.field, first.name)));
        faults
    }

    fn faults(&self, field: &Field) -> Vec<String> {
        let kind = field.kind;
        let mut faults = self.values(field);
        let limits = [&self.at_least, &self.above, &self.at_most, &self.below, &self.within];
        for limit in limits.into_iter().flatten() {
            let good = match kind {
                FieldType::MoneyWan | FieldType::MoneyYuan => Money::parse_yuan(limit).is_ok(),
                FieldType::Integer | FieldType::Decimal => Decimal::parse(limit).is_ok(),
                _ => false,
            };
            if !good {
                faults.push(format!("字段 {} 不能与“{limit}”比较大小", self.field));
            }
        }
        let asks = [
            self.is.is_some(),
            self.is_not.is_some(),
            self.only.is_some(),
            self.contains.is_some(),
            self.lacks.is_some(),
            self.filled.is_some(),
            self.since.is_some(),
            self.before.is_some(),
            limits.iter().any(|it| it.is_some()),
        ];
        if !asks.contains(&true) {
            faults.push(format!("字段 {} 的条件为空", self.field));
        }
        faults
    }
}
