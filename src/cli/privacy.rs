//! `credence privacy`: the self-check of what is published, the tasks it opened, and what a person decides about them.

use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::Table,
};
use crate::{
    affairs::{Hand, publicity},
    ingest::privacy,
    record::CorrectionState,
    standards::privacy::Leak,
    store::corrections::{self, Filter},
};

/// 隐私自查：扫描公示信息、查看更正任务、说明理由保留公示
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence privacy scan
  credence privacy tasks --org 11430100MB1A2B3CXK --state open
  credence privacy keep 812345678901 --reason 系本机关公开的举报电话 --by 张三

扫描中断后再次执行从停下之处继续。命中的数据项先脱敏公示；部门更正后重新报送，任务自动办结。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 扫描全部公示中的记录
    Scan {
        /// 本次至多扫描的页数（每页 2000 个版本编号），默认扫到末尾
        #[arg(long, value_name = "N")]
        pages: Option<u64>,
    },
    /// 列出更正任务，最新的在前
    Tasks {
        /// 只看某归集单位
        #[arg(long, short, value_name = "代码")]
        org: Option<String>,
        /// 状态：open 待更正，corrected 已更正，kept 保留公示
        #[arg(long, value_name = "状态")]
        state: Option<CorrectionState>,
        /// 类别：citizen、mobile、landline、account、address、name
        #[arg(long, value_name = "类别")]
        kind: Option<Leak>,
        /// 最多列出的行数
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u16,
    },
    /// 说明理由，恢复原文公示
    Keep {
        /// 任务编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 理由
        #[arg(long, value_name = "理由")]
        reason: String,
        /// 经办人
        #[arg(long, default_value = "cli", value_name = "姓名")]
        by: String,
    },
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    match &args.action {
        Action::Scan { pages } => scan(settings, *pages, out),
        Action::Tasks { org, state, kind, limit } => {
            let (database, _) = shop::database(settings, 1)?;
            let filter = Filter { unit: org.clone(), state: *state, kind: *kind };
            let found = database.read(|conn| corrections::list(conn, &filter, None, i64::from(*limit)))?;
            let mut table = Table::new(&[">编号", "单位", "资源", ">记录", "数据项", "类别", ">处数", "状态"]);
            for it in &found {
                table.row([
                    it.id.to_string(),
                    it.unit.clone(),
                    it.resource.clone(),
                    it.record.to_string(),
                    it.field.clone(),
                    it.kind.name().to_owned(),
                    it.hits.to_string(),
                    state_name(it.state).to_owned(),
                ]);
            }
            table.print(out)?;
            writeln!(out, "{} 条", found.len())?;
            Ok(Exit::Clean)
        }
        Action::Keep { id, reason, by } => {
            let shop = shop::open(settings, 1)?;
            let (hand, now) = (Hand::office(by), shop.clock.now());
            shop.database.write(|conn| publicity::keep_correction(conn, &hand, (*id, reason), now))?;
            writeln!(out, "更正任务 {id} 已办结：保留公示")?;
            Ok(Exit::Clean)
        }
    }
}

fn scan(settings: &Settings, pages: Option<u64>, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    let found = privacy::scan(&shop, pages, &|_| {})?;
    writeln!(out, "已扫描公示记录 {} 条，新开更正任务 {} 个", found.records, found.opened)?;
    if !found.done {
        writeln!(out, "尚未扫完，再次执行从停下之处继续")?;
    }
    let mut table = Table::new(&["单位", "类别", ">待更正"]);
    for (unit, kind, count) in &found.open {
        table.row([unit.clone(), kind.name().to_owned(), count.to_string()]);
    }
    table.print(out)?;
    Ok(Exit::Clean)
}

const fn state_name(state: CorrectionState) -> &'static str {
    match state {
        CorrectionState::Open => "待更正",
        CorrectionState::Corrected => "已更正",
        CorrectionState::Kept => "保留公示",
    }
}
