//! Designations at the command line: candidates, proposals and steps, on behalf of a unit.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use crate::{
    affairs::designation::{self as affair, Actor, Asked, Content, Proposal},
    cli::{
        Out,
        error::{CliError, Exit},
        subject,
        table::Table,
    },
    ingest::Workshop,
    rights::designation::{Document, Removal, State, StepKind},
    store::designations::{self, Filter, Stored},
};

#[derive(Subcommand)]
pub enum Action {
    /// 按候选规则查找候选并提出（不列入），列出未处理的候选
    Candidates,
    /// 名单认定列表，最新的在前
    Designations {
        /// 只看某单位
        #[arg(long, short, value_name = "代码")]
        org: Option<String>,
        /// 只看某状态，如 proposed、notified、published
        #[arg(long, value_name = "状态")]
        state: Option<State>,
        /// 最多列出的行数
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u16,
    },
    /// 提出名单认定
    Propose {
        /// 名单编码
        #[arg(value_name = "名单")]
        list: String,
        /// 统一社会信用代码、其他已知代码，或主体编号
        #[arg(value_name = "主体")]
        subject: String,
        /// 认定单位
        #[arg(long, short, value_name = "代码")]
        org: String,
        /// 列入事由
        #[arg(long, value_name = "事由")]
        reason: String,
        /// 列入依据，默认为名单的设立依据
        #[arg(long, value_name = "依据")]
        basis: Option<String>,
        /// 经办人
        #[arg(long, default_value = "cli", value_name = "姓名")]
        by: String,
    },
    /// 把尚未开始办理的提出（多为候选）交给可以认定的单位
    Assign {
        /// 名单认定编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 认定单位
        #[arg(long, short, value_name = "代码")]
        org: String,
        /// 理由
        #[arg(long, value_name = "理由")]
        reason: String,
        /// 经办人
        #[arg(long, default_value = "cli", value_name = "姓名")]
        by: String,
    },
    /// 办理一个环节：publicised、objected、notified、heard、waived、consented、designated、published、removed、dropped
    Step(Box<Step>),
    /// 把未入库的认定、移出记录补入
    Finish,
}

#[derive(clap::Args)]
pub struct Step {
    /// 名单认定编号
    #[arg(value_name = "编号")]
    id: i64,
    /// 环节
    #[arg(value_name = "环节")]
    step: StepKind,
    /// 认定单位
    #[arg(long, short, value_name = "代码")]
    org: String,
    /// 理由，或陈述申辩的内容
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 文号
    #[arg(long, value_name = "文号", requires = "file")]
    document: Option<String>,
    /// 文书的文件
    #[arg(long, value_name = "文件", requires = "document")]
    file: Option<PathBuf>,
    /// 日期，默认今日
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<NaiveDate>,
    /// 决定写明的名单期限至（含）
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
    /// 移出事由：term_over、repaired、revoked（理由须写明被撤销的认定文书号）、exit
    #[arg(long, value_name = "事由")]
    removal: Option<Removal>,
    /// 列入事由；规则提出的候选在认定前填写
    #[arg(long, value_name = "事由")]
    entry_reason: Option<String>,
    /// 经办人
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
}

/// Bytes of a document.
const DOCUMENT: u64 = 20 << 20;

pub fn run(shop: &Workshop, action: &Action, out: Out<'_>) -> Result<Exit, CliError> {
    match action {
        Action::Candidates => candidates(shop, out),
        Action::Designations { org, state, limit } => {
            let filter = Filter { unit: org.clone(), state: *state, ..Filter::default() };
            list(&kept(shop, &filter, i64::from(*limit))?, out)
        }
        Action::Propose { list, subject, org, reason, basis, by } => {
            let subject = shop.database.read(|conn| subject::id(conn, subject))?;
            let content = Content { reason: reason.clone(), basis: basis.clone(), ..Content::default() };
            let proposal = Proposal { list: list.clone(), subject, content, records: Vec::new() };
            let id = affair::propose(shop, &proposal, &Actor { name: by.clone(), unit: org.clone() })?;
            writeln!(out, "名单认定 {id} 已提出；下一环节用 credence lists step {id}")?;
            Ok(Exit::Clean)
        }
        Action::Assign { id, org, reason, by } => {
            let office = Actor { name: by.clone(), unit: String::new() };
            let done = affair::assign(shop, *id, org, reason, &office)?;
            writeln!(out, "名单认定 {id} 已交由 {} 办理", done.designation.opening.unit)?;
            Ok(Exit::Clean)
        }
        Action::Step(step) => take(shop, step, out),
        Action::Finish => {
            let n_owed = affair::finish_all(shop)?;
            writeln!(out, "尚有 {n_owed} 件未能入库")?;
            Ok(if n_owed == 0 { Exit::Clean } else { Exit::Refused })
        }
    }
}

fn kept(shop: &Workshop, filter: &Filter, limit: i64) -> Result<Vec<Stored>, CliError> {
    Ok(shop.database.read(|conn| designations::list(conn, filter, i64::MAX, limit))?)
}

fn candidates(shop: &Workshop, out: Out<'_>) -> Result<Exit, CliError> {
    let mut n_new = 0;
    while let Some(n) = affair::propose_new_candidates(shop)? {
        n_new += n;
    }
    let filter = Filter { state: Some(State::Proposed), by_rule: Some(true), ..Filter::default() };
    list(&kept(shop, &filter, 500)?, out)?;
    writeln!(out, "新提出 {n_new} 件；候选须由认定机关审查，不会自行列入")?;
    Ok(Exit::Clean)
}

fn list(found: &[Stored], out: Out<'_>) -> Result<Exit, CliError> {
    let mut table = Table::new(&[">编号", "名单", "主体", "单位", "状态", "候选规则", ">记录", "说明"]);
    for it in found {
        let opening = &it.designation.opening;
        table.row([
            opening.id.to_string(),
            opening.list.clone(),
            format!("@{}", opening.subject),
            if opening.unit.is_empty() { "待交办".to_owned() } else { opening.unit.clone() },
            it.designation.state().name().to_owned(),
            opening.rule.clone().unwrap_or_default(),
            opening.records.len().to_string(),
            it.trouble.clone().unwrap_or_default(),
        ]);
    }
    table.print(out)?;
    writeln!(out, "{} 件", found.len())?;
    Ok(Exit::Clean)
}

fn take(shop: &Workshop, step: &Step, out: Out<'_>) -> Result<Exit, CliError> {
    let document = match (&step.document, &step.file) {
        (Some(number), Some(path)) => {
            let mut file = std::fs::File::open(path).map_err(CliError::file(path))?;
            let stored = shop.blobs.keep(&mut file, DOCUMENT)?;
            Some(Document { number: number.clone(), digest: stored.digest })
        }
        _ => None,
    };
    let content = match &step.entry_reason {
        None => None,
        Some(reason) => {
            let before = shop.database.read(|conn| designations::find(conn, step.id))?;
            let before = before.ok_or_else(|| CliError::Refused(format!("没有名单认定 {}", step.id)))?;
            let before = Content::open(shop, step.id, &before.content)?;
            Some(Content { reason: reason.clone(), ..before })
        }
    };
    let asked = Asked {
        kind: step.step,
        day: step.day,
        reason: step.reason.clone(),
        document,
        until: step.until,
        removal: step.removal,
        content,
    };
    let actor = Actor { name: step.by.clone(), unit: step.org.clone() };
    let done = affair::step(shop, step.id, &asked, &actor)?;
    writeln!(out, "名单认定 {}：{}", step.id, done.designation.state().name())?;
    match done.trouble {
        None => Ok(Exit::Clean),
        Some(trouble) => Err(CliError::Refused(trouble)),
    }
}
