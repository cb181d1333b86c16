//! `credence score`: results of scorecards, what a new one would change, and PMML.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    packs,
    settings::Settings,
    shop, subject,
    table::Table,
};
use crate::{
    affairs::packs as steps,
    dossier,
    ingest::Workshop,
    policy::{Pack, pmml},
    report,
    standing::{Score, Simulation, scorecard_of},
};

/// 信用评价：查看得分与理由，模拟新评分卡，导出与导入 PMML 4.4
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence score show 91350100M000100Y43 --as-of 2026-03-20
  credence score simulate scorecard.credence@2 --by 张三 --out 变化.xlsx
  credence score export scorecard.credence@1 --out 评分卡.pmml
  credence score import 评分卡.pmml --by 张三

模拟在全部主体上比较现行规则与所给版本，并登记为启用的前提；可给文件代替“规则包@版本”，此时只比较不登记。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 主体的评价结果：等级、各指标得分、理由与记录、怎样改善
    Show {
        /// 统一社会信用代码、其他已知代码，或主体编号
        #[arg(value_name = "主体")]
        subject: String,
        /// 所问之日，默认今日
        #[arg(long, value_name = "YYYY-MM-DD")]
        as_of: Option<NaiveDate>,
        /// 以 JSON 输出
        #[arg(long)]
        json: bool,
    },
    /// 新旧规则在全部主体上的差别
    Simulate(SimulateArgs),
    /// 导出 PMML 4.4 文档
    Export {
        /// 规则包与版本
        #[arg(value_name = "规则包@版本")]
        pack: String,
        /// 写到哪个文件，默认标准输出
        #[arg(long, value_name = "文件")]
        out: Option<PathBuf>,
    },
    /// 由 PMML 4.4 文档提出一个版本
    Import {
        /// 文件
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 提出人；不给则只校验，并输出规则包全文
        #[arg(long, value_name = "姓名")]
        by: Option<String>,
    },
}

#[derive(clap::Args)]
struct SimulateArgs {
    /// 规则包与版本，或规则包文件
    #[arg(value_name = "规则包@版本")]
    pack: String,
    /// 经办人；模拟结果以其名义登记
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
    /// 模拟之日，默认今日与规则包生效日中较晚者
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<NaiveDate>,
    /// 列出变化最大的主体数
    #[arg(long, default_value_t = 20, value_name = "N")]
    most: usize,
    /// 线程数，默认为处理器核数
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// 另写成文件：.csv、.xlsx 或 .json
    #[arg(long, value_name = "文件")]
    out: Option<PathBuf>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    match &args.action {
        Action::Show { subject, as_of, json } => show(settings, (subject, *as_of, *json), out),
        Action::Simulate(args) => simulate(settings, args, out),
        Action::Export { pack, out: path } => {
            let document = exported(&shop::open(settings, shop::FEW)?, pack)?;
            match path {
                Some(path) => fs::write(path, document).map_err(CliError::file(path))?,
                None => out.write_all(document.as_bytes())?,
            }
            Ok(Exit::Clean)
        }
        Action::Import { file, by } => {
            let shop = shop::open(settings, shop::FEW)?;
            let refused = |it: pmml::PmmlFault| CliError::Refused(format!("{}：{it}", file.display()));
            let (head, card) = pmml::read(&shop::text(file)?).map_err(refused)?;
            let text = pmml::text(&head, &card);
            let pack = steps::validate(&shop, &file.display().to_string(), &text).map_err(CliError::Packs)?;
            match by {
                Some(by) => packs::propose(&shop, &pack, by, out)?,
                None => out.write_all(text.as_bytes())?,
            }
            Ok(Exit::Clean)
        }
    }
}

fn exported(shop: &Workshop, pack: &str) -> Result<String, CliError> {
    let pack = dossier::parsed(shop, &packs::stored(shop, pack)?)?;
    let card = scorecard_of(&pack).ok_or_else(|| CliError::Refused(format!("{} 不是评分卡", pack.head.id)))?;
    pmml::write(&pack.head, card).map_err(|it| CliError::Refused(it.to_string()))
}

fn show(
    settings: &Settings,
    (subject, as_of, json): (&str, Option<NaiveDate>, bool),
    out: Out<'_>,
) -> Result<Exit, CliError> {
    let shop = shop::open(settings, 1)?;
    let day = as_of.unwrap_or_else(|| shop.clock.day());
    let asked = shop.database.read(|conn| {
        let id = subject::id(conn, subject)?;
        Ok::<_, CliError>(dossier::ask(conn, &shop, id, day, None)?)
    })?;
    let asked = asked.ok_or_else(|| CliError::Refused(format!("没有主体 {subject}")))?;
    if json {
        writeln!(out, "{}", text(&asked.standing.scores))?;
        return Ok(Exit::Clean);
    }
    if asked.standing.scores.is_empty() {
        writeln!(out, "没有适用于该主体的评分卡")?;
    }
    for score in &asked.standing.scores {
        print(score, out)?;
    }
    Ok(Exit::Clean)
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("names, numbers and texts are JSON")
}

fn print(score: &Score, out: Out<'_>) -> Result<(), CliError> {
    let title = score.group.as_ref().map_or_else(|| score.title.clone(), |it| format!("{}·{it}", score.title));
    let points = score.points.map(|it| format!("  {it} 分")).unwrap_or_default();
    writeln!(
        out,
        "{title}：{}（{}）{points}  {}@{}",
        score.level_name, score.level, score.pack.id, score.pack.version
    )?;
    for it in &score.grounds {
        writeln!(out, "  {}〔{}〕", it.text, it.source)?;
    }
    for partial in score.partials.iter().filter(|it| !it.counted.is_empty() || it.points != 0) {
        writeln!(out, "  {:>+5}  {}", partial.points, partial.title)?;
        for it in &partial.reasons {
            let records: Vec<String> = it.records.iter().map(ToString::to_string).collect();
            writeln!(out, "         {}  记录 {}  〔{}〕", it.text, records.join("、"), it.source)?;
        }
    }
    if let Some(next) = &score.improve.next_level {
        writeln!(out, "  距{}（{}）还差 {} 分", next.level_name, next.level, next.missing)?;
    }
    for it in &score.improve.steps {
        let repair = it.repairable_from.map(|day| format!("；{day} 起可以申请修复")).unwrap_or_default();
        writeln!(out, "  改善：{}{repair}  记录 {}", it.text, it.record)?;
    }
    Ok(())
}

fn simulate(settings: &Settings, args: &SimulateArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let threads = args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let shop = shop::open(settings, u32::try_from(threads).unwrap_or(1).saturating_add(1))?;
    let file = Path::new(&args.pack);
    let (pack, is_kept) = if file.extension().is_some_and(|it| it == "toml") {
        (steps::validate(&shop, &args.pack, &shop::text(file)?).map_err(CliError::Packs)?, false)
    } else {
        (dossier::parsed(&shop, &packs::stored(&shop, &args.pack)?)?, true)
    };
    let day = args.day.unwrap_or_else(|| shop.clock.day().max(pack.head.from));
    let found = dossier::simulate(&shop, &pack, day, threads, args.most)?;
    if is_kept {
        shop.database.write(|conn| steps::keep_simulation(conn, &shop, &found, &args.by))?;
    }
    if let Some(path) = &args.out {
        export(&found, path)?;
    }
    match args.json {
        true => writeln!(out, "{}", text(&found))?,
        false => summary(&found, &pack, is_kept, out)?,
    }
    Ok(Exit::Clean)
}

fn export(found: &Simulation, path: &Path) -> Result<(), CliError> {
    let refused = |message: String| CliError::Refused(format!("{}：{message}", path.display()));
    match path.extension().and_then(|it| it.to_str()) {
        Some("csv") => fs::write(path, report::simulation_csv(found)).map_err(CliError::file(path)),
        Some("json") => fs::write(path, text(found)).map_err(CliError::file(path)),
        Some("xlsx") => {
            let file = File::create(path).map_err(CliError::file(path))?;
            report::simulation_xlsx(found, file).map_err(|it| refused(it.to_string()))
        }
        _ => Err(refused("扩展名应为 .csv、.xlsx 或 .json".to_owned())),
    }
}

fn summary(found: &Simulation, pack: &Pack, is_kept: bool, out: Out<'_>) -> Result<(), CliError> {
    let against = found.against.as_ref().map_or_else(|| "无".to_owned(), |it| format!("{}@{}", it.id, it.version));
    writeln!(out, "{}@{}（{}）与 {against} 比较", pack.head.id, pack.head.version, found.day)?;
    writeln!(
        out,
        "{} 个主体：等级变化 {}，仅分值变化 {}；公示或使用变化的记录 {}，名单变化的主体 {}\n",
        found.subjects, found.levels_changed, found.points_changed, found.records_changed, found.lists_changed
    )?;
    let level = |it: &Option<String>| it.clone().unwrap_or_else(|| "无".to_owned());
    let mut table = Table::new(&["原等级", "新等级", ">主体数"]);
    for it in &found.transitions {
        table.row([level(&it.from), level(&it.to), it.subjects.to_string()]);
    }
    table.print(out)?;
    if is_kept {
        let (it, hash) = (&pack.head, &found.pack.hash);
        writeln!(out, "\n由另一人启用：credence packs activate {}@{} --hash {hash} --by 另一人", it.id, it.version)?;
    }
    if found.most.is_empty() {
        return Ok(());
    }
    let points = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
    let mut table = Table::new(&["变化最大的主体", "代码", "原等级", "新等级", ">原分值", ">新分值"]);
    for it in &found.most {
        table.row([
            it.name.clone().unwrap_or_else(|| format!("@{}", it.subject)),
            it.credit_code.clone().unwrap_or_default(),
            level(&it.from_level),
            level(&it.to_level),
            points(it.from_points),
            points(it.to_points),
        ]);
    }
    writeln!(out)?;
    Ok(table.print(out)?)
}
