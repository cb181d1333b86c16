//! `credence migrate`: brings the schema of the database up to date.

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
};

/// 创建或升级数据库表结构（其他命令启动时也会自动执行）
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence migrate
  credence migrate --database postgres://credence@localhost/credence")]
pub struct Args {}

pub fn run(settings: &Settings, _args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let (_, n_run) = shop::database(settings, 1)?;
    match n_run {
        0 => writeln!(out, "表结构已是最新")?,
        n => writeln!(out, "已执行 {n} 项升级")?,
    }
    Ok(Exit::Clean)
}
