//! Letters of a window (容缺受理): what is told once, the promise to be signed, and why it is refused or left to a person.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::page::{Letter, Part};
use crate::{
    deferral::{Check, CheckResult, Decision, Outcome},
    policy::{
        Pack,
        rules::{Blank, DeferralRules, Filling, Item, LetterWords, Term, TermUnit},
    },
};

named! {
    /// What a letter of a window is (文书类别).
    pub enum WindowLetter {
        /// 容缺受理告知书: what is missing, the latest day, what follows, and on what ground.
        Notice = "notice",
        /// 容缺受理承诺书: for the applicant to sign.
        Promise = "promise",
        /// 不予容缺受理告知书、转人工审核告知书: with the reasons.
        Decision = "decision",
    }
}

/// A letter there is none of for such a decision. The display is the Chinese message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoWindowLetter {
    /// It may be deferred.
    #[error("“可容缺”的决定出具告知书（notice）和承诺书（promise）")]
    Deferrable,
    /// It may not, or a person decides.
    #[error("“不可容缺”“需人工”的决定只出具写明理由的告知书（decision）")]
    Refused,
}

/// What letters of a window are written from (文书素材).
#[derive(Debug, Clone)]
pub struct WindowMatter<'m> {
    /// The pack it was decided by,
    pub pack: &'m Pack,
    /// and its rules;
    pub rules: &'m DeferralRules,
    /// the decision,
    pub decision: &'m Decision,
    /// its answer,
    pub answer: i64,
    /// its day;
    pub day: NaiveDate,
    /// the item's code,
    pub item: &'m str,
    /// the codes of what is missing
    pub missing: &'m [String],
    /// and the day it is promised for;
    pub promised: NaiveDate,
    /// the applicant's name, when it is known,
    pub subject: Option<&'m str>,
    /// its credit code,
    pub code: Option<&'m str>,
    /// and the window's name.
    pub unit: &'m str,
}

/// The letter of a kind about a decision.
///
/// # Errors
/// [`NoWindowLetter`].
pub fn window_letter(kind: WindowLetter, matter: &WindowMatter<'_>) -> Result<Letter, NoWindowLetter> {
    let words = &matter.rules.letter;
    match (kind, matter.decision.outcome) {
        (WindowLetter::Notice, Outcome::Deferrable) => Ok(matter.letter(&words.notice, matter.materials())),
        (WindowLetter::Promise, Outcome::Deferrable) => {
            Ok(Letter { to: matter.unit.to_owned(), ..matter.letter(&words.promise, matter.materials()) })
        }
        (WindowLetter::Decision, Outcome::NotDeferrable) => Ok(matter.letter(&words.refused, matter.reasons())),
        (WindowLetter::Decision, Outcome::Manual) => Ok(matter.letter(&words.manual, matter.reasons())),
        (WindowLetter::Decision, Outcome::Deferrable) => Err(NoWindowLetter::Deferrable),
        (WindowLetter::Notice | WindowLetter::Promise, Outcome::NotDeferrable | Outcome::Manual) => {
            Err(NoWindowLetter::Refused)
        }
    }
}

impl WindowMatter<'_> {
    fn letter(&self, words: &LetterWords, middle: Part) -> Letter {
        let filling = self.filling();
        let mut parts = vec![Part::Text(words.opening.said(&filling)), middle];
        if !words.points.is_empty() {
            parts.push(Part::Points(words.points.iter().map(|it| it.said(&filling)).collect()));
        }
        parts.extend(words.closing.iter().map(|it| Part::Text(it.said(&filling))));
        Letter {
            title: words.title.clone(),
            number: format!("容缺〔{}〕{}号", self.day.year(), self.answer),
            to: self.subject.unwrap_or("申请人").to_owned(),
            parts,
            signed: self.unit.to_owned(),
            by_hand: words.by_hand.clone(),
            day: self.day,
            note: words.note.said(&filling),
        }
    }

    fn item(&self) -> Option<&Item> {
        self.rules.item(self.item)
    }

    fn filling(&self) -> Filling {
        let item = self.item();
        let missing: Vec<String> = self.missing.iter().map(|it| self.material(it).0).collect();
        Filling::from([
            (Blank::Subject, self.subject.unwrap_or("申请人").to_owned()),
            (Blank::Code, self.code.unwrap_or_default().to_owned()),
            (Blank::Item, item.map_or_else(|| self.item.to_owned(), |it| it.name.clone())),
            (Blank::Authority, item.map_or_else(|| self.unit.to_owned(), |it| it.authority.clone())),
            (Blank::Missing, missing.join("、")),
            (Blank::Due, self.promised.to_string()),
            (Blank::Latest, self.decision.latest.unwrap_or(self.promised).to_string()),
            (Blank::Grace, term(self.rules.gate.grace)),
            (Blank::Acceptor, self.unit.to_owned()),
            (Blank::Rules, format!("{}（第 {} 版）", self.pack.head.title, self.pack.head.version)),
            (Blank::Sources, self.pack.head.sources.join("；")),
        ])
    }

    /// A material's name, and how and how late it may be brought.
    fn material(&self, code: &str) -> (String, String) {
        let Some(item) = self.item() else { return (code.to_owned(), String::new()) };
        if let Some(it) = item.deferrable.iter().find(|it| it.code == code) {
            return (it.name.clone(), format!("补正形式：{}；最长期限：{}", it.form, term(it.longest)));
        }
        let main = item.main.iter().find(|it| it.code == code);
        (main.map_or_else(|| code.to_owned(), |it| it.name.clone()), String::new())
    }

    fn materials(&self) -> Part {
        Part::Table(self.missing.iter().map(|it| self.material(it)).collect())
    }

    /// What did not pass: what speaks against it first, then what could not be judged.
    fn reasons(&self) -> Part {
        let of = |wanted: CheckResult| self.decision.checks.iter().filter(move |it| it.result == wanted.as_str());
        Part::Points(of(CheckResult::Failed).chain(of(CheckResult::Unknown)).map(reason).collect())
    }
}

fn reason(check: &Check) -> String {
    let records: BTreeSet<i64> = check.reason.records.iter().copied().collect();
    let records: Vec<String> = records.iter().map(i64::to_string).collect();
    let named = if records.is_empty() { String::new() } else { format!("记录：{}。", records.join("、")) };
    format!("{}。依据：{}。{named}", check.reason.text, check.reason.source)
}

fn term(it: Term) -> String {
    match it.unit {
        TermUnit::Workdays => format!("{}个工作日", it.n),
        TermUnit::Days => format!("{}日", it.n),
    }
}
