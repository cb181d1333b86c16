//! What a pack says in the record of a broken promise, in the letters of a window and in the steps of the system.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::phrase::{Blank, Phrase};
use crate::catalog::Catalog;

/// The resource of promises (信用承诺).
pub const COMMITMENTS: &str = "commitment";
/// The field of a promise's number (承诺编码); a case's number is one.
pub const COMMITMENT_NUMBER: &str = "CNBM";

/// The record of a broken promise (违诺记录), by the codes of the fields of [`COMMITMENTS`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreachWords {
    /// What every one says.
    pub every: BTreeMap<String, Phrase>,
    /// What one says that was not kept in time (逾期未补正).
    pub overdue: BTreeMap<String, Phrase>,
    /// What one says that was false (虚假承诺).
    pub false_papers: BTreeMap<String, Phrase>,
}

/// What the letters say (文书).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letters {
    /// 容缺受理告知书
    pub notice: LetterWords,
    /// 容缺受理承诺书: signed by the applicant.
    pub promise: LetterWords,
    /// 不予容缺受理告知书
    pub refused: LetterWords,
    /// 转人工审核告知书
    pub manual: LetterWords,
}

/// What a letter says. What is missing, or the reasons of a decision, stand between the opening and the points.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterWords {
    /// The title.
    pub title: String,
    /// How it begins.
    pub opening: Phrase,
    /// Its numbered points.
    #[serde(default)]
    pub points: Vec<Phrase>,
    /// How it ends.
    #[serde(default)]
    pub closing: Vec<Phrase>,
    /// What is printed small at the end: the basis, and what may be done about it.
    pub note: Phrase,
    /// Lines the applicant fills in by hand; without, the unit seals.
    #[serde(default)]
    pub by_hand: Vec<String>,
}

/// What the system says when it takes a step (系统办理的环节).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepWords {
    /// 逾期暂停
    pub suspended: String,
    /// 宽限期满退件
    pub returned: String,
}

/// What is known when a record is written,
const OF_RECORDS: &[Blank] = &[
    Blank::Number,
    Blank::Subject,
    Blank::Kind,
    Blank::Code,
    Blank::Item,
    Blank::Authority,
    Blank::Missing,
    Blank::Opened,
    Blank::Due,
    Blank::Recognised,
    Blank::Acceptor,
    Blank::AcceptorCode,
];
/// and when a letter is.
const OF_LETTERS: &[Blank] = &[
    Blank::Subject,
    Blank::Code,
    Blank::Item,
    Blank::Authority,
    Blank::Missing,
    Blank::Due,
    Blank::Latest,
    Blank::Grace,
    Blank::Acceptor,
    Blank::Rules,
    Blank::Sources,
];

fn unknown<'p>(phrases: impl Iterator<Item = &'p Phrase>, known: &[Blank]) -> Vec<String> {
    let bad = phrases.flat_map(Phrase::slots).filter(|it| !known.contains(it));
    bad.map(|it| format!("这里没有占位 {{{it}}}")).collect()
}

impl BreachWords {
    /// What is wrong with it beside a catalogue: unknown fields, required ones that are missing, places without words.
    pub(super) fn faults(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let Some(resource) = catalog.get(COMMITMENTS) else {
            return vec![("breach".to_owned(), format!("目录中没有资源 {COMMITMENTS}"))];
        };
        let parts = [("every", &self.every), ("overdue", &self.overdue), ("false_papers", &self.false_papers)];
        for (name, fields) in parts {
            let key = format!("breach.{name}");
            let strange = fields.keys().filter(|it| !resource.fields.iter().any(|field| field.code == **it));
            faults.extend(strange.map(|it| (key.clone(), format!("资源 {COMMITMENTS} 没有字段 {it}"))));
            faults.extend(unknown(fields.values(), OF_RECORDS).into_iter().map(|it| (key.clone(), it)));
        }
        for (name, fields) in &parts[1..] {
            let given = |code: &String| fields.contains_key(code) || self.every.contains_key(code);
            let missing = resource.fields.iter().filter(|it| it.required && !given(&it.code));
            faults.extend(missing.map(|it| (format!("breach.{name}"), format!("缺少必填字段 {}", it.code))));
        }
        faults
    }
}

impl Letters {
    /// What is wrong with them: places without words.
    pub(super) fn faults(&self) -> Vec<(String, String)> {
        let all = [
            ("notice", &self.notice),
            ("promise", &self.promise),
            ("refused", &self.refused),
            ("manual", &self.manual),
        ];
        let of = |(name, it): (&str, &LetterWords)| {
            let phrases = it.points.iter().chain(&it.closing).chain([&it.opening, &it.note]);
            unknown(phrases, OF_LETTERS).into_iter().map(|it| (format!("letter.{name}"), it)).collect::<Vec<_>>()
        };
        all.into_iter().flat_map(of).collect()
    }
}
