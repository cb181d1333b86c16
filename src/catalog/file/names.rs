//! What the parts of a resource file call each other by: fields by code, dialects and lists by name.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::catalog::{CodeList, FieldIndex};

use super::list;
use super::page::{Section, Word};

/// The names a file defines, so that references resolve in any order.
pub(super) struct Names {
    fields: HashMap<String, FieldIndex>,
    dialects: HashMap<String, usize>,
    lists: HashMap<String, CodeList>,
    unused: RefCell<HashMap<String, Word>>,
}

impl Names {
    /// Reads the names, and the code lists with them. Two of one name are a fault.
    pub(super) fn collect(top: &Section<'_>) -> Self {
        let (mut lists, mut unused) = (HashMap::new(), HashMap::new());
        for (word, list) in list::all(top) {
            unused.insert(word.text.clone(), word.clone());
            if lists.insert(word.text.clone(), list).is_some() {
                top.page.fault_at(word.at, &word.key, format!("代码表“{}”重复", word.text));
            }
        }
        let (fields, dialects) = (indices(top, "field", "code"), indices(top, "dialect", "name"));
        Self { fields, dialects, lists, unused: RefCell::new(unused) }
    }

    /// Reports the lists that no field asked for: mostly a field's `list` is misspelt or forgotten.
    pub(super) fn report_unused(&self, top: &Section<'_>) {
        for word in self.unused.borrow().values() {
            top.page.fault_at(word.at, &word.key, format!("没有字段使用代码表“{}”", word.text));
        }
    }

    pub(super) fn field(&self, section: &Section<'_>, word: &Word) -> Option<FieldIndex> {
        let found = self.fields.get(&word.text).copied();
        if found.is_none() {
            section.page.fault_at(word.at, &word.key, format!("没有代码为“{}”的字段", word.text));
        }
        found
    }

    pub(super) fn field_of(&self, section: &Section<'_>, key: &str) -> Option<FieldIndex> {
        self.field(section, &section.word(key)?)
    }

    /// A field that must be named; the first field when it is not, and the fault is recorded.
    pub(super) fn need_field(&self, section: &Section<'_>, key: &str) -> FieldIndex {
        let word = section.need(key);
        if word.text.is_empty() { 0 } else { self.field(section, &word).unwrap_or(0) }
    }

    pub(super) fn fields_of(&self, section: &Section<'_>, key: &str) -> Vec<FieldIndex> {
        section.words(key).iter().filter_map(|word| self.field(section, word)).collect()
    }

    pub(super) fn dialect(&self, section: &Section<'_>, word: &Word) -> Option<usize> {
        let found = self.dialects.get(&word.text).copied();
        if found.is_none() {
            section.page.fault_at(word.at, &word.key, format!("没有名为“{}”的标准版本", word.text));
        }
        found
    }

    pub(super) fn list(&self, section: &Section<'_>, word: &Word) -> Option<CodeList> {
        self.unused.borrow_mut().remove(&word.text);
        let found = self.lists.get(&word.text).cloned();
        if found.is_none() {
            section.page.fault_at(word.at, &word.key, format!("没有名为“{}”的代码表", word.text));
        }
        found
    }
}

/// The positions of the sections of a list by the name each gives itself.
fn indices(top: &Section<'_>, key: &str, label: &str) -> HashMap<String, usize> {
    let mut indices = HashMap::new();
    for (index, item) in top.items(key).into_iter().enumerate() {
        let name = item.get_ref().as_table().and_then(|table| table.get(label));
        let Some((value, text)) = name.and_then(|value| Some((value, value.get_ref().as_str()?))) else { continue };
        if indices.insert(text.trim().to_owned(), index).is_some() {
            top.page.fault_at(value.span().start, &format!("{key}.{text}.{label}"), format!("“{text}”重复"));
        }
    }
    indices
}
