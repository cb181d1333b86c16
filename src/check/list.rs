//! Code lists compiled for look-up: exact texts, folded texts, several terms in one cell, “其他-说明”.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::catalog::CodeList;
use crate::standards::text::fold_width;

use super::text;

/// Separators between the terms of a multi-valued cell.
const SEPARATORS: [char; 12] = [';', '；', '、', '&', ',', '，', '/', '|', '＆', '\n', '+', '＋'];

/// Lists of at most this many wordings are gone through one by one.
const FEW: usize = 40;

/// After 其他 an explanation may hold the weaker separators itself; only these end it.
const STRONG: [char; 4] = [';', '；', '&', '\n'];

/// What “其他” is called before its explanation.
const OTHERS: [&str; 2] = ["其他", "其它"];

/// A code list ready for look-up.
#[derive(Debug)]
pub(super) struct TermTable {
    /// The list's name, for messages.
    pub(super) name: String,
    /// Canonical terms in canonical order.
    terms: Vec<String>,
    /// Every wording as the catalogue writes it, when they are few: then going through them beats hashing.
    few: Vec<(u64, String, Meaning)>,
    /// The same wordings, when they are many.
    many: HashMap<String, Meaning>,
    /// The same wordings, folded.
    folded: HashMap<String, Meaning>,
    /// Wordings that hold a separator, longest first: they are matched before a cell is split.
    long: Vec<(String, Meaning)>,
    other: bool,
}

/// What a wording means: one canonical term, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    One(usize),
    Several(Vec<usize>),
}

impl Meaning {
    /// Where it stands in the canonical order.
    fn first(&self) -> usize {
        match self {
            Self::One(index) => *index,
            Self::Several(all) => all.iter().copied().min().unwrap_or(usize::MAX),
        }
    }
}

/// The length and first bytes of a text in one number: texts that differ mostly differ in it.
fn tell_tale(text: &str) -> u64 {
    let first =
        text.as_bytes().first_chunk::<6>().map_or(0, |it| it.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)));
    first << 16 | text.len() as u64 & 0xFFFF
}

/// Where a term stands in the canonical order; explained others come last.
type Found<'t> = (usize, Cow<'t, str>);

impl TermTable {
    pub(super) fn of(list: &CodeList) -> Self {
        let mut table = Self {
            name: list.name.clone(),
            terms: list.terms.iter().map(|term| term.text.clone()).collect(),
            few: Vec::new(),
            many: HashMap::new(),
            folded: HashMap::new(),
            long: Vec::new(),
            other: list.other,
        };
        for (index, term) in list.terms.iter().enumerate() {
            let several: Vec<usize> =
                term.means.iter().filter_map(|means| table.terms.iter().position(|it| it == means)).collect();
            let meaning = if several.is_empty() { Meaning::One(index) } else { Meaning::Several(several) };
            for wording in std::iter::once(&term.text).chain(&term.also) {
                table.add(wording, &meaning);
            }
        }
        table.long.sort_by_key(|(wording, _)| std::cmp::Reverse(wording.len()));
        if table.many.len() <= FEW {
            let all = std::mem::take(&mut table.many).into_iter();
            table.few = all.map(|(wording, meaning)| (tell_tale(&wording), wording, meaning)).collect();
            table.few.sort_by_key(|(_, _, meaning)| meaning.first());
        }
        table
    }

    fn add(&mut self, wording: &str, meaning: &Meaning) {
        // The first term to claim a wording has it: the catalogue's loader refuses a second.
        self.many.entry(wording.to_owned()).or_insert_with(|| meaning.clone());
        self.folded.entry(fold(wording)).or_insert_with(|| meaning.clone());
        if wording.contains(SEPARATORS) {
            self.long.push((wording.to_owned(), meaning.clone()));
        }
    }

    /// The one term that a cell means.
    pub(super) fn one<'r>(&self, text: &'r str) -> Option<Cow<'r, str>> {
        if let Some(meaning) = self.meaning(text) {
            let index = match meaning {
                Meaning::One(index) => *index,
                // A wording for several terms stands for itself where only one is kept.
                Meaning::Several(_) => return Some(Cow::Borrowed(text)),
            };
            return Some(self.term(index, text).1);
        }
        self.explained(text)
    }

    /// The terms that a cell means, in canonical order and without repeats; or the piece that means nothing.
    pub(super) fn several<'r>(&self, parts: impl IntoIterator<Item = &'r str>) -> Result<Vec<Cow<'r, str>>, &'r str> {
        let mut found: Vec<Found<'r>> = Vec::new();
        let mut parts = parts.into_iter();
        let first = parts.next();
        let second = parts.next();
        if let (Some(text), None) = (first, second)
            && let Some(Meaning::One(index)) = self.exact(text)
        {
            return Ok(vec![self.term(*index, text).1]);
        }
        for part in first.into_iter().chain(second).chain(parts) {
            self.collect(part, &mut found)?;
        }
        if found.len() > 1 {
            found.sort_by_key(|(index, _)| *index);
            found.dedup_by(|a, b| a.1 == b.1);
        }
        Ok(found.into_iter().map(|(_, term)| term).collect())
    }

    fn collect<'r>(&self, text: &'r str, found: &mut Vec<Found<'r>>) -> Result<(), &'r str> {
        let whole = self.exact(text).or_else(|| if text.contains(is_gap) { None } else { self.meaning(text) });
        if let Some(meaning) = whole {
            self.push(meaning, text, found);
            return Ok(());
        }
        let mut rest = text.trim_start_matches(is_gap);
        while !rest.is_empty() {
            let (piece, after) = self.cut(rest);
            let piece = text::trim(piece);
            match self.meaning(piece) {
                Some(meaning) => self.push(meaning, piece, found),
                None => found.push((self.terms.len(), self.explained(piece).ok_or(piece)?)),
            }
            rest = after.trim_start_matches(is_gap);
        }
        Ok(())
    }

    /// Cuts the next piece off: a long legal term if one stands there, else up to the next separator.
    fn cut<'r>(&self, rest: &'r str) -> (&'r str, &'r str) {
        for (wording, _) in &self.long {
            if let Some(after) = rest.strip_prefix(wording.as_str())
                && after.chars().next().is_none_or(is_gap)
            {
                return (&rest[..wording.len()], after);
            }
        }
        let explained = self.other && OTHERS.iter().any(|it| rest.starts_with(it));
        let end = if explained { rest.find(STRONG) } else { rest.find(SEPARATORS) };
        rest.split_at(end.unwrap_or(rest.len()))
    }

    fn push<'r>(&self, meaning: &Meaning, text: &'r str, found: &mut Vec<Found<'r>>) {
        match meaning {
            Meaning::One(index) => found.push(self.term(*index, text)),
            Meaning::Several(all) => found.extend(all.iter().map(|index| self.term(*index, text))),
        }
    }

    /// The canonical term, borrowed from the row when the row wrote it so.
    fn term<'r>(&self, index: usize, text: &'r str) -> Found<'r> {
        let term = &self.terms[index];
        (index, if term == text { Cow::Borrowed(text) } else { Cow::Owned(term.clone()) })
    }

    fn meaning(&self, text: &str) -> Option<&Meaning> {
        self.exact(text).or_else(|| self.folded.get(&fold(text)))
    }

    fn exact(&self, text: &str) -> Option<&Meaning> {
        match self.few.as_slice() {
            [] => self.many.get(text),
            few => {
                let told = tell_tale(text);
                let found = few.iter().find(|(tale, wording, _)| *tale == told && wording == text);
                found.map(|(_, _, meaning)| meaning)
            }
        }
    }

    /// “其他-说明”, its explanation kept and its dash made one kind.
    fn explained<'r>(&self, text: &'r str) -> Option<Cow<'r, str>> {
        if !self.other {
            return None;
        }
        let rest = OTHERS.iter().find_map(|it| text.strip_prefix(it))?;
        let dash = |it: char| matches!(it, '-' | '—' | '－' | ':' | '：' | '(' | '（' | '*') || it.is_whitespace();
        let explanation = rest.trim_start_matches(dash).trim_end_matches([')', '）']);
        if explanation.is_empty() || explanation.len() == rest.len() {
            return None;
        }
        let canonical = format!("其他-{explanation}");
        Some(if canonical == text { Cow::Borrowed(text) } else { Cow::Owned(canonical) })
    }

    /// Terms for a message: all of a short list, the first of a long one.
    pub(super) fn hint(&self) -> String {
        const SHOWN: usize = 8;
        let mut hint = self.terms.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("、");
        if self.terms.len() > SHOWN {
            hint.push_str(&format!("等 {} 项", self.terms.len()));
        }
        if self.other {
            hint.push_str("，或“其他-说明”");
        }
        hint
    }
}

fn is_gap(it: char) -> bool {
    SEPARATORS.contains(&it) || it.is_whitespace()
}

/// Width and case folded, without white space: so that （0１） and 01, a and A meet.
fn fold(text: &str) -> String {
    fold_width(text).chars().filter(|it| !it.is_whitespace()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Term;

    fn term(text: &str, also: &[&str], means: &[&str]) -> Term {
        let owned = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        Term { text: text.to_owned(), also: owned(also), means: owned(means) }
    }

    fn penalties() -> TermTable {
        TermTable::of(&CodeList {
            name: "处罚类别".to_owned(),
            terms: vec![
                term("警告", &["1", "01"], &[]),
                term("罚款", &["2"], &[]),
                term("没收违法所得", &[], &[]),
                term("没收非法财物", &[], &[]),
                term("没收违法所得、没收非法财物", &["3"], &["没收违法所得", "没收非法财物"]),
                term("暂扣或者吊销许可证、暂扣或者吊销执照", &["暂扣或者吊销许可证件"], &[]),
            ],
            other: true,
        })
    }

    #[test]
    fn one_term_is_found_by_text_code_and_width() {
        let table = penalties();
        for (text, term) in
            [("警告", "警告"), ("01", "警告"), ("１", "警告"), (" 罚 款", "罚款"), ("其它：退还土地", "其他-退还土地")]
        {
            assert_eq!(table.one(text).as_deref(), Some(term), "{text}");
        }
        assert_eq!(table.one("罚金"), None);
        assert_eq!(table.one("其他"), None, "其他 alone says nothing");
    }

    #[test]
    fn long_legal_terms_are_matched_before_the_cell_is_split() {
        let table = penalties();
        let cases: [(&str, &[&str]); 8] = [
            ("罚款", &["罚款"]),
            ("罚款;警告", &["警告", "罚款"]),
            ("警告&警告&警告", &["警告"]),
            ("没收违法所得、没收非法财物", &["没收违法所得", "没收非法财物"]),
            ("没收违法所得、没收非法财物、罚款", &["罚款", "没收违法所得", "没收非法财物"]),
            ("罚款，暂扣或者吊销许可证、暂扣或者吊销执照", &["罚款", "暂扣或者吊销许可证、暂扣或者吊销执照"]),
            ("罚款;其他-退还土地、没收", &["罚款", "其他-退还土地、没收"]),
            ("1；2；", &["警告", "罚款"]),
        ];
        for (text, terms) in cases {
            assert_eq!(table.several([text]).expect("known terms"), terms, "{text}");
        }
        assert_eq!(table.several(["罚款;批评"]), Err("批评"));
        assert_eq!(table.several(["罚款", "警告"]).expect("both parts"), ["警告", "罚款"]);
    }

    #[test]
    fn a_term_written_canonically_is_borrowed_from_the_row() {
        assert!(matches!(penalties().one("罚款"), Some(Cow::Borrowed(_))));
    }
}
