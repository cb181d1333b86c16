//! The strict form, for values that are quoted because something is wrong with them: any long run of digits may be a
//! citizen's number with a slip in it.

/// A run of digits this long may be a citizen's number (15 digits, 17 when its last character was lost, 18).
const SUSPECT_DIGITS: usize = 15;

/// Shown of a masked run: the region before the birth date, and the end.
const HEAD: usize = 6;
const TAIL: usize = 4;

/// A number of a person's document as it is quoted, whatever its form.
#[must_use]
pub fn personal(value: &str) -> String {
    let chars: Vec<char> = value.trim().chars().collect();
    let shown = match chars.len() {
        0..=4 => (0, 0),
        5..=11 => (2, 1),
        _ => (HEAD, TAIL),
    };
    let mut masked: String = chars[..shown.0].iter().collect();
    masked.extend(std::iter::repeat_n('*', (chars.len() - shown.0 - shown.1).min(8)));
    masked.extend(&chars[chars.len() - shown.1..]);
    runs_in_text(&masked)
}

/// Masks every run of 15 or more digits that is not a credit code of an enterprise; spaces and dashes do not end a run.
#[must_use]
pub fn runs_in_text(value: &str) -> String {
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
