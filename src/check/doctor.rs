//! The doctor: values that are well formed and cannot be true — shifted columns, test rows, masked names.

use crate::record::{Fault, FaultCode};
use crate::standards::text::fold_width;

use super::faults::Finding;

/// A row with this many values of the wrong nature has probably lost or gained a separator.
const SHIFTED: usize = 2;

/// What is wrong with the name of an authority, if anything: real names hold at most one digit.
pub(super) fn agency(name: &str) -> Option<Finding> {
    if is_plain(name.as_bytes()) {
        return None;
    }
    if is_test(name) {
        return Some(Finding::new(FaultCode::TestData).saying("机关名称疑似测试数据"));
    }
    let reason = agency_reason(&fold_width(name))?;
    Some(Finding::new(FaultCode::AgencyName).saying(format!("机关名称疑似{reason}，可能串列")))
}

/// Whether a name has Han characters only, and neither 统 (系统) nor 测 (测试): nearly all names, in one pass.
fn is_plain(name: &[u8]) -> bool {
    let (characters, rest) = name.as_chunks::<3>();
    rest.is_empty()
        && characters
            .iter()
            .all(|it| matches!(it[0], 0xE4..=0xE9) && !matches!(it, [0xE7, 0xBB, 0x9F] | [0xE6, 0xB5, 0x8B]))
}

fn agency_reason(name: &str) -> Option<&'static str> {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if is_uuid(name) {
        return Some("系统编号（UUID）");
    }
    if digits >= 4 && name.contains('号') && name.contains(['〔', '【', '[', '(', '﹝']) {
        return Some("文号");
    }
    if digits >= 4 && looks_like_day(name) {
        return Some(if name.chars().any(is_han_beside_dates) { "名称后带有日期" } else { "日期" });
    }
    if digits >= 2 {
        return Some("编号或其他列的内容");
    }
    let suffix = name.trim_end_matches(')').trim_end_matches(|it: char| it.is_ascii_digit());
    if digits > 0 && suffix.ends_with(['(', '-']) {
        return Some("带有副本序号");
    }
    if name.ends_with("系统") {
        return Some("系统名称而非机关名称");
    }
    (name.matches('(').count() != name.matches(')').count()).then_some("被截断的文字（括号不成对）")
}

fn is_han_beside_dates(it: char) -> bool {
    matches!(it, '\u{4E00}'..='\u{9FFF}') && !matches!(it, '年' | '月' | '日' | '时' | '分' | '秒')
}

/// Digits with two of `-`, `/`, `.` between them, or 年 and 月.
fn looks_like_day(text: &str) -> bool {
    (text.contains('年') && text.contains('月')) || ['-', '/', '.'].iter().any(|dash| text.matches(*dash).count() >= 2)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, it)| match at {
            8 | 13 | 18 | 23 => it == b'-',
            _ => it.is_ascii_hexdigit(),
        })
}

/// What is wrong with the name of a subject, if anything.
pub(super) fn name(name: &str) -> Option<Finding> {
    if !is_doubtful(name.as_bytes()) {
        return None;
    }
    if is_test(name) {
        return Some(Finding::new(FaultCode::TestData).saying("名称疑似测试数据"));
    }
    let masked = name.contains(['*', '＊', '※', '×']) || name.ends_with('某') || name.contains("某某");
    if masked || (name.starts_with("XX") && !name.is_ascii()) {
        return Some(Finding::new(FaultCode::MaskedName));
    }
    if !name.chars().any(char::is_alphabetic) {
        return Some(Finding::new(FaultCode::MaskedName).saying("名称中没有文字"));
    }
    None
}

/// One look over the bytes of a name: whether it needs a closer one.
fn is_doubtful(name: &[u8]) -> bool {
    if !matches!(name, [b'a'..=b's' | b'u'..=b'z' | b'A'..=b'S' | b'U'..=b'W' | b'Y' | b'Z' | 0xE4..=0xE9, ..]) {
        return true;
    }
    // Pairs of bytes at the end of 某, 测, ＊ and ※; they may stand in other characters too. Compiled to vector instructions.
    let pairs = name.iter().zip(&name[1..]).fold(false, |doubtful, (&a, &b)| {
        doubtful
            | (a == b'*')
            | (a == 0xC3)
            | ((a == 0x9F) & (b == 0x90))
            | ((a == 0xB5) & (b == 0x8B))
            | ((a == 0xBC) & (b == 0x8A))
            | ((a == 0x80) & (b == 0xBB))
    });
    pairs || name.last() == Some(&b'*')
}

/// Test rows; firms whose business is testing (…测试有限公司) are real.
pub(super) fn is_test(text: &str) -> bool {
    const AFTER: [&str; 13] =
        ["数据", "公司", "有限公司", "企业", "单位", "机构", "机关", "用户", "名称", "用", "人员", "文号", "部门"];
    let latin = matches!(text.as_bytes(), [b't' | b'T', ..]);
    if !latin && memchr::memmem::find(text.as_bytes(), "测试".as_bytes()).is_none() {
        return false;
    }
    let bare = text.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
    let Some(rest) = bare.strip_prefix("测试").or_else(|| bare.strip_prefix("test")) else {
        return bare.ends_with("测试") || bare.contains("测试数据");
    };
    !rest.chars().any(char::is_alphabetic) || AFTER.contains(&rest)
}

/// Whether a value that failed is of another nature than its column: Han text where a code or day belongs.
fn is_misplaced(fault: &Fault) -> bool {
    let text = fault.value.chars().filter(|it| matches!(it, '\u{4E00}'..='\u{9FFF}')).count();
    match fault.code {
        FaultCode::AgencyName => true,
        FaultCode::CodeCharacter | FaultCode::CodeLength | FaultCode::Money | FaultCode::Number | FaultCode::Region => {
            text >= 2
        }
        FaultCode::Date => {
            text >= 2 && !fault.value.contains(['年', '月', '日']) || !fault.value.contains(|it: char| it.is_numeric())
        }
        FaultCode::CodeList => fault.value.chars().filter(char::is_ascii_digit).count() >= 4,
        _ => false,
    }
}

/// Looks at the faults of a row together: several values of the wrong nature are one cause, a shifted row.
pub(super) fn shifted<'f>(faults: impl Iterator<Item = &'f mut Fault>) {
    let misplaced: Vec<&mut Fault> = faults.filter(|it| is_misplaced(it)).collect();
    let count = misplaced.len();
    if count < SHIFTED {
        return;
    }
    for fault in misplaced {
        fault.remedy = format!("本行有 {count} 列的内容与列名不符，疑似串列，请先检查该行是否缺少或多出单元格");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_agencies_seen_in_shifted_columns_are_suspected() {
        let cases = [
            ("浙江省行政权力运行系统-2", "副本序号"),
            ("2022-09-31", "日期"),
            ("东环函〔2022〕13号", "文号"),
            ("39f58a70-a952-4ab2-bf3f-f1aea2655584", "UUID"),
            ("闽侯县城乡规划局(2)", "副本序号"),
            ("闽侯县城乡规划局（２）", "副本序号"),
            ("汕头市自然资源局(根据省政府令第", "括号不成对"),
            ("示例局 处罚日期:2020年3月5日", "名称后带有日期"),
            ("浙江省行政权力运行系统", "系统名称"),
            ("13800000000", "编号"),
        ];
        for (name, reason) in cases {
            let finding = agency(name).unwrap_or_else(|| panic!("{name} is suspected"));
            assert!(finding.message.contains(reason), "{name}: {}", finding.message);
        }
    }

    #[test]
    fn real_names_of_agencies_pass() {
        for name in [
            "永州市市场监督管理局",
            "国家税务总局永州市税务局第2税务分局",
            "示例县公安局（交通警察大队）",
            "示例市城市管理局(综合执法局)",
        ] {
            assert_eq!(agency(name), None, "{name}");
        }
    }

    #[test]
    fn test_rows_and_masked_names_are_told_from_firms() {
        for test in ["测试", "（含）测试", "test", "TEST123", "测试公司", "测试1", "测试数据"] {
            assert_eq!(name(test).map(|it| it.code), Some(FaultCode::TestData), "{test}");
        }
        for masked in ["***", "示例**公司", "张某", "李某某", "××公司", "XX公司", "123456", "——1"] {
            assert_eq!(name(masked).map(|it| it.code), Some(FaultCode::MaskedName), "{masked}");
        }
        for real in [
            "示例软件测试有限公司",
            "示例检测测试技术有限公司",
            "Testa Motors",
            "示例有限公司",
            "“示例”商行",
            "XXL Sport AS",
        ] {
            assert_eq!(name(real), None, "{real}");
        }
    }
}
