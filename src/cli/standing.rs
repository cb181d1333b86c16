//! `credence standing` and `credence rebuild`: what follows from the records, and proof that what is kept does.

use std::{io::Write as _, time::Instant};

use chrono::{DateTime, NaiveDate};
use serde_json::json;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop, shown, subject,
    table::Table,
};
use crate::{
    dossier::{self, Asked},
    standing::Standing,
    store::answers,
};

/// 主体的信用状况：公示、名单、评价及其依据
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence standing 91350100M000100Y43
  credence standing 91350100M000100Y43 --as-of 2026-03-01 --known-at 2026-03-02T00:00:00+08:00 --json

--as-of 问哪一日的状况；--known-at 按哪一时刻所知的记录与当时启用的规则回答。")]
pub struct Args {
    /// 统一社会信用代码、其他已知代码，或主体编号
    #[arg(value_name = "主体")]
    subject: String,
    /// 所问之日，默认今日
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<NaiveDate>,
    /// 按这一时刻所知回答，默认当前
    #[arg(long, value_name = "时间")]
    known_at: Option<String>,
    /// 只要概况
    #[arg(long)]
    brief: bool,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

/// 重新推导全部主体的信用状况，或核对所存与推导一致
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence rebuild
  credence rebuild --check

--check 只核对不写入；有不一致的列出主体编号，退出码为 1；有待推导、因而没有核对的，退出码也为 1。")]
pub struct RebuildArgs {
    /// 只核对
    #[arg(long)]
    check: bool,
    /// 线程数，默认为处理器核数
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, 1)?;
    let known_at = match &args.known_at {
        None => None,
        Some(text) => Some(
            DateTime::parse_from_rfc3339(text)
                .map_err(|_| {
                    CliError::Refused(format!("--known-at 应为带时区的时间，如 2026-11-21T08:00:00+08:00：{text}"))
                })?
                .naive_utc(),
        ),
    };
    let (at, day) = (shop.clock.now(), args.as_of.unwrap_or_else(|| shop.clock.day()));
    if known_at.is_some_and(|it| at < it) {
        return Err(CliError::Refused("--known-at 不能晚于当前时刻".to_owned()));
    }
    let asked = shop.database.read(|conn| {
        let id = subject::id(conn, &args.subject)?;
        Ok::<_, CliError>(dossier::ask(conn, &shop, id, day, known_at)?)
    })?;
    let asked = asked.ok_or_else(|| CliError::Refused(format!("没有主体 {}", args.subject)))?;
    if known_at.is_some() && asked.dossier.facts.is_empty() {
        return Err(CliError::Refused(format!("当时还不知道主体 {}", args.subject)));
    }
    let brief = asked.standing.brief(&asked.dossier);
    let mut text = Vec::new();
    match (args.json, args.brief) {
        (true, true) => writeln!(text, "{}", pretty(&brief))?,
        (true, false) => writeln!(text, "{}", pretty(&asked.standing))?,
        (false, brief) => print(&asked, brief, &mut text)?,
    }
    let question = json!({"as_of": args.as_of, "known_at": args.known_at, "brief": args.brief});
    // On whose behalf nobody says here.
    let about = (vec![asked.dossier.subject.id], question);
    let given = shown::given((at, shown::CLI, "standing"), about, ("shown", &text));
    shop.database.write_again(|conn| answers::record(conn, &[&given]).map(drop))?;
    out.write_all(&text)?;
    Ok(Exit::Clean)
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("names, numbers and texts are JSON")
}

fn print(asked: &Asked, brief: bool, out: Out<'_>) -> Result<(), CliError> {
    let Asked { dossier, standing, .. } = asked;
    let name = dossier.subject.name.as_deref().unwrap_or("（无名称）");
    writeln!(out, "{name}  主体 @{}  {} 的信用状况", dossier.subject.id, standing.day)?;
    match standing.next {
        Some(next) => writeln!(out, "若无新情况，{next} 前不变")?,
        None => writeln!(out, "若无新情况，不会自行变化")?,
    }
    scores(standing, brief, out)?;
    for it in &standing.lists {
        let until = it.until.map_or_else(|| "未定".to_owned(), |it| it.to_string());
        writeln!(out, "名单：{}（至 {until}）  {}", it.name, it.reason.text)?;
    }
    if brief || standing.records.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[">记录", "资源", "事实日", "公示", "使用", "可修复起", "依据"]);
    for (fact, it) in dossier.facts.iter().zip(&standing.records) {
        let day = |it: Option<NaiveDate>| it.map_or_else(String::new, |it| it.to_string());
        let used = match (it.usable, it.objected) {
            (true, true) => "可用，异议处理中",
            (true, false) => "可用",
            (false, _) => "停止使用",
        };
        table.row([
            it.record.to_string(),
            fact.resource.clone(),
            day(fact.fact_on),
            it.state.name().to_owned(),
            used.to_owned(),
            day(it.repairable_from),
            it.reason.rule.to_string(),
        ]);
    }
    writeln!(out)?;
    Ok(table.print(out)?)
}

fn scores(standing: &Standing, brief: bool, out: Out<'_>) -> Result<(), CliError> {
    for score in &standing.scores {
        let title = score.group.as_ref().map_or_else(|| score.title.clone(), |it| format!("{}·{it}", score.title));
        let points = score.points.map(|it| format!("{it} 分  ")).unwrap_or_default();
        writeln!(out, "评价：{title}  {points}{}（{}）", score.level, score.level_name)?;
        for partial in score.partials.iter().filter(|it| !brief && it.points != 0) {
            let records: Vec<String> =
                partial.reasons.iter().flat_map(|it| &it.records).map(ToString::to_string).collect();
            writeln!(out, "    {:+}  {}  记录 {}", partial.points, partial.characteristic, records.join("、"))?;
        }
    }
    Ok(())
}

pub fn rebuild(settings: &Settings, args: &RebuildArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let threads = args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let connections = u32::try_from(threads).unwrap_or(1).saturating_add(1);
    let shop = shop::open(settings, connections)?;
    let begun = Instant::now();
    let done = dossier::rebuild(&shop, shop.clock.day(), threads, args.check)?;
    let took = begun.elapsed().as_secs_f64();
    if !args.check {
        writeln!(out, "已推导 {} 个主体，用时 {took:.1} 秒", done.subjects)?;
        return Ok(Exit::Clean);
    }
    writeln!(
        out,
        "已核对 {} 个主体，其中 {} 个待推导，不一致 {} 个，用时 {took:.1} 秒",
        done.subjects, done.due, done.differing
    )?;
    for it in &done.differences {
        writeln!(out, "  主体 @{} 所存与推导不一致", it.subject)?;
    }
    if done.due > 0 {
        writeln!(out, "待推导的主体没有可核对的：请待后台推导后（或运行 credence rebuild 后）再核对")?;
    }
    // What was not compared is not proved.
    Ok(if done.differing == 0 && done.due == 0 { Exit::Clean } else { Exit::Refused })
}
