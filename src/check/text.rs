//! A cell's text before it is read: stray white space, texts that mean "empty", traces of broken exports.
//!
//! The clean path looks at a few bytes and allocates nothing; what is stray or empty is said by `standards::text`.

use crate::standards::text::{is_code_placeholder, is_placeholder};

/// What a look over a whole row tells about the texts in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// Nothing to be taken out.
    Clean,
    /// Something invisible, a line break or a trace of a workbook must be taken out before the row is read.
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

/// Whether any three bytes in a row may be a control character, an invisible one, `_x` or U+FFFD.
///
/// One pass without branches, so that it runs many bytes at a time.
fn may_be_soiled(bytes: &[u8]) -> bool {
    let n = bytes.len();
    let single = |it: u8| (it < 0x20) | (it == 0x7F);
    if n < 3 {
        return bytes.iter().any(|it| single(*it) || *it >= 0xC2);
    }
    let triples = bytes[..n - 2].iter().zip(&bytes[1..n - 1]).zip(&bytes[2..]);
    let soiled = triples.fold(false, |soiled, ((&a, &b), &c)| {
        let escape = (a == b'_') & (b == b'x');
        let latin = (a == 0xC2) & ((b < 0xA1) | (b == 0xAD));
        // U+200B–200F, U+2028–202E, U+2060–2064.
        let general = (a == 0xE2)
            & (((b == 0x80) & ((c.wrapping_sub(0x8B) < 5) | (c.wrapping_sub(0xA8) < 7)))
                | ((b == 0x81) & (c.wrapping_sub(0xA0) < 5)));
        let mark = (a == 0xEF) & (((b == 0xBB) & (c == 0xBF)) | ((b == 0xBF) & (c == 0xBD)));
        soiled | single(a) | escape | latin | general | mark
    });
    let end = &bytes[n - 2..];
    soiled || single(end[0]) || single(end[1]) || end[0] == 0xC2
}

/// Whether the text of a cell is lost to a wrong encoding.
pub(super) fn is_broken(text: &str) -> bool {
    text.contains('\u{FFFD}')
}

/// The text of a cell of a clean row without white space at its ends and the apostrophe a workbook puts before text.
pub(super) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return text;
    };
    // Han characters begin with E4 to E9; white space and apostrophes begin otherwise.
    let plain_start = first > b' ' && first != b'\'' && !matches!(first, 0x7F..=0xE3);
    let plain_end = match last {
        b'!'..=b'~' => true,
        0x80.. if bytes.len() >= 3 => matches!(bytes[bytes.len() - 3], 0xE4..=0xEF),
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
    let bytes = text.as_bytes();
    if bytes.len() > PLACEHOLDER_BYTES || !MAY_BEGIN_PLACEHOLDER[usize::from(bytes[0])] {
        return false;
    }
    match column {
        Column::Code => is_code_placeholder(text),
        Column::Name => is_placeholder(text) && !text.contains(['*', '＊']),
        Column::Other => is_placeholder(text),
    }
}

/// No placeholder is longer.
const PLACEHOLDER_BYTES: usize = 48;

/// First bytes of what `standards::text` takes for empty: signs, `n`, `u`, `0`, `1`, and the Han characters 无 空 暂 未 没 不 零 一 办.
const MAY_BEGIN_PLACEHOLDER: [bool; 256] = {
    let mut table = [false; 256];
    let firsts = b"/\\-_*.,~\"'|?<([#nNuU01=\xC2\xE2\xE3\xE4\xE5\xE6\xE7\xE9\xEF";
    let mut at = 0;
    while at < firsts.len() {
        table[firsts[at] as usize] = true;
        at += 1;
    }
    table
};

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
        for text in ["0", "1", "零", "０"] {
            assert!(is_empty_word(text, Column::Code), "{text:?}");
            assert!(!is_empty_word(text, Column::Other), "{text:?}");
        }
        for text in ["无锡市", "空港", "1", "0.2", "未央区", "(2020)1号", "警告", "2020-01-01"] {
            assert!(!is_empty_word(text, Column::Other), "{text:?}");
        }
        assert!(!is_empty_word("***", Column::Name), "a masked name is not an empty one");
    }

    #[test]
    fn the_traces_of_broken_exports_are_seen() {
        for clean in ["示例，“引号”—…", "", "A", "示·例", "ab", "café"] {
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
        assert_eq!(condition("示\u{FFFD}例"), Condition::Broken);
        assert_eq!(condition("\u{FFFD}"), Condition::Broken);
    }
}
