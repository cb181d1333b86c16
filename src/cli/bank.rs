//! `credence bank`: the questions of a bank at the command line, each recorded like one over the API.

use std::{io::Write as _, path::PathBuf};

use chrono::NaiveDateTime;
use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    Out,
    error::{CliError, Exit},
    org,
    settings::Settings,
    shop, shown, subject,
    table::Table,
};
use crate::{
    affairs::{
        borrowing::{self, Loaded},
        screening,
        sheet::is_told_of,
    },
    ingest::{Workshop, local_day},
    lending::{self, Count, ScanOutcome, Status, View},
    policy::rules::{Content, RiskDimension},
    rights::Purpose,
    store::{
        answers::{self, Given, Recorded},
        subjects, units,
    },
};

/// 信易贷：要素核验、信用画像、风险扫描、批量筛查
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence bank verify 91110000MA0000001A --org BANK --name 示例甲有限公司 --representative 张示例
  credence bank profile 91110000MA0000001A --org BANK --purpose before_loan
  credence bank scan 91110000MA0000001A --org BANK --purpose before_loan
  credence bank screen codes.txt --org BANK --purpose after_loan > result.jsonl

每一次查询都记入查询记录和账本，主体可以看到。没有查到、没有单位报送、未获授权是三回事，分别列出。
批量筛查的文件每行一个代码；结果第一行（n 为 0）说明查看了什么、缺少什么，其后每个代码一行；clear 为空表示未能全部查询。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Args)]
struct Asker {
    /// 银行的单位代码
    #[arg(long, value_name = "代码")]
    org: String,
    /// 用途：before_loan 贷前，during_loan 贷中，after_loan 贷后
    #[arg(long, default_value = "before_loan", value_name = "用途")]
    purpose: Purpose,
}

#[derive(Subcommand)]
enum Action {
    /// 代码、名称、法定代表人是否与登记一致
    Verify {
        /// 统一社会信用代码
        #[arg(value_name = "代码")]
        code: String,
        /// 名称
        #[arg(long, value_name = "名称")]
        name: String,
        /// 法定代表人
        #[arg(long, value_name = "姓名")]
        representative: Option<String>,
        #[command(flatten)]
        asker: Asker,
    },
    /// 各信息块的状态和记录数
    Profile {
        /// 统一社会信用代码
        #[arg(value_name = "代码")]
        code: String,
        #[command(flatten)]
        asker: Asker,
    },
    /// 各风险维度的记录数
    Scan {
        /// 统一社会信用代码
        #[arg(value_name = "代码")]
        code: String,
        #[command(flatten)]
        asker: Asker,
    },
    /// 筛查一个文件里的代码，每行一个
    Screen {
        /// 文件
        #[arg(value_name = "文件")]
        file: PathBuf,
        #[command(flatten)]
        asker: Asker,
    },
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    // Before anything is looked at: asked again as known then, the answer is the same.
    let at = shop.clock.now();
    match &args.action {
        Action::Verify { code, name, representative, asker } => {
            verify(&shop, (asker, at), code, (name, representative.as_deref()), out)?;
        }
        Action::Profile { code, asker } => profile(&shop, (asker, at), code, out)?,
        Action::Scan { code, asker } => scan(&shop, (asker, at), code, out)?,
        Action::Screen { file, asker } => screen(&shop, (asker, at), &shop::text(file)?, out)?,
    }
    Ok(Exit::Clean)
}

/// Records an answer before it is printed.
fn record(
    shop: &Workshop,
    (asker, asked_at): (&Asker, NaiveDateTime),
    told: (&str, &[i64], Value),
    answer: (&str, &[u8]),
) -> Result<Recorded, CliError> {
    let (kind, about, question) = told;
    let given = shown::given((asked_at, &asker.org, kind), (about.to_vec(), question), answer);
    let given = Given { purpose: Some(asker.purpose.to_string()), ..given };
    shop.database.write(|conn| {
        units::find(conn, &asker.org)?.ok_or_else(|| org::unknown(&asker.org))?;
        let recorded = answers::record(conn, &[&given])?.pop();
        recorded.ok_or_else(|| CliError::Refused("答复未能存证，因此未予答复".to_owned()))
    })
}

/// An answer, and where it stands in the ledger.
fn print(text: &[u8], recorded: &Recorded, out: Out<'_>) -> Result<(), CliError> {
    out.write_all(text)?;
    let Recorded { id, receipt } = recorded;
    Ok(writeln!(out, "答复编号 {id}（账本 {} 第 {} 条）", receipt.chain, receipt.seq)?)
}

fn verify(
    shop: &Workshop,
    (asker, at): (&Asker, NaiveDateTime),
    code: &str,
    (name, representative): (&str, Option<&str>),
    out: Out<'_>,
) -> Result<(), CliError> {
    let found = shop.database.read(|conn| {
        let id = subject::id(conn, code)?;
        Ok::<_, CliError>(subjects::find(conn, id)?)
    })?;
    let found = found.filter(|it| is_told_of(it.kind));
    let found = found.ok_or_else(|| CliError::Refused(format!("没有代码或编号为 {code} 的主体")))?;
    let asked = code.parse().map_err(|_| CliError::Refused(format!("{code} 不是统一社会信用代码，或校验位有误")))?;
    let verified = lending::verify(&found, &asked, name, representative);
    let mut table = Table::new(&["要素", "结果"]);
    verified.elements.iter().for_each(|(element, it)| table.row([element.name().to_owned(), it.name().to_owned()]));
    let mut text = Vec::new();
    table.print(&mut text)?;
    let question = borrowing::said(shop, &subject::named(code)?, &[name, representative.unwrap_or("")]);
    let receipt = record(shop, (asker, at), ("bank.verify", &[found.id], question), (verified.outcome(), &text))?;
    print(&text, &receipt, out)
}

/// What an answer about a borrower is made from.
fn load(shop: &Workshop, asker: &Asker, code: &str) -> Result<Loaded, CliError> {
    let loaded = shop.database.snapshot(|conn| {
        units::find(conn, &asker.org)?.ok_or_else(|| org::unknown(&asker.org))?;
        let id = subject::id(conn, code)?;
        Ok::<_, CliError>(borrowing::load(conn, shop, id, (&asker.org, asker.purpose))?)
    })?;
    loaded.ok_or_else(|| CliError::Refused(format!("没有代码或编号为 {code} 的主体")))
}

/// The consents that were used, each once.
fn used(views: impl Iterator<Item = View>) -> Vec<i64> {
    let mut consents: Vec<i64> =
        views.filter_map(|it| if let View::Consented(id) = it { Some(id) } else { None }).collect();
    consents.sort_unstable();
    consents.dedup();
    consents
}

fn profile(shop: &Workshop, (asker, at): (&Asker, NaiveDateTime), code: &str, out: Out<'_>) -> Result<(), CliError> {
    let loaded = load(shop, asker, code)?;
    let (_, rules) = borrowing::rules(&loaded.sheet.asked.packs, loaded.when.day)?;
    let subject = (&loaded.sheet.asked.dossier, &loaded.sheet.asked.standing);
    let (mut table, mut views) =
        (Table::new(&["信息块", "状态", ">记录数", "未获授权", "没有报送", "截至", "记录版本"]), Vec::new());
    for block in &rules.blocks {
        let found =
            lending::block(&block.resources, subject, &loaded.permit(), (&shop.catalog, &loaded.sheet.collected));
        let (mut status, mut count) = (found.status, found.records.len());
        match block.content {
            Content::Records | Content::Base => views.extend(found.records.iter().map(|it| it.view)),
            Content::Lists => {
                let on = |it: &&lending::Seen<'_>| subject.1.lists.iter().any(|entry| entry.record == it.fact.id);
                let entries: Vec<_> = found.records.iter().filter(on).collect();
                views.extend(entries.iter().map(|it| it.view));
                count = entries.len();
                if status == Status::Found && count == 0 {
                    status = Status::NotFound;
                }
            }
            Content::Scores => {
                let seen = lending::scores_seen(block, &loaded.permit());
                (status, count) = match seen {
                    Err(_) => (Status::NotPermitted, 0),
                    Ok(_) if subject.1.scores.is_empty() => (Status::NotAvailable, 0),
                    Ok(_) => (Status::Found, subject.1.scores.len()),
                };
                views.extend(seen.ok());
            }
        }
        let lacking = |codes: &[String]| codes.join("、");
        let (refused, missing) = (refused(&found), lacking(&found.not_available));
        let told = [block.name.clone(), status.name().to_owned(), count.to_string(), refused, missing];
        let sources = [as_of(&loaded, &found, &block.resources), versions(&found)];
        table.row(told.into_iter().chain(sources));
    }
    let mut text = Vec::new();
    table.print(&mut text)?;
    let mut question = borrowing::said(shop, &subject::named(code)?, &[]);
    question["consents"] = json!(used(views.into_iter()));
    let receipt = record(shop, (asker, at), ("bank.profile", &[loaded.subject().id], question), ("found", &text))?;
    print(&text, &receipt, out)
}

/// What needs a consent, whole or in part.
fn refused(found: &lending::Found<'_>) -> String {
    let parts = found.partly.iter().map(|it| format!("{it}（部分）"));
    found.not_permitted.iter().cloned().chain(parts).collect::<Vec<_>>().join("、")
}

/// The day the last of it was delivered, with the units.
fn as_of(loaded: &Loaded, found: &lending::Found<'_>, resources: &[String]) -> String {
    let seen = resources.iter().filter(|it| !found.not_permitted.contains(it));
    let known: Vec<_> = seen.filter_map(|it| loaded.sheet.collected.get(it)).collect();
    let mut units: Vec<&str> = known.iter().flat_map(|it| it.0.iter().map(String::as_str)).collect();
    units.sort_unstable();
    units.dedup();
    known
        .iter()
        .map(|it| it.1)
        .max()
        .map_or_else(String::new, |at| format!("{}（{}）", local_day(at), units.join("、")))
}

/// The versions of the records, the latest of them.
fn versions(found: &lending::Found<'_>) -> String {
    let ids: Vec<String> = found.records.iter().take(MOST).map(|it| it.fact.id.to_string()).collect();
    let more = if found.records.len() > MOST { "…" } else { "" };
    ids.join("、") + more
}

/// Versions named in a cell.
const MOST: usize = 5;

fn scan(shop: &Workshop, (asker, at): (&Asker, NaiveDateTime), code: &str, out: Out<'_>) -> Result<(), CliError> {
    let loaded = load(shop, asker, code)?;
    let (_, rules) = borrowing::rules(&loaded.sheet.asked.packs, loaded.when.day)?;
    let subject = (&loaded.sheet.asked.dossier, &loaded.sheet.asked.standing);
    let mut table = Table::new(&["维度", "状态", ">记录数", ">异议中", "未获授权", "没有报送", "截至", "记录版本"]);
    let known = (&*shop.catalog, &*loaded.sheet.collected);
    let count = |it: &RiskDimension| lending::count(it, subject, &loaded.permit(), known);
    let counts: Vec<Count<'_>> = rules.dimensions.iter().map(count).collect();
    let number = |n: Option<usize>| n.map_or_else(|| "—".to_owned(), |it| it.to_string());
    for (dimension, it) in rules.dimensions.iter().zip(&counts) {
        let counted = it.counted();
        let (refused, missing) = (refused(&it.found), it.found.not_available.join("、"));
        let resources: Vec<String> = dimension.any.iter().flat_map(|it| it.resources.iter().cloned()).collect();
        let (count, objected) = (number(counted), number(counted.map(|_| it.objected)));
        let told = [dimension.name.clone(), it.found.status.name().to_owned(), count, objected, refused, missing];
        table.row(told.into_iter().chain([as_of(&loaded, &it.found, &resources), versions(&it.found)]));
    }
    let mut text = Vec::new();
    table.print(&mut text)?;
    let outcome = ScanOutcome::of(&counts);
    writeln!(text, "结论：{}", outcome.name())?;
    let views = counts.iter().flat_map(|it| &it.found.records).map(|it| it.view);
    let mut question = borrowing::said(shop, &subject::named(code)?, &[]);
    question["consents"] = json!(used(views));
    let receipt =
        record(shop, (asker, at), ("bank.scan", &[loaded.subject().id], question), (outcome.as_str(), &text))?;
    print(&text, &receipt, out)
}

fn screen(shop: &Workshop, (asker, at): (&Asker, NaiveDateTime), codes: &str, out: Out<'_>) -> Result<(), CliError> {
    let done = screening::screen(shop, at, codes)?;
    let question = json!({"lines": done.lines, "digest": crate::ledger::hex(&done.digest)});
    // Each line of the result is for a program; what is in the ledger is found by the digest of all of them.
    let _in_the_ledger =
        record(shop, (asker, at), ("bank.screening", &done.subjects, question), ("screened", &done.body))?;
    Ok(out.write_all(&done.body)?)
}
