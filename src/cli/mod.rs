//! The command `credence`: a file a command. Parses, asks, prints; what is decided is decided elsewhere.

mod account;
mod check;
mod demo;
mod doubts;
mod error;
mod export;
mod faults;
mod held;
mod inbox;
mod ingest;
mod migrate;
mod org;
mod pull;
mod quality;
mod sample;
mod schema;
mod serve;
mod settings;
mod shop;
mod subject;
mod table;
mod template;
mod zero;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use error::{CliError, Exit, USAGE};
use settings::{GlobalOptions, Settings};

const ABOUT: &str = "信汇 Credence：归集、校验、入库并应答一座城市的公共信用信息";

const MANUAL: &str = "\
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
  CREDENCE_DATABASE_URL  CREDENCE_DATA  CREDENCE_CATALOG  CREDENCE_KEY
  CREDENCE_WORKDAYS  CREDENCE_QUALITY  CREDENCE_DAY  CREDENCE_LOG（日志级别，如 info）

备份须同时包含：数据库、数据目录、密钥文件。没有密钥，加密的证件号码与原始文件无法恢复。";

/// The command line.
#[derive(Parser)]
#[command(name = "credence", version, about = ABOUT, after_help = MANUAL, max_term_width = 110)]
#[command(subcommand_value_name = "命令", subcommand_help_heading = "命令", disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    options: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Serve(serve::Args),
    Check(check::Args),
    Ingest(ingest::Args),
    Inbox(inbox::Args),
    Pull(pull::Args),
    Template(template::Args),
    Schema(schema::Args),
    Faults(faults::Args),
    Sample(sample::Args),
    Migrate(migrate::Args),
    Org(org::Args),
    Export(export::Args),
    Account(account::Args),
    Quality(quality::Args),
    ZeroReport(zero::Args),
    Doubts(doubts::Args),
    Release(held::ReleaseArgs),
    Discard(held::DiscardArgs),
    Merge(subject::MergeArgs),
    Unmerge(subject::UnmergeArgs),
}

/// What a command prints to.
type Out<'o> = &'o mut dyn Write;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(err) => {
            let code = if err.use_stderr() { USAGE } else { Exit::Clean as u8 };
            // There is nobody to tell when even this cannot be printed.
            let _printed = err.print();
            return ExitCode::from(code);
        }
    };
    log();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = run(&cli, &mut out).and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    match done {
        Ok(exit) => ExitCode::from(exit as u8),
        // Whoever read the output has gone, as `head` does: that is no failure.
        Err(CliError::Out(err)) if err.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(err) => {
            let _told = out.flush();
            eprintln!("credence：{err}");
            ExitCode::from(err.code())
        }
    }
}

/// The log goes to the standard error, as `CREDENCE_LOG` says; warnings by default.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("CREDENCE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

fn run(cli: &Cli, out: Out<'_>) -> Result<Exit, CliError> {
    let settings = Settings::read(&cli.options, &|name| std::env::var(name).ok())?;
    match &cli.command {
        Command::Demo(args) => demo::run(&settings, args, out),
        Command::Serve(args) => serve::run(&settings, args, out),
        Command::Check(args) => check::run(&settings, args, out),
        Command::Ingest(args) => ingest::run(&settings, args, out),
        Command::Inbox(args) => inbox::run(&settings, args, out),
        Command::Pull(args) => pull::run(&settings, args, out),
        Command::Template(args) => template::run(&settings, args, out),
        Command::Schema(args) => schema::run(&settings, args, out),
        Command::Faults(args) => faults::run(args, out),
        Command::Sample(args) => sample::run(&settings, args, out),
        Command::Migrate(args) => migrate::run(&settings, args, out),
        Command::Org(args) => org::run(&settings, args, out),
        Command::Export(args) => export::run(&settings, args, out),
        Command::Account(args) => account::run(&settings, args, out),
        Command::Quality(args) => quality::run(&settings, args, out),
        Command::ZeroReport(args) => zero::run(&settings, args, out),
        Command::Doubts(args) => doubts::run(&settings, args, out),
        Command::Release(args) => held::release(&settings, args, out),
        Command::Discard(args) => held::discard(&settings, args, out),
        Command::Merge(args) => subject::merge(&settings, args, out),
        Command::Unmerge(args) => subject::unmerge(&settings, args, out),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed_and_every_command_has_an_example() {
        let command = Cli::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands() {
            let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("credence "), "{} has no example", sub.get_name());
        }
    }
}
