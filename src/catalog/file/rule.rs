//! `[[rule]]`: the rules over several fields.

use crate::catalog::{Demand, FieldIndex, Rule};
use crate::record::Grade;

use super::dialect::condition;
use super::names::Names;
use super::page::Section;

/// The keys of which a rule has exactly one.
const DEMANDS: [&str; 10] = [
    "filled",
    "empty",
    "one_of",
    "together",
    "order",
    "positive",
    "amount_in_text",
    "no_phrase",
    "kind_of_code",
    "series",
];

pub(super) fn all(top: &Section<'_>, names: &Names) -> Vec<Rule> {
    let known: Vec<&str> = ["id", "grade", "when", "message", "swapped"].into_iter().chain(DEMANDS).collect();
    let mut rules: Vec<Rule> = Vec::new();
    for it in top.sections("rule", "id", &known) {
        let id = it.need("id");
        if rules.iter().any(|rule| rule.id == id.text) {
            it.page.fault_at(id.at, &id.key, format!("规则“{}”重复", id.text));
        }
        let (when, message) = (condition(&it, names), it.text("message"));
        let grade = super::grade(&it).unwrap_or(Grade::Error);
        rules.extend(demand(&it, names).map(|demand| Rule { id: id.text, grade, when, demand, message }));
    }
    rules
}

fn demand(it: &Section<'_>, names: &Names) -> Option<Demand> {
    let mut keys = DEMANDS.into_iter().filter(|key| it.has(key));
    let (first, second) = (keys.next(), keys.next());
    let (Some(key), None) = (first, second) else {
        it.page.fault_at(it.at, &it.path, format!("规则须有且只有一项要求：{}", DEMANDS.join("、")));
        return None;
    };
    if it.has("swapped") && key != "order" {
        it.page.fault(&it.key("swapped"), "swapped 只用于 order");
    }
    match key {
        "filled" => Some(Demand::Filled(names.need_field(it, key))),
        "positive" => Some(Demand::Positive(names.need_field(it, key))),
        "empty" => Some(Demand::Empty(several(it, names, key, 1))),
        "one_of" => Some(Demand::OneOf(several(it, names, key, 2))),
        "together" => two(it, names, key).map(|(one, other)| Demand::Together(one, other)),
        "order" => {
            two(it, names, key).map(|(earlier, later)| Demand::Order { earlier, later, swapped: it.flag("swapped") })
        }
        _ => composite(it, names, key),
    }
}

fn composite(it: &Section<'_>, names: &Names, key: &str) -> Option<Demand> {
    Some(match key {
        "amount_in_text" => {
            let part = it.section(key, &["amount", "text", "words"])?;
            let (amount, text) = (names.need_field(&part, "amount"), names.need_field(&part, "text"));
            Demand::AmountInText { amount, text, words: need_texts(&part, "words") }
        }
        "no_phrase" => {
            let part = it.section(key, &["text", "phrases"])?;
            Demand::NoPhrase { text: names.need_field(&part, "text"), phrases: need_texts(&part, "phrases") }
        }
        "kind_of_code" => {
            let part = it.section(key, &["code", "kind"])?;
            Demand::KindOfCode { code: names.need_field(&part, "code"), kind: names.need_field(&part, "kind") }
        }
        _ => {
            let part = it.section(key, &["series", "months"])?;
            Demand::Series { series: names.need_field(&part, "series"), months: names.need_field(&part, "months") }
        }
    })
}

fn several(it: &Section<'_>, names: &Names, key: &str, least: usize) -> Vec<FieldIndex> {
    if it.words(key).len() < least {
        it.page.fault(&it.key(key), format!("至少须有 {least} 个字段"));
    }
    names.fields_of(it, key)
}

fn two(it: &Section<'_>, names: &Names, key: &str) -> Option<(FieldIndex, FieldIndex)> {
    if it.words(key).len() != 2 {
        it.page.fault(&it.key(key), "须有且只有两个字段");
    }
    match names.fields_of(it, key)[..] {
        [one, other] => Some((one, other)),
        _ => None,
    }
}

fn need_texts(it: &Section<'_>, key: &str) -> Vec<String> {
    let texts = it.texts(key);
    if texts.is_empty() {
        it.page.fault(&it.key(key), "缺少此键或为空数组");
    }
    texts
}
