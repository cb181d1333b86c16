//! Whether a resource makes sense: contradictions that no single key shows.

mod content;
mod dialects;
mod roles;
mod values;

use crate::catalog::{Condition, Demand, FieldType, Resource, Test};

use super::page::Page;

pub(super) use values::decimal;

/// Checks everything that needs the whole resource.
pub(super) fn resource(page: &Page<'_>, file: &str, resource: &Resource) {
    of_the_file(page, file, resource);
    for field in &resource.fields {
        values::field(page, resource, field);
        content::field(page, field);
    }
    content::resource(page, resource);
    dialects::all(page, resource);
    roles::all(page, resource);
    rules(page, resource);
}

fn of_the_file(page: &Page<'_>, file: &str, resource: &Resource) {
    let code = &resource.code;
    let is_code = code.starts_with(|it: char| it.is_ascii_lowercase())
        && code.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if !is_code {
        page.fault("code", "资源代码须以小写字母开头，只含小写字母、数字和下划线");
    }
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
    if is_code && stem != code {
        page.fault("code", format!("文件名须与资源代码一致：{code}.toml"));
    }
    if resource.version == 0 {
        page.fault("version", "版本号从 1 开始");
    }
    if resource.fields.is_empty() {
        page.fault("field", "至少须有一个字段");
    }
    if resource.dialects.is_empty() {
        page.fault("dialect", "至少须有一个标准版本");
    }
    if resource.sources.is_empty() {
        page.fault("sources", "须写明依据");
    }
}

fn rules(page: &Page<'_>, resource: &Resource) {
    for rule in &resource.rules {
        let key = format!("rule.{}", rule.id);
        if let Some(when) = &rule.when {
            condition(page, resource, when, &format!("{key}.when"));
        }
        let (name, fields, kinds) = wants(&rule.demand);
        for index in fields {
            let Some(field) = resource.fields.get(index) else { continue };
            if !kinds.contains(&field.kind) {
                page.fault(&format!("{key}.{name}"), format!("{} 的类型 {} 不适用于 {name}", field.code, field.kind));
            }
        }
        if let Demand::KindOfCode { code, kind } = rule.demand {
            let is = |index: usize, wanted| resource.fields.get(index).is_some_and(|it| it.kind == wanted);
            if !is(code, FieldType::CreditCode) || !is(kind, FieldType::Term) {
                page.fault(&format!("{key}.{name}"), "code 须为 credit_code，kind 须为 term");
            }
        }
    }
}

const DAYS: &[FieldType] = &[FieldType::Day, FieldType::Month, FieldType::Moment];
const AMOUNTS: &[FieldType] = &[FieldType::MoneyWan, FieldType::MoneyYuan];
const NUMBERS: &[FieldType] = &[FieldType::MoneyWan, FieldType::MoneyYuan, FieldType::Integer, FieldType::Decimal];
const TEXTS: &[FieldType] = &[FieldType::Text, FieldType::Name, FieldType::DocumentNumber];

/// The key of a demand, the fields it is about, and the types they may have.
fn wants(demand: &Demand) -> (&'static str, Vec<usize>, &'static [FieldType]) {
    match demand {
        Demand::Filled(field) => ("filled", vec![*field], FieldType::ALL),
        Demand::Empty(fields) => ("empty", fields.clone(), FieldType::ALL),
        Demand::OneOf(fields) => ("one_of", fields.clone(), FieldType::ALL),
        Demand::Together(one, other) => ("together", vec![*one, *other], FieldType::ALL),
        Demand::Order { earlier, later, .. } => ("order", vec![*earlier, *later], DAYS),
        Demand::Positive(field) => ("positive", vec![*field], NUMBERS),
        Demand::AmountInText { amount, .. } => ("amount_in_text", vec![*amount], AMOUNTS),
        Demand::NoPhrase { text, .. } => ("no_phrase", vec![*text], TEXTS),
        Demand::KindOfCode { code, kind } => {
            ("kind_of_code", vec![*code, *kind], &[FieldType::CreditCode, FieldType::Term])
        }
        Demand::Series { months, .. } => ("series", vec![*months], &[FieldType::Integer]),
    }
}

/// The terms a condition asks for exist, if its field has a code list.
pub(super) fn condition(page: &Page<'_>, resource: &Resource, when: &Condition, key: &str) {
    let Some(field) = resource.fields.get(when.field) else { return };
    match &when.test {
        Test::Is(terms) => terms.iter().for_each(|term| roles::term(page, field, term, &format!("{key}.is"))),
        Test::IsNot(terms) => terms.iter().for_each(|term| roles::term(page, field, term, &format!("{key}.is_not"))),
        Test::Has(_) if !matches!(field.kind, FieldType::Term | FieldType::Terms) => {
            page.fault(&format!("{key}.has"), format!("{} 不是代码表字段", field.code));
        }
        Test::Has(_) | Test::Filled | Test::Empty => {}
    }
}
