//! `credence window`: deferrals at the command line: the items, a decision, the cases, and what is overdue.

use chrono::NaiveDate;
use clap::Subcommand;
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
    affairs::deferrals::{self, DECISION, Wanted},
    deferral::{self, CaseState},
    ingest::Workshop,
    jobs,
    store::{
        answers::{self, Given},
        deferral as kept, units,
    },
};

/// 容缺受理：事项清单、核验、容缺件、逾期处理
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence window items
  credence window decide 91110000MA0000001A --org HALL --item GGCSWS --missing PMT --promised 2026-03-27
  credence window cases --state open
  credence window overdue

逾期未补正的由 overdue 处理：暂停办理，并恰好写入一条违背信用承诺的记录；serve 运行时每小时自动处理一次。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 事项清单
    Items,
    /// 核验某申请人能否容缺受理
    Decide {
        /// 申请人：代码或编号
        #[arg(value_name = "代码")]
        code: String,
        /// 窗口的单位代码
        #[arg(long, value_name = "代码")]
        org: String,
        /// 事项编码
        #[arg(long, value_name = "编码")]
        item: String,
        /// 缺少的材料的编码，可多次给出
        #[arg(long, value_name = "编码")]
        missing: Vec<String>,
        /// 承诺补齐之日
        #[arg(long, value_name = "YYYY-MM-DD")]
        promised: NaiveDate,
    },
    /// 容缺件及预警
    Cases {
        /// 只看某单位
        #[arg(long, value_name = "代码")]
        org: Option<String>,
        /// 状态：open 补正中，fulfilled 已补齐，suspended 暂停，returned 退件，revoked 撤销
        #[arg(long, value_name = "状态")]
        state: Option<CaseState>,
        /// 最多列出的行数
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u16,
    },
    /// 处理逾期的容缺件
    Overdue,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    match &args.action {
        Action::Items => items(&shop, out)?,
        Action::Decide { code, org, item, missing, promised } => {
            let wanted = Wanted { item: item.clone(), missing: missing.clone(), promised: *promised };
            decide(&shop, (org, code), &wanted, out)?;
        }
        Action::Cases { org, state, limit } => {
            let filter = kept::Filter { unit: org.clone(), subjects: None, state: *state };
            cases(&shop, &filter, i64::from(*limit), out)?;
        }
        Action::Overdue => {
            let done = jobs::overdue(&shop, &jobs::worker_name("overdue"))?;
            let jobs::Overdue { suspended, recorded, returned, failed } = done;
            writeln!(out, "暂停 {suspended} 件，写入违诺记录 {recorded} 条，退件 {returned} 件，未能处理 {failed} 件")?;
        }
    }
    Ok(Exit::Clean)
}

fn items(shop: &Workshop, out: Out<'_>) -> Result<(), CliError> {
    let (_, rules) = deferrals::rules(shop, shop.clock.day())?;
    let mut table = Table::new(&["编码", "事项", "实施机关", "办件类型", "门槛", "可容缺材料"]);
    for it in &rules.items {
        let materials: Vec<String> = it.deferrable.iter().map(|it| format!("{} {}", it.code, it.name)).collect();
        let told = it.excluded.as_ref().map_or_else(|| materials.join("；"), |why| format!("不适用：{why}"));
        let level = it.level.clone().unwrap_or_else(|| rules.gate.level.clone());
        table.row([it.code.clone(), it.name.clone(), it.authority.clone(), it.case_type.clone(), level, told]);
    }
    Ok(table.print(out)?)
}

fn decide(shop: &Workshop, (unit, code): (&str, &str), wanted: &Wanted, out: Out<'_>) -> Result<(), CliError> {
    let (id, decision) = shop.database.read(|conn| {
        units::find(conn, unit)?.ok_or_else(|| org::unknown(unit))?;
        let id = subject::id(conn, code)?;
        let decided = deferrals::decide(conn, shop, Some(id), wanted)?;
        let id = decided.asked.as_ref().map_or(id, |it| it.dossier.subject.id);
        Ok::<_, CliError>((id, decided.decision))
    })?;
    let mut table = Table::new(&["核验项", "结果", "说明"]);
    decision.checks.iter().for_each(|it| table.row([it.code.clone(), it.result.to_owned(), it.reason.text.clone()]));
    let mut text = Vec::new();
    table.print(&mut text)?;
    let given = Given {
        asked_at: shop.clock.now(),
        unit: unit.to_owned(),
        caller: "cli".to_owned(),
        role: "window".to_owned(),
        kind: DECISION.to_owned(),
        purpose: None,
        consent: None,
        subjects: vec![id],
        question: deferrals::question(wanted),
        outcome: decision.outcome.to_string(),
        digest: Sha256::digest(&text).into(),
    };
    let answer = shop.database.write(|conn| answers::record(conn, &[&given]))?[0].id;
    out.write_all(&text)?;
    let outcome = match decision.outcome {
        deferral::Outcome::Deferrable => "可容缺",
        deferral::Outcome::NotDeferrable => "不可容缺",
        deferral::Outcome::Manual => "需人工",
    };
    let latest = decision.latest.map_or_else(|| "—".to_owned(), |it| it.to_string());
    Ok(writeln!(out, "{outcome}；最迟 {latest}；答复编号 {answer}")?)
}

fn cases(shop: &Workshop, filter: &kept::Filter, limit: i64, out: Out<'_>) -> Result<(), CliError> {
    let found = shop.database.read(|conn| kept::list(conn, filter, i64::MAX, limit))?;
    let mut table = Table::new(&[">编号", "承诺编码", "主体", "受理单位", "事项", "承诺补齐", "状态", "预警"]);
    for it in found {
        let (_, rules) = deferrals::rules(shop, it.opened_on)?;
        let colour = deferral::colour(&it, &rules.gate, &shop.calendar, shop.clock.day());
        table.row([
            it.id.to_string(),
            it.number,
            format!("@{}", it.subject),
            it.unit,
            it.item,
            it.due_on.to_string(),
            it.state.to_string(),
            colour.map(|it| it.to_string()).unwrap_or_default(),
        ]);
    }
    Ok(table.print(out)?)
}
