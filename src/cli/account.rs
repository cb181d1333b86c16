//! `credence account`: the keys units sign in with. A secret is shown once and kept as its hash.

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
    ledger::deeds,
    store::{Conn, ledger, units},
    web::{Role, issue_key, issue_subject_key},
};

/// 接口密钥：发放、查看、吊销
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence account add --org 11430100MB1A2B3CXK --label 处罚系统
  credence account add --org XYB --role office --label 信用办值班
  credence account add --org XYB --role subject --subject 91110000MA0000001A --label 企业自助
  credence account list
  credence account revoke 1f2e3d4c5b6a

密钥只在发放时显示一次，库中只存其摘要；遗失请吊销后重新发放。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 发放密钥
    Add {
        /// 归集单位代码
        #[arg(long, value_name = "代码")]
        org: String,
        /// 角色：unit 归集单位，office 信用办，reader 查询部门，bank 银行，window 审批窗口，subject 信用主体，admin 管理员
        #[arg(long, default_value = "unit", value_name = "角色")]
        role: Role,
        /// 备注：给哪个系统或哪个人用
        #[arg(long, default_value = "", value_name = "备注")]
        label: String,
        /// 信用主体的代码或 @编号：角色为 subject 时必填，密钥只能办理这一主体自己的事项
        #[arg(long, value_name = "代码")]
        subject: Option<String>,
    },
    /// 列出全部密钥（不含密文）
    List,
    /// 吊销密钥
    Revoke {
        /// 密钥编号
        #[arg(value_name = "编号")]
        id: String,
    },
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let (database, _) = shop::database(settings, 1)?;
    let now = shop::clock(settings).now();
    match &args.action {
        Action::Add { org, role, label, subject } => {
            let issued = database.write(|conn| {
                units::find(conn, org)?.ok_or_else(|| org::unknown(org))?;
                let issued = match whose(conn, *role, subject.as_deref())? {
                    Some(subject) => issue_subject_key(conn, org, subject, label, now)?,
                    None => issue_key(conn, org, *role, label, now)?,
                };
                let told = deeds::key(&issued.id, "issued", now, "cli").and("unit", org.as_str());
                ledger::append(conn, &[told.and("role", role.as_str())])?;
                Ok::<_, CliError>(issued)
            })?;
            writeln!(out, "{}", issued.text)?;
            eprintln!("密钥编号 {}（{}）。密钥只显示这一次，请立即妥善保存。", issued.id, role.name());
            eprintln!("用法：curl -H \"Authorization: Bearer {}…\"", &issued.text[..12]);
        }
        Action::List => list(&database.read(units::keys)?, out)?,
        Action::Revoke { id } => {
            let done = database.write_again(|conn| {
                let done = units::revoke(conn, id, now)?;
                if done {
                    ledger::append(conn, &[deeds::key(id, "revoked", now, "cli")])?;
                }
                Ok(done)
            })?;
            if !done {
                return Err(CliError::Refused(format!("没有编号为 {id} 的有效密钥；credence account list 可列出全部")));
            }
            writeln!(out, "已吊销 {id}")?;
        }
    }
    Ok(Exit::Clean)
}

/// The subject whose key it becomes: a subject's key has one, and no other has.
fn whose(conn: &mut Conn, role: Role, subject: Option<&str>) -> Result<Option<i64>, CliError> {
    match (role, subject) {
        (Role::Subject, Some(code)) => Ok(Some(subject::id(conn, code)?)),
        (Role::Subject, None) => Err(CliError::Refused("角色 subject 须以 --subject 指明主体".to_owned())),
        (_, None) => Ok(None),
        (_, Some(_)) => Err(CliError::Refused("只有角色 subject 的密钥属于某一主体".to_owned())),
    }
}

fn list(keys: &[units::ApiKey], out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&["编号", "单位", "角色", "备注", "发放时间（UTC）", "状态"]);
    for it in keys {
        let state = if it.revoked_at.is_some() { "已吊销" } else { "有效" };
        let made = it.made_at.format("%Y-%m-%d %H:%M").to_string();
        table.row([it.id.clone(), it.unit.clone(), it.role.clone(), it.label.clone(), made, state.to_owned()]);
    }
    Ok(table.print(out)?)
}
