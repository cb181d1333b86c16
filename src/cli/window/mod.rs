//! `credence window`: deferrals at the command line: the items, a decision with its letters, the cases and their steps.

mod cases;
mod decisions;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    org,
    settings::Settings,
    shop, subject,
    table::Table,
};
use crate::{
    affairs::deferrals::{self, Clerk, Wanted},
    deferral::{CaseState, StepKind},
    ingest::Workshop,
    jobs,
    report::letters::WindowLetter,
    store::{Conn, deferral as kept, units},
};

/// 容缺受理：事项清单、核验、文书、容缺件、逾期处理
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence window items
  credence window decide 91110000MA0000001A --org HALL --item GGCSWS --missing PMT --promised 2026-03-27
  credence window letter 12 notice --code 91110000MA0000001A --org HALL -o 告知书.html
  credence window letter 12 promise --code 91110000MA0000001A --org HALL -o 承诺书.html
  credence window open 91110000MA0000001A --answer 12 --org HALL --signed 承诺书.pdf
  credence window take 3 fulfilled --org HALL --reason 已补齐平面布局图
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
    /// 出具核验决定的一份文书（HTML，可直接打印）
    Letter {
        /// 核验决定的答复编号
        #[arg(value_name = "答复编号")]
        answer: i64,
        /// 文书：notice 告知书、promise 承诺书（可容缺的）；decision 写明理由的告知书（不可容缺、需人工的）
        #[arg(value_name = "文书")]
        kind: WindowLetter,
        /// 申请人：代码或编号；平台没有其任何信息的不填
        #[arg(long, value_name = "代码")]
        code: Option<String>,
        /// 窗口的单位代码
        #[arg(long, value_name = "代码")]
        org: String,
        /// 写入文件，默认标准输出
        #[arg(long, short, value_name = "文件")]
        output: Option<PathBuf>,
    },
    /// 据“可容缺”的决定受理
    Open {
        /// 申请人：代码或编号
        #[arg(value_name = "代码")]
        code: String,
        /// 核验决定的答复编号
        #[arg(long, value_name = "答复编号")]
        answer: i64,
        /// 申请人签署的承诺书（扫描件）：只记其 SHA-256，原件由窗口留存
        #[arg(long, value_name = "文件")]
        signed: Option<PathBuf>,
        #[command(flatten)]
        at: Counter,
    },
    /// 办理容缺件的一个环节
    Take {
        /// 容缺件编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 环节：fulfilled 补齐（逾期的即恢复办理）、extended 延期、returned 退件、revoked 撤销（虚假承诺）
        #[arg(value_name = "环节")]
        step: StepKind,
        /// 说明，1–500 字
        #[arg(long, value_name = "说明")]
        reason: String,
        /// 延期至
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<NaiveDate>,
        #[command(flatten)]
        at: Counter,
    },
    /// 一件容缺件的全部环节
    Show {
        /// 容缺件编号
        #[arg(value_name = "编号")]
        id: i64,
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

/// Where a step is taken, and by whom.
#[derive(clap::Args)]
struct Counter {
    /// 窗口的单位代码
    #[arg(long, value_name = "代码")]
    org: String,
    /// 经办人
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
}

impl Counter {
    fn clerk(&self, conn: &mut Conn) -> Result<Clerk, CliError> {
        Ok(Clerk { actor: self.by.clone(), ..clerk(conn, &self.org)? })
    }
}

/// The clerk of a unit that is registered.
fn clerk(conn: &mut Conn, unit: &str) -> Result<Clerk, CliError> {
    units::find(conn, unit)?.ok_or_else(|| org::unknown(unit))?;
    Ok(Clerk { unit: Some(unit.to_owned()), actor: "cli".to_owned() })
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    match &args.action {
        Action::Items => items(&shop, out)?,
        Action::Decide { code, org, item, missing, promised } => {
            let wanted = Wanted { item: item.clone(), missing: missing.clone(), promised: *promised };
            decisions::decide(&shop, (org, code), &wanted, out)?;
        }
        Action::Letter { answer, kind, code, org, output } => {
            let page = decisions::letter(&shop, (org, code.as_deref()), (*answer, *kind))?.html();
            match output {
                Some(path) => std::fs::write(path, page).map_err(CliError::file(path))?,
                None => out.write_all(page.as_bytes())?,
            }
        }
        Action::Open { code, answer, signed, at } => {
            cases::open(&shop, (code, *answer), signed.as_deref(), at, out)?;
        }
        Action::Take { id, step, reason, until, at } => {
            let said = deferrals::Said { kind: *step, note: cases::note(reason)?, until: *until };
            cases::take(&shop, *id, said, at, out)?;
        }
        Action::Show { id } => cases::show(&shop, *id, out)?,
        Action::Cases { org, state, limit } => {
            let filter = kept::Filter { unit: org.clone(), subjects: None, state: *state };
            cases::list(&shop, &filter, i64::from(*limit), out)?;
        }
        Action::Overdue => {
            let jobs::Overdue { suspended, recorded, returned, failed } =
                jobs::overdue(&shop, &jobs::worker_name("overdue"))?;
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
