//! The normal form of a heading: what the same column is called by two templates must compare equal.
//!
//! The form is for comparing only; a report shows the heading as it stands in the file.

use unicode_normalization::UnicodeNormalization;

/// Bracketed remarks of templates that say nothing about the meaning of a column.
const REMARKS: [&str; 5] = ["(必填)", "(必填项)", "(选填)", "(选填项)", "(必录)"];

/// The columns a report of bad rows adds: whoever corrects it and sends it back may leave them in.
pub const REPORT_HEADINGS: [&str; 3] = ["问题说明", "修改建议", "原始行号"];

/// The normal form of a heading (列名) or field code.
///
/// NFKC; no white space, zero-width characters, `*` or trailing colon; every bracket is `()`; `——` is `_`; Latin letters are upper case;
/// an English gloss after Chinese text is dropped, and so is the index before a bracket, because the generations
/// of the standard give the same index to different codes: `行政相对人代码_2（工商注册号）` becomes `行政相对人代码(工商注册号)`.
///
/// ```
/// use credence::catalog::heading::normalise;
///
/// assert_eq!(normalise("行政相对人代码——1（统一社会信用代码）："), "行政相对人代码(统一社会信用代码)");
/// assert_eq!(normalise("许可类别 Type of Permission"), "许可类别");
/// assert_eq!(normalise("行政相对人代码_2"), "行政相对人代码_2");
/// ```
#[must_use]
pub fn normalise(heading: &str) -> String {
    let folded: String = heading.nfkc().filter(|it| !is_invisible(*it)).map(bracket).collect();
    let mut plain: String = without_gloss(&folded)
        .chars()
        .filter(|it| !it.is_whitespace() && *it != '*')
        .collect::<String>()
        .to_uppercase();
    for remark in REMARKS {
        plain = plain.replace(remark, "");
    }
    let plain = without_index(&dashes(&plain));
    plain.trim_end_matches(':').to_owned()
}

/// Characters that copying from web pages and PDF leaves in a heading.
const fn is_invisible(it: char) -> bool {
    matches!(it, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

const fn bracket(it: char) -> char {
    match it {
        '〔' | '【' | '[' | '{' | '「' | '〖' => '(',
        '〕' | '】' | ']' | '}' | '」' | '〗' => ')',
        other => other,
    }
}

/// Runs of the long dash, which some portals print for the underscore.
fn dashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '—' | '―' | '─' if out.ends_with('_') => {}
            '—' | '―' | '─' => out.push('_'),
            other => out.push(other),
        }
    }
    out
}

/// Cuts the English words that 信用中国 prints after a Chinese heading. An index (处罚类别1), an abbreviation (企业ID)
/// and anything in brackets stay.
fn without_gloss(text: &str) -> &str {
    let Some((last, it)) = text.char_indices().rev().find(|(_, it)| !it.is_ascii()) else { return text };
    let tail_start = last + it.len_utf8();
    let tail = &text[tail_start..];
    let Some(letter) = tail.find(|it: char| it.is_ascii_alphabetic()) else { return text };
    let (lead, words) = tail.split_at(letter);
    let attached = !lead.ends_with(char::is_whitespace);
    let long_word = words.split(|it: char| !it.is_ascii_alphabetic()).any(|word| word.len() >= 3);
    let is_prose = !attached || words.contains(|it: char| it.is_ascii_lowercase());
    if long_word && is_prose && !lead.contains('(') { &text[..tail_start + letter] } else { text }
}

/// Drops `_N` where a bracket follows.
fn without_index(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        if it == '(' {
            out.truncate(index_start(&out));
        }
        out.push(it);
    }
    out
}

/// Where the `_N` (or several) at the end of a text begin; its length if it ends otherwise.
fn index_start(text: &str) -> usize {
    let name = text.trim_end_matches(|it: char| it.is_ascii_digit());
    match name.strip_suffix('_') {
        Some(rest) if name.len() < text.len() => index_start(rest),
        _ => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_one_column_have_one_normal_form() {
        let table = [
            ("地方编码：", "地方编码"),
            ("行政相对人代码_1(统一社会信用代码)：", "行政相对人代码(统一社会信用代码)"),
            ("行政相对人代码_1（统一社会信用代码）", "行政相对人代码(统一社会信用代码)"),
            ("行政相对人代码——1（统一社会信用代码）", "行政相对人代码(统一社会信用代码)"),
            ("行政相对人代码_5 (居民身份证号)：", "行政相对人代码(居民身份证号)"),
            ("行政相对人代码_2（组织机构代码）", "行政相对人代码(组织机构代码)"),
            ("行政相对人代码_2（工商注册号）", "行政相对人代码(工商注册号)"),
            ("行政相对人代码_2", "行政相对人代码_2"),
            ("处罚决定日期（处罚生效期）", "处罚决定日期(处罚生效期)"),
            ("统一社会信用代码/登记证号", "统一社会信用代码/登记证号"),
            ("法定代表人、负责人", "法定代表人、负责人"),
            ("处罚类别1：", "处罚类别1"),
            ("处罚类别 1", "处罚类别1"),
            ("*行政相对人名称（必填）", "行政相对人名称"),
            ("\u{feff}行政\u{200b}许可\n内容", "行政许可内容"),
            ("许可类别 Type of Permission", "许可类别"),
            ("许可类别Type of Permission", "许可类别"),
            ("处罚类别1 Category of Penalty 1", "处罚类别1"),
            ("代码_1(统一社会信用代码) Unified Social Credit Code", "代码(统一社会信用代码)"),
            ("统一社会信用代码(USCC)", "统一社会信用代码(USCC)"),
            ("企业ID", "企业ID"),
            ("cf_wsh", "CF_WSH"),
            ("ＣＦ＿ＷＳＨ", "CF_WSH"),
            ("xy020101", "XY020101"),
            ("罚款金额［万元］", "罚款金额(万元)"),
            ("", ""),
        ];
        for (written, normal) in table {
            assert_eq!(normalise(written), normal, "{written:?}");
        }
    }

    #[test]
    fn a_normal_form_is_its_own_normal_form() {
        for heading in ["行政相对人代码——5（居民身份证号）", "许可类别 Type of Permission", "A_1_2(甲)：", "CF_NR_FK"]
        {
            let once = normalise(heading);
            assert_eq!(normalise(&once), once);
        }
    }
}
