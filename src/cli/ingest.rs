//! `credence ingest`: files become deliveries of a unit, and are brought to their end.

use std::{
    fs::{self, File},
    io::{BufWriter, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
};
use crate::{
    ingest::{self, Arrival, IngestError, Progress, Workshop},
    jobs::{self, paper},
    record::{Channel, Delivery, DeliveryState},
};

/// 报送文件：校验、去重、关联主体并入库，逐份打印五项计数
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence ingest 行政处罚.xlsx --resource penalty --org 11430100MB1A2B3CXK
  credence ingest *.csv --resource licence --org 11430100MB1A2B3CXK --report 问题.xlsx

同一单位、同一资源、内容相同的文件只算一次报送，重复执行无害；中断后再次执行即从断点继续。
报告为多份文件时，文件名自动加上批次号。退出码：0 全部入库，2 部分未入库，3 暂存待核，1 有文件被拒收。")]
pub struct Args {
    /// 要报送的文件（xlsx、csv、xml、json、jsonl，自动识别）
    #[arg(value_name = "文件", required = true)]
    files: Vec<PathBuf>,
    /// 资源代码或中文名称
    #[arg(long, short, value_name = "资源")]
    resource: String,
    /// 归集单位代码，须已登记（credence org add）
    #[arg(long, short, value_name = "代码")]
    org: String,
    /// 疑问数据报告：.xlsx（只含问题行，逐格标注，可改后再报）或 .json
    #[arg(long, value_name = "文件")]
    report: Option<PathBuf>,
    /// 不显示进度条
    #[arg(long, short)]
    quiet: bool,
}

/// Bytes a file may have: the bound of the readers, not of patience.
const LIMIT: u64 = 64 << 30;

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    if let Some(path) = &args.report {
        kind(path)?;
    }
    let shop = shop::open(settings, shop::FEW)?;
    let code = shop::resource(&shop.catalog, &args.resource)?.code.clone();
    let mut worst = Exit::Clean;
    for file in &args.files {
        let (delivery, fresh) = take(&shop, args, &code, file)?;
        print(&delivery, fresh, out)?;
        if let Some(path) = &args.report {
            report(&shop, &delivery, &place(path, delivery.id, args.files.len()), out)?;
        }
        worst = worse(worst, exit(&delivery));
        out.flush()?;
    }
    Ok(worst)
}

/// Refused is worse than held, and that than rejected rows.
pub fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |it: Exit| match it {
        Exit::Clean => 0,
        Exit::SomeRejected => 1,
        Exit::Held => 2,
        Exit::Refused => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// The exit code a delivery's end stands for.
pub fn exit(delivery: &Delivery) -> Exit {
    match delivery.state {
        DeliveryState::Refused => Exit::Refused,
        DeliveryState::Held => Exit::Held,
        _ if delivery.tally.is_clean() => Exit::Clean,
        _ => Exit::SomeRejected,
    }
}

fn take(shop: &Workshop, args: &Args, resource: &str, path: &Path) -> Result<(Delivery, bool), CliError> {
    let file = File::open(path).map_err(CliError::file(path))?;
    let size = file.metadata().map_err(CliError::file(path))?.len();
    let bar = bar(size, args.quiet);
    let stored = shop.blobs.keep(&mut Watched { file, bar: &bar }, LIMIT)?;
    let file_name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let (unit, channel) = (args.org.clone(), Channel::Cli);
    let arrival = Arrival { unit, resource: resource.to_owned(), channel, file_name, stored };
    let receipt = ingest::deliver(shop, &arrival).map_err(|err| match err {
        IngestError::UnknownUnit(code) => CliError::Refused(format!(
            "归集单位 {code} 未登记或已停用。请先登记：credence org add {code} --name 单位全称"
        )),
        err => err.into(),
    })?;
    let delivery = jobs::bring_to_end(shop, &jobs::worker_name("ingest"), receipt.delivery, &|it| show(&bar, it))?;
    bar.finish_and_clear();
    Ok((delivery, receipt.fresh))
}

struct Watched<'b> {
    file: File,
    bar: &'b ProgressBar,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.bar.inc(n as u64);
        Ok(n)
    }
}

fn bar(size: u64, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(size);
    bar.set_style(style("{prefix} {wide_bar} {bytes}/{total_bytes}"));
    bar.set_prefix("保存");
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is ours")
}

fn show(bar: &ProgressBar, progress: Progress) {
    match progress {
        Progress::Surveying => {
            bar.set_style(style("{prefix} {spinner} {elapsed}"));
            bar.set_prefix("通读校验");
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
        }
        Progress::Taken { done, of } => {
            bar.set_style(style("{prefix} {wide_bar} {human_pos}/{human_len} 行 {per_sec} 剩余 {eta}"));
            bar.set_prefix("入库");
            bar.set_length(of);
            bar.set_position(done);
        }
    }
}

/// Prints a delivery's end: the five counts, and what else there is to know.
pub fn print(delivery: &Delivery, fresh: bool, out: Out<'_>) -> Result<(), CliError> {
    let it = &delivery.tally;
    let known = if fresh { "" } else { "（内容相同的文件已报送过，以下为该批次的结果）" };
    let read = [&delivery.format, &delivery.encoding, &delivery.dialect].map(|it| it.as_deref().unwrap_or("—"));
    writeln!(
        out,
        "批次 {}  {}  {}  {}{known}",
        delivery.id,
        delivery.file_name,
        read.join(" "),
        state(delivery.state)
    )?;
    if let Some(message) = &delivery.message {
        writeln!(out, "  {message}")?;
    }
    match delivery.state {
        DeliveryState::Refused => return Ok(()),
        DeliveryState::Held => {
            let id = delivery.id;
            writeln!(out, "  确认无误：credence release {id}；作废：credence discard {id} --reason 原因")?;
            return Ok(());
        }
        DeliveryState::Received | DeliveryState::Working | DeliveryState::Done => {}
    }
    // The five counts add up to the rows: what is told apart below is counted among them.
    let (rows, new, revised, repeated) = (it.rows, it.new, it.revised + it.withdrawn, it.repeated + it.outdated);
    let (rejected, unlinked) = (it.rejected + it.conflicting, it.unlinked);
    writeln!(out, "  上报 {rows}  入库 {new}  更新 {revised}  重复 {repeated}  疑问 {rejected}  未关联 {unlinked}")?;
    let rest: Vec<String> = [("撤销", it.withdrawn), ("旧版", it.outdated), ("冲突", it.conflicting)]
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    if !rest.is_empty() {
        writeln!(out, "  其中 {}", rest.join("  "))?;
    }
    Ok(())
}

/// The state in Chinese.
pub const fn state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Received => "待处理",
        DeliveryState::Working => "处理中",
        DeliveryState::Held => "暂存待核",
        DeliveryState::Done => "已完成",
        DeliveryState::Refused => "已拒收",
    }
}

/// What a report is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Xlsx,
}

fn kind(path: &Path) -> Result<Kind, CliError> {
    match path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Ok(Kind::Json),
        Some("xlsx") => Ok(Kind::Xlsx),
        _ => Err(CliError::setting("--report", &path.display().to_string(), "扩展名须为 .xlsx 或 .json")),
    }
}

/// Several files have a report each.
fn place(path: &Path, delivery: i64, n_files: usize) -> PathBuf {
    if n_files == 1 {
        return path.to_owned();
    }
    let part = |it: Option<&std::ffi::OsStr>| it.unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!("{}-{delivery}.{}", part(path.file_stem()), part(path.extension())))
}

fn report(shop: &Workshop, delivery: &Delivery, path: &Path, out: Out<'_>) -> Result<(), CliError> {
    let kind = kind(path)?;
    let mut file = BufWriter::new(fs::File::create(path).map_err(CliError::file(path))?);
    match kind {
        Kind::Json => paper::json(shop, delivery, &mut file)?,
        Kind::Xlsx => paper::xlsx(shop, delivery, &mut file)?,
    }
    file.flush().map_err(CliError::file(path))?;
    Ok(writeln!(out, "  报告 {}", path.display())?)
}
