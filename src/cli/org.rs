//! `credence org`: the units that deliver or read.

use chrono::NaiveDateTime;
use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::Table,
};
use crate::{
    ledger::deeds,
    standards::{UnifiedSocialCreditCode, region::Regions, region::Status},
    store::{Conn, StoreError, ledger, units},
};

/// 归集单位：登记、查看、修改
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence org add 11430100MB1A2B3CXK --name 示例市市场监督管理局 --region 430100
  credence org list
  credence org set 11430100MB1A2B3CXK --active false       停用：不再接收其报送")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 登记归集单位
    Add {
        /// 单位代码：统一社会信用代码，或本地短代码（字母、数字、-、_，最多 40 位）
        #[arg(value_name = "代码")]
        code: String,
        /// 单位全称
        #[arg(long, value_name = "名称")]
        name: String,
        /// 行政区划代码（GB/T 2260，六位）
        #[arg(long, value_name = "代码")]
        region: Option<String>,
    },
    /// 列出全部归集单位
    List,
    /// 修改归集单位
    Set {
        /// 单位代码
        #[arg(value_name = "代码")]
        code: String,
        /// 单位全称
        #[arg(long, value_name = "名称")]
        name: Option<String>,
        /// 行政区划代码
        #[arg(long, value_name = "代码")]
        region: Option<String>,
        /// 是否启用
        #[arg(long, value_name = "true|false")]
        active: Option<bool>,
    },
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let (database, _) = shop::database(settings, 1)?;
    match &args.action {
        Action::List => list(&database.read(units::all)?, out)?,
        Action::Add { code, name, region } => {
            check_code(code)?;
            check_region(region.as_deref())?;
            let now = shop::clock(settings).now();
            let new = units::Unit {
                code: code.clone(),
                name: named(name)?,
                region: region.clone(),
                active: true,
                made_at: now,
            };
            let is_new = database.write_again(|conn| {
                let is_new = units::find(conn, code)?.is_none();
                if is_new {
                    put(conn, &new, now)?;
                }
                Ok(is_new)
            })?;
            if !is_new {
                return Err(CliError::Refused(format!("归集单位 {code} 已登记；修改用 credence org set")));
            }
            writeln!(out, "已登记 {code} {name}")?;
        }
        Action::Set { code, name, region, active } => {
            check_region(region.as_deref())?;
            let name = name.as_deref().map(named).transpose()?;
            let changed = database.write_again(|conn| {
                let Some(mut unit) = units::find(conn, code)? else { return Ok::<_, StoreError>(None) };
                unit.name = name.clone().unwrap_or(unit.name);
                unit.region = region.clone().or(unit.region);
                unit.active = active.unwrap_or(unit.active);
                put(conn, &unit, shop::clock(settings).now())?;
                Ok(Some(unit))
            })?;
            let unit = changed.ok_or_else(|| unknown(code))?;
            list(&[unit], out)?;
        }
    }
    Ok(Exit::Clean)
}

/// Keeps a unit and tells the ledger.
pub fn put(conn: &mut Conn, unit: &units::Unit, now: NaiveDateTime) -> Result<(), StoreError> {
    units::put(conn, unit)?;
    let said = (unit.name.as_str(), unit.region.as_deref(), unit.active);
    ledger::append(conn, &[deeds::unit(&unit.code, said, now, "cli")]).map(drop)
}

/// The refusal of a code nobody registered.
pub fn unknown(code: &str) -> CliError {
    CliError::Refused(format!("归集单位 {code} 未登记。请先登记：credence org add {code} --name 单位全称"))
}

fn named(name: &str) -> Result<String, CliError> {
    let name = name.trim();
    if name.is_empty() {
        Err(CliError::setting("--name", name, "单位全称不能为空"))
    } else {
        Ok(name.to_owned())
    }
}

/// A code stands in paths of the API and in folders of the inbox.
fn check_code(code: &str) -> Result<(), CliError> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    if code.is_empty() || code.len() > 40 || !code.chars().all(is_plain) {
        return Err(CliError::setting("代码", code, "须为字母、数字、-、_，最多 40 位"));
    }
    // Eighteen characters are meant to be a unified code; a typing error here would stay for years.
    match code.parse::<UnifiedSocialCreditCode>() {
        Err(err) if code.len() == 18 => Err(CliError::setting("代码", code, &err.to_string())),
        _ => Ok(()),
    }
}

fn check_region(region: Option<&str>) -> Result<(), CliError> {
    match region {
        Some(code) if matches!(Regions::embedded().status(code), Status::Unknown) => {
            Err(CliError::setting("--region", code, "行政区划代码未收录"))
        }
        _ => Ok(()),
    }
}

fn list(units: &[units::Unit], out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&["代码", "名称", "行政区划", "状态"]);
    for it in units {
        let state = if it.active { "启用" } else { "停用" };
        table.row([it.code.clone(), it.name.clone(), it.region.clone().unwrap_or_default(), state.to_owned()]);
    }
    if table.is_empty() {
        writeln!(out, "尚未登记归集单位：credence org add 代码 --name 单位全称")?;
        return Ok(());
    }
    Ok(table.print(out)?)
}
