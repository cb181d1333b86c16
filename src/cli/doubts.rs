//! `credence doubts`: doubtful rows, and what a person decides about them.

use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::{Table, cut},
};
use crate::{
    ingest::{self, By, FaultView, IngestError},
    record::{Doubt, DoubtKind, DoubtState},
    store::doubts::{self, Filter},
};

/// 疑问数据：查看、忽略、人工关联主体
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence doubts list --org 11430100MB1A2B3CXK --state open
  credence doubts ignore 31 --reason 原始文书如此，不再更正 --by 张三
  credence doubts link 32 --subject 812345678901 --reason 经电话核实 --by 张三

更正后的数据再次报送时，对应的疑问数据自动转为“已更正”。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 列出疑问数据，最新的在前
    List {
        /// 只看某归集单位
        #[arg(long, short, value_name = "代码")]
        org: Option<String>,
        /// 只看某资源
        #[arg(long, short, value_name = "资源")]
        resource: Option<String>,
        /// 状态：open 未处理，corrected 已更正，linked 已关联，ignored 已忽略
        #[arg(long, value_name = "状态")]
        state: Option<DoubtState>,
        /// 种类：fault 校验未通过，conflict 同批次冲突，unlinked 未关联主体
        #[arg(long, value_name = "种类")]
        kind: Option<DoubtKind>,
        /// 只看编号小于此数的（翻页）
        #[arg(long, value_name = "编号")]
        below: Option<i64>,
        /// 最多列出的行数
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u16,
    },
    /// 忽略一条疑问数据
    Ignore(Decision),
    /// 把一条未关联的数据关联到主体
    Link {
        #[command(flatten)]
        decision: Decision,
        /// 主体编号（列表中“候选主体”一栏）
        #[arg(long, value_parser = super::subject::number, value_name = "主体")]
        subject: i64,
    },
}

#[derive(clap::Args)]
struct Decision {
    /// 疑问数据编号
    #[arg(value_name = "编号")]
    id: i64,
    /// 原因
    #[arg(long, value_name = "原因")]
    reason: String,
    /// 经办人
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
}

impl Decision {
    fn by(&self) -> By {
        By { actor: self.by.clone(), reason: self.reason.clone() }
    }
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    match &args.action {
        Action::List { org, resource, state, kind, below, limit } => {
            let (database, _) = shop::database(settings, 1)?;
            let filter = Filter { unit: org.clone(), resource: resource.clone(), state: *state, kind: *kind };
            let below = below.unwrap_or(i64::MAX);
            let found = database.read(|conn| doubts::list(conn, &filter, below, i64::from(*limit)))?;
            list(&found, out)?;
        }
        Action::Ignore(decision) => {
            ingest::ignore(&shop::open(settings, 1)?, decision.id, &decision.by())?;
            writeln!(out, "疑问数据 {} 已忽略", decision.id)?;
        }
        Action::Link { decision, subject } => {
            ingest::link(&shop::open(settings, shop::FEW)?, decision.id, *subject, &decision.by())?;
            writeln!(out, "疑问数据 {} 已关联到主体 {subject}", decision.id)?;
        }
    }
    Ok(Exit::Clean)
}

fn list(found: &[Doubt], out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&[">编号", "单位", "资源", ">批次", ">行", "种类", "状态", "候选主体", "问题"]);
    for it in found {
        let faults: Vec<FaultView> =
            serde_json::from_str(&it.faults).map_err(|err| IngestError::Spoiled(err.to_string()))?;
        let reasons: Vec<String> = faults.iter().map(reason).collect();
        table.row([
            it.id.to_string(),
            it.unit.clone(),
            it.resource.clone(),
            it.delivery.to_string(),
            it.row.to_string(),
            kind(it.kind).to_owned(),
            state(it.state).to_owned(),
            it.candidates.clone().unwrap_or_default(),
            cut(&reasons.join("；"), 80),
        ]);
    }
    table.print(out)?;
    Ok(writeln!(out, "{} 条", found.len())?)
}

fn reason(fault: &FaultView) -> String {
    fault.heading.as_ref().map_or_else(|| fault.message.clone(), |it| format!("【{it}】{}", fault.message))
}

const fn kind(kind: DoubtKind) -> &'static str {
    match kind {
        DoubtKind::Fault => "校验未通过",
        DoubtKind::Conflict => "同批次冲突",
        DoubtKind::Unlinked => "未关联主体",
    }
}

const fn state(state: DoubtState) -> &'static str {
    match state {
        DoubtState::Open => "未处理",
        DoubtState::Corrected => "已更正",
        DoubtState::Linked => "已关联",
        DoubtState::Ignored => "已忽略",
    }
}
