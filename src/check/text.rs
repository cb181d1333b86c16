//! A cell's text before it is read: stray white space, texts that mean "empty", traces of broken exports.
//!
//! The clean path looks at a few bytes and allocates nothing; what is stray or empty is said by `standards::text`.

use crate::standards::text::{is_code_placeholder, is_placeholder};

/// What a look over a whole row tells about the texts in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// Nothing to be taken out.
    Clean,
    /// Something invisible, a line break or a trace of a workbook may have to be taken out before the row is read.
    Soiled,
    /// Some cell holds U+FFFD: its text is lost.
    Broken,
}

/// Looks over the texts of all cells of a row at once.
pub(super) fn condition(all: &str) -> Condition {
    if !may_be_soiled(all.as_bytes()) {
        Condition::Clean
    } else if is_broken(all) {
        Condition::Broken
    } else {
        Condition::Soiled
    }
}

/// Whether the bytes may hold a control character, an invisible one, `_x` or U+FFFD. It may be wrong in saying yes.
fn may_be_soiled(bytes: &[u8]) -> bool {
    // Rare bytes that may begin `_x000D_`, U+007F, and U+0080–00AD.
    if memchr::memchr3(b'_', 0x7F, 0xC2, bytes).is_some() {
        return true;
    }
    let Some(n) = bytes.len().checked_sub(2) else {
        return bytes.iter().any(|it| begins_soil(*it, 0x80, 0) != 0);
    };
    // Sixteen places at a time, without a branch among them: this is compiled to vector instructions.
    let (first, rest) = bytes[..n].as_chunks::<16>();
    let (second, third) = (bytes[1..].as_chunks::<16>().0, bytes[2..].as_chunks::<16>().0);
    let mut soil = [0_u8; 16];
    for ((a, b), c) in first.iter().zip(second).zip(third) {
        for it in 0..16 {
            soil[it] |= begins_soil(a[it], b[it], c[it]);
        }
    }
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    soil.iter().any(|it| *it != 0)
        || (n - rest.len()..bytes.len()).any(|it| begins_soil(bytes[it], byte(it + 1), byte(it + 2)) != 0)
}

/// All ones where a control character or one of three bytes may begin; those who clean look more closely.
#[inline]
fn begins_soil(a: u8, b: u8, c: u8) -> u8 {
    let ones = |it: bool| u8::from(it).wrapping_neg();
    let control = ones(a < 0x20);
    // U+2000–200F, U+2028–206F: among them the invisible ones, but not “ ” — …
    let general = ones(a == 0xE2) & ((ones(b == 0x80) & ones(c.wrapping_sub(0x90) >= 0x18)) | ones(b == 0x81));
    // U+FEC0–FEFF with the byte order mark, U+FFFD.
    let mark = ones(a == 0xEF) & (ones(b == 0xBB) | (ones(b == 0xBF) & ones(c == 0xBD)));
    control | general | mark
}

/// Whether the text of a cell is lost to a wrong encoding.
pub(super) fn is_broken(text: &str) -> bool {
    text.contains('\u{FFFD}')
}

/// The text of a cell of a clean row without white space at its ends and the apostrophe a workbook puts before text.
pub(super) fn trim(text: &str) -> &str {
    // In clean text the only white space beyond ASCII that is common is U+3000 (E3 80 80); the rest goes the long way.
    let plain_start = match text.as_bytes() {
        [b'\'', ..] | [0xE3, 0x80, 0x80, ..] => false,
        [b'!'..=b'~' | 0xE3..=0xEF, ..] => true,
        _ => false,
    };
    let plain_end = match text.as_bytes() {
        [.., 0xE3, 0x80, 0x80] => false,
        [.., b'!'..=b'~'] | [.., 0xE3..=0xEF, _, _] => true,
        _ => false,
    };
    if plain_start && plain_end { text } else { trim_slowly(text) }
}

fn trim_slowly(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('\'') {
        Some(rest) if !rest.contains('\'') => rest.trim_start(),
        _ => text,
    }
}

/// What kind of column a text stands in, as far as placeholders differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// A code or number of a document: `0` and `1` are placeholders.
    Code,
    /// A name: asterisks are a masked name, not an empty one.
    Name,
    /// A number, amount, day or other text.
    Other,
}

/// Whether a trimmed, filled text means "empty" in such a column.
pub(super) fn is_empty_word(text: &str, column: Column) -> bool {
    if !may_be_empty_word(text.as_bytes()) {
        return false;
    }
    match column {
        Column::Code => is_code_placeholder(text),
        Column::Name => is_placeholder(text) && !text.contains(['*', '＊']),
        Column::Other => is_placeholder(text),
    }
}

/// A quick look: nearly all values begin with a Han character that begins no placeholder, with a digit, or are long.
#[inline]
pub(super) fn may_be_empty_word(bytes: &[u8]) -> bool {
    /// No placeholder is longer.
    const LONGEST: usize = 48;
    if bytes.len() > LONGEST {
        return false;
    }
    match bytes {
        [b'0' | b'1', ..] => bytes.len() < 8,
        [b'2'..=b'9' | b'A'..=b'M' | b'O'..=b'T' | b'V'..=b'Z', ..] => false,
        [0xE4..=0xE9, ..] if bytes.len() > 15 => false,
        // 无 空 暂 未 没 不 零 一 办: the Han characters that the words of `standards::text` begin with.
        [0xE6, 0x97, 0xA0, ..] | [0xE7, 0xA9, 0xBA, ..] | [0xE6, 0x9A, 0x82, ..] => true,
        [0xE6, 0x9C, 0xAA, ..] | [0xE6, 0xB2, 0xA1, ..] | [0xE4, 0xB8, 0x8D, ..] => true,
        [0xE9, 0x9B, 0xB6, ..] | [0xE4, 0xB8, 0x80, ..] | [0xE5, 0x8A, 0x9E, ..] => true,
        [0xE4..=0xE9, ..] => false,
        // Longer than the words are only rows of signs.
        _ => bytes.len() <= 15 || !bytes.iter().any(|it| it.is_ascii_alphanumeric() || matches!(it, 0xE4..=0xE9)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_of_every_kind_is_trimmed_and_a_clean_text_is_left_alone() {
        let cases = [
            ("示例有限公司", "示例有限公司"),
            (" 示例 ", "示例"),
            ("\u{3000}示例\u{3000}", "示例"),
            ("'91110000", "91110000"),
            ("'quoted'", "'quoted'"),
            ("“引号”", "“引号”"),
            ("（括号）", "（括号）"),
            ("A", "A"),
            ("é", "é"),
            ("\u{3000}", ""),
            ("", ""),
            ("《法》", "《法》"),
            ("7日 ", "7日"),
        ];
        for (text, trimmed) in cases {
            assert_eq!(trim(text), trimmed, "{text:?}");
        }
    }

    #[test]
    fn the_placeholders_departments_use_count_as_empty() {
        for text in [
            "无",
            "/",
            "\\",
            "-",
            "—",
            "——",
            "— —",
            "null",
            "NULL",
            "Ｎ／Ａ",
            "空",
            "暂无",
            "未办",
            "--",
            "***",
            "None",
            "没有",
            "不适用",
        ] {
            assert!(is_empty_word(text, Column::Other), "{text:?}");
        }
        for text in ["0", "1", "零", "０", "一", "办理中", "未办理", "无号"] {
            assert!(is_empty_word(text, Column::Code), "{text:?}");
        }
        for text in ["0", "1", "０"] {
            assert!(!is_empty_word(text, Column::Other), "{text:?}");
        }
        for text in ["无锡市", "空港", "1", "0.2", "未央区", "(2020)1号", "警告", "2020-01-01"] {
            assert!(!is_empty_word(text, Column::Other), "{text:?}");
        }
        assert!(!is_empty_word("***", Column::Name), "a masked name is not an empty one");
    }

    #[test]
    fn the_traces_of_broken_exports_are_seen() {
        for clean in ["示例，“引号”—…", "", "A", "ab", "café", "￥200"] {
            assert_eq!(condition(clean), Condition::Clean, "{clean:?}");
        }
        for soiled in [
            "示例_x000D_、上市",
            "示\u{200B}例",
            "例\n",
            "\u{FEFF}例",
            "示\0例",
            "例\u{A0}",
            "\r",
            "a\u{2028}b",
            "示例\u{2060}",
        ] {
            assert_eq!(condition(soiled), Condition::Soiled, "{soiled:?}");
        }
        for at in 0..200 {
            let text = format!("{}\u{200B}{}", "例".repeat(at), "示".repeat(200 - at));
            assert_eq!(condition(&text), Condition::Soiled, "{at}");
        }
        assert_eq!(condition("示\u{FFFD}例"), Condition::Broken);
        assert_eq!(condition("\u{FFFD}"), Condition::Broken);
    }
}
