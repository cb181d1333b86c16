//! `credence ledger`: roots, and proofs that need no database to be checked.

use std::{fs, path::PathBuf};

use clap::Subcommand;

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
    table::Table,
};
use crate::{
    jobs,
    ledger::{Digest, Proof, hex, unhex},
    store::ledger::{self, Provable, RootRow},
};

/// 存证账本：生成与查看存证根，出具与验证存证证明
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence ledger root                                   立即生成存证根（服务运行时每分钟自动生成）
  credence ledger roots --limit 10
  credence ledger prove --record 4711 > 证明.json
  credence ledger prove --entry answers-2/93 > 证明.json
  credence ledger check 证明.json --root 6f1c…           离线验证，不需要数据库
  credence ledger adopt --by 张三                        由没有账本的旧版本升级后，确认存量数据（只能一次）

存证根应定期公布（网站、公证、报刊均可）：此后对其以前任何条目、记录的改动都会与之矛盾。")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// 立即生成存证根，覆盖此前全部条目
    Root,
    /// 列出存证根，最近的在前
    Roots {
        /// 最多多少个
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
        /// 只列编号小于此数的
        #[arg(long, value_name = "编号")]
        below: Option<i64>,
    },
    /// 确认早于账本的存量数据：照现状载入账本，此后的改动即可查出；请停止服务后进行，每个库只能一次
    Adopt {
        /// 确认人
        #[arg(long, value_name = "姓名")]
        by: String,
    },
    /// 出具存证证明（JSON）
    Prove(Prove),
    /// 离线验证存证证明
    Check {
        /// 证明文件
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 已公布的存证根
        #[arg(long, value_name = "哈希", value_parser = digest)]
        root: Digest,
        /// 并核对记录内容（规范 JSON，逐字节）
        #[arg(long, value_name = "文件")]
        payload: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Prove {
    /// 记录版本编号
    #[arg(long, value_name = "编号")]
    record: Option<i64>,
    /// 账本条目
    #[arg(long, value_name = "链/序号", value_parser = place)]
    entry: Option<(String, i64)>,
}

pub fn run(settings: &Settings, args: &Args, out: Out<'_>) -> Result<Exit, CliError> {
    match &args.action {
        Action::Root => {
            let (database, _) = shop::database(settings, 1)?;
            let made = jobs::make_roots(&database, &shop::clock(settings))?;
            if made.is_empty() {
                writeln!(out, "没有新条目，最近的存证根仍然有效")?;
            } else {
                list(&made, out)?;
            }
        }
        Action::Roots { limit, below } => {
            let (database, _) = shop::database(settings, 1)?;
            let below = below.unwrap_or(i64::MAX);
            let found = database.read(|conn| ledger::roots(conn, below, i64::from(*limit)))?;
            list(&found, out)?;
        }
        Action::Adopt { by } => {
            let (database, _) = shop::database(settings, 1)?;
            let done = jobs::adopt(&database, (shop::clock(settings).now(), by))?;
            let (versions, deliveries, rows) = (done.versions, done.deliveries, done.rows);
            writeln!(
                out,
                "已将 {versions} 个记录版本、{deliveries} 个批次、{rows} 行办理记载载入账本，回执 {}",
                done.receipt
            )?;
        }
        Action::Prove(what) => prove(settings, what, out)?,
        Action::Check { file, root, payload } => check(file, root, payload.as_ref(), out)?,
    }
    Ok(Exit::Clean)
}

fn list(roots: &[RootRow], out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&[">编号", "生成时间（UTC）", ">条目", "存证根"]);
    for it in roots {
        let made = it.made_at.format("%Y-%m-%d %H:%M:%S").to_string();
        table.row([it.no.to_string(), made, it.entries.to_string(), hex(&it.hash)]);
    }
    if table.is_empty() {
        writeln!(out, "尚无存证根：credence ledger root")?;
        return Ok(());
    }
    Ok(table.print(out)?)
}

fn prove(settings: &Settings, what: &Prove, out: Out<'_>) -> Result<(), CliError> {
    let (database, _) = shop::database(settings, 1)?;
    let found = database.read(|conn| match (&what.record, &what.entry) {
        (Some(id), _) => ledger::prove_version(conn, *id),
        (None, Some((chain, seq))) => ledger::prove_entry(conn, chain, *seq),
        (None, None) => Ok(Provable::Unknown),
    })?;
    match found {
        Provable::Proof(proof) => {
            Ok(writeln!(out, "{}", serde_json::to_string_pretty(&proof).expect("texts and numbers are JSON"))?)
        }
        Provable::NotYet => Err(CliError::Refused("该条目尚未被存证根覆盖；请先运行 credence ledger root".to_owned())),
        Provable::Contradicted => {
            Err(CliError::Refused("数据库现有内容与账本不符，不能出具证明；请运行 credence verify".to_owned()))
        }
        Provable::Unknown => Err(CliError::Refused("账本中没有这一条目或记录版本".to_owned())),
    }
}

fn check(file: &PathBuf, root: &Digest, payload: Option<&PathBuf>, out: Out<'_>) -> Result<(), CliError> {
    let text = fs::read_to_string(file).map_err(CliError::file(file))?;
    let proof: Proof = serde_json::from_str(&text)
        .map_err(|err| CliError::Refused(format!("{}：不是存证证明：{err}", file.display())))?;
    proof.check(root).map_err(|err| CliError::Refused(format!("证明无效：{err}")))?;
    if let Some(path) = payload {
        let bytes = fs::read(path).map_err(CliError::file(path))?;
        if proof.is_of(&bytes) != Some(true) {
            return Err(CliError::Refused(format!("证明无效：{} 不是所证记录的内容", path.display())));
        }
    }
    let entry = &proof.entry;
    if let Some((version, _)) = &proof.version {
        writeln!(
            out,
            "证明有效：记录版本 {}（主体 {}，资源 {}，{} 报送）",
            version.id, version.subject, version.resource, version.unit
        )?;
        writeln!(out, "内容 SHA-256：{}", version.content)?;
    } else {
        writeln!(out, "证明有效：账本条目 {}/{}（{}）", entry.chain, entry.seq, entry.kind)?;
    }
    let moment = entry.moment.format("%Y-%m-%d %H:%M:%S");
    writeln!(out, "载于账本 {} 第 {} 条（{moment} UTC），受第 {} 号存证根见证", entry.chain, entry.seq, proof.root.no)?;
    Ok(())
}

/// A digest given as text.
pub fn digest(text: &str) -> Result<Digest, String> {
    unhex(text.trim()).ok_or_else(|| "应为 64 位十六进制数".to_owned())
}

/// A place given as `chain/seq`.
fn place(text: &str) -> Result<(String, i64), String> {
    let parts = text.split_once('/').and_then(|(chain, seq)| Some((chain.to_owned(), seq.parse().ok()?)));
    parts.ok_or_else(|| "应为“链/序号”，如 acts-1/27".to_owned())
}
