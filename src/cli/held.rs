//! `credence release` and `credence discard`: what a person decides about a delivery that is held.

use super::{
    Out,
    error::{CliError, Exit},
    ingest,
    settings::Settings,
    shop,
};
use crate::{
    jobs,
    ledger::{Event, deeds},
    store::{Conn, StoreError, deliveries, ledger},
};

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
    let now = shop.clock.now();
    let done = shop.database.write_again(|conn| {
        let done = deliveries::release(conn, args.delivery)?;
        tell(conn, done, deeds::delivery(args.delivery, "released", now, "cli"))
    })?;
    if !done {
        return Err(not_held(args.delivery));
    }
    let delivery = jobs::bring_to_end(&shop, &jobs::worker_name("release"), args.delivery, &|_| {})?;
    ingest::print(&delivery, true, out)?;
    Ok(ingest::exit(&delivery))
}

pub fn discard(settings: &Settings, args: &DiscardArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let (database, _) = shop::database(settings, 1)?;
    let now = shop::clock(settings).now();
    let done = database.write_again(|conn| {
        let done = deliveries::discard(conn, args.delivery, &args.reason, now)?;
        tell(conn, done, deeds::delivery(args.delivery, "discarded", now, "cli"))
    })?;
    if !done {
        return Err(not_held(args.delivery));
    }
    writeln!(out, "批次 {} 已作废", args.delivery)?;
    Ok(Exit::Clean)
}

/// Tells the ledger what was done, if it was.
fn tell(conn: &mut Conn, done: bool, event: Event) -> Result<bool, StoreError> {
    if done {
        ledger::append(conn, &[event])?;
    }
    Ok(done)
}

fn not_held(delivery: i64) -> CliError {
    CliError::Refused(format!("没有处于暂存待核的批次 {delivery}"))
}
