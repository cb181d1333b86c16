//! `credence consent`: consents, and what the office does about them.

use std::{fs, path::PathBuf};

use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop, subject,
    table::Table,
};
use crate::{
    affairs::consents::{self as steps, By, Party},
    rights::Consent,
    store::{consents, merges},
};

/// 授权：查看、核对授权书后确认、代为撤回
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence consent list --subject 91110000MA0000001A
  credence consent list --org BANK
  credence consent paper 12 -o 授权书.pdf
  credence consent confirm 12 --by 张三
  credence consent end 12 --reason 主体书面撤回 --by 张三

银行报送的授权，经主体以自己的密钥确认，或经信用办中报送人以外的另一人核对授权书后确认，方为有效；撤回立即生效。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 列出授权，最近的在前
    List {
        /// 只看某主体：代码或编号
        #[arg(long, value_name = "主体")]
        subject: Option<String>,
        /// 只看对某单位的
        #[arg(long, short, value_name = "代码")]
        org: Option<String>,
        /// 最多列出的行数
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u16,
    },
    /// 取出授权书原件，以便核对
    Paper {
        /// 授权编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 写到哪个文件
        #[arg(long, short, value_name = "文件")]
        output: PathBuf,
    },
    /// 核对授权书后确认
    Confirm {
        /// 授权编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 经办人
        #[arg(long, default_value = "cli", value_name = "姓名")]
        by: String,
    },
    /// 撤回，或不予确认
    End {
        /// 授权编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 原因
        #[arg(long, value_name = "原因")]
        reason: String,
        /// 经办人
        #[arg(long, default_value = "cli", value_name = "姓名")]
        by: String,
    },
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, 1)?;
    let office = |by: &str| By { party: Party::Office, actor: by.to_owned() };
    match &args.action {
        Action::List { subject, org, limit } => {
            let found = shop.database.read(|conn| {
                let subject = subject.as_deref().map(|it| subject::id(conn, it)).transpose()?;
                let subjects = subject.map(|it| merges::group(conn, it)).transpose()?;
                let filter = consents::Filter { subjects, grantee: org.clone() };
                Ok::<_, CliError>(consents::list(conn, &filter, i64::MAX, i64::from(*limit))?)
            })?;
            let mut table = Table::new(&[">编号", "主体", "被授权单位", "用途", "信息", "自", "至", "状态"]);
            let when = steps::now(&shop);
            found.iter().for_each(|it| table.row(row(it, when)));
            table.print(out)?;
        }
        Action::Paper { id, output } => {
            let consent = shop.database.read(|conn| steps::own(conn, *id, &Party::Office))?;
            fs::write(output, steps::paper(&shop, &consent)?).map_err(CliError::file(output))?;
            writeln!(out, "授权 {id} 的授权书已写入 {}", output.display())?;
        }
        Action::Confirm { id, by } => {
            shop.database.write(|conn| steps::confirm(conn, &shop, *id, &office(by)))?;
            writeln!(out, "授权 {id} 已确认")?;
        }
        Action::End { id, reason, by } => {
            shop.database.write(|conn| steps::end(conn, &shop, (*id, reason), &office(by)))?;
            writeln!(out, "授权 {id} 已终止")?;
        }
    }
    Ok(Exit::Clean)
}

fn row(it: &Consent, when: crate::rights::When) -> [String; 8] {
    [
        it.id.to_string(),
        format!("@{}", it.subject),
        it.grantee.clone(),
        it.purpose.to_string(),
        it.resources.join("、"),
        it.from.to_string(),
        it.until.to_string(),
        it.state(when).to_string(),
    ]
}
