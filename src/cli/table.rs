//! Tables for a terminal: columns aligned by display width, where a Chinese character takes two places.

use std::io::{self, Write};

/// Which edge of its column a cell stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A table that is printed when it is complete.
pub struct Table {
    edges: Vec<Edge>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings; a heading that begins with `>` is a column of numbers.
    pub fn new(headings: &[&str]) -> Self {
        let edges = headings.iter().map(|it| if it.starts_with('>') { Edge::Right } else { Edge::Left }).collect();
        let names = headings.iter().map(|it| it.trim_start_matches('>').to_owned()).collect();
        Self { edges, rows: vec![names] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|it| it.replace(['\n', '\r', '\t'], " ")).collect());
    }

    /// Whether there is no row but the headings.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    /// Prints the table.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let widths: Vec<usize> = (0..self.edges.len())
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(|it| width(it)).max().unwrap_or(0))
            .collect();
        for (at, row) in self.rows.iter().enumerate() {
            self.line(row, &widths, out)?;
            if at == 0 {
                writeln!(out, "{}", "─".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)))?;
            }
        }
        Ok(())
    }

    fn line(&self, row: &[String], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column].saturating_sub(width(cell)));
            match self.edges[column] {
                Edge::Left => line.extend([cell.as_str(), gap.as_str()]),
                Edge::Right => line.extend([gap.as_str(), cell.as_str()]),
            }
            line.push_str("  ");
        }
        writeln!(out, "{}", line.trim_end())
    }
}

/// Places a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.chars().map(|it| if is_wide(it) { 2 } else { 1 }).sum()
}

/// Chinese characters, full-width forms and their punctuation.
const fn is_wide(it: char) -> bool {
    matches!(it, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}'
        | '“' | '”' | '…' | '—')
}

/// A text cut to so many places, with an ellipsis when something is missing.
pub fn cut(text: &str, places: usize) -> String {
    if width(text) <= places {
        return text.to_owned();
    }
    let mut left = places.saturating_sub(2);
    let kept = text.chars().take_while(|it| {
        let taken = if is_wide(*it) { 2 } else { 1 };
        let fits = taken <= left;
        left = left.saturating_sub(taken);
        fits
    });
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_in_chinese_too() {
        let mut table = Table::new(&["单位", ">行数", "说明"]);
        table.row(["市监局".into(), "12".into(), "第一行\n第二行".into()]);
        table.row(["GA".into(), "3456".into(), String::new()]);
        let mut out = Vec::new();
        table.print(&mut out).expect("memory");
        let text = String::from_utf8(out).expect("text");
        assert_eq!(
            text,
            "单位    行数  说明\n────────────────────────────\n市监局    12  第一行 第二行\nGA      3456\n"
                .replace("────────────────────────────", &"─".repeat(27))
        );
    }

    #[test]
    fn a_long_text_is_cut_by_places() {
        assert_eq!(cut("行政处罚决定", 7), "行政…");
        assert_eq!(cut("short", 7), "short");
    }
}
