//! `credence packs`: rule packs listed, checked, proposed, put in force and out of it.

use std::path::PathBuf;

use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::Table,
};
use crate::{
    affairs::packs as steps,
    ingest::Workshop,
    ledger::{hex, unhex},
    policy::Pack,
    store::packs::{self, StoredPack},
};

/// 规则包：查看、校验、提出、启用、停用
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence packs list
  credence packs validate 新评分卡.toml
  credence packs propose 新评分卡.toml --by 张三
  credence score simulate scorecard.credence@2 --by 张三
  credence packs activate scorecard.credence@2 --hash SHA-256 --by 李四
  credence packs retire scorecard.credence@2 --by 张三
  credence packs confirm-retire scorecard.credence@2 --by 李四

程序自带的规则包自始有效。新版本须提出、模拟，并由提出人以外的另一人启用，启用时指明所模拟文本的 SHA-256
（模拟后显示）；停用由一人提出、另一人确认。此后全部主体的状况重新推导，以往的日子仍按当时的规则回答。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 列出规则包的各版本
    List,
    /// 校验规则包文件，列出全部问题
    Validate {
        /// 文件
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 提出一个版本
    Propose {
        /// 文件
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 提出人
        #[arg(long, value_name = "姓名")]
        by: String,
    },
    /// 启用一个版本
    Activate {
        #[command(flatten)]
        step: Step,
        /// 所模拟文本的 SHA-256，十六进制
        #[arg(long, value_name = "SHA-256")]
        hash: String,
    },
    /// 提出停用一个版本；另一人确认之前仍然有效
    Retire(Step),
    /// 确认停用一个版本，须由提出停用者以外的另一人进行
    ConfirmRetire(Step),
    /// 撤销停用的提出
    KeepActive(Step),
    /// 显示一个版本的全文
    Show {
        /// 规则包与版本
        #[arg(value_name = "规则包@版本")]
        pack: String,
    },
}

#[derive(clap::Args)]
struct Step {
    /// 规则包与版本
    #[arg(value_name = "规则包@版本")]
    pack: String,
    /// 经办人
    #[arg(long, value_name = "姓名")]
    by: String,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    let shop = shop::open(settings, shop::FEW)?;
    match &args.action {
        Action::List => {
            install(&shop)?;
            list(&shop.database.read(packs::all)?, out)?;
        }
        Action::Validate { file } => {
            let pack = read(&shop, file)?;
            writeln!(out, "{}@{} 没有问题  SHA-256 {}", pack.head.id, pack.head.version, hex(&pack.hash))?;
        }
        Action::Propose { file, by } => {
            let pack = read(&shop, file)?;
            propose(&shop, &pack, by, out)?;
        }
        Action::Activate { step, hash } => {
            let (id, version) = reference(&step.pack)?;
            let bad = || CliError::Refused(format!("应为 64 位十六进制的 SHA-256：{hash}"));
            let text = unhex::<32>(hash).ok_or_else(bad)?;
            shop.database.write(|conn| steps::activate(conn, &shop, (&id, version), &text, &step.by))?;
            writeln!(out, "{id}@{version} 已启用，全部主体的状况将重新推导")?;
        }
        Action::Retire(step) => retiring(&shop, step, true, out)?,
        Action::KeepActive(step) => retiring(&shop, step, false, out)?,
        Action::ConfirmRetire(step) => {
            let (id, version) = reference(&step.pack)?;
            shop.database.write(|conn| steps::retire(conn, &shop, (&id, version), &step.by))?;
            writeln!(out, "{id}@{version} 已停用，全部主体的状况将重新推导")?;
        }
        Action::Show { pack } => out.write_all(stored(&shop, pack)?.body.as_bytes())?,
    }
    Ok(Exit::Clean)
}

fn retiring(shop: &Workshop, step: &Step, wanted: bool, out: Out<'_>) -> Result<(), CliError> {
    let (id, version) = reference(&step.pack)?;
    shop.database.write(|conn| steps::propose_retiring(conn, shop, (&id, version), &step.by, wanted))?;
    match wanted {
        true => writeln!(
            out,
            "已提出停用 {0}@{1}，待另一人确认：credence packs confirm-retire {0}@{1} --by 另一人",
            id, version
        )?,
        false => writeln!(out, "已撤销停用的提出，{id}@{version} 仍然有效")?,
    }
    Ok(())
}

/// Writes the program's packs down, if there are new ones.
fn install(shop: &Workshop) -> Result<(), CliError> {
    steps::begin(shop)?;
    Ok(())
}

fn read(shop: &Workshop, file: &std::path::Path) -> Result<Pack, CliError> {
    steps::validate(shop, &file.display().to_string(), &shop::text(file)?).map_err(CliError::Packs)
}

/// Proposes a pack and says what comes next.
pub fn propose(shop: &Workshop, pack: &Pack, by: &str, out: Out<'_>) -> Result<(), CliError> {
    let it = shop.database.write(|conn| steps::propose(conn, shop, pack, by))?;
    writeln!(out, "已登记 {0}@{1}，请先模拟：credence score simulate {0}@{1} --by {by}", it.id, it.version)?;
    Ok(())
}

/// `scorecard.credence@2`.
pub fn reference(text: &str) -> Result<(String, u32), CliError> {
    let parts = text.split_once('@').and_then(|(id, version)| Some((id.to_owned(), version.parse().ok()?)));
    parts.ok_or_else(|| CliError::Refused(format!("应写作 规则包@版本，如 scorecard.credence@1：{text}")))
}

/// A version that is written down.
pub fn stored(shop: &Workshop, text: &str) -> Result<StoredPack, CliError> {
    install(shop)?;
    let (id, version) = reference(text)?;
    let found = shop.database.read(|conn| packs::find(conn, &id, version))?;
    found.ok_or_else(|| CliError::Refused(format!("没有规则包 {text}，可用 credence packs list 查看")))
}

fn list(found: &[StoredPack], out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&["规则包", ">版本", "状态", "名称", "提出", "启用", "SHA-256"]);
    for it in found {
        let state = match it.state {
            packs::PackState::Proposed => "待启用",
            packs::PackState::Active if it.retiring.is_some() => "待停用",
            packs::PackState::Active => "已启用",
            packs::PackState::Retired => "已停用",
        };
        table.row([
            it.id.clone(),
            it.version.to_string(),
            state.to_owned(),
            it.title.clone(),
            it.proposed.0.clone(),
            it.activated.as_ref().map(|(who, _)| who.clone()).unwrap_or_default(),
            hex(&it.hash).get(..12).unwrap_or_default().to_owned(),
        ]);
    }
    Ok(table.print(out)?)
}
