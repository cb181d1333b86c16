//! Text as departments deliver it: stray white space, invisible characters, placeholders, full-width forms.

use std::borrow::Cow;

/// The text without what nobody typed on purpose; borrows unless something stands inside.
///
/// White space at the ends (U+3000 too), zero-width characters, byte order marks and control characters go; a line
/// break or tab inside becomes one space; an escape left by a workbook (`_x000D_`) becomes the character it means.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let trimmed = if has_plain_ends(text.as_bytes()) { text } else { text.trim_matches(is_edge) };
    if has_stray(trimmed.as_bytes()) { Cow::Owned(rewritten(trimmed)) } else { Cow::Borrowed(trimmed) }
}

/// Whether both ends are ASCII signs or common ideographs, told by their bytes alone.
#[inline]
fn has_plain_ends(bytes: &[u8]) -> bool {
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    let is_ideograph = |lead: &u8| matches!(lead, 0xe4..=0xe9);
    let ends_plain = last.is_ascii_graphic() || bytes.len() >= 3 && is_ideograph(&bytes[bytes.len() - 3]);
    (first.is_ascii_graphic() || is_ideograph(first)) && ends_plain
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || c.is_control()
}

/// Characters without width or ink: joiners, marks of direction, byte order mark, soft hyphen.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether a byte sequence may hold something to rewrite.
///
/// Every cell of every delivery passes here, so the first look has no branch inside and compiles to vector
/// instructions; it tells control characters, and the lead bytes a closer look is worth.
fn has_stray(bytes: &[u8]) -> bool {
    let seen = bytes.iter().fold(0_u8, |seen, &byte| {
        let control = u8::from(byte < 0x20 || byte == 0x7f);
        let lead = u8::from(byte == b'_' || byte == 0xc2 || byte == 0xe2 || byte == 0xef);
        seen | control | lead << 1
    });
    match seen {
        0 => false,
        2 => has_stray_sequence(bytes),
        _ => true,
    }
}

fn has_stray_sequence(bytes: &[u8]) -> bool {
    let is_stray_at = |at: usize| bytes.get(at..at + 2).is_some_and(|pair| is_stray(pair, bytes.get(at + 2).copied()));
    memchr::memchr3_iter(0xc2, 0xe2, 0xef, bytes).any(is_stray_at) || memchr::memchr_iter(b'_', bytes).any(is_stray_at)
}

/// `_x`, a control character or space of Latin-1, a character without ink, a byte order mark.
const fn is_stray(pair: &[u8], third: Option<u8>) -> bool {
    match (pair[0], pair[1], third) {
        (b'_', b'x', _) | (0xc2, 0x80..=0xa0 | 0xad, _) | (0xef, 0xbb, Some(0xbf)) => true,
        (0xe2, 0x80, Some(third)) => matches!(third, 0x8b..=0x8f | 0xa8..=0xae),
        (0xe2, 0x81, Some(third)) => matches!(third, 0xa0..=0xa4),
        _ => false,
    }
}

fn rewritten(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (c, length) = workbook_escape(rest).unwrap_or((first, first.len_utf8()));
        rest = &rest[length..];
        match c {
            '\r' | '\n' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{a0}' => {
                if !cleaned.ends_with(' ') && !rest.starts_with(' ') {
                    cleaned.push(' ');
                }
            }
            c if is_invisible(c) || c.is_control() => {}
            c => cleaned.push(c),
        }
    }
    cleaned.trim_matches(is_edge).to_owned()
}

/// `_xHHHH_` of a workbook: the character it stands for (a control character where it stands for none) and its length.
fn workbook_escape(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    if bytes.len() < 7 || &bytes[..2] != b"_x" || bytes[6] != b'_' || !bytes[2..6].iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let number = u32::from_str_radix(&text[2..6], 16).expect("four hexadecimal digits");
    Some((char::from_u32(number).unwrap_or('\0'), 7))
}

/// Words that mean: nothing here. Signs alone (`/`, `——`, `***`) are recognised by their characters.
const EMPTY_WORDS: &[&str] = &[
    "无",
    "空",
    "暂无",
    "未办",
    "没有",
    "无数据",
    "暂缺",
    "未填",
    "未填写",
    "不适用",
    "null",
    "none",
    "nil",
    "nan",
    "n/a",
    "na",
    "#n/a",
    "undefined",
    "(无)",
    "(空)",
    "(null)",
    "<null>",
    "无。",
    "“无”",
    "“空”",
    "[空]",
];

/// Whether a value means: empty. `/`, `—`, `— —`, `***`, 无, 空, 暂无, 未办, null, N/A and nothing at all.
///
/// `0`, `1` and 零 are not: they may be amounts. See [`is_code_placeholder`].
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim_matches(is_edge);
    // The longest word has nine bytes; a row of signs may be somewhat longer.
    if text.len() > 48 {
        return false;
    }
    if text.chars().all(|c| is_sign(c) || is_edge(c)) {
        return true;
    }
    let first = text.chars().next().map_or(' ', narrow);
    if text.len() > 15
        || !matches!(
            first.to_ascii_lowercase(),
            '无' | '空' | '暂' | '未' | '没' | '不' | 'n' | 'u' | '#' | '(' | '<' | '“' | '['
        )
    {
        return false;
    }
    let folded = fold_width(text);
    EMPTY_WORDS.iter().any(|word| folded.eq_ignore_ascii_case(word))
}

const fn is_sign(c: char) -> bool {
    matches!(
        c,
        '/' | '\\'
            | '-'
            | '–'
            | '—'
            | '―'
            | '－'
            | '─'
            | '_'
            | '*'
            | '＊'
            | '.'
            | '。'
            | '、'
            | ','
            | '，'
            | '~'
            | '～'
            | '／'
            | '＼'
            | '＿'
            | '"'
            | '“'
            | '”'
            | '\''
            | '|'
            | '·'
            | '…'
    )
}

/// Whether a value in a code column means: no code. Also `0`, `1`, 零, 一 and zeros alone up to seven characters.
#[must_use]
pub fn is_code_placeholder(text: &str) -> bool {
    let folded = fold_width(text);
    let bare = folded.trim_matches(is_edge);
    is_placeholder(bare)
        || matches!(bare, "1" | "零" | "一" | "无号" | "无代码" | "未办理" | "办理中")
        || (bare.len() < 8 && bare.bytes().all(|byte| byte == b'0'))
}

/// Full-width letters, digits, signs and the ideographic space as their half-width forms; borrows when there are none.
#[must_use]
pub fn fold_width(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| matches!(c, '\u{3000}' | '\u{ff01}'..='\u{ff5e}');
    if text.is_ascii() || !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(narrow).collect())
}

pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(c as u32 - 0xfee0).expect("the full-width forms stand in ASCII's order")
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_nobody_typed_on_purpose_goes() {
        for (text, expected) in [
            ("  示例公司　", "示例公司"),
            ("\u{feff}示例\u{200b}公司", "示例公司"),
            ("股份有限公司(合资_x000D_、上市)", "股份有限公司(合资 、上市)"),
            ("第一行\r\n第二行", "第一行 第二行"),
            ("甲\t乙", "甲 乙"),
            ("A_x005F_B_x0041_", "A_BA"),
            ("甲\u{0}乙\u{7f}", "甲乙"),
            ("_x000D__x000D_", ""),
            ("_x00", "_x00"),
            ("_x永州市零_", "_x永州市零_"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn text_with_nothing_to_do_is_borrowed() {
        for text in ["示例有限公司", "“老味道”——总店（分店）", " trimmed only ", "a_b", ""] {
            assert!(matches!(clean(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn every_word_for_nothing_passes_the_first_look() {
        for word in EMPTY_WORDS {
            assert!(is_placeholder(word), "{word}");
        }
    }

    #[test]
    fn placeholders_mean_empty() {
        for text in [
            "",
            " ",
            "　",
            "/",
            "\\",
            "-",
            "—",
            "——",
            "— —",
            "“— —”",
            "***",
            "无",
            "空",
            "暂无",
            "未办",
            "null",
            "NULL",
            "N/A",
            "（无）",
            "／",
        ] {
            assert!(is_placeholder(text), "{text:?}");
        }
        for text in ["0", "1", "零", "无锡市某局", "空港区", "A/B", "-1", "无处罚期限"] {
            assert!(!is_placeholder(text), "{text:?}");
        }
    }

    #[test]
    fn a_zero_means_empty_only_in_a_code_column() {
        for text in ["0", "1", "零", "０", "0000", "无", "未办"] {
            assert!(is_code_placeholder(text), "{text:?}");
        }
        for text in ["00000000-0", "000000000000000000", "2", "11"] {
            assert!(!is_code_placeholder(text), "{text:?}");
        }
    }

    #[test]
    fn full_width_forms_fold() {
        assert_eq!(fold_width("ＡＢ１２（　）"), "AB12( )");
        assert!(matches!(fold_width("永州市"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn text_cleaned_is_clean(text in "[ 甲乙_x000D\u{3000}\u{feff}\u{200b}\u{a0}\r\n\t“—（a]{0,24}") {
            let cleaned = clean(&text).into_owned();
            let strays = ['\r', '\n', '\t', '\u{feff}', '\u{200b}', '\u{a0}'];
            prop_assert!(!cleaned.contains(strays), "{cleaned:?}");
            prop_assert!(!cleaned.starts_with(is_edge) && !cleaned.ends_with(is_edge), "{cleaned:?}");
        }
    }
}
