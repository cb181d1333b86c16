//! What of a delivered value may be quoted: cut short, and never a whole number of a person's document.

use crate::record::Fault;

/// A run of digits this long may be a citizen's number (15 digits, 17 when its last character was lost, 18).
const SUSPECT_DIGITS: usize = 15;

/// Shown of a masked run: the region before the birth date, and the end.
const HEAD: usize = 6;
const TAIL: usize = 4;

/// The value as a fault quotes it: at most [`Fault::VALUE_CHARS`] characters, runs that may be a citizen's number masked.
pub(super) fn quoted(value: &str) -> String {
    cut(&masked_runs(value), Fault::VALUE_CHARS)
}

/// A number of a person's document as a fault quotes it, whatever its form.
pub(super) fn personal(value: &str) -> String {
    let chars: Vec<char> = value.trim().chars().collect();
    let shown = match chars.len() {
        0..=4 => (0, 0),
        5..=11 => (2, 1),
        _ => (HEAD, TAIL),
    };
    let mut masked: String = chars[..shown.0].iter().collect();
    masked.extend(std::iter::repeat_n('*', (chars.len() - shown.0 - shown.1).min(8)));
    masked.extend(&chars[chars.len() - shown.1..]);
    cut(&masked_runs(&masked), Fault::VALUE_CHARS)
}

/// The first characters of a value, for a sentence.
pub(super) fn short(value: &str) -> String {
    const SHORT_CHARS: usize = 24;
    cut(&masked_runs(value), SHORT_CHARS)
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

/// Masks every run of 15 or more digits that is not a credit code of an enterprise; spaces and dashes do not end a run.
fn masked_runs(value: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    let mut out = String::with_capacity(value.len());
    let mut at = 0;
    while at < chars.len() {
        let run = Run::from(&chars, at);
        match run {
            Some(run) if run.is_suspect() => {
                run.write_masked(&mut out);
                at = run.end;
            }
            Some(run) => {
                out.extend(&chars[at..run.end]);
                at = run.end;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out
}

/// A run of digits, with its separators left out.
struct Run {
    digits: Vec<char>,
    end: usize,
    /// Nothing but digits stood in it.
    solid: bool,
}

impl Run {
    fn from(chars: &[char], start: usize) -> Option<Self> {
        digit(chars[start])?;
        let mut run = Self { digits: Vec::new(), end: start, solid: true };
        for (at, &it) in chars.iter().enumerate().skip(start) {
            if let Some(digit) = digit(it) {
                run.digits.push(digit);
                run.end = at + 1;
                run.solid &= at + 1 - start == run.digits.len();
            } else if matches!(it, 'X' | 'x' | 'Ｘ' | 'ｘ') && run.digits.len() >= SUSPECT_DIGITS {
                run.digits.push('X');
                run.end = at + 1;
                break;
            } else if !is_separator(it) {
                break;
            }
        }
        Some(run)
    }

    /// No region's code begins with 9, so the digits of a credit code 91…, 92…, 93… are no citizen's number.
    fn is_suspect(&self) -> bool {
        let enterprise = self.solid && self.digits.len() <= 18 && self.digits[0] == '9';
        self.digits.len() >= SUSPECT_DIGITS && !enterprise
    }

    fn write_masked(&self, out: &mut String) {
        out.extend(&self.digits[..HEAD]);
        out.extend(std::iter::repeat_n('*', (self.digits.len() - HEAD - TAIL).min(8)));
        out.extend(&self.digits[self.digits.len() - TAIL..]);
    }
}

fn digit(it: char) -> Option<char> {
    match it {
        '0'..='9' => Some(it),
        '\u{FF10}'..='\u{FF19}' => char::from_u32(it as u32 - 0xFF10 + '0' as u32),
        _ => None,
    }
}

fn is_separator(it: char) -> bool {
    it.is_whitespace()
        || matches!(
            it,
            '-' | '－' | '—' | '_' | '.' | '·' | '\'' | ',' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
        )
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
