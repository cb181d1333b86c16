//! `credence consent`: consents filed with their paper, confirmed by another person, checked and ended.

use std::{fs, path::PathBuf};

use chrono::NaiveDate;
use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    org,
    settings::Settings,
    shop, subject,
    table::Table,
};
use crate::{
    affairs::consents::{self as steps, By, Offer, Party},
    collect::Stored,
    ingest::Workshop,
    rights::{Capacity, Consent, Purpose, Uncovered},
    store::{consents, merges, units},
};

/// 授权：登记授权书、由另一人核对后确认、核对、代为撤回
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence consent file 91110000MA0000001A --org BANK --purpose before_loan --resource tax_arrears \
      --until 2026-12-31 --paper 授权书.pdf --by 李四
  credence consent list --subject 91110000MA0000001A
  credence consent list --org BANK
  credence consent paper 12 -o 授权书.pdf
  credence consent confirm 12 --by 张三
  credence consent check 91110000MA0000001A --org BANK --purpose before_loan --resource tax_arrears
  credence consent end 12 --reason 主体书面撤回 --by 张三

报送的授权，经主体以自己的密钥确认，或经信用办中报送人以外的另一人核对授权书后确认，方为有效；撤回立即生效。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 登记一份纸质授权书，待另一人确认
    File(Filing),
    /// 核对某单位查询某类信息是否已获授权
    Check {
        /// 主体：代码或编号
        #[arg(value_name = "主体")]
        subject: String,
        /// 被授权单位
        #[arg(long, short, value_name = "代码")]
        org: String,
        /// 用途：before_loan 贷前，during_loan 贷中，after_loan 贷后
        #[arg(long, value_name = "用途")]
        purpose: Purpose,
        /// 资源编码，或 score
        #[arg(long, value_name = "编码")]
        resource: String,
    },
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

#[derive(clap::Args)]
struct Filing {
    /// 主体：代码或编号
    #[arg(value_name = "主体")]
    subject: String,
    /// 被授权单位
    #[arg(long, short, value_name = "代码")]
    org: String,
    /// 用途：before_loan 贷前，during_loan 贷中，after_loan 贷后
    #[arg(long, value_name = "用途")]
    purpose: Purpose,
    /// 授权查询的信息：资源编码，或 score，可多次给出
    #[arg(long, required = true, value_name = "编码")]
    resource: Vec<String>,
    /// 自，默认当日
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// 至（含）
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: NaiveDate,
    /// 授权书：加密保存
    #[arg(long, value_name = "文件")]
    paper: PathBuf,
    /// 签署人
    #[arg(long, value_name = "姓名")]
    signer: Option<String>,
    /// 签署人身份：legal_representative 法定代表人，executive 董监高，finance 财务负责人，other 其他
    #[arg(long, default_value = "legal_representative", value_name = "身份")]
    capacity: Capacity,
    /// 经办人
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, 1)?;
    let office = |by: &str| By { party: Party::Office, actor: by.to_owned() };
    match &args.action {
        Action::File(filing) => {
            let consent = file(&shop, filing, &office(&filing.by))?;
            writeln!(
                out,
                "已登记授权 {}，待另一人核对授权书后确认：credence consent confirm {0} --by 姓名",
                consent.id
            )?;
        }
        Action::Check { subject, org, purpose, resource } => {
            check(&shop, (subject, org), (*purpose, resource), out)?;
        }
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

/// Bytes of a paper.
const PAPER: u64 = 20 << 20;

fn file(shop: &Workshop, filing: &Filing, by: &By) -> Result<Consent, CliError> {
    let mut bytes = fs::File::open(&filing.paper).map_err(CliError::file(&filing.paper))?;
    let Stored { digest, size, .. } = shop.blobs.keep(&mut bytes, PAPER)?;
    if size == 0 {
        return Err(CliError::Refused(format!("{} 是空文件", filing.paper.display())));
    }
    shop.database.write(|conn| {
        units::find(conn, &filing.org)?.ok_or_else(|| org::unknown(&filing.org))?;
        let offer = Offer {
            subject: subject::id(conn, &filing.subject)?,
            grantee: filing.org.clone(),
            purpose: filing.purpose,
            resources: filing.resource.clone(),
            from: filing.from,
            until: filing.until,
            evidence: Some(digest),
            holder: filing.org.clone(),
            signer: filing.signer.clone(),
            capacity: filing.capacity,
        };
        steps::file_paper(conn, shop, (&filing.org, &digest), &by.actor)?;
        Ok::<_, CliError>(steps::give(conn, shop, by, offer)?)
    })
}

/// Says whether a unit has a consent, and of each that it has, what is short of it.
fn check(
    shop: &Workshop,
    (text, unit): (&str, &str),
    (purpose, resource): (Purpose, &str),
    out: Out<'_>,
) -> Result<(), CliError> {
    let found = shop.database.read(|conn| {
        units::find(conn, unit)?.ok_or_else(|| org::unknown(unit))?;
        let id = subject::id(conn, text)?;
        let group = merges::group(conn, id)?;
        Ok::<_, CliError>(consents::between(conn, &group, unit)?)
    })?;
    let when = steps::now(shop);
    if let Some(it) = found.iter().find(|it| it.covers(resource, purpose, when).is_ok()) {
        return Ok(writeln!(out, "已获授权：授权 {}，至 {}", it.id, it.until)?);
    }
    writeln!(out, "未获授权")?;
    for it in &found {
        let why = it.covers(resource, purpose, when).err().map_or("", Uncovered::name);
        writeln!(out, "  授权 {}：{why}", it.id)?;
    }
    Ok(())
}

fn row(it: &Consent, when: crate::rights::When) -> [String; 8] {
    [
        it.id.to_string(),
        format!("@{}", it.subject),
        it.grantee.clone(),
        it.purpose.name().to_owned(),
        it.resources.join("、"),
        it.from.to_string(),
        it.until.to_string(),
        it.state(when).name().to_owned(),
    ]
}
