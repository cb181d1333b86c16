//! `credence inbox`: looks through an inbox folder without serving.

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
};
use crate::{
    collect::inbox::Inbox,
    jobs::{self, JobError},
};

/// 收件目录：取走“目录/归集单位代码/资源代码/”下的文件报送，结果放到同处的 done 或 failed
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence inbox /data/inbox            一直守候
  credence inbox /data/inbox --once     只处理现有文件，适合定时任务

文件大小与修改时间在 --settle 秒内不变才取；放一个同名加 .done 的空文件（如 a.csv.done）则立即取。
处理中的文件移到 working，中断后自动继续；报告与文件并列：a.csv.report.json，有疑问行时另有 a.csv.report.xlsx。
忽略隐藏文件、符号链接与 .part、.tmp 等未传完的文件。")]
pub struct Args {
    /// 收件目录
    #[arg(value_name = "目录")]
    folder: PathBuf,
    /// 处理完现有文件即退出
    #[arg(long)]
    once: bool,
    /// 文件静置多少秒才算传完
    #[arg(long, value_name = "秒", default_value_t = 5)]
    settle: u64,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    let settle = Duration::from_secs(args.settle);
    let mut inbox = Inbox::open(&args.folder, settle).map_err(JobError::from)?;
    let worker = jobs::worker_name("inbox");
    let mut n_settled = 0;
    for look in 0_u64.. {
        let n = jobs::take_files(&shop, &mut inbox, &worker, Instant::now())?;
        n_settled += n;
        // A file that is there now is whole, or not, at the second look.
        if args.once && look > 0 && n == 0 {
            break;
        }
        thread::sleep(settle.max(Duration::from_millis(100)));
    }
    writeln!(out, "处理文件 {n_settled} 份")?;
    Ok(Exit::Clean)
}
