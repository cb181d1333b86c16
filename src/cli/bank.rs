//! `credence bank`: the questions of a bank at the command line, each recorded like one over the API.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Out,
    error::{CliError, Exit},
    org,
    settings::Settings,
    shop, subject,
    table::Table,
};
use crate::{
    affairs::{borrowing, screening},
    ingest::Workshop,
    lending::{self, View},
    rights::Purpose,
    store::{
        answers::{self, Given},
        subjects, units,
    },
};

/// 信易贷：要素核验、风险扫描、批量筛查
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence bank verify 91110000MA0000001A --org BANK --name 示例甲有限公司 --representative 张示例
  credence bank scan 91110000MA0000001A --org BANK --purpose before_loan
  credence bank screen codes.txt --org BANK --purpose after_loan > result.jsonl

每一次查询都记入查询记录和账本，主体可以看到。批量筛查的文件每行一个代码。")]
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
    match &args.action {
        Action::Verify { code, name, representative, asker } => {
            verify(&shop, asker, code, (name, representative.as_deref()), out)?;
        }
        Action::Scan { code, asker } => scan(&shop, asker, code, out)?,
        Action::Screen { file, asker } => screen(&shop, asker, &shop::text(file)?, out)?,
    }
    Ok(Exit::Clean)
}

/// Records an answer before it is printed.
fn record(shop: &Workshop, asker: &Asker, told: (&str, &[i64], Value), answer: (&str, &[u8])) -> Result<(), CliError> {
    let (kind, about, question) = told;
    let given = Given {
        asked_at: shop.clock.now(),
        unit: asker.org.clone(),
        caller: "cli".to_owned(),
        role: "bank".to_owned(),
        kind: kind.to_owned(),
        purpose: Some(asker.purpose.to_string()),
        consent: None,
        subjects: about.to_vec(),
        question,
        outcome: answer.0.to_owned(),
        digest: Sha256::digest(answer.1).into(),
    };
    shop.database.write(|conn| {
        units::find(conn, &asker.org)?.ok_or_else(|| org::unknown(&asker.org))?;
        answers::record(conn, &[&given])?;
        Ok::<_, CliError>(())
    })
}

fn verify(
    shop: &Workshop,
    asker: &Asker,
    code: &str,
    (name, representative): (&str, Option<&str>),
    out: Out<'_>,
) -> Result<(), CliError> {
    let found = shop.database.read(|conn| {
        let id = subject::id(conn, code)?;
        Ok::<_, CliError>(subjects::find(conn, id)?)
    })?;
    let found = found.ok_or_else(|| CliError::Refused(format!("没有代码或编号为 {code} 的主体")))?;
    let verified = lending::verify(&found, name, representative);
    let mut table = Table::new(&["要素", "结果"]);
    verified.elements.iter().for_each(|(element, it)| table.row([element.to_string(), it.to_string()]));
    let mut text = Vec::new();
    table.print(&mut text)?;
    record(shop, asker, ("bank.verify", &[found.id], json!({})), (verified.outcome(), &text))?;
    Ok(out.write_all(&text)?)
}

fn scan(shop: &Workshop, asker: &Asker, code: &str, out: Out<'_>) -> Result<(), CliError> {
    let loaded = shop.database.read(|conn| {
        let id = subject::id(conn, code)?;
        Ok::<_, CliError>(borrowing::load(conn, shop, id, (&asker.org, asker.purpose))?)
    })?;
    let loaded = loaded.ok_or_else(|| CliError::Refused(format!("没有代码或编号为 {code} 的主体")))?;
    let (_, rules) = borrowing::rules(&loaded.asked.packs, loaded.when.day)?;
    let subject = (&loaded.asked.dossier, &loaded.asked.standing);
    let (mut table, mut hits) = (Table::new(&["维度", "状态", ">记录数", ">异议中"]), 0);
    let mut consents = Vec::new();
    for dimension in &rules.dimensions {
        let it = lending::count(dimension, subject, &loaded.permit(), (&shop.catalog, &loaded.collected));
        hits += usize::from(!it.found.records.is_empty());
        let used =
            it.found.records.iter().filter_map(|it| if let View::Consented(id) = it.view { Some(id) } else { None });
        consents.extend(used);
        let count = it.found.records.len().to_string();
        table.row([dimension.name.clone(), it.found.status.to_string(), count, it.objected.to_string()]);
    }
    let mut text = Vec::new();
    table.print(&mut text)?;
    consents.sort_unstable();
    consents.dedup();
    let outcome = if hits > 0 { "hits" } else { "clear" };
    let question = json!({ "consents": consents });
    record(shop, asker, ("bank.scan", &[loaded.subject().id], question), (outcome, &text))?;
    Ok(out.write_all(&text)?)
}

fn screen(shop: &Workshop, asker: &Asker, codes: &str, out: Out<'_>) -> Result<(), CliError> {
    let done = screening::screen(shop, codes)?;
    let question = json!({"lines": done.lines, "digest": crate::ledger::hex(&done.digest)});
    record(shop, asker, ("bank.screening", &done.subjects, question), ("screened", &done.body))?;
    Ok(out.write_all(&done.body)?)
}
