//! Privacy self-check (隐私自查): personal data of others in a free text that is to be published.
//!
//! Pure, and driven by lists of words that stand in a rule pack. A clean text costs one pass over its characters.

use serde::Deserialize;

use super::{Words, mask};

named! {
    /// What was found (命中类别).
    pub enum Leak {
        /// 公民身份号码
        Citizen = "citizen",
        /// 手机号码
        Mobile = "mobile",
        /// 固定电话
        Landline = "landline",
        /// 银行账号
        Account = "account",
        /// 家庭住址
        Address = "address",
        /// 其他自然人姓名
        Name = "name",
    }
}

impl Leak {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Citizen => "身份证号码",
            Self::Mobile => "手机号码",
            Self::Landline => "固定电话",
            Self::Account => "银行账号",
            Self::Address => "家庭住址",
            Self::Name => "他人姓名",
        }
    }
}

impl From<mask::NumberKind> for Leak {
    fn from(kind: mask::NumberKind) -> Self {
        match kind {
            mask::NumberKind::Citizen => Self::Citizen,
            mask::NumberKind::Mobile => Self::Mobile,
            mask::NumberKind::Landline => Self::Landline,
            mask::NumberKind::Account => Self::Account,
        }
    }
}

/// A place in a text that must not be published (命中): bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Its first byte.
    pub at: usize,
    /// The first byte after it.
    pub end: usize,
    /// What it is.
    pub kind: Leak,
}

/// The words addresses and names are recognised by (自查词表).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Words a home address follows: 住址, 家住, 现住.
    pub home: Words,
    /// Words a home address follows where a street or a door tells it: 住.
    #[serde(default)]
    pub lives: Words,
    /// Words that begin like those and are others: 住所, 住院.
    #[serde(default)]
    pub not_lives: Words,
    /// What tells such an address: 路, 街, 村, 号楼.
    #[serde(default)]
    pub street: Words,
    /// Words of a door inside an address: 号楼, 单元, 幢.
    pub door: Words,
    /// The last words of a door, at most `door_chars` further: 室, 房.
    pub door_end: Words,
    /// Characters from a word of a door to its last word.
    pub door_chars: usize,
    /// Words before an address that say that it is a business's: 注册地址, 经营场所.
    pub business: Words,
    /// Words a person's name follows: 法定代表人, 经营者, 司机.
    pub person: Words,
    /// Words behind a name, between marks, that say that it is one: 男, 女.
    #[serde(default)]
    pub sex: Words,
    /// Words that may stand between such a word and the name: 系, 姓名, 是.
    pub between: Words,
    /// Surnames; those that are also common first characters of other words are better left out.
    pub surnames: Words,
    /// Words that begin like a name and are none: 陈述, 许可.
    pub not_names: Words,
    /// What follows a name in running text: 未, 在, 驾驶.
    pub after_name: Words,
    /// Words that make what precedes them the name of an organisation: 公司, 经营部.
    pub organisations: Words,
}

/// The lists, with one more that says whether a text is worth a closer look.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "Lists")]
pub struct Lexicon {
    /// The lists.
    pub lists: Lists,
    /// Every word something is looked for at.
    triggers: Words,
}

impl From<Lists> for Lexicon {
    fn from(lists: Lists) -> Self {
        let all = [&lists.home, &lists.lives, &lists.door, &lists.person, &lists.sex]
            .into_iter()
            .flat_map(Words::list)
            .cloned();
        let triggers = Words::from(all.collect::<Vec<_>>());
        Self { lists, triggers }
    }
}

/// Characters that end a phrase.
const fn is_stop(it: char) -> bool {
    matches!(
        it,
        '，' | '。'
            | '；'
            | '、'
            | '：'
            | '（'
            | '）'
            | '“'
            | '”'
            | '《'
            | '》'
            | ','
            | ';'
            | ':'
            | '('
            | ')'
            | '"'
    ) || it.is_ascii_whitespace()
        || it == '\u{3000}'
}

const fn is_chinese(it: char) -> bool {
    matches!(it, '\u{4e00}'..='\u{9fff}')
}

const fn is_numeral(it: char) -> bool {
    it.is_ascii_digit() || matches!(it, '０'..='９' | '一'..='十')
}

impl Lexicon {
    /// Everything in a text that must not be published, in the order of the text. `own` are names that may stand in
    /// it: the subject's.
    #[must_use]
    pub fn hits(&self, text: &str, own: &[&str]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut at = 0;
        while let Some(it) = mask::find(text, at) {
            hits.push(Hit { at: it.at, end: it.end, kind: it.kind.into() });
            at = it.end;
        }
        if self.triggers.are_in(text) {
            self.addresses(text, &mut hits);
            self.names(text, own, &mut hits);
        }
        if hits.len() > 1 {
            hits.sort_unstable();
            // What lies in another hit is hidden with it.
            hits.dedup_by(|later, earlier| {
                let inside = later.at < earlier.end;
                earlier.end = if inside { earlier.end.max(later.end) } else { earlier.end };
                inside
            });
        }
        hits
    }

    /// A text with these hits hidden as far as they must be.
    #[must_use]
    pub fn hidden(text: &str, hits: &[Hit]) -> String {
        let (mut shown, mut done) = (String::with_capacity(text.len()), 0);
        for hit in hits {
            shown.push_str(&text[done..hit.at]);
            let private = &text[hit.at..hit.end];
            shown.push_str(&match hit.kind {
                Leak::Citizen => mask::number(mask::NumberKind::Citizen, private),
                Leak::Mobile => mask::number(mask::NumberKind::Mobile, private),
                Leak::Landline => mask::number(mask::NumberKind::Landline, private),
                Leak::Account => mask::number(mask::NumberKind::Account, private),
                Leak::Address => mask::address(private),
                Leak::Name => mask::person_name(private),
            });
            done = hit.end;
        }
        shown.push_str(&text[done..]);
        shown
    }

    fn addresses(&self, text: &str, hits: &mut Vec<Hit>) {
        let mut at = 0;
        while let Some(word) = self.lists.home.find(text, at) {
            let from = skip(text, word.end(), &self.lists.between);
            let end = phrase_end(text, from);
            if text[from..end].chars().count() >= 4 && !is_masked(&text[from..end]) {
                hits.push(Hit { at: from, end, kind: Leak::Address });
            }
            at = end.max(word.end());
        }
        self.lived_at(text, hits);
        at = 0;
        while let Some(door) = self.lists.door.find(text, at) {
            at = door.end();
            let (from, end) = (phrase_start(text, door.at), phrase_end(text, door.end()));
            let counted = text[..door.at].ends_with(is_numeral);
            let near = self.lists.door_end.find(&text[..end], door.end());
            let near = near.is_some_and(|it| text[door.end()..it.at].chars().count() <= self.lists.door_chars);
            let before = &text[phrase_start(text, from.saturating_sub(1))..end];
            let business = [before, &text[from..end]]
                .iter()
                .any(|it| self.lists.business.are_in(it) || self.lists.organisations.are_in(it));
            if counted && near && !business && !is_masked(&text[from..end]) {
                hits.push(Hit { at: from, end, kind: Leak::Address });
                at = end;
            }
        }
    }

    /// Where somebody lives, by a word too common to tell it alone: a number of a street, a village or a door must follow.
    fn lived_at(&self, text: &str, hits: &mut Vec<Hit>) {
        let mut at = 0;
        while let Some(word) = self.lists.lives.find(text, at) {
            at = word.end();
            let from = skip(text, at, &self.lists.between);
            let end = phrase_end(text, from);
            let phrase = &text[from..end];
            let is_numbered = self.lists.street.find(phrase, 0).is_some() && phrase.contains(is_numeral);
            let is_other = self.lists.not_lives.begins(&text[word.at..]).is_some();
            if is_numbered && !is_other && !self.lists.business.are_in(phrase) && !is_masked(phrase) {
                hits.push(Hit { at: from, end, kind: Leak::Address });
                at = end;
            }
        }
    }

    fn names(&self, text: &str, own: &[&str], hits: &mut Vec<Hit>) {
        let is_own = |from: usize, end: usize| {
            own.iter().any(|it| text[from..].starts_with(it) || it.contains(&text[from..end]))
        };
        let mut at = 0;
        while let Some(word) = self.lists.person.find(text, at) {
            at = word.end();
            let mut from = skip(text, at, &self.lists.between);
            let mut told = from > at;
            while let Some(end) = self.name_at(text, from, told) {
                if !is_own(from, end) {
                    hits.push(Hit { at: from, end, kind: Leak::Name });
                }
                at = end;
                // Whoever stands beside the first is a person too: 张某、李某和王某.
                let Some(next) = text[end..].strip_prefix(['、', '和', '及', '与']) else { break };
                (from, told) = (text.len() - next.len(), false);
            }
        }
        hits.extend(self.described(text).filter(|it| !is_own(it.at, it.end)));
    }

    /// Names that nothing announces, but a sex follows: 张某某（男，……）.
    fn described<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit> + use<'t> {
        let mut at = 0;
        let words = std::iter::from_fn(move || {
            let word = self.lists.sex.find(text, at)?;
            at = word.end();
            Some(word)
        });
        words.filter_map(|word| {
            let before = text[..word.at].strip_suffix(['（', '(', '，', ','])?;
            let is_between = text[word.end()..].starts_with(['，', ',', '、', '）', ')']);
            let name = &before[before.trim_end_matches(is_chinese).len()..];
            let is_name = (2..=4).contains(&name.chars().count()) && self.lists.surnames.begins(name).is_some();
            let good = is_between && is_name && self.lists.not_names.begins(name).is_none() && !name.contains('某');
            good.then(|| Hit { at: before.len() - name.len(), end: before.len(), kind: Leak::Name })
        })
    }

    /// The end of a person's name that begins here. After a mark (`told`) any two or three characters are one, unless they
    /// begin an organisation's; in running text only before a word that follows names.
    fn name_at(&self, text: &str, from: usize, told: bool) -> Option<usize> {
        let rest = &text[from..];
        let surname = self.lists.surnames.begins(rest)?;
        if self.lists.not_names.begins(rest).is_some() {
            return None;
        }
        let given = &rest[surname.len()..];
        let mut ends: Vec<usize> = given.char_indices().take(3).map(|(at, it)| at + it.len_utf8()).collect();
        let chinese = given.chars().take_while(|it| is_chinese(*it)).count();
        ends.truncate(chinese.min(2));
        if given.chars().take(2).any(|it| matches!(it, '某' | '×' | '*' | 'X')) {
            return None;
        }
        let follows = |end: &&usize| {
            let (name, after) = (&rest[..surname.len() + **end], &given[**end..]);
            let word = self.lists.after_name.begins(after).is_some() || after.starts_with(['、', '和', '及', '与']);
            (word || !after.starts_with(is_chinese)) && !self.lists.organisations.are_in(name)
        };
        let organisation = || self.lists.organisations.are_in(&text[from..phrase_end(text, from)]);
        let end = ends.iter().rev().find(follows).or_else(|| ends.last().filter(|_| told && !organisation()));
        end.map(|it| from + surname.len() + it)
    }
}

/// Past the marks and the words that stand between a word and what it announces.
fn skip(text: &str, from: usize, between: &Words) -> usize {
    let mut at = from;
    loop {
        let rest = &text[at..];
        let marks = |it: char| it.is_whitespace() || matches!(it, '：' | ':' | '（' | '(' | '）' | ')' | '“' | '"');
        let plain = rest.trim_start_matches(marks);
        let marked = text.len() - plain.len();
        match between.begins(plain) {
            Some(word) => at = marked + word.len(),
            None => return marked,
        }
    }
}

fn phrase_end(text: &str, from: usize) -> usize {
    text[from..].find(is_stop).map_or(text.len(), |it| from + it)
}

fn phrase_start(text: &str, to: usize) -> usize {
    let to = (0..=to).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
    text[..to].char_indices().rev().find(|(_, it)| is_stop(*it)).map_or(0, |(at, it)| at + it.len_utf8())
}

/// Whether somebody has hidden it already.
fn is_masked(text: &str) -> bool {
    text.contains("**") || text.contains('×') || text.contains("XX")
}

#[cfg(test)]
mod tests;
