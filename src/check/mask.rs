//! What of a delivered value may be quoted: cut short, and never a whole number of a person's document.

use crate::{record::Fault, standards::mask};

/// The value as a fault quotes it: at most [`Fault::VALUE_CHARS`] characters, runs that may be a citizen's number masked.
pub(super) fn quoted(value: &str) -> String {
    cut(&numbers(value), Fault::VALUE_CHARS)
}

/// A number of a person's document as a fault quotes it, whatever its form.
pub(super) fn personal(value: &str) -> String {
    cut(&mask::personal(value), Fault::VALUE_CHARS)
}

/// The first characters of a value, for a sentence.
pub(super) fn short(value: &str) -> String {
    const SHORT_CHARS: usize = 24;
    cut(&numbers(value), SHORT_CHARS)
}

/// Every long run of digits masked, and the telephones and accounts that are shorter.
fn numbers(value: &str) -> String {
    mask::numbers_in_text(&mask::runs_in_text(value)).into_owned()
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some(_) => {
            let mut cut: String = text.chars().take(chars - 1).collect();
            cut.push('…');
            cut
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_citizens_number_is_masked_wherever_it_stands() {
        let cases = [
            ("11010519491231002X", "110105********002X"),
            ("证件：110105194912310021。", "证件：110105********0021。"),
            ("110105 19491231 002x", "110105********002X"),
            ("１１０１０５１９４９１２３１００２１", "110105********0021"),
            ("110105491231002", "110105*****1002"),
            ("914403001922038216", "914403001922038216"),
            ("91350100M000100Y43", "91350100M000100Y43"),
            ("91330103000000009H", "91330103000000009H"),
            ("2020-03-16", "2020-03-16"),
            ("", ""),
        ];
        for (value, shown) in cases {
            assert_eq!(quoted(value), shown, "{value}");
        }
    }

    #[test]
    fn a_long_value_is_cut() {
        let shown = quoted(&"违".repeat(200));
        assert_eq!(shown.chars().count(), Fault::VALUE_CHARS);
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn a_number_of_a_document_never_shows_its_middle() {
        for (number, shown) in
            [("E12345678", "E1******8"), ("11010519491231002X", "110105********002X"), ("1234", "****"), ("", "")]
        {
            assert_eq!(personal(number), shown);
        }
    }

    proptest! {
        #[test]
        fn no_eighteen_digits_survive_quoting(before in "[\\PC]{0,20}", number in "[1-8][0-9]{16}[0-9X]", after in "[\\PC]{0,20}") {
            let shown = quoted(&format!("{before}{number}{after}"));
            prop_assert!(!shown.contains(&number), "{shown}");
        }
    }
}
