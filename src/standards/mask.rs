//! What may be shown of a person: names, numbers, addresses and phones with their private part hidden.
//!
//! GB 11643 digits 7–14 are the day of birth and are never shown.

use std::borrow::Cow;

mod numbers;
mod runs;

pub use numbers::{Number, NumberKind, find};
pub use runs::{personal, runs_in_text};

/// 张* , 张*三, 欧**娜; a name in Latin letters keeps its first letter.
#[must_use]
pub fn person_name(name: &str) -> String {
    let chars: Vec<char> = name.trim().chars().collect();
    match chars.as_slice() {
        [] => String::new(),
        [first, ..] if first.is_ascii() => format!("{first}***"),
        [first] | [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
    }
}

/// 110105********002X for an identity number; other numbers keep 1–3 characters at the front and 2–4 at the end.
#[must_use]
pub fn person_number(number: &str) -> String {
    let (front, back) = match number.chars().count() {
        0..=4 => (1, 0),
        5..=7 => (1, 2),
        8..=11 => (1, 4),
        12..=14 => (3, 4),
        15 => (6, 3),
        _ => (6, 4),
    };
    hide(number, front, back)
}

/// A mobile phone keeps three digits and four (138****5678), other numbers only their last two.
#[must_use]
pub fn phone(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 11 && digits.starts_with('1') { hide(&digits, 3, 4) } else { hide(number.trim(), 0, 2) }
}

/// The address down to the road or the village; what follows is hidden.
#[must_use]
pub fn address(address: &str) -> String {
    let address = address.trim();
    let end = ["大道", "路", "街道", "街", "巷"]
        .iter()
        .find_map(|road| end_of(address, road))
        .or_else(|| ["村", "镇", "乡", "区", "县", "市"].iter().find_map(|place| end_of(address, place)));
    match (address.is_empty(), end) {
        (true, _) => String::new(),
        (_, Some(end)) => format!("{}***", &address[..end]),
        (_, None) => "***".to_owned(),
    }
}

fn end_of(address: &str, part: &str) -> Option<usize> {
    address.find(part).map(|start| start + part.len())
}

/// A free text with every personal number in it masked: identity numbers, telephones, bank accounts. Borrows when there
/// is none.
#[must_use]
pub fn numbers_in_text(text: &str) -> Cow<'_, str> {
    masked(text, |_| true)
}

/// The same for identity numbers alone: for codes and numbers of documents, which are not free text.
#[must_use]
pub fn citizens_in_text(text: &str) -> Cow<'_, str> {
    masked(text, |it| it == NumberKind::Citizen)
}

fn masked(text: &str, wanted: impl Fn(NumberKind) -> bool) -> Cow<'_, str> {
    let (mut shown, mut done, mut at) = (String::new(), 0, 0);
    while let Some(found) = numbers::find(text, at) {
        if wanted(found.kind) {
            shown.push_str(&text[done..found.at]);
            shown.push_str(&number(found.kind, &text[found.at..found.end]));
            done = found.end;
        }
        at = found.end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[done..]);
    Cow::Owned(shown)
}

/// A number of a kind with its digits hidden but for a few; what stands between them stays.
#[must_use]
pub fn number(kind: NumberKind, text: &str) -> String {
    let is_digit = |it: char| it.is_ascii_alphanumeric() || matches!(it, '０'..='９' | 'Ｘ' | 'ｘ');
    let n = text.chars().filter(|it| is_digit(*it)).count();
    let (front, back) = kind.shown(n);
    let mut place = 0;
    let hidden = |it: char| {
        if !is_digit(it) {
            return it;
        }
        place += 1;
        if place > front && place + back <= n { '*' } else { it }
    };
    text.chars().map(hidden).collect()
}

fn hide(text: &str, front: usize, back: usize) -> String {
    let count = text.chars().count();
    let hidden = |place: usize| place >= front && place + back < count;
    text.chars().enumerate().map(|(place, c)| if hidden(place) { '*' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_the_surname_and_the_last_character_of_three() {
        for (name, expected) in [
            ("张三", "张*"),
            ("张小三", "张*三"),
            ("欧阳小娜", "欧**娜"),
            ("张", "张*"),
            ("John Smith", "J***"),
            ("", ""),
        ] {
            assert_eq!(person_name(name), expected);
        }
    }

    #[test]
    fn numbers_never_show_a_birth_date() {
        for (number, expected) in [
            ("11010519491231002X", "110105********002X"),
            ("110105491231002", "110105******002"),
            ("E12345678", "E****5678"),
            ("H0123456700", "H******6700"),
            ("1234", "1***"),
            ("12", "1*"),
        ] {
            assert_eq!(person_number(number), expected);
        }
    }

    #[test]
    fn phones_and_addresses_lose_what_finds_a_door() {
        assert_eq!(phone("138 1234 5678"), "138****5678");
        assert_eq!(phone("0746-8321234"), "**********34");
        assert_eq!(address("示例市零陵区潇水中路12号3栋401"), "示例市零陵区潇水中路***");
        assert_eq!(address("示例县某镇甲村5组"), "示例县某镇甲村***");
        assert_eq!(address("示例区某某街道12号"), "示例区某某街道***");
        assert_eq!(address("12号"), "***");
    }

    #[test]
    fn numbers_inside_a_text_are_masked_and_other_numbers_are_not() {
        assert_eq!(
            numbers_in_text("当事人（11010519491231002x，卡号622202190012345678）"),
            "当事人（110105********002x，卡号6222**********5678）"
        );
        assert!(matches!(numbers_in_text("罚款2000元"), Cow::Borrowed(_)));
        assert_eq!(numbers_in_text("旧号110105491231002。"), "旧号110105******002。");
        for text in
            ["身份证 110101 19900307 1233", "１１０１０１１９９００３０７１２３３", "证号110101199003071231，电话略"]
        {
            assert!(!numbers_in_text(text).contains("0307"), "{text}");
            assert!(!numbers_in_text(text).contains("０３０７"), "{text}");
        }
        assert!(matches!(numbers_in_text("11431100006345675D 914403001922038216"), Cow::Borrowed(_)));
        assert_eq!(citizens_in_text("手机13812345678，11010519491231002X"), "手机13812345678，110105********002X");
    }
}
