//! `credence release` and `credence discard`: what a person decides about a delivery that is held.

use super::{
    Out,
    error::{CliError, Exit},
    ingest,
    settings::Settings,
    shop,
};
use crate::{jobs, store::deliveries};

/// 放行暂存待核的批次，并继续入库
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence release 12")]
pub struct ReleaseArgs {
    /// 批次号
    #[arg(value_name = "批次")]
    delivery: i64,
}

/// 作废暂存待核的批次，其数据一行不入库
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence discard 12 --reason 导出不全，单位已确认重报")]
pub struct DiscardArgs {
    /// 批次号
    #[arg(value_name = "批次")]
    delivery: i64,
    /// 原因
    #[arg(long, value_name = "原因")]
    reason: String,
}

pub fn release(settings: &Settings, args: &ReleaseArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    if !shop.database.write_again(|conn| deliveries::release(conn, args.delivery))? {
        return Err(not_held(args.delivery));
    }
    let delivery = jobs::bring_to_end(&shop, &jobs::worker_name("release"), args.delivery, &|_| {})?;
    ingest::print(&delivery, true, out)?;
    Ok(ingest::exit(&delivery))
}

pub fn discard(settings: &Settings, args: &DiscardArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let (database, _) = shop::database(settings, 1)?;
    let now = shop::clock(settings).now();
    if !database.write_again(|conn| deliveries::discard(conn, args.delivery, &args.reason, now))? {
        return Err(not_held(args.delivery));
    }
    writeln!(out, "批次 {} 已作废", args.delivery)?;
    Ok(Exit::Clean)
}

fn not_held(delivery: i64) -> CliError {
    CliError::Refused(format!("没有处于暂存待核的批次 {delivery}"))
}
