//! `[[list]]`: the code lists of a resource file.

use toml::de::DeValue;

use crate::catalog::{CodeList, Term};

use super::page::{Section, Word};

/// The lists, each with the word that names it.
pub(super) fn all(top: &Section<'_>) -> Vec<(Word, CodeList)> {
    let lists = top.sections("list", "name", &["name", "other", "terms"]);
    lists.iter().map(|it| (it.need("name"), one(it))).collect()
}

fn one(section: &Section<'_>) -> CodeList {
    if !section.has("terms") {
        section.page.fault_at(section.at, &section.key("terms"), "缺少此键");
    }
    let terms: Vec<Term> =
        section.items("terms").into_iter().enumerate().filter_map(|(index, item)| term(section, index, item)).collect();
    let list = CodeList { name: section.text("name"), terms, other: section.flag("other") };
    wordings_are_told_apart(section, &list);
    list
}

fn term(section: &Section<'_>, index: usize, item: &toml::Spanned<DeValue<'_>>) -> Option<Term> {
    let key = format!("{}.{}", section.key("terms"), index + 1);
    match item.get_ref() {
        DeValue::String(text) if !text.trim().is_empty() => {
            Some(Term { text: text.trim().to_owned(), also: Vec::new(), means: Vec::new() })
        }
        DeValue::Table(table) => {
            let it = Section::open(section.page, key, table, &["text", "also", "means"]);
            Some(Term { text: it.need("text").text, also: it.texts("also"), means: it.texts("means") })
        }
        _ => {
            section.page.fault_at(item.span().start, &key, "应为非空文本或 { text = … }");
            None
        }
    }
}

/// A wording belongs to one term, and what it `means` are single terms of the list.
fn wordings_are_told_apart(section: &Section<'_>, list: &CodeList) {
    let mut known: Vec<&str> = Vec::new();
    for (index, term) in list.terms.iter().enumerate() {
        let key = format!("{}.{}", section.key("terms"), index + 1);
        for wording in std::iter::once(&term.text).chain(&term.also) {
            if known.contains(&wording.as_str()) {
                section.page.fault(&key, format!("“{wording}”在代码表中出现两次"));
            }
            known.push(wording);
        }
        for meant in &term.means {
            if !list.terms.iter().any(|it| it.text == *meant && it.means.is_empty()) {
                section.page.fault(&key, format!("means 中的“{meant}”不是本表的单项"));
            }
        }
    }
}
