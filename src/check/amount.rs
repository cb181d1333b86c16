//! The amount that a sentence gives after a word: 罚款人民币2,000元, 处以罚款贰仟元整, 没收违法所得0.2万元.
//!
//! Knows no field. How amounts are written is known by `standards::money`.

use crate::standards::Money;
use crate::standards::money::amounts_in_text;

use super::phrases::Phrases;

/// Whether an amount is written after one of the words, or all of those written together; `None` when none is.
pub(super) fn agrees(text: &str, words: &Phrases, delivered: Money) -> Option<bool> {
    let mut total = Some(Money::ZERO);
    let mut some = false;
    for amount in after(text, words) {
        if amount == delivered {
            return Some(true);
        }
        some = true;
        total = total.and_then(|it| it.checked_add(amount));
    }
    some.then_some(total == Some(delivered))
}

/// The amounts after the words: for the message.
pub(super) fn written(text: &str, words: &Phrases) -> Vec<Money> {
    after(text, words).collect()
}

/// The first amount after each place of a word, in the same clause.
fn after<'t>(text: &'t str, words: &'t Phrases) -> impl Iterator<Item = Money> + 't {
    words.find_in(text).filter_map(|(start, word)| first_amount(&text[start + words.word(word).len()..]))
}

fn first_amount(rest: &str) -> Option<Money> {
    if let Some(amount) = plain(rest) {
        return Some(amount);
    }
    match &rest[..clause_end(rest)] {
        clause if !clause.contains(['元', '圆', '¥', '￥']) => None,
        clause => amounts_in_text(clause).first().copied(),
    }
}

/// `2000元`, `人民币2000.50元`, `0.2万元`, as most are written.
fn plain(rest: &str) -> Option<Money> {
    let rest = rest.strip_prefix("人民币").unwrap_or(rest);
    let end = rest.bytes().take_while(|it| it.is_ascii_digit() || *it == b'.').count();
    let (number, unit) = rest.split_at(end);
    if number.is_empty() {
        None
    } else if unit.starts_with("元") {
        Money::parse_yuan(number).ok()
    } else if unit.starts_with("万元") {
        Money::parse_wan(number).ok()
    } else {
        None
    }
}

/// A clause ends at a mark; a comma before a digit belongs to a number.
fn clause_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let ends = |(at, it): &(usize, char)| match it {
        '，' | '。' | '；' | ';' | '、' | '\n' => true,
        ',' => !bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        _ => false,
    };
    rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Phrases {
        Phrases::of(&["罚款人民币", "罚款", "没收违法所得"].map(str::to_owned))
    }

    #[test]
    fn amounts_are_found_in_every_form_departments_write() {
        let cases: [(&str, &[i64]); 14] = [
            ("罚款2000元", &[200_000]),
            ("处罚款人民币2,000.00元整", &[200_000]),
            ("罚款（人民币）：0.2万元", &[200_000]),
            ("罚款贰仟元整（￥2000.00）", &[200_000]),
            ("罚款0.2万元", &[200_000]),
            ("罚款三万五千元", &[3_500_000]),
            ("罚款十五万元", &[15_000_000]),
            ("罚款人民币零元(0元)", &[0]),
            ("罚款１０００元", &[100_000]),
            ("罚款362068.35元，没收违法所得98412.27元", &[36_206_835, 9_841_227]),
            ("处以每平方米罚款21元,共计罚款362068.35元", &[2_100, 36_206_835]),
            ("罚款的决定，没收物品价值500元", &[]),
            ("罚款2000", &[]),
            ("警告", &[]),
        ];
        for (text, amounts) in cases {
            let found: Vec<i64> = written(text, &words()).iter().map(|it| it.fen()).collect();
            assert_eq!(found, amounts, "{text}");
        }
    }

    #[test]
    fn one_amount_or_the_sum_of_all_agrees() {
        let text = "没收违法所得1000元；罚款500元";
        let of = |fen| agrees(text, &words(), Money::from_fen(fen));
        assert_eq!((of(100_000), of(150_000), of(1_000_000_000)), (Some(true), Some(true), Some(false)));
        assert_eq!(agrees("警告", &words(), Money::ZERO), None);
    }
}
