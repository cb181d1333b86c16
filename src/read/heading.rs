//! The row of headings among the first rows of a table, and the notes below a table.

use super::{KnownHeadings, Limits, ReadError};
use crate::record::Row;

/// Where the headings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Heading {
    /// How many of its cells are known; 0 when no row had any.
    pub(super) known: usize,
    /// How many of its cells are filled.
    pub(super) filled: usize,
    /// The index among the candidates.
    pub(super) at: usize,
}

/// Chooses the row with the most known headings, the first of equals; without any, the first row with two filled cells.
pub(super) fn choose(rows: &[Row], known: &KnownHeadings) -> Option<Heading> {
    let mut best: Option<Heading> = None;
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = (0..row.len()).map(|column| row.cell(column).text.trim()).collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let found = Heading { known: known(&cells), filled, at };
        let better = match best {
            None => true,
            Some(best) if found.known != best.known => found.known > best.known,
            Some(best) => found.known == 0 && best.filled < 2 && found.filled >= 2,
        };
        if better {
            best = Some(found);
        }
    }
    best
}

/// The names in a row of headings, trimmed, without the empty ones at its end.
pub(super) fn names(row: &Row, limits: &Limits) -> Result<Vec<String>, ReadError> {
    let mut names: Vec<String> = (0..row.len()).map(|column| row.cell(column).text.trim().to_owned()).collect();
    let used = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    names.truncate(used);
    if used > limits.columns {
        return Err(ReadError::TooManyColumns { row: row.number(), limit: limits.columns });
    }
    Ok(names)
}

/// What the reader says about the rows above the headings.
pub(super) fn note(heading: Heading, number: u64) -> Option<String> {
    if heading.known == 0 {
        return Some(format!("没有找到认识的列名，按第 {number} 行作为列名行"));
    }
    (heading.at > 0).then(|| format!("列名在第 {number} 行，其上的 {} 行标题未作为数据读取", heading.at))
}

/// How a note below a table begins.
const NOTES: &[&str] = &[
    "注",
    "说明",
    "备注",
    "填表",
    "填报",
    "表格说明",
    "制表",
    "审核人",
    "联系人",
    "联系电话",
    "单位负责人",
    "合计",
    "总计",
    "共计",
    "小计",
    "※",
    "★",
    "（注",
    "(注",
];

/// Words that are alone in the first cell of a row of totals.
const TOTALS: &[&str] = &["合计", "总计", "共计", "小计"];

/// Whether a row is a note or a row of totals rather than a record: it must look like nothing else.
pub(super) fn is_note(row: &Row, columns: usize) -> bool {
    if columns < 3 {
        return false;
    }
    let first = row.cell(0).text.trim();
    if first.is_empty() {
        return false;
    }
    if first.len() <= 9 && TOTALS.contains(&first.trim_end_matches(['：', ':'])) {
        return true;
    }
    let alone = (1..row.len()).all(|column| row.cell(column).text.trim().is_empty());
    alone && NOTES.iter().any(|start| first.starts_with(start))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::record::Shape;

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::new();
        row.start(1);
        cells.iter().for_each(|cell| row.push(cell, Shape::Text));
        row
    }

    #[test]
    fn the_row_with_the_most_known_headings_is_chosen() {
        let known: KnownHeadings =
            Arc::new(|cells| cells.iter().filter(|cell| ["文号", "名称"].contains(cell)).count());
        let rows = [row(&["行政处罚信息表"]), row(&["文号", "甲"]), row(&["文号", "名称"]), row(&["1", "示例"])];
        assert_eq!(choose(&rows, &known).map(|heading| (heading.at, heading.known)), Some((2, 2)));
    }

    #[test]
    fn without_known_headings_a_title_of_one_cell_is_passed_over() {
        let rows = [row(&["表", ""]), row(&["甲", "乙"]), row(&["1", "2"])];
        let none: KnownHeadings = Arc::new(|_| 0);
        let heading = choose(&rows, &none);
        assert_eq!(heading.map(|heading| heading.at), Some(1));
    }

    #[test]
    fn a_note_is_one_cell_that_begins_like_one() {
        let cases: &[(&[&str], bool)] = &[
            (&["注：金额单位为万元", "", ""], true),
            (&["填表说明", "", ""], true),
            (&["合计", "", "12"], true),
            (&["合计：", "5", ""], true),
            (&["注册号变更", "示例有限公司", ""], false),
            (&["示例（2024）1号", "", ""], false),
            (&["", "注：", ""], false),
        ];
        for (cells, expected) in cases {
            assert_eq!(is_note(&row(cells), 3), *expected, "{cells:?}");
        }
        assert!(!is_note(&row(&["注：一列的表"]), 1));
    }
}
