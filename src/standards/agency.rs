//! Names of agencies (机关): the comparison key, names that are something else, and the aliases units report under.

mod aliases;

pub use aliases::{Aliases, AliasesFault};

use super::{name, text};

/// The comparison key of an agency's name; see [`name::key`].
#[must_use]
pub fn key(agency: &str) -> String {
    name::key(agency)
}

/// Why a text is hardly the name of an agency. The display is Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Suspicion {
    /// A day: the columns are shifted.
    #[error("是日期")]
    Date,
    /// The number of a document.
    #[error("是文号")]
    DocumentNumber,
    /// The key of some database's row.
    #[error("是系统编号")]
    RowKey,
    /// The system that sent the row instead of the agency that decided.
    #[error("是系统名称，不是机关名称")]
    SystemName,
    /// The agency with the next field behind it: `… 处罚日期:2020年3月5日`.
    #[error("机关名称后带有处罚日期")]
    TrailingDate,
    /// A copy's suffix: `…局(2)`.
    #[error("名称带有副本序号")]
    CopySuffix,
    /// A bracket that does not close: cut in the middle.
    #[error("名称不完整，括号未闭合")]
    CutShort,
    /// Two digits or more: no agency's name has them.
    #[error("含有多位数字")]
    Digits,
    /// No ideograph at all.
    #[error("没有汉字")]
    NoName,
}

/// Why a text is hardly an agency's name, the plainest reason first; `None` for a name that looks right.
#[must_use]
pub fn is_suspicious(agency: &str) -> Option<Suspicion> {
    if agency.chars().all(is_ideograph) && !agency.contains("系统") {
        return agency.is_empty().then_some(Suspicion::NoName);
    }
    let folded = text::fold_width(agency);
    let digits = folded.chars().filter(char::is_ascii_digit).count();
    if digits >= 2 { numbered(folded.trim()) } else { unnumbered(folded.trim()) }
}

const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn numbered(agency: &str) -> Option<Suspicion> {
    let is_day = super::day::parse(agency);
    Some(if !matches!(is_day, Err(super::day::InvalidDay::Unreadable)) {
        Suspicion::Date
    } else if agency.contains("日期") {
        Suspicion::TrailingDate
    } else if is_row_key(agency) {
        Suspicion::RowKey
    } else if is_document_number(agency) {
        Suspicion::DocumentNumber
    } else if agency.contains("系统") {
        Suspicion::SystemName
    } else {
        Suspicion::Digits
    })
}

fn unnumbered(agency: &str) -> Option<Suspicion> {
    let bare = agency.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '(' | ')'));
    if !agency.chars().any(is_ideograph) {
        Some(Suspicion::NoName)
    } else if agency.contains("处罚日期") || agency.contains("许可日期") {
        Some(Suspicion::TrailingDate)
    } else if ["系统", "平台"].iter().any(|end| bare.ends_with(end)) {
        Some(Suspicion::SystemName)
    } else if agency.matches(['(', '（']).count() != agency.matches([')', '）']).count() {
        Some(Suspicion::CutShort)
    } else if agency.chars().any(|c| c.is_ascii_digit()) && agency.ends_with(')') {
        Some(Suspicion::CopySuffix)
    } else {
        None
    }
}

/// A UUID, or a long row of hexadecimal digits.
fn is_row_key(agency: &str) -> bool {
    let hex = agency.chars().filter(|&c| c != '-');
    agency.len() >= 16 && hex.clone().all(|c| c.is_ascii_hexdigit()) && hex.count() >= 16
}

/// A year in brackets, or a number with 号 at the end.
fn is_document_number(agency: &str) -> bool {
    let key = super::document::key(agency);
    let year = key.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(year, _)| year);
    key.ends_with('号') || year.is_some_and(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_agency_column_by_mistake_is_seen() {
        for (text, reason) in [
            ("2022-09-31", Suspicion::Date),
            ("2021年3月5日", Suspicion::Date),
            ("东环函〔2022〕13号", Suspicion::DocumentNumber),
            ("市场【2019】1号", Suspicion::DocumentNumber),
            ("39f58a70-a952-4ab2-bf3f-f1aea2655584", Suspicion::RowKey),
            ("示例省行政权力运行系统-2", Suspicion::SystemName),
            ("示例省行政权力运行系统", Suspicion::SystemName),
            ("示例县城乡规划局(2)", Suspicion::CopySuffix),
            ("示例市自然资源局(根据省政府令第", Suspicion::CutShort),
            ("示例局 处罚日期:2020年3月5日", Suspicion::TrailingDate),
            ("示例局4311", Suspicion::Digits),
            ("-", Suspicion::NoName),
            ("", Suspicion::NoName),
        ] {
            assert_eq!(is_suspicious(text), Some(reason), "{text}");
        }
    }

    #[test]
    fn an_agencys_name_is_not_suspicious() {
        for text in [
            "示例市市场监督管理局",
            "国家税务总局示例市税务局第一税务分局",
            "示例经济技术开发区（示例区）财政局",
            "示例市公安局交通警察支队直属1大队",
            "示例市统计局系统党委",
        ] {
            assert_eq!(is_suspicious(text), None, "{text}");
        }
    }
}
