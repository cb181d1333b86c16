//! What may be shown of a person: names, numbers, addresses and phones with their private part hidden.
//!
//! GB 11643 digits 7–14 are the day of birth and are never shown.

use std::borrow::Cow;

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

/// A free text with every citizen identity number in it masked; borrows when there is none.
#[must_use]
pub fn numbers_in_text(text: &str) -> Cow<'_, str> {
    let chars: Vec<char> = text.chars().collect();
    let mut hidden = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let begins = digit(chars[at]).is_some() && (at == 0 || !is_code_part(chars[at - 1]));
        match begins.then(|| number_at(&chars, at)).flatten() {
            Some(places) => {
                at = places.last().map_or(at, |it| it + 1);
                hidden.extend_from_slice(&places[6..places.len() - if places.len() == 15 { 3 } else { 4 }]);
            }
            None => at += 1,
        }
    }
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = chars;
    hidden.into_iter().for_each(|it| shown[it] = '*');
    Cow::Owned(shown.into_iter().collect())
}

/// The places of the characters of an identity number that begins here: 18, or 17 whose last was lost, or 15. Spaces
/// and dashes may stand between; whether the check character is right does not matter, the birth date must be one.
fn number_at(chars: &[char], start: usize) -> Option<Vec<usize>> {
    let (mut places, mut digits) = (Vec::with_capacity(18), String::with_capacity(18));
    for (at, &it) in chars.iter().enumerate().skip(start) {
        match digit(it) {
            Some(digit) => digits.push(digit),
            None if matches!(it, 'X' | 'x' | 'Ｘ' | 'ｘ') && digits.len() == 17 => digits.push('X'),
            None if matches!(it, ' ' | '-' | '\u{3000}') => continue,
            None => break,
        }
        places.push(at);
        let ends = chars.get(at + 1).is_none_or(|next| !is_code_part(*next));
        if ends && matches!(digits.len(), 15 | 17 | 18) && is_born(&digits) {
            return Some(places);
        }
        if digits.len() >= 18 {
            break;
        }
    }
    None
}

fn digit(it: char) -> Option<char> {
    match it {
        '0'..='9' => Some(it),
        '０'..='９' => char::from_u32(it as u32 - '０' as u32 + '0' as u32),
        _ => None,
    }
}

/// Whether a number that continues with this character is another kind of code.
fn is_code_part(it: char) -> bool {
    it.is_ascii_alphanumeric() || digit(it).is_some()
}

/// Whether a region and a day of birth stand where an identity number has them.
fn is_born(digits: &str) -> bool {
    let region = matches!(digits.as_bytes()[0], b'1'..=b'8');
    let birth = if digits.len() == 15 { format!("19{}", &digits[6..12]) } else { digits[6..14].to_owned() };
    let year = birth[..4].parse::<u32>().is_ok_and(|it| (1900..2100).contains(&it));
    region && year && chrono::NaiveDate::parse_from_str(&birth, "%Y%m%d").is_ok()
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
            "当事人（110105********002x，卡号622202190012345678）"
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
    }
}
