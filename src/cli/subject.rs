//! `credence merge` and `credence unmerge`: two subjects found to be one, and that undone.

use super::{
    Out,
    error::{CliError, Exit},
    settings::Settings,
    shop,
};
use crate::{
    dossier::Named,
    ledger::deeds,
    standards::UnifiedSocialCreditCode,
    store::{Conn, ledger, merges, subjects},
};

/// 合并主体：查明两个主体实为一个；可撤销
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence merge 440301103097413 91440300708461136T --reason 旧注册号与新代码为同一企业 --by 张三

主体可写统一社会信用代码、其他已知代码，或主体编号。第一个并入第二个，记录不移动，因此可随时撤销。")]
pub struct MergeArgs {
    /// 被并入的主体
    #[arg(value_name = "主体")]
    loser: String,
    /// 保留的主体
    #[arg(value_name = "保留主体")]
    winner: String,
    /// 原因
    #[arg(long, value_name = "原因")]
    reason: String,
    /// 经办人
    #[arg(long, default_value = "cli", value_name = "姓名")]
    by: String,
}

/// 撤销合并主体
#[derive(clap::Args)]
#[command(after_help = "\
示例：
  credence unmerge 5")]
pub struct UnmergeArgs {
    /// 合并编号
    #[arg(value_name = "编号")]
    id: i64,
}

pub fn merge(settings: &Settings, args: &MergeArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let (database, _) = shop::database(settings, 1)?;
    let now = shop::clock(settings).now();
    let (loser, winner) = database.read(|conn| Ok::<_, CliError>((id(conn, &args.loser)?, id(conn, &args.winner)?)))?;
    let new = merges::Merging {
        id: 0,
        loser,
        winner,
        reason: args.reason.clone(),
        actor: args.by.clone(),
        made_at: now,
        undone_at: None,
    };
    let done = database.write_again(|conn| {
        let Some((id, change)) = merges::merge(conn, new.clone())? else { return Ok(None) };
        ledger::append(conn, &[deeds::merged((id, change), (loser, winner), now, &new.actor)])?;
        Ok(Some(id))
    })?;
    let Some(id) = done else {
        return Err(CliError::Refused(
            "不能合并：两者是同一主体，或其一已并入他者，或已有其他主体并入被并入的一方（请先撤销该合并）".to_owned(),
        ));
    };
    writeln!(out, "主体 {loser} 已并入 {winner}，合并编号 {id}；撤销用 credence unmerge {id}")?;
    Ok(Exit::Clean)
}

pub fn unmerge(settings: &Settings, args: &UnmergeArgs, out: Out<'_>) -> Result<Exit, CliError> {
    let (database, _) = shop::database(settings, 1)?;
    let now = shop::clock(settings).now();
    let done = database.write_again(|conn| {
        let Some(change) = merges::undo(conn, args.id, now)? else { return Ok(false) };
        ledger::append(conn, &[deeds::unmerged((args.id, change), now, "cli")])?;
        Ok(true)
    })?;
    if !done {
        return Err(CliError::Refused(format!("没有编号为 {} 的有效合并", args.id)));
    }
    writeln!(out, "合并 {} 已撤销", args.id)?;
    Ok(Exit::Clean)
}

/// The subject a code or an id means.
pub fn id(conn: &mut Conn, text: &str) -> Result<i64, CliError> {
    known(conn, text)?.ok_or_else(|| CliError::Refused(format!("没有代码或编号为 {text} 的主体")))
}

/// The same, or none when there is nothing known by it.
pub fn known(conn: &mut Conn, text: &str) -> Result<Option<i64>, CliError> {
    let canonical =
        text.parse::<UnifiedSocialCreditCode>().map_or_else(|_| text.to_owned(), |it| it.as_str().to_owned());
    let by_code = subjects::by_identifiers(conn, &[&canonical])?;
    let mut ids: Vec<i64> = by_code.into_values().collect();
    ids.sort_unstable();
    ids.dedup();
    if let [only] = ids[..] {
        return Ok(Some(only));
    }
    match number(text) {
        Ok(id) => Ok(subjects::find(conn, id)?.map(|it| it.id)),
        Err(_) => Ok(None),
    }
}

/// A subject's id, with or without the `@` the API writes before it.
pub fn number(text: &str) -> Result<i64, std::num::ParseIntError> {
    text.strip_prefix('@').unwrap_or(text).parse()
}

/// The same text as the API reads it, for what is recorded of a question.
///
/// # Errors
/// [`CliError::Refused`] for a person's number.
pub fn named(text: &str) -> Result<Named, CliError> {
    Named::read(text).map_err(|it| CliError::Refused(it.to_string()))
}
