//! What a rule pack would change, as a workbook or a table of text.

use std::io::{Seek, Write};

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::ReportError;
use crate::standing::{Moved, Simulation};

const HEADINGS: [&str; 8] =
    ["主体编号", "名称", "统一社会信用代码", "行业领域", "原等级", "新等级", "原分值", "新分值"];

fn cells(it: &Moved) -> [String; 8] {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let number = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
    [
        it.subject.to_string(),
        text(&it.name),
        text(&it.credit_code),
        text(&it.group),
        text(&it.from_level),
        text(&it.to_level),
        number(it.from_points),
        number(it.to_points),
    ]
}

/// The sums, line by line: what, and how many.
fn sums(it: &Simulation) -> Vec<(String, u64)> {
    let mut lines = vec![
        ("参加主体".to_owned(), it.subjects),
        ("等级变化".to_owned(), it.levels_changed),
        ("仅分值变化".to_owned(), it.points_changed),
        ("公示或使用变化的记录".to_owned(), it.records_changed),
        ("名单变化的主体".to_owned(), it.lists_changed),
    ];
    let level = |it: &Option<String>| it.clone().unwrap_or_else(|| "无".to_owned());
    lines.extend(it.transitions.iter().map(|it| (format!("{} → {}", level(&it.from), level(&it.to)), it.subjects)));
    lines
}

/// The subjects that change, as CSV with a mark of UTF-8, so that office programs read it.
///
/// # Panics
/// Never: memory takes everything.
#[must_use]
pub fn simulation_csv(simulation: &Simulation) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(HEADINGS).expect("memory takes everything");
    for it in &simulation.most {
        writer.write_record(cells(it).map(inert)).expect("memory takes everything");
    }
    writer.into_inner().expect("memory takes everything")
}

/// A text that an office program takes for a text: none of its first characters begins a formula.
fn inert(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

/// The same as a workbook: the sums, and the subjects that change.
///
/// # Errors
/// [`ReportError`].
pub fn simulation_xlsx<W: Write + Seek + Send>(simulation: &Simulation, out: W) -> Result<(), ReportError> {
    let bold = Format::new().set_bold();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("汇总")?;
    let about = format!("{} 版本 {}，{}", simulation.pack.id, simulation.pack.version, simulation.day);
    sheet.write_string_with_format(0, 0, &about, &bold)?;
    for (row, (what, n)) in (1..).zip(sums(simulation)) {
        sheet.write_string(row, 0, what)?.write_string(row, 1, n.to_string())?;
    }
    sheet.set_column_width(0, 40)?;
    moved(workbook.add_worksheet().set_name("变化最大的主体")?, simulation, &bold)?;
    workbook.save_to_writer(out)?;
    Ok(())
}

fn moved(sheet: &mut Worksheet, simulation: &Simulation, bold: &Format) -> Result<(), ReportError> {
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write_string_with_format(0, column, heading, bold)?;
        sheet.set_column_width(column, 20)?;
    }
    for (row, it) in (1..).zip(&simulation.most) {
        for (column, cell) in (0..).zip(cells(it)) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{policy::PackRef, standing::Transition};

    #[test]
    fn a_simulation_is_written_as_text_and_as_workbook() {
        let moved = Moved {
            subject: 7,
            name: Some("=示例甲贸易有限公司".into()),
            credit_code: Some("91350100M000100Y43".into()),
            group: None,
            from_level: Some("B".into()),
            to_level: Some("C".into()),
            from_points: Some(820),
            to_points: Some(790),
        };
        let simulation = Simulation {
            pack: PackRef { id: "scorecard.t".into(), version: 2, hash: "00".into() },
            against: None,
            day: "2026-03-20".parse().unwrap(),
            subjects: 1,
            levels_changed: 1,
            points_changed: 0,
            records_changed: 0,
            lists_changed: 0,
            transitions: vec![Transition { from: Some("B".into()), to: None, subjects: 1 }],
            most: vec![moved],
        };
        let text = String::from_utf8(simulation_csv(&simulation)).unwrap();
        assert!(text.ends_with("\n7,'=示例甲贸易有限公司,91350100M000100Y43,,B,C,820,790\n"), "{text}");
        assert!(sums(&simulation).contains(&("B → 无".to_owned(), 1)));
        let mut file = std::io::Cursor::new(Vec::new());
        simulation_xlsx(&simulation, &mut file).unwrap();
        assert!(file.into_inner().starts_with(b"PK"));
    }
}
