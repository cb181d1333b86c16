//! Personal numbers that stand in a text: identity numbers, telephones, bank accounts, however they are grouped or typed.
//!
//! A look at a text allocates nothing; numbers of documents, codes and amounts are left alone.

use super::super::UnifiedSocialCreditCode;

named! {
    /// What a number in a text is (号码种类).
    pub enum NumberKind {
        /// 公民身份号码: 18 digits, 17 whose last was lost, or 15; with a region and a day of birth where they belong.
        Citizen = "citizen",
        /// 手机号码
        Mobile = "mobile",
        /// 固定电话
        Landline = "landline",
        /// 银行账号: 16 to 19 digits that pass the Luhn check, or any after a word like 账号.
        Account = "account",
    }
}

impl NumberKind {
    /// How many digits are shown at the front and the back of a number of so many.
    pub(super) const fn shown(self, digits: usize) -> (usize, usize) {
        match self {
            Self::Citizen if digits == 15 => (6, 3),
            Self::Citizen => (6, 4),
            Self::Mobile => (3, 4),
            Self::Landline => (0, 2),
            Self::Account if digits < 12 => (0, 2),
            Self::Account => (4, 4),
        }
    }
}

/// A number that was found, in bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// What it is.
    pub kind: NumberKind,
    /// Its first byte.
    pub at: usize,
    /// The first byte after it.
    pub end: usize,
}

/// No personal number has fewer digits.
const FEWEST: usize = 7;

/// Digits that are looked at together; no personal number is longer, spaces left out.
const MAX: usize = 40;

/// Digits with single separators between them, by groups.
struct Run {
    digits: [u8; MAX],
    places: [usize; MAX],
    n: usize,
    /// The first digit of each group, and the end.
    groups: [usize; MAX + 1],
    /// Before which groups a point or a stroke stands: of a day, or of an amount.
    weak: [bool; MAX + 1],
    n_groups: usize,
    end: usize,
}

/// The first personal number at or after a byte.
#[must_use]
pub fn find(text: &str, from: usize) -> Option<Number> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(start) = next_digit(bytes, at) {
        let (n, end) = extent(bytes, start);
        // A code that begins with letters is another kind of number, and no number of a person has fewer digits.
        if n < FEWEST || is_of_a_code(&text[..start]) {
            at = end;
            continue;
        }
        let run = Run::new(bytes, start);
        if let Some(found) = (0..run.n_groups).find_map(|group| run.number(text, group)) {
            return Some(found);
        }
        at = run.end;
    }
    None
}

/// How many digits stand from here on with single separators between them, and where they end.
fn extent(bytes: &[u8], start: usize) -> (usize, usize) {
    let (mut n, mut at, mut end) = (0, start, start);
    while let Some((_, length)) = digit(bytes, at) {
        n += 1;
        end = at + length;
        at = end + if digit(bytes, end).is_some() { 0 } else { separator(bytes, end) };
    }
    (n, end)
}

/// The place of the next digit, ASCII or full width.
fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'0'..=b'9' => return Some(at),
            0xEF if digit(bytes, at).is_some() => return Some(at),
            0xE0..=0xEF => at += 3,
            _ => at += 1,
        }
    }
    None
}

fn digit(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match bytes.get(at)? {
        it @ b'0'..=b'9' => Some((*it, 1)),
        0xEF if bytes.get(at + 1) == Some(&0xBC) => {
            let it = *bytes.get(at + 2)?;
            (0x90..=0x99).contains(&it).then(|| (it - 0x90 + b'0', 3))
        }
        _ => None,
    }
}

fn separator(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b' ') => bytes[at..].iter().take(WIDEST).take_while(|it| **it == b' ').count(),
        Some(b'-' | b')' | b'.' | b'/') => 1,
        Some(0xE3) if bytes[at..].starts_with("\u{3000}".as_bytes()) => 3,
        Some(0xE2) if bytes[at..].starts_with("—".as_bytes()) => 3,
        Some(0xEF) if bytes[at..].starts_with("－".as_bytes()) || bytes[at..].starts_with("）".as_bytes()) => 3,
        _ => 0,
    }
}

/// X as the last character of an identity number, ASCII or full width.
fn check_letter(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'X' | b'x') => 1,
        Some(0xEF) if bytes[at..].starts_with("Ｘ".as_bytes()) || bytes[at..].starts_with("ｘ".as_bytes()) => 3,
        _ => 0,
    }
}

/// Spaces between two groups at the most.
const WIDEST: usize = 3;

/// Words in letters that stand before a personal number without a mark.
const LETTERS: &[&str] = &["id", "tel", "phone", "mobile", "mob", "card", "no"];

fn is_of_a_code(before: &str) -> bool {
    let rest = before.trim_end_matches(|it: char| it.is_ascii_alphanumeric());
    let letters = &before[rest.len()..];
    !letters.is_empty() && !LETTERS.iter().any(|it| it.eq_ignore_ascii_case(letters))
}

impl Run {
    fn new(bytes: &[u8], start: usize) -> Self {
        let (digits, places, groups) = ([0; MAX], [0; MAX], [0; MAX + 1]);
        let weak = [false; MAX + 1];
        let mut run = Self { digits, places, n: 0, groups, weak, n_groups: 1, end: start };
        let mut at = start;
        while let Some((digit, length)) = digit(bytes, at) {
            if run.n == MAX {
                run.end = at + length;
                at = run.end;
                continue;
            }
            run.push(digit, at, length);
            at += length;
            let letter = check_letter(bytes, at);
            if letter > 0 && run.n < MAX {
                run.push(b'X', at, letter);
                break;
            }
            let gap = separator(bytes, at);
            if gap > 0 && self::digit(bytes, at + gap).is_some() && run.n < MAX {
                run.groups[run.n_groups] = run.n;
                run.weak[run.n_groups] = matches!(bytes[at], b'.' | b'/');
                run.n_groups += 1;
                at += gap;
            }
        }
        run.groups[run.n_groups] = run.n;
        run
    }

    const fn push(&mut self, digit: u8, at: usize, length: usize) {
        self.digits[self.n] = digit;
        self.places[self.n] = at;
        self.n += 1;
        self.end = at + length;
    }

    /// How many digits the groups from one to another have together.
    const fn width(&self, first: usize, last: usize) -> usize {
        self.groups[last] - self.groups[first]
    }

    fn found(&self, kind: NumberKind, first: usize, last: usize) -> Number {
        let place = self.groups[last] - 1;
        let wide = self.places.get(place + 1).filter(|_| place + 1 < self.n);
        // A group is followed by a separator, so its end is told by its own last digit.
        let end = if wide.is_none() { self.end } else { self.places[place] + self.length(place) };
        Number { kind, at: self.places[self.groups[first]], end }
    }

    /// Bytes of a digit: digits of one group are typed alike.
    const fn length(&self, place: usize) -> usize {
        if place > 0 && self.places[place] - self.places[place - 1] == 3 { 3 } else { 1 }
    }

    /// The number that begins with a group.
    fn number(&self, text: &str, group: usize) -> Option<Number> {
        let before = &text[..self.places[self.groups[group]]];
        self.citizen(text, group)
            .map(|last| self.found(NumberKind::Citizen, group, last))
            .or_else(|| self.account(text, group, before).map(|last| self.found(NumberKind::Account, group, last)))
            .or_else(|| self.mobile(text, group, before).map(|last| self.found(NumberKind::Mobile, group, last)))
            .or_else(|| self.landline(group, before).map(|last| self.found(NumberKind::Landline, group, last)))
    }

    /// Whether nothing that makes it another code or an amount follows the group before `last`.
    fn ends(&self, text: &str, last: usize) -> bool {
        if last < self.n_groups {
            return !self.weak[last];
        }
        !text[self.end..].starts_with(|it: char| it.is_ascii_alphanumeric())
    }

    fn digits(&self, first: usize, last: usize) -> &[u8] {
        &self.digits[self.groups[first]..self.groups[last]]
    }

    fn citizen(&self, text: &str, first: usize) -> Option<usize> {
        (first + 1..=self.n_groups).find(|last| {
            matches!(self.width(first, *last), 15 | 17 | 18)
                && self.ends(text, *last)
                && is_born(self.digits(first, *last))
        })
    }

    fn mobile(&self, text: &str, first: usize, before: &str) -> Option<usize> {
        let widths = |at: usize| self.width(first + at, first + at + 1);
        let grouped = first + 3 <= self.n_groups && matches!((widths(0), widths(1), widths(2)), (3, 4, 4) | (4, 4, 3));
        let last = if grouped { first + 3 } else { first + 1 };
        let digits = self.digits(first, last);
        let digits = if digits.len() == 13 { digits.strip_prefix(b"86")? } else { digits };
        let good = digits.len() == 11 && digits[0] == b'1' && (b'3'..=b'9').contains(&digits[1]);
        let counted = is_counted(text, self.end, last == self.n_groups) && !follows(before, PHONE_WORDS);
        let plain = self.ends(text, last) && !is_of_a_document(before) && !counted;
        (good && !digits.contains(&b'X') && plain).then_some(last)
    }

    fn landline(&self, first: usize, before: &str) -> Option<usize> {
        let digits = self.digits(first, first + 1);
        let (zone, number) = (digits.len(), first + 2 <= self.n_groups);
        let parted = digits[0] == b'0' && (3..=4).contains(&zone) && number;
        if parted && (7..=8).contains(&self.width(first + 1, first + 2)) && !is_of_a_document(before) {
            return Some(first + 2);
        }
        let solid = (digits[0] == b'0' && (10..=12).contains(&zone)) || (7..=8).contains(&zone);
        (solid && follows(before, PHONE_WORDS)).then_some(first + 1)
    }

    fn account(&self, text: &str, first: usize, before: &str) -> Option<usize> {
        if follows(without_bank(before), ACCOUNT_WORDS) && self.width(first, self.n_groups) >= 8 {
            return Some(self.n_groups);
        }
        let fours = (first..self.n_groups).take_while(|it| self.width(*it, it + 1) == 4).count();
        let last = match fours {
            4.. if first + fours < self.n_groups && self.width(first + fours, first + fours + 1) <= 3 => {
                first + fours + 1
            }
            4.. => first + fours,
            _ => first + 1,
        };
        let digits = self.digits(first, last);
        let shaped = (16..=19).contains(&digits.len()) && (b'3'..=b'6').contains(&digits[0]) && passes_luhn(digits);
        let plain =
            self.ends(text, last) && !is_of_a_document(before) && !is_counted(text, self.end, last == self.n_groups);
        let code = || std::str::from_utf8(digits).is_ok_and(|it| UnifiedSocialCreditCode::parse(it).is_ok());
        (shaped && plain && !code()).then_some(last)
    }
}

/// Words before an account and before a telephone, whatever mark stands between.
const ACCOUNT_WORDS: &[&str] = &["账号", "帐号", "账户", "帐户", "账户号码", "帐户号码", "卡号", "卡号码", "银行卡"];
const PHONE_WORDS: &[&str] = &["电话", "电话号码", "手机", "手机号", "手机号码", "联系方式", "座机", "传真"];

fn follows(before: &str, words: &[&str]) -> bool {
    let marks = |it: char| it.is_whitespace() || matches!(it, '：' | ':' | '为' | '是' | '（' | '(' | '“' | '"');
    let before = before.trim_end_matches(marks);
    words.iter().any(|it| before.ends_with(it))
}

/// A text without the name of a bank that stands in brackets at its end: 账号（示例银行）.
fn without_bank(before: &str) -> &str {
    let inner = before.trim_end().strip_suffix(['）', ')']);
    let open = inner.and_then(|it| it.rfind(['（', '(']));
    open.map_or(before, |it| &before[..it])
}

/// Whether a number belongs to a document: 〔2024〕13812345678号, 第13812345678号.
fn is_of_a_document(before: &str) -> bool {
    before.ends_with(['第', '〕', ']', '】', '］', '字', '№'])
}

/// Whether what follows the last group counts something: an amount, a share, a number of a document.
fn is_counted(text: &str, end: usize, last: bool) -> bool {
    let rest = &text[end..];
    let decimals = rest.strip_prefix('.').is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()));
    last && (rest.starts_with(['号', '元', '万', '亿', '%', '％', '年']) || decimals)
}

/// The check of bank cards (ISO/IEC 7812).
fn passes_luhn(digits: &[u8]) -> bool {
    let value = |(place, it): (usize, &u8)| {
        let digit = u32::from(it - b'0');
        if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
    };
    digits.iter().all(u8::is_ascii_digit) && digits.iter().rev().enumerate().map(value).sum::<u32>() % 10 == 0
}

/// Whether a region and a day of birth stand where an identity number has them; the check character does not matter.
fn is_born(digits: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0_u32, |all, it| all * 10 + u32::from(it.wrapping_sub(b'0')));
    let x_inside = digits[..digits.len() - 1].contains(&b'X') || (digits.contains(&b'X') && digits.len() != 18);
    let (year, rest) = match digits.len() {
        15 => (1900 + number(&digits[6..8]), &digits[8..12]),
        _ => (number(&digits[6..10]), &digits[10..14]),
    };
    let (month, day) = (number(&rest[..2]), number(&rest[2..]));
    let born = i32::try_from(year).ok().and_then(|it| chrono::NaiveDate::from_ymd_opt(it, month, day));
    !x_inside && (b'1'..=b'8').contains(&digits[0]) && (1900..2100).contains(&year) && born.is_some()
}

#[cfg(test)]
mod tests;
