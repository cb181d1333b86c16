//! `credence export`: sends records upward as numbered files.

use std::path::PathBuf;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
};
use crate::{
    catalog::Exposure,
    jobs::{self, Order},
    report::UpwardFormat,
};

/// 上报：把入库的记录按国家布局写成编号文件（<ROWDATA> XML 或 CSV），按断点增量，可中断续传
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence export --resource penalty --out 上报 --message 001501 --since-cursor 省平台
  credence export --resource licence --format csv --out 导出

文件名为“报文号_日期_五位序号”，写完才出现，因此目录中的文件都是完整的；中断后再次执行从断点继续，序号不重不漏。
日期写作 YYYY/MM/DD，2099/12/31 为长期，金额单位为万元。证件号码默认脱敏。
已修复、屏蔽、归档等不得再共享的记录不再报送；按断点报送过的，终止时另列在“…_withdrawn.csv”中，恢复时重新报送。
布局无法表示的撤销记录也列在其中，末列为终止原因。上报队列（修复、屏蔽、异议等事项）随之写入“…_notices.jsonl”并登记为已上报。
一个断点对应一个接收方的一类资源。不给 --since-cursor 则每次导出全部，不含不得共享的。")]
pub struct Args {
    /// 资源代码或中文名称
    #[arg(long, short, value_name = "资源")]
    resource: String,
    /// 格式：xml 或 csv
    #[arg(long, default_value = "xml", value_name = "格式")]
    format: UpwardFormat,
    /// 写到哪个目录
    #[arg(long, value_name = "目录")]
    out: PathBuf,
    /// 报文号
    #[arg(long, value_name = "六位", default_value = "000000")]
    message: String,
    /// 断点名称：只导出此断点之后的新增与变更
    #[arg(long, value_name = "名称")]
    since_cursor: Option<String>,
    /// 范围：public 只含公示信息；shared 另含仅政府共享的信息。授权查询的信息从不导出
    #[arg(long, default_value = "public", value_name = "范围")]
    exposure: Exposure,
    /// 写出完整证件号码（须有依据，慎用）
    #[arg(long)]
    with_personal_numbers: bool,
    /// 不带出上报队列（断点不是给上级平台的）
    #[arg(long)]
    without_notices: bool,
    /// 每个文件的行数
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rows_per_file: u32,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let is_plain = args.message.len() <= 20 && args.message.bytes().all(|it| it.is_ascii_alphanumeric());
    if args.message.is_empty() || !is_plain {
        return Err(CliError::setting("--message", &args.message, "须为字母与数字，最多 20 位"));
    }
    let shop = shop::open(settings, shop::FEW)?;
    let order = Order {
        resource: shop::resource(&shop.catalog, &args.resource)?,
        format: args.format,
        folder: args.out.clone(),
        message: args.message.clone(),
        cursor: args.since_cursor.clone(),
        exposures: exposures(args.exposure)?,
        with_persons: args.with_personal_numbers,
        with_notices: !args.without_notices,
        file_rows: args.rows_per_file as usize,
    };
    let (mut n_batches, mut n_files, mut n_rows) = (0, 0, 0);
    jobs::export(&shop, &order, &mut |written| {
        n_batches += 1;
        if let Some(path) = &written.path {
            (n_files, n_rows) = (n_files + 1, n_rows + written.rows);
            writeln!(out, "{}  {} 行", path.display(), written.rows)?;
        }
        if let Some((path, n)) = &written.ended {
            writeln!(out, "{}  终止 {n} 行", path.display())?;
        }
        if let Some((path, n)) = &written.notices {
            writeln!(out, "{}  事项 {n} 件", path.display())?;
        }
        Ok(out.flush()?)
    })?;
    match n_batches {
        0 => writeln!(out, "没有新数据")?,
        _ => writeln!(out, "共 {n_files} 个文件 {n_rows} 行")?,
    }
    Ok(Exit::Clean)
}

fn exposures(most: Exposure) -> Result<Vec<Exposure>, CliError> {
    match most {
        Exposure::Public => Ok(vec![Exposure::Public]),
        Exposure::Shared => Ok(vec![Exposure::Public, Exposure::Shared]),
        Exposure::Authorised => Err(CliError::setting("--exposure", "authorised", "授权查询的信息不得批量导出")),
    }
}
