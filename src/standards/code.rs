//! What all codes share: the forms people type them in, and what can be wrong with one.
//!
//! Knows no single code's rule.

use std::borrow::Cow;

use super::text;

/// Why a text is not a code. The display is the Chinese message for the clerk and never holds a person's number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCode {
    /// Neither as long as the standard says nor a known older form.
    #[error("代码应为{expected}，实为{found}位")]
    Length {
        /// Characters found, after normalising.
        found: usize,
        /// What the standard asks for, in Chinese: `18位`.
        expected: &'static str,
    },
    /// A character the standard leaves out (I, O, S, V, Z) or that no code has.
    #[error("第{position}位“{char}”不是允许的字符{}", proposed(.proposal.as_deref()))]
    Character {
        /// The character, as delivered but upper case and half width.
        char: char,
        /// Its place, from 1.
        position: usize,
        /// The whole code with O read as 0 and I as 1, when that one is right. Proposed, never applied.
        proposal: Option<String>,
    },
    /// The check character does not belong to the others.
    #[error("校验位应为“{expected}”，实为“{found}”")]
    Check {
        /// The last character.
        found: char,
        /// What the other characters call for.
        expected: char,
    },
    /// Typed to fill the cell: eighteen zeros, 123456789012345678.
    #[error("代码是占位值，不是真实代码")]
    Placeholder,
    /// GB 32100 knows no such registration authority, or no such category under it.
    #[error("第1位“{authority}”与第2位“{category}”不是有效的登记管理部门与机构类别")]
    Authority {
        /// The first character.
        authority: char,
        /// The second character.
        category: char,
    },
    /// A citizen's identity number typed into a code column.
    #[error("填写的是身份证号码，不是代码")]
    PersonNumber,
    /// Characters are hidden by `*` or a row of four `X`.
    #[error("代码已被掩去部分字符")]
    Masked,
    /// A spreadsheet made it a number: `9.12E+17`. The last digits are lost.
    #[error("代码被表格软件改成了科学计数法，末位数字已丢失")]
    Scientific,
}

fn proposed(proposal: Option<&str>) -> String {
    proposal.map(|code| format!("，疑为 {code}")).unwrap_or_default()
}

/// A code as people mean it: half width, upper case, without spaces, hyphens, zero-width characters or a leading apostrophe.
///
/// Borrows when the text is canonical already.
#[must_use]
pub fn canonical(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let cleaned = text::clean(text);
    let folded = text::fold_width(&cleaned);
    let bare = folded.trim_start_matches(['\'', '’', '‘', '`']);
    Cow::Owned(bare.chars().filter(|&c| !is_filler(c)).flat_map(char::to_uppercase).collect())
}

fn is_filler(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | '‐' | '‑' | '−' | '－')
}

/// The faults every code shares, found on the canonical form and the text as delivered.
pub(super) fn common_fault(delivered: &str, code: &str) -> Option<InvalidCode> {
    // Most codes hold neither signs nor an X, and need no closer look.
    let may_be_masked = code.bytes().any(|byte| byte == b'X' || !byte.is_ascii_alphanumeric());
    if may_be_masked && (code.contains(['*', '●', '×', '□']) || code.contains("XXXX")) {
        return Some(InvalidCode::Masked);
    }
    if is_scientific(delivered) {
        return Some(InvalidCode::Scientific);
    }
    is_repeated(code.as_bytes()).then_some(InvalidCode::Placeholder)
}

/// `9.12E+17`, `9.12305E17`: what a spreadsheet makes of a long number.
fn is_scientific(delivered: &str) -> bool {
    let Some((mantissa, exponent)) = delivered.trim().split_once(['E', 'e']) else { return false };
    let exponent = exponent.trim_start_matches('+');
    mantissa.contains('.')
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

/// One character again and again, the last one (a check character) apart: nobody is registered so.
pub(super) fn is_repeated(code: &[u8]) -> bool {
    code.len() >= 6 && code[..code.len() - 1].iter().all(|&byte| byte == code[0])
}

/// The first character that is not allowed, with its place from 1.
pub(super) fn first_wrong(code: &str, allowed: impl Fn(char) -> bool) -> Option<(char, usize)> {
    code.chars().zip(1..).find(|&(c, _)| !allowed(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_mean_it() {
        for text in [
            "91230500MA1B3N1N2M",
            " 91230500ma1b3n1n2m\u{200b}",
            "'91230500MA1B3N1N2M",
            "９１２３０５００ＭＡ１Ｂ３Ｎ１Ｎ２Ｍ",
        ] {
            assert_eq!(canonical(text), "91230500MA1B3N1N2M", "{text}");
        }
        assert_eq!(canonical("91230500-MA1B 3N1N2\u{3000}M_x000D_"), "91230500MA1B3N1N2M");
        assert!(matches!(canonical("91230500MA1B3N1N2M"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_spreadsheets_number_is_recognised() {
        for text in ["9.12E+17", "9.12305E+17", " 9.1e17"] {
            assert!(is_scientific(text), "{text}");
        }
        for text in ["91E17", "91230500MA1B3N1N2M", "E", "9.1E", "1.2"] {
            assert!(!is_scientific(text), "{text}");
        }
    }
}
