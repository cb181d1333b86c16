//! Amounts written in the prose of a penalty: 罚款人民币伍万贰仟壹佰贰拾元, 罚款1.5万元, 16,666 元.

use super::Money;
use crate::standards::text::narrow;

/// Every amount of money written in a text, in its order: digits or Chinese numerals, then 元 (圆), 角 and 分.
///
/// An amount needs its 元 or a `¥` before it, but for 罚款叁万捌仟 at an end; foreign money, percentages and areas are no amounts. One finer than
/// a 分 is left out. The same amount in numerals and in digits (`伍仟元（5000元）`) comes twice.
#[must_use]
pub fn amounts_in_text(text: &str) -> Vec<Money> {
    if !text.contains(['元', '圆', '¥', '￥', '款', '币']) {
        return Vec::new();
    }
    let mut chars = Vec::with_capacity(text.len() / 2);
    chars.extend(text.chars().map(narrow).filter(|c| !c.is_whitespace()));
    let mut amounts = Vec::new();
    let mut at = 0;
    while let Some(ahead) = chars[at..].iter().position(|&c| digit(c).is_some() || unit(c).is_some()) {
        at += ahead;
        let (amount, length) = amount_at(&chars, at);
        amounts.extend(amount);
        at += length.max(1);
    }
    amounts
}

/// The amount that starts here, and how many characters it (or the number that is none) takes.
fn amount_at(chars: &[char], at: usize) -> (Option<Money>, usize) {
    let Some((number, mut length)) = number_at(&chars[at..]) else { return (None, 0) };
    let rest = &chars[at + length..];
    let signed = at > 0 && matches!(chars[at - 1], '¥' | '￥');
    match rest.first() {
        Some('元' | '圆') if !is_other_word(rest) => length += 1,
        _ if signed || is_cut_short(chars, at, length) => {}
        _ => return (None, length),
    }
    let mut fen = whole_fen(number);
    for (unit, worth) in [('角', 10), ('分', 1)] {
        if let Some((count, taken)) = small_unit(&chars[at + length..], unit) {
            fen = fen.and_then(|fen| fen.checked_add(count * worth));
            length += taken;
        }
    }
    (fen.map(Money::from_fen), length)
}

/// A number of 元 in 分, `None` when it is finer than that or too large.
fn whole_fen(number: i128) -> Option<i64> {
    const PARTS: i64 = SCALE as i64 / 100;
    // Dividing 128 bits is slow, and hardly an amount needs them.
    match i64::try_from(number) {
        Ok(number) => (number % PARTS == 0).then_some(number / PARTS),
        Err(_) if number % i128::from(PARTS) == 0 => i64::try_from(number / i128::from(PARTS)).ok(),
        Err(_) => None,
    }
}

/// 罚款叁万捌仟, without its 元: numerals with a unit, right behind 罚款 or 人民币, and nothing behind them.
fn is_cut_short(chars: &[char], at: usize, length: usize) -> bool {
    let number = &chars[at..at + length];
    let before = &chars[..at];
    let is_named = before.ends_with(&['罚', '款']) || before.ends_with(&['人', '民', '币']);
    let is_numeral = !chars[at].is_ascii_digit() && number.iter().any(|&c| unit(c).is_some());
    is_named
        && is_numeral
        && chars.get(at + length).is_none_or(|c| matches!(c, '，' | ',' | '。' | ';' | '；' | '、' | ')'))
}

/// 元 that begins another word: 二元论, 三元区, 5元素.
fn is_other_word(rest: &[char]) -> bool {
    matches!(rest.get(1), Some('素' | '化' | '论' | '区' | '里' | '桥' | '村' | '件' | '月' | '旦'))
}

/// `5角`, `伍分`, also after 零: how many of the unit, and the characters taken.
fn small_unit(rest: &[char], unit: char) -> Option<(i64, usize)> {
    let skip = usize::from(matches!(rest.first(), Some('零')));
    let digit = digit(*rest.get(skip)?)?;
    (rest.get(skip + 1) == Some(&unit)).then_some((i64::from(digit), skip + 2))
}

/// Numbers carry this many parts of one, so that `1.234567万` stays exact.
const SCALE: i128 = 100_000_000;

/// A number in digits or numerals with what multiplies it (万, 亿 …), times [`SCALE`], and its length.
fn number_at(chars: &[char]) -> Option<(i128, usize)> {
    let (mut total, mut length) = (0_i128, 0);
    // 2万5千: one term after another, each with its unit; only the last may have none.
    while let Some((term, taken)) = digits_at(&chars[length..]) {
        length += taken;
        let (worth, units) = multiplier_at(&chars[length..]);
        total = total.checked_add(term.checked_mul(worth)?)?;
        length += units;
        if units == 0 {
            return Some((total, length));
        }
    }
    if length > 0 { Some((total, length)) } else { numeral_at(chars) }
}

/// ASCII digits with thousand separators and decimals.
fn digits_at(chars: &[char]) -> Option<(i128, usize)> {
    let (mut number, mut length) = run_of_digits(chars);
    (length > 0).then_some(())?;
    // A list such as `1,2` has no groups of three: only its first number is taken.
    while length <= MAX_DIGITS && chars.get(length) == Some(&',') {
        let (group, digits) = run_of_digits(&chars[length + 1..]);
        if digits != 3 {
            break;
        }
        (number, length) = (number * 1000 + group, length + 4);
    }
    let (fraction, decimals) = match chars.get(length) {
        Some('.') => run_of_digits(&chars[length + 1..]),
        _ => (0, 0),
    };
    let whole_length = length;
    length += if decimals > 0 { decimals + 1 } else { 0 };
    if whole_length > MAX_DIGITS || decimals > 8 {
        // Too long to be an amount: finer than a 分, so it is left out, with all its digits.
        return Some((1, length));
    }
    Some((number * SCALE + fraction * 10_i128.pow(8 - decimals as u32), length))
}

/// Longer runs of digits are card numbers, not amounts.
const MAX_DIGITS: usize = 18;

/// The value of the digits a text starts with, and how many there are; past [`MAX_DIGITS`] only their count is right.
fn run_of_digits(chars: &[char]) -> (i128, usize) {
    let (mut number, mut length) = (0_i64, 0);
    while let Some(c @ '0'..='9') = chars.get(length) {
        if length < MAX_DIGITS {
            number = number * 10 + i64::from(*c as u8 - b'0');
        }
        length += 1;
    }
    (number.into(), length)
}

/// The units right behind a number: 万, 百万, 亿 …; 1 when there are none.
fn multiplier_at(chars: &[char]) -> (i128, usize) {
    let units = chars.iter().map_while(|&c| unit(c)).take(3);
    units.fold((1, 0), |(worth, length), unit| (worth * unit, length + 1))
}

/// 伍万贰仟壹佰贰拾, 三千, 十二: a number in numerals, times [`SCALE`], and its length.
fn numeral_at(chars: &[char]) -> Option<(i128, usize)> {
    let (mut total, mut section, mut number) = (0_i128, 0_i128, 0_i128);
    let length = chars.iter().take(40).take_while(|&&c| digit(c).is_some() || unit(c).is_some()).count();
    for &c in &chars[..length] {
        match (digit(c), unit(c)) {
            (Some(digit), _) => number = i128::from(digit),
            (None, Some(unit)) if unit < 10_000 => {
                section += number.max(i128::from(number == 0)) * unit;
                number = 0;
            }
            (None, Some(unit)) => {
                // 亿 lifts what stands before it, 万 only its own section.
                let below = if unit > 10_000 { std::mem::take(&mut total) } else { 0 };
                total = total.checked_add(below.checked_add(section + number)?.checked_mul(unit)?)?;
                (section, number) = (0, 0);
            }
            (None, None) => {}
        }
    }
    (length > 0).then_some(())?;
    Some((total.checked_add(section + number)?.checked_mul(SCALE)?, length))
}

const fn digit(c: char) -> Option<u8> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '0'..='9' => c as u8 - b'0',
        _ => return None,
    })
}

const fn unit(c: char) -> Option<i128> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, yuan: &[&str]) {
        let found: Vec<String> = amounts_in_text(text).into_iter().map(Money::to_yuan_string).collect();
        assert_eq!(found, yuan, "{text}");
    }

    #[test]
    fn amounts_in_digits_are_found() {
        check("罚款2000元", &["2000"]);
        check("罚款1.5万元", &["15000"]);
        check("处以罚款 16,666 元", &["16666"]);
        check("共计罚款98412.27元", &["98412.27"]);
        check("罚款￥5,000.00，并没收违法所得３００元", &["5000", "300"]);
        check("罚款人民币2万5千元整；没收1.2亿元", &["25000", "120000000"]);
        check("罚款50元5角8分", &["50.58"]);
        check("罚款 20 万元。", &["200000"]);
    }

    #[test]
    fn amounts_in_numerals_are_found() {
        check("罚款人民币伍万贰仟壹佰贰拾元", &["52120"]);
        check("处罚款壹拾贰万叁仟肆佰伍拾陆元柒角捌分", &["123456.78"]);
        check("罚款三千元整", &["3000"]);
        check("罚款拾万圆", &["100000"]);
        check("罚款人民币叁佰零伍元零捌分", &["305.08"]);
        check("罚款壹亿贰仟万元", &["120000000"]);
        check("罚款人民币零元(0元)", &["0", "0"]);
        check("罚款伍仟元（5000.00元）", &["5000", "5000"]);
        check("处罚款叁万捌仟", &["38000"]);
        check("处罚款叁万捌仟，警告", &["38000"]);
        check("处罚款三百份", &[]);
    }

    #[test]
    fn other_numbers_are_no_amounts() {
        check("依据第五十二条，2020年3月5日，占地26187.92平方米，罚3%", &[]);
        check("三元区某单位超标100美元，1,2号楼", &[]);
        check("罚款2000", &[]);
        check("", &[]);
        check("责令15日内缴清，逾期每日加处3%", &[]);
    }

    #[test]
    fn an_amount_finer_than_a_fen_is_left_out() {
        check("罚款1.2345元", &[]);
        check("罚款1.23456789万元，另2元", &["2"]);
        check("罚款1.234567万元", &["12345.67"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9,.零一二两十拾百千万亿元圆角分¥￥罚 ]{0,60}") {
            let _ = amounts_in_text(&text);
        }

        #[test]
        fn an_amount_written_in_a_sentence_is_found(fen in 0_i64..1_000_000_000_000) {
            let money = Money::from_fen(fen);
            prop_assert_eq!(amounts_in_text(&format!("罚款{}元。", money.to_yuan_string())), vec![money]);
            prop_assert_eq!(amounts_in_text(&format!("罚款人民币{} 万元", money.to_wan_string())), vec![money]);
        }
    }
}
