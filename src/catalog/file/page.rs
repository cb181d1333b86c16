//! A resource file as a person wrote it: typed look-ups that report every fault with line and key, and read on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::catalog::CatalogFault;

/// The file: its text, the faults found so far, and the line of every key.
pub(in crate::catalog) struct Page<'t> {
    file: &'t str,
    /// Where each line but the first begins.
    line_starts: Vec<usize>,
    faults: RefCell<Vec<CatalogFault>>,
    lines: RefCell<HashMap<String, usize>>,
}

impl<'t> Page<'t> {
    pub(in crate::catalog) fn new(file: &'t str, text: &str) -> Self {
        let line_starts = text.bytes().enumerate().filter(|(_, it)| *it == b'\n').map(|(at, _)| at + 1).collect();
        Self { file, line_starts, faults: RefCell::default(), lines: RefCell::default() }
    }

    /// Records a fault at a place of the text.
    pub(super) fn fault_at(&self, offset: usize, key: &str, message: impl Into<String>) {
        let line = self.line(offset);
        let fault = CatalogFault { file: self.file.to_owned(), line, key: key.to_owned(), message: message.into() };
        self.faults.borrow_mut().push(fault);
    }

    /// Records a fault at a key; a key that is not written stands at the section it would be in.
    pub(super) fn fault(&self, key: &str, message: impl Into<String>) {
        let line = self.line_of(key);
        let fault = CatalogFault { file: self.file.to_owned(), line, key: key.to_owned(), message: message.into() };
        self.faults.borrow_mut().push(fault);
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset) + 1
    }

    fn line_of(&self, key: &str) -> usize {
        let lines = self.lines.borrow();
        let mut path = key;
        loop {
            if let Some(line) = lines.get(path) {
                return *line;
            }
            match path.rfind('.') {
                Some(dot) => path = &path[..dot],
                None => return 0,
            }
        }
    }

    /// All faults, in the order of the file.
    pub(in crate::catalog) fn into_faults(self) -> Vec<CatalogFault> {
        let mut faults = self.faults.into_inner();
        faults.sort();
        faults.dedup();
        faults
    }
}

/// A text of the file with its place.
#[derive(Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: usize,
    pub(super) key: String,
}

/// A table of the file, its keys known to be right.
pub(super) struct Section<'p> {
    pub(super) page: &'p Page<'p>,
    pub(super) path: String,
    pub(super) at: usize,
    table: &'p DeTable<'p>,
}

impl<'p> Section<'p> {
    /// Opens a table: reports unknown keys and remembers the line of each.
    pub(super) fn open(page: &'p Page<'p>, path: String, table: &'p DeTable<'p>, known: &[&str]) -> Self {
        let at = table.iter().map(|(key, _)| key.span().start).min().unwrap_or(0);
        page.lines.borrow_mut().entry(path.clone()).or_insert_with(|| page.line(at));
        let section = Self { page, path, at, table };
        for (key, _) in table {
            let full = section.key(key.get_ref());
            if !known.contains(&key.get_ref().as_ref()) {
                page.fault_at(key.span().start, &full, format!("未知的键；这里可用：{}", known.join("、")));
            }
            page.lines.borrow_mut().entry(full).or_insert_with(|| page.line(key.span().start));
        }
        section
    }

    /// The full key of a key of this table.
    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Whether the key is written.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Records that a value is not of the kind the key wants.
    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        self.page.fault_at(value.span().start, &self.key(key), format!("应为{wanted}，实为 {found}"));
    }

    /// A text, if the key is written.
    pub(super) fn word(&self, key: &str) -> Option<Word> {
        let value = self.table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => {
                Some(Word { text: text.trim().to_owned(), at: value.span().start, key: self.key(key) })
            }
            _ => {
                self.wrong(key, value, "文本");
                None
            }
        }
    }

    /// A text that must be there and not be empty; empty when it is not, and the fault is recorded.
    pub(super) fn need(&self, key: &str) -> Word {
        let missing = || Word { text: String::new(), at: self.at, key: self.key(key) };
        if !self.has(key) {
            self.page.fault_at(self.at, &self.key(key), "缺少此键");
            return missing();
        }
        let word = self.word(key).unwrap_or_else(missing);
        if word.text.is_empty() {
            self.page.fault_at(word.at, &word.key, "不能为空");
        }
        word
    }

    /// A text without its place; empty if the key is not written.
    pub(super) fn text(&self, key: &str) -> String {
        self.word(key).map(|word| word.text).unwrap_or_default()
    }

    /// A list of texts; empty if the key is not written.
    pub(super) fn words(&self, key: &str) -> Vec<Word> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, value, "文本数组");
            return Vec::new();
        };
        let mut words = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    words.push(Word { text: text.trim().to_owned(), at: item.span().start, key: self.key(key) });
                }
                _ => self.wrong(key, item, "非空文本"),
            }
        }
        words
    }

    /// A list of texts without their places.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        self.words(key).into_iter().map(|word| word.text).collect()
    }

    /// A switch; off if the key is not written.
    pub(super) fn flag(&self, key: &str) -> bool {
        match self.table.get(key).map(|value| (value, value.get_ref())) {
            None => false,
            Some((_, DeValue::Boolean(on))) => *on,
            Some((value, _)) => {
                self.wrong(key, value, "true 或 false");
                false
            }
        }
    }

    /// A whole number up to `most`.
    pub(super) fn number(&self, key: &str, most: u64) -> Option<u64> {
        let value = self.table.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(digits) => u64::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        if number.is_none_or(|number| number > most) {
            self.wrong(key, value, &format!("0 至 {most} 的整数"));
            return None;
        }
        number
    }

    /// A name of a closed set, if the key is written.
    pub(super) fn named<T: FromStr>(&self, key: &str, all: &[&str]) -> Option<T> {
        let word = self.word(key)?;
        let parsed = word.text.parse().ok();
        if parsed.is_none() {
            self.page.fault_at(word.at, &word.key, format!("“{}”不是可用的值；可用：{}", word.text, all.join("、")));
        }
        parsed
    }

    /// The table under a key.
    pub(super) fn section(&self, key: &str, known: &[&str]) -> Option<Section<'p>> {
        let value = self.table.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::open(self.page, self.key(key), table, known)),
            _ => {
                self.wrong(key, value, "表");
                None
            }
        }
    }

    /// The tables of a list, each called by what it says of itself under `label`, or else by its number.
    pub(super) fn sections(&self, key: &str, label: &str, known: &[&str]) -> Vec<Section<'p>> {
        self.items(key)
            .into_iter()
            .enumerate()
            .filter_map(|(index, item)| {
                let DeValue::Table(table) = item.get_ref() else {
                    self.wrong(key, item, "表");
                    return None;
                };
                let own = table.get(label).and_then(|value| value.get_ref().as_str());
                let path = format!("{}.{}", self.key(key), own.map_or_else(|| (index + 1).to_string(), str::to_owned));
                Some(Section::open(self.page, path, table, known))
            })
            .collect()
    }

    /// The items of a list of any kind.
    pub(super) fn items(&self, key: &str) -> Vec<&'p Spanned<DeValue<'p>>> {
        match self.table.get(key).map(|value| (value, value.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Array(items))) => items.iter().collect(),
            Some((value, _)) => {
                self.wrong(key, value, "数组");
                Vec::new()
            }
        }
    }

    /// The text under a key that may hold a list instead.
    pub(super) fn word_or_list(&self, key: &str) -> Option<Word> {
        match self.table.get(key)?.get_ref() {
            DeValue::Array(_) => None,
            _ => self.word(key),
        }
    }

    /// A list of pairs of texts.
    pub(super) fn pairs(&self, key: &str) -> Vec<(Word, Word)> {
        let word = |item: &Spanned<DeValue<'_>>| {
            let text = item.get_ref().as_str()?;
            Some(Word { text: text.to_owned(), at: item.span().start, key: self.key(key) })
        };
        let mut pairs = Vec::new();
        for item in self.items(key) {
            let pair = match item.get_ref() {
                DeValue::Array(two) if two.len() == 2 => word(&two[0]).zip(word(&two[1])),
                _ => None,
            };
            if pair.is_none() {
                self.wrong(key, item, "两个文本的数组");
            }
            pairs.extend(pair);
        }
        pairs
    }

    /// The keys and values of a table whose keys are free.
    pub(super) fn entries(&self, key: &str) -> Vec<(Word, &'p Spanned<DeValue<'p>>)> {
        match self.table.get(key).map(|value| (value, value.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Table(table))) => {
                let word = |name: &Spanned<toml::de::DeString<'_>>, text: &str| Word {
                    text: text.to_owned(),
                    at: name.span().start,
                    key: format!("{}.{text}", self.key(key)),
                };
                table.iter().map(|(name, value)| (word(name, name.get_ref()), value)).collect()
            }
            Some((value, _)) => {
                self.wrong(key, value, "表");
                Vec::new()
            }
        }
    }
}
