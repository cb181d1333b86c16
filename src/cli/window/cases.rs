//! Cases of deferral at the command line: opened, their steps taken, shown and listed.

use std::{fs, path::Path};

use sha2::{Digest, Sha256};

use super::{Counter, Out, subject};
use crate::{
    affairs::{
        AffairError,
        deferrals::{self, Opening, Said},
    },
    cli::{error::CliError, table::Table},
    deferral::{self, Case},
    ingest::Workshop,
    ledger::hex,
    record::Urgency,
    standards::mask,
    store::deferral as kept,
};

/// Characters of what is said about a step.
const NOTE: usize = 500;

/// What is said about a step: something, and not too much.
pub fn note(reason: &str) -> Result<String, CliError> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(CliError::setting("--reason", reason, "说明不能为空")),
        n if n > NOTE => Err(CliError::setting("--reason", "…", "说明不超过 500 字")),
        _ => Ok(reason.to_owned()),
    }
}

pub fn open(
    shop: &Workshop,
    (code, answer): (&str, i64),
    signed: Option<&Path>,
    at: &Counter,
    out: Out<'_>,
) -> Result<(), CliError> {
    let digest = |path: &Path| Ok::<_, CliError>(Sha256::digest(fs::read(path).map_err(CliError::file(path))?).into());
    let signed = signed.map(digest).transpose()?;
    let case = shop.database.write(|conn| {
        let clerk = at.clerk(conn)?;
        let opening = Opening { subject: subject::id(conn, code)?, answer, signed };
        Ok::<_, CliError>(deferrals::open(conn, shop, &opening, &clerk)?)
    })?;
    writeln!(out, "已受理容缺件 {}，承诺编码 {}", case.id, case.number)?;
    standing(&case, out)
}

pub fn take(shop: &Workshop, id: i64, said: Said, at: &Counter, out: Out<'_>) -> Result<(), CliError> {
    let case = shop.database.write(|conn| {
        let clerk = at.clerk(conn)?;
        Ok::<_, CliError>(deferrals::step(conn, shop, id, said, &clerk)?)
    })?;
    standing(&case, out)
}

fn standing(case: &Case, out: Out<'_>) -> Result<(), CliError> {
    let owed = if case.owes.is_some() { "；违诺记录待写入（credence window overdue）" } else { "" };
    Ok(writeln!(out, "容缺件 {}：{}，承诺 {} 前补齐{owed}", case.id, case.state.name(), case.due_on)?)
}

pub fn show(shop: &Workshop, id: i64, out: Out<'_>) -> Result<(), CliError> {
    let (case, steps) = shop.database.read(|conn| {
        let case = kept::find(conn, id)?.ok_or(AffairError::NotFound("容缺件"))?;
        let steps = kept::steps(conn, &case)?;
        Ok::<_, CliError>((case, steps))
    })?;
    standing(&case, out)?;
    writeln!(out, "承诺编码：{}  主体：@{}  受理单位：{}", case.number, case.subject, case.unit)?;
    writeln!(out, "事项：{}  所缺材料：{}  答复编号：{}", case.item, case.missing.join("、"), case.answer)?;
    if let Some(digest) = &case.signed {
        writeln!(out, "承诺书 SHA-256：{}", hex(digest))?;
    }
    if let Some(delivery) = case.delivery {
        writeln!(out, "违诺记录：批次 {delivery}")?;
    }
    let mut table = Table::new(&["日期", "环节", "经办", "说明"]);
    for it in steps {
        let note = mask::numbers_in_text(&it.note).into_owned();
        table.row([it.made_on.to_string(), it.kind.name().to_owned(), it.actor, note]);
    }
    Ok(table.print(out)?)
}

pub fn list(shop: &Workshop, filter: &kept::Filter, limit: i64, out: Out<'_>) -> Result<(), CliError> {
    let found = shop.database.read(|conn| kept::list(conn, filter, i64::MAX, limit))?;
    let n = found.len();
    let mut table = Table::new(&[">编号", "承诺编码", "主体", "受理单位", "事项", "承诺补齐", "状态", "预警"]);
    for it in found {
        let (_, rules) = deferrals::rules(shop, it.opened_on)?;
        let level = deferral::level(&it, &rules.gate, &shop.calendar, shop.clock.day());
        table.row([
            it.id.to_string(),
            it.number,
            format!("@{}", it.subject),
            it.unit,
            it.item,
            it.due_on.to_string(),
            it.state.name().to_owned(),
            level.map_or("", Urgency::name).to_owned(),
        ]);
    }
    table.print(out)?;
    Ok(writeln!(out, "{n} 件")?)
}
