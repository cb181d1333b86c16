//! Numbers of documents (文号): the comparison key, and numbers that are missing.

use super::{name, text};

/// The comparison key of a document number: `市场监管【2019】 1號` and `市场监管〔2019〕1号` are one number.
///
/// NFKC, upper case, one kind of bracket and dash, 號 as 号, no spaces. Year and digits stay as they are.
#[must_use]
pub fn key(number: &str) -> String {
    let one = |c: char| if c == '號' { '号' } else { bracket(name::unified(c)) };
    name::folded(number, one)
}

/// Angle brackets, too, hold a year: 〈2019〉, <2019>. A name's key keeps those as quotes.
const fn bracket(c: char) -> char {
    match c {
        '<' => '(',
        '>' => ')',
        _ => c,
    }
}

/// Whether there is no number: empty, 空 (the standard's word for it), 无, 无文号, a placeholder.
#[must_use]
pub fn is_missing(number: &str) -> bool {
    text::is_code_placeholder(number)
        || matches!(
            key(number).as_str(),
            "无文号" | "无文书号" | "无编号" | "没有文号" | "未编号" | "暂无文号" | "空号"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_typed_in_two_ways_has_one_key() {
        for number in [
            "市场〔2019〕1号",
            "市场【2019】1号",
            "市场[2019] 1號",
            "市场（2019）1号",
            "市场﹝２０１９﹞１号",
            "市场<2019>1号",
            " 市场 (2019) 1 号",
        ] {
            assert_eq!(key(number), "市场(2019)1号", "{number}");
        }
        assert_ne!(key("市场〔2019〕1号"), key("市场〔2020〕1号"));
        assert_ne!(key("市场〔2019〕1号"), key("市场〔2019〕11号"));
    }

    #[test]
    fn a_missing_number_is_seen() {
        for number in ["", "空", "无", "/", "无文号", "——", "0", "“空”"] {
            assert!(is_missing(number), "{number}");
        }
        for number in ["空管〔2019〕1号", "无市监罚〔2019〕1号", "1号"] {
            assert!(!is_missing(number), "{number}");
        }
    }
}
