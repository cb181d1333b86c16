//! `credence zero-report`: the statement that a period brought nothing to report.

use super::{
    Out,
    error::{CliError, Exit},
    org,
    settings::Settings,
    shop,
};
use crate::{
    catalog::Resource,
    quality::Span,
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
    let span = span(resource, args, shop::day(settings))?;
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
        Some(_) => units::report_zero(conn, &report).map(Some),
    })?;
    let is_new = done.ok_or_else(|| org::unknown(&args.org))?;
    let said = if is_new { "已受理" } else { "此前已报，无需重复" };
    writeln!(out, "{} {} {span} 期零报告{said}", args.org, resource.name)?;
    Ok(Exit::Clean)
}

/// The period, if it is one the resource reports by and has begun.
fn span(resource: &Resource, args: &Args, today: chrono::NaiveDate) -> Result<Span, CliError> {
    let span: Span =
        args.period.parse().map_err(|err: crate::quality::InvalidSpan| CliError::Refused(err.to_string()))?;
    match resource.duty.period {
        None => Err(CliError::Refused(format!("{}不按期报送，无需零报告", resource.name))),
        Some(period) if period != span.period => {
            let example = Span::of(period, today);
            Err(CliError::Refused(format!("{}的报送期写法如 {example}，不是 {span}", resource.name)))
        }
        Some(_) if span.first > today => Err(CliError::Refused(format!("{span} 期尚未开始"))),
        Some(_) => Ok(span),
    }
}
