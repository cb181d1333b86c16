//! `credence zero-report`: the statement that a period brought nothing to report.

use super::{
    Out,
    error::{CliError, Exit},
    org,
    settings::Settings,
    shop,
};
use crate::{
    ingest::report_nothing,
    quality::reportable,
    store::{StoreError, units},
};

/// 零报告：声明某单位某期没有应报数据
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence zero-report --org 11430100MB1A2B3CXK --resource penalty --period 2026-10

报送期写法：2026-10（月）、2026-W47（周）、2026-Q4（季）、2026-H2（半年）、2026（年），须与资源的报送周期一致。")]
pub struct Args {
    /// 归集单位代码
    #[arg(long, short, value_name = "代码")]
    org: String,
    /// 资源代码或中文名称
    #[arg(long, short, value_name = "资源")]
    resource: String,
    /// 报送期
    #[arg(long, value_name = "期")]
    period: String,
    /// 报告人
    #[arg(long, value_name = "姓名", default_value = "cli")]
    by: String,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let catalog = shop::catalog(settings)?;
    let resource = shop::resource(&catalog, &args.resource)?;
    let span =
        reportable(resource, &args.period, shop::day(settings)).map_err(|err| CliError::Refused(err.to_string()))?;
    let (database, _) = shop::database(settings, 1)?;
    let report = units::ZeroReport {
        unit: args.org.clone(),
        resource: resource.code.clone(),
        period: span.to_string(),
        actor: args.by.clone(),
        made_at: shop::clock(settings).now(),
    };
    let done = database.write_again(|conn| match units::find(conn, &args.org)? {
        None => Ok::<_, StoreError>(None),
        Some(_) => report_nothing(conn, &report).map(Some),
    })?;
    let is_new = done.ok_or_else(|| org::unknown(&args.org))?;
    let said = if is_new { "已受理" } else { "此前已报，无需重复" };
    writeln!(out, "{} {} {span} 期零报告{said}", args.org, resource.name)?;
    Ok(Exit::Clean)
}
