//! `credence template`: the workbook a clerk fills in.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
};
use crate::catalog::template;

/// 生成某资源的填报模板（xlsx）：代码列为文本格式，枚举项为下拉，含填写说明
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence template penalty -o 行政处罚.xlsx
  credence template 行政许可 -o 行政许可.xlsx")]
pub struct Args {
    /// 资源代码或中文名称
    #[arg(value_name = "资源")]
    resource: String,
    /// 写到哪里，默认“资源名称.xlsx”
    #[arg(long, short, value_name = "文件")]
    output: Option<PathBuf>,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let catalog = shop::catalog(settings)?;
    let resource = shop::resource(&catalog, &args.resource)?;
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.xlsx", resource.name)));
    let mut file = BufWriter::new(File::create(&path).map_err(CliError::file(&path))?);
    template::write(resource, &mut file).map_err(|err| CliError::Refused(err.to_string()))?;
    file.flush().map_err(CliError::file(&path))?;
    writeln!(out, "{}", path.display())?;
    Ok(Exit::Clean)
}
