//! Names of subjects: the comparison key, and names that are none. The register's own form is never changed.

use unicode_normalization::UnicodeNormalization;

/// The comparison key of a name: equal keys are one name typed in two ways.
///
/// NFKC, upper case, every kind of bracket, quote and dash unified, spaces, middle dots and invisible characters gone.
/// What a name says stays: （含）, 分公司, numbers. For comparing only, never for showing or storing as the name.
#[must_use]
pub fn key(name: &str) -> String {
    if name.chars().all(is_plain) {
        return name.to_owned();
    }
    folded(name, unified)
}

/// The text with its characters folded, those without meaning dropped, and the rest mapped by `one`.
pub(super) fn folded(text: &str, one: impl Fn(char) -> char) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{4e00}'..='\u{9fa5}' if c != '號' => key.push(c),
            ' ' | '·' => {}
            _ if is_simple(c) => key.push(one(c).to_ascii_uppercase()),
            _ => return text.nfkc().filter(|&c| !is_dropped(c)).map(one).flat_map(char::to_uppercase).collect(),
        }
    }
    key
}

/// Characters NFKC leaves alone, or turns into what [`unified`] makes of them anyway.
const fn is_simple(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{4e00}'..='\u{9fa5}' | '〔' | '〕' | '【' | '】' | '（' | '）' | '“' | '”' | '·' | '—')
}

/// Characters a key leaves alone: capital letters, digits and the common ideographs, which NFKC does not touch.
const fn is_plain(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='Z' | '(' | ')' | '\u{4e00}'..='\u{9fa5}')
}

/// Spaces, middle dots, and characters without ink.
fn is_dropped(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '·' | '•' | '‧' | '∙' | '・' | '⋅' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

/// One bracket, quote and dash for each kind there is.
pub(super) const fn unified(c: char) -> char {
    match c {
        '〔' | '【' | '[' | '﹝' | '〖' | '{' | '（' | '⦗' | '❲' => '(',
        '〕' | '】' | ']' | '﹞' | '〗' | '}' | '）' | '⦘' | '❳' => ')',
        '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' | '《' | '》' | '〈' | '〉' => {
            '"'
        }
        '‘' | '’' | '‚' | '‛' | '`' | '´' => '\'',
        '–' | '—' | '―' | '‐' | '‑' | '−' | '─' => '-',
        _ => c,
    }
}

/// Whether a name is hidden or says nothing: `***`, 张*, 某某公司, ××, digits or signs alone.
#[must_use]
pub fn looks_masked(name: &str) -> bool {
    name.contains(['*', '＊', '×', '某', '●', '○', '■', '□'])
        || has_letters_for_characters(name)
        || !name.chars().any(char::is_alphabetic)
}

/// `XX` standing where ideographs should: no other Latin letter touches it.
fn has_letters_for_characters(name: &str) -> bool {
    if !name.contains(['X', 'x', 'Ｘ', 'ｘ']) {
        return false;
    }
    let chars: Vec<char> = name.chars().map(|c| super::text::narrow(c).to_ascii_uppercase()).collect();
    chars
        .chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric())
        .any(|run| run.len() >= 2 && run.iter().all(|&c| c == 'X'))
}

/// Whether a name is one a tester typed: 测试, （含）测试, 测试公司, test01. A firm of 测试技术 or 测试仪器 is a firm.
#[must_use]
pub fn looks_like_test(name: &str) -> bool {
    if !name.contains(['测', 't', 'T', 'd', 'D', 'Ｔ', 'ｔ', 'Ｄ', 'ｄ']) {
        return false;
    }
    let key = key(name);
    let bare = key.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '(' | ')'));
    let rest = bare.strip_prefix("测试").or_else(|| bare.strip_prefix("TEST"));
    bare.ends_with("测试") || bare == "DEMO" || rest.is_some_and(|rest| TEST_RESTS.contains(&rest))
}

/// What follows 测试 or TEST in a tester's name, and in no firm's.
const TEST_RESTS: &[&str] = &[
    "",
    "数据",
    "公司",
    "有限公司",
    "企业",
    "单位",
    "用户",
    "人",
    "人员",
    "法人",
    "自然人",
    "主体",
    "机构",
    "名称",
    "记录",
    "信息",
    "个体",
    "个体户",
    "店",
    "专用",
    "一",
    "二",
    "三",
    "甲",
    "乙",
    "A",
    "B",
    "C",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_typed_in_two_ways_has_one_key() {
        for (a, b) in [
            ("华懋(示例)新材料科技股份有限公司", "华懋（示例）新材料科技股份有限公司"),
            ("示例 有限 公司", "示例有限公司"),
            ("ＡＢＣ示例公司", "abc示例公司"),
            ("阿依古丽·示例", "阿依古丽•示例"),
            ("永州“老味道”餐馆", "永州\"老味道\"餐馆"),
            ("示例公司【永州】", "示例公司(永州)"),
            ("示例\u{200b}公司\u{3000}", "示例公司"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
    }

    #[test]
    fn different_names_have_different_keys() {
        for (a, b) in [("示例公司", "示例公司（含）"), ("示例一公司", "示例二公司"), ("示例公司分公司", "示例公司")]
        {
            assert_ne!(key(a), key(b));
        }
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_and_the_long_way_agree(name in "[a-zA-Z0-9甲乙号 〔〕【】（）“”·—_.-]{0,16}") {
            let long: String = name.nfkc().filter(|&c| !is_dropped(c)).map(unified).flat_map(char::to_uppercase).collect();
            proptest::prop_assert_eq!(key(&name), long);
        }
    }

    #[test]
    fn a_key_is_its_own_key() {
        for name in ["（含）测试", "ＡＢ ㈱", "永州“老味道”餐馆", "ﬁrma", "ß"] {
            assert_eq!(key(&key(name)), key(name), "{name}");
        }
    }

    #[test]
    fn hidden_names_are_seen() {
        for name in ["***", "张*", "某某公司", "张××", "XX有限公司", "张xx", "……", "123456", "", "示例■公司"]
        {
            assert!(looks_masked(name), "{name}");
        }
        for name in ["张三", "示例有限公司", "MAXXIS轮胎", "XXL2服饰店", "X光示例诊所", "示例3#加油站"]
        {
            assert!(!looks_masked(name), "{name}");
        }
    }

    #[test]
    fn a_testers_names_are_seen_and_testing_firms_are_not() {
        for name in ["测试", "（含）测试", "test", "TEST01", "测试公司", "测试数据2", "某局测试", "测试 用户"]
        {
            assert!(looks_like_test(name), "{name}");
        }
        for name in ["示例测试技术有限公司", "测试仪器示例厂", "示例软件评测中心", "TESTO示例仪器公司", "普通公司"]
        {
            assert!(!looks_like_test(name), "{name}");
        }
    }
}
