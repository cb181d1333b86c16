//! The manual that `--help` prints: what the house is, how to begin, the exit codes, and the words of the help itself.

use clap::{Arg, ArgAction, Command};

/// What it is.
pub const ABOUT: &str = "信汇 Credence：归集、校验、入库并应答一座城市的公共信用信息";

/// How to begin, and what the exit codes mean.
pub const MANUAL: &str = "\
入门：
  credence demo                                                  装入示例数据并启动服务，随后按提示打开网页
  credence template penalty -o 行政处罚.xlsx                      取填报模板
  credence check 行政处罚.xlsx --resource penalty                 离线预检，不入库
  credence org add 11430100MB1A2B3CXK --name 示例市市场监督管理局
  credence ingest 行政处罚.xlsx --resource penalty --org 11430100MB1A2B3CXK --report 问题.xlsx
  credence serve --listen 127.0.0.1:8080                         启动服务

退出码：
  0   全部数据已受理（或命令完成）
  1   整份文件被拒收，或所求之事办不到
  2   文件已受理，部分数据行未入库（疑问、冲突或未关联）
  3   批次暂存待人工确认（credence release 或 discard）
  64  命令或设置有误
  70  数据库、磁盘或网络故障，排除后可原样重试

环境变量（命令行选项优先）：
  CREDENCE_DATABASE_URL  CREDENCE_DATA  CREDENCE_CATALOG  CREDENCE_POLICY  CREDENCE_KEY
  CREDENCE_WORKDAYS  CREDENCE_QUALITY  CREDENCE_DAY  CREDENCE_LOG（日志级别，如 info）

备份须同时包含：数据库、数据目录、密钥文件。没有密钥，加密的证件号码与原始文件无法恢复。";

/// The parts of the help of every command.
const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Turns the words clap puts between ours into Chinese, in a command and all below it.
pub fn in_chinese(command: Command) -> Command {
    let is_root = command.get_name() == "credence";
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示帮助");
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("显示版本");
    let command = command
        .help_template(TEMPLATE)
        .max_term_width(110)
        .subcommand_value_name("命令")
        .subcommand_help_heading("命令")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help)
        .args(is_root.then_some(version))
        .mut_args(|arg| match arg.get_help_heading() {
            Some(_) => arg,
            None if arg.is_positional() => arg.help_heading("参数"),
            None => arg.help_heading("选项"),
        })
        .mut_args(default_in_chinese);
    command.mut_subcommands(in_chinese)
}

/// Says the default of an option as a part of its help.
fn default_in_chinese(arg: Arg) -> Arg {
    let defaults: Vec<String> = arg.get_default_values().iter().map(|it| it.to_string_lossy().into_owned()).collect();
    match arg.get_help().map(ToString::to_string) {
        Some(help) if arg.get_action().takes_values() && !defaults.is_empty() => {
            arg.hide_default_value(true).help(format!("{help} [默认 {}]", defaults.join("、")))
        }
        _ => arg,
    }
}
