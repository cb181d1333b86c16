//! `credence verify`: whether ledger and records are what they were.

use serde_json::{Value, json};

use super::{
    Out,
    error::{CliError, Exit},
    ledger::digest,
    settings::Settings,
    shop,
};
use crate::{
    jobs,
    ledger::{Digest, Finding},
};

/// 核验账本、存证根、全部记录版本、答复与办理记载，逐一指出被改动、缺失或插入之处
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence verify
  credence verify --root 6f1c…（64 位十六进制）      并核对此前公布的存证根仍在库中
  credence verify --json > 核验.json

核验只读数据库，按同一时刻的状态进行，不影响正在进行的入库。
没有发现时退出码为 0，有发现为 1。")]
pub struct Args {
    /// 已公布的存证根，可多次给出
    #[arg(long, value_name = "哈希", value_parser = digest)]
    root: Vec<Digest>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
    /// 最多列出多少条发现（总数总是给出）
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let (database, _) = shop::database(settings, 1)?;
    let mut findings = Vec::new();
    let verified = jobs::verify(&database, &args.root, &mut |it| {
        if findings.len() < args.limit {
            findings.push(it.clone());
        }
    })?;
    let (found, seen, old) = (verified.found, verified.seen, verified.old);
    if args.json {
        let findings: Vec<Value> = findings.iter().map(told).collect();
        let report = json!({"clean": found == 0, "found": found, "seen": seen, "old": old, "findings": findings});
        writeln!(out, "{report:#}")?;
    } else {
        for it in &findings {
            writeln!(out, "{it}")?;
        }
        if found > findings.len() as u64 {
            writeln!(out, "……其余 {} 条未列出（--limit）", found - findings.len() as u64)?;
        }
        writeln!(
            out,
            "核验 {} 条链 {} 个条目、{} 个存证根、{} 个记录版本、{} 个批次、{} 个答复、{} 行办理记载：{}",
            seen.chains,
            seen.entries,
            seen.roots,
            seen.versions,
            seen.deliveries,
            seen.answers,
            seen.rows,
            if found == 0 { "未发现改动".to_owned() } else { format!("发现 {found} 处不符") }
        )?;
        if old != jobs::Old::default() {
            writeln!(
                out,
                "另有 {} 个记录版本、{} 个批次、{} 行办理记载早于账本，尚无见证：核对后运行 credence ledger adopt",
                old.versions, old.deliveries, old.rows
            )?;
        }
    }
    Ok(if found == 0 { Exit::Clean } else { Exit::Refused })
}

/// A finding with its text.
fn told(finding: &Finding) -> Value {
    let mut told = serde_json::to_value(finding).expect("texts and numbers are JSON");
    told["text"] = finding.to_string().into();
    told
}
