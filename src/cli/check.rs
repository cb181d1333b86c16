//! `credence check`: the pre-check (预检) of a file, offline, storing nothing.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::{Table, cut},
};
use crate::{
    catalog::Resource,
    check,
    ingest::{self, FaultView, Precheck},
    jobs::paper,
    read::{self, OpenOptions},
    record::{Fault, FaultCode, Grade, Row},
    report::{BadRow, BadRows},
    standards::region::Regions,
};

/// 离线预检一份文件：与正式报送同一套规则、同一份报告，不需要数据库，不保存任何内容
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence check 行政处罚.xlsx --resource penalty
  credence check data.xml --resource 行政许可 --report 问题.xlsx
  credence check data.csv --resource penalty --report 问题.json --day 2026-11-21

报告指纹只取决于文件内容、资源定义与报送日：指纹相同，正式报送的校验结果即相同。")]
pub struct Args {
    /// 要检查的文件（xlsx、csv、xml、json、jsonl，自动识别）
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 资源代码或中文名称
    #[arg(long, short, value_name = "资源")]
    resource: String,
    /// 报送日，默认今天
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<chrono::NaiveDate>,
    /// 把全部问题写入 .xlsx（逐格标注，可改后直接报送）或 .json
    #[arg(long, value_name = "文件")]
    report: Option<PathBuf>,
    /// 屏幕上最多列出的问题数
    #[arg(long, value_name = "N", default_value_t = 30)]
    faults: usize,
}

/// Faults kept for a report; the counts are of all.
const KEPT: usize = 1_000_000;

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let catalog = shop::catalog(settings)?;
    let resource = shop::resource(&catalog, &args.resource)?;
    let regions = Arc::new(Regions::embedded());
    let day = args.day.unwrap_or_else(|| shop::day(settings));
    let mut seen = Seen::default();
    let kept = if args.report.is_some() { KEPT } else { 0 };
    let source = Box::new(open(&args.file)?);
    let found = ingest::precheck(&catalog, &regions, (&resource.code, day), source, &mut |fault| {
        seen.note(fault, args.faults, kept);
    })?;
    print(resource, &found, out)?;
    seen.print(out)?;
    print_faults(&seen.shown(args.faults), seen.n_faults, out)?;
    if let Some(path) = &args.report {
        write(resource, args, path, &found, &seen.kept)?;
        writeln!(out, "\n报告已写入 {}", path.display())?;
    }
    Ok(match found {
        _ if found.headings_refused() || found.rows == 0 => Exit::Refused,
        _ if found.rejected > 0 => Exit::SomeRejected,
        _ => Exit::Clean,
    })
}

fn open(path: &Path) -> Result<File, CliError> {
    File::open(path).map_err(CliError::file(path))
}

fn print(resource: &Resource, found: &Precheck, out: Out<'_>) -> Result<(), CliError> {
    let Precheck { format, encoding, dialect, rows, passed, rejected, .. } = found;
    writeln!(out, "{}（{}）  {format} {encoding}  标准版本 {dialect}", resource.name, resource.code)?;
    for note in &found.notes {
        writeln!(out, "{note}")?;
    }
    if found.skipped > 0 {
        writeln!(out, "跳过说明、合计等非数据行 {} 行", found.skipped)?;
    }
    writeln!(out, "数据 {rows} 行   通过 {passed} 行   有错误 {rejected} 行")?;
    writeln!(out, "报告指纹 {}", found.hash)?;
    if found.headings_refused() {
        writeln!(out, "列名有误，整份文件将被拒收")?;
    } else if found.rows == 0 {
        writeln!(out, "没有数据行，整份文件将被拒收；本期无数据请报送零报告（credence zero-report）")?;
    }
    Ok(())
}

/// What was found, as far as it is shown or reported.
#[derive(Default)]
struct Seen {
    /// How often, by grade and code: a catalogue may grade a code otherwise in a field or rule.
    counts: BTreeMap<(Grade, FaultCode), u64>,
    errors: Vec<FaultView>,
    warnings: Vec<FaultView>,
    kept: Vec<FaultView>,
    n_faults: u64,
}

impl Seen {
    fn note(&mut self, fault: &Fault, shown: usize, kept: usize) {
        self.n_faults += 1;
        *self.counts.entry((fault.grade, fault.code)).or_default() += 1;
        let of_grade = match fault.grade {
            Grade::Error => &mut self.errors,
            Grade::Warning => &mut self.warnings,
        };
        if of_grade.len() < shown {
            of_grade.push(FaultView::from(fault));
        }
        if self.kept.len() < kept {
            self.kept.push(FaultView::from(fault));
        }
    }

    /// The errors first: they are what keeps rows, or the whole file, from being taken.
    fn shown(&self, shown: usize) -> Vec<FaultView> {
        self.errors.iter().chain(&self.warnings).take(shown).cloned().collect()
    }

    fn print(&self, out: Out<'_>) -> Result<(), CliError> {
        let mut table = Table::new(&["问题代码", "级别", ">次数", "含义"]);
        for ((grade, code), n) in &self.counts {
            let name = self::grade(grade.as_str()).to_owned();
            table.row([code.to_string(), name, n.to_string(), code.meaning().to_owned()]);
        }
        if !table.is_empty() {
            writeln!(out)?;
            table.print(out)?;
        }
        Ok(())
    }
}

fn grade(name: &str) -> &'static str {
    if name == Grade::Error.as_str() { "错误" } else { "警告" }
}

/// Prints faults, with the number of those left out.
pub fn print_faults(faults: &[FaultView], n_all: u64, out: Out<'_>) -> Result<(), CliError> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[">行", "列", "值", "级别", "问题", "处理办法"]);
    for it in faults {
        let row = if it.row == 0 { "表头".to_owned() } else { it.row.to_string() };
        let heading = it.heading.as_deref().unwrap_or("（整行）");
        let grade = grade(&it.grade).to_owned();
        table.row([row, cut(heading, 28), cut(&it.value, 24), grade, it.message.clone(), it.remedy.clone()]);
    }
    writeln!(out)?;
    table.print(out)?;
    let shown = faults.len() as u64;
    if n_all > shown {
        writeln!(out, "……另有 {} 个问题，可用 --report 取全部", n_all - shown)?;
    }
    Ok(())
}

/// The report of a pre-check. Its field names are a promise.
#[derive(Serialize)]
struct Report<'r> {
    #[serde(flatten)]
    survey: &'r Precheck,
    faults: &'r [FaultView],
}

fn write(
    resource: &Arc<Resource>,
    args: &Args,
    path: &Path,
    survey: &Precheck,
    faults: &[FaultView],
) -> Result<(), CliError> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "json" => {
            let mut file = BufWriter::new(File::create(path).map_err(CliError::file(path))?);
            serde_json::to_writer_pretty(&mut file, &Report { survey, faults })
                .map_err(std::io::Error::from)
                .and_then(|()| file.flush())
                .map_err(CliError::file(path))
        }
        "xlsx" => workbook(resource, &args.file, path, faults),
        _ => Err(CliError::setting("--report", &path.display().to_string(), "扩展名须为 .xlsx 或 .json")),
    }
}

/// Reads the file a second time, for the cells of the rows that have faults.
fn workbook(resource: &Arc<Resource>, file: &Path, path: &Path, faults: &[FaultView]) -> Result<(), CliError> {
    let mut by_row: BTreeMap<u64, Vec<FaultView>> = BTreeMap::new();
    for fault in faults.iter().filter(|it| it.row > 0) {
        by_row.entry(fault.row).or_default().push(fault.clone());
    }
    let unreadable = |err: read::ReadError| CliError::Refused(err.to_string());
    let known = Arc::clone(resource);
    let is_heading = Arc::new(move |texts: &[&str]| check::known_headings(&known, texts));
    let options = OpenOptions { is_heading, ..OpenOptions::default() };
    let mut rows = read::open(Box::new(open(file)?), &options).map_err(unreadable)?;
    let (mut row, mut bad) = (Row::new(), Vec::new());
    while rows.next(&mut row).map_err(unreadable)? {
        let Some(faults) = by_row.remove(&row.number()) else { continue };
        let cell = |(at, heading): (usize, &String)| (heading.clone(), row.cell(at).text.to_owned());
        let cells: Vec<(String, String)> = rows.columns().iter().enumerate().map(cell).collect();
        bad.push(BadRow { row: row.number(), cells, marks: faults.into_iter().map(paper::mark).collect() });
    }
    let mut headings = Vec::new();
    bad.iter().for_each(|it| paper::note(&mut headings, &it.cells));
    let mut book = BadRows::begin(&headings).map_err(crate::jobs::JobError::from)?;
    for it in &bad {
        let _fits = book.add(it).map_err(crate::jobs::JobError::from)?;
    }
    let file = File::create(path).map_err(CliError::file(path))?;
    Ok(book.finish(BufWriter::new(file)).map_err(crate::jobs::JobError::from)?)
}
