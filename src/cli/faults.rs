//! `credence faults`: the table of the fault codes.

use super::{
    Out,
    error::{CliError, Exit},
    table::Table,
};
use crate::record::{FaultCode, Grade};

/// 问题代码表：代码、级别、含义与处理办法
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence faults
  credence faults code_check")]
pub struct Args {
    /// 只看一个代码
    #[arg(value_name = "代码")]
    code: Option<String>,
}

pub fn run(args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let only: Option<FaultCode> = match &args.code {
        None => None,
        Some(text) => Some(
            text.parse().map_err(|_| CliError::Refused(format!("没有问题代码“{text}”；credence faults 可列出全部")))?,
        ),
    };
    let mut table = Table::new(&["代码", "级别", "含义", "处理办法"]);
    for code in FaultCode::ALL.iter().filter(|it| only.is_none_or(|only| only == **it)) {
        let grade = match code.grade() {
            Grade::Error => "错误",
            Grade::Warning => "警告",
        };
        table.row([code.to_string(), grade.to_owned(), code.meaning().to_owned(), code.remedy().to_owned()]);
    }
    table.print(out)?;
    if only.is_none() {
        writeln!(out, "\n级别为“错误”的行不入库，“警告”的行照常入库；目录可对个别字段和规则另定级别。")?;
    }
    Ok(Exit::Clean)
}
