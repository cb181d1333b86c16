//! How cases and what is due are printed.

use super::super::{Out, error::CliError, table::Table};
use crate::{
    affairs::{Duty, Repairability},
    ledger::hex,
    rights::Outcome,
    standards::mask,
    store::rights::{Paper, Stored},
};

/// A list of cases.
pub fn list(found: &[Stored], out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&[">编号", "类别", ">主体", "办理单位", "状态", "到期日", "申请日"]);
    for it in found {
        let opening = &it.case.opening;
        table.row([
            opening.id.to_string(),
            opening.kind.name().to_owned(),
            opening.subject.to_string(),
            opening.unit.clone(),
            it.case.state().name().to_owned(),
            it.due_on.map_or_else(String::new, |it| it.to_string()),
            it.case.filing().day.to_string(),
        ]);
    }
    table.print(out)?;
    Ok(writeln!(out, "{} 件", found.len())?)
}

/// Where a case stands.
pub fn standing(it: &Stored, out: Out<'_>) -> Result<(), CliError> {
    let due = it.due_on.map_or_else(String::new, |it| format!("，应于 {it} 前办理"));
    Ok(writeln!(out, "事项 {}：{}{due}", it.case.opening.id, it.case.state().name())?)
}

/// One case.
pub fn case(it: &Stored, papers: &[Paper], out: Out<'_>) -> Result<(), CliError> {
    let opening = &it.case.opening;
    standing(it, out)?;
    writeln!(out, "类别：{}  主体：{}  办理单位：{}", opening.kind.name(), opening.subject, opening.unit)?;
    writeln!(out, "适用规则：{} 版本 {}", opening.rules.id, opening.rules.version)?;
    for key in &opening.keys {
        writeln!(out, "记录：{}", hex(key))?;
    }
    if let Some(it) = &opening.missing {
        writeln!(out, "遗漏：{}  {}", it.resource, mask::numbers_in_text(&it.document))?;
    }
    let mut table = Table::new(&["日期", "环节", "经办", "理由", "依据"]);
    for step in it.case.steps() {
        table.row([
            step.day.to_string(),
            step.kind.name().to_owned(),
            step.actor.clone(),
            mask::numbers_in_text(&step.reason).into_owned(),
            step.source.clone().unwrap_or_default(),
        ]);
    }
    table.print(out)?;
    let mut table = Table::new(&["材料", "文件", ">字节", "SHA-256"]);
    for paper in papers {
        table.row([paper.kind.clone(), paper.file_name.clone(), paper.size.to_string(), hex(&paper.digest)]);
    }
    if !table.is_empty() {
        table.print(out)?;
    }
    Ok(())
}

/// What a subject may ask for.
pub fn repairability(found: &Repairability, out: Out<'_>) -> Result<(), CliError> {
    for it in &found.records {
        let outcome = match it.eligibility.outcome() {
            Outcome::Met => "可以申请",
            Outcome::NotMet => "不能申请",
            Outcome::Unknown => "可以申请，待核实",
        };
        let earliest = it.eligibility.earliest.map_or_else(String::new, |it| format!("，最早 {it}"));
        writeln!(out, "{}  {}  {outcome}{earliest}", it.fact.resource, hex(&it.fact.key))?;
        for finding in &it.eligibility.findings {
            writeln!(out, "  [{}] {}：{}", finding.outcome, finding.condition.name(), finding.reason.text)?;
        }
    }
    for it in &found.grounds {
        let keys: Vec<String> = it.keys.iter().map(|it| hex(it)).collect();
        writeln!(out, "自查：{}  {}（{}）", it.ground.name(), it.reason.text, keys.join("、"))?;
    }
    Ok(writeln!(out, "{} 条记录，{} 项自查事由", found.records.len(), found.grounds.len())?)
}

/// What is due.
pub fn warnings(found: &[Duty], out: Out<'_>) -> Result<(), CliError> {
    let mut table = Table::new(&["级别", "类别", "到期日", ">剩余工作日", "办理单位", "待办"]);
    for it in found {
        let left = if it.overdue { "已逾期".to_owned() } else { it.days_left.to_string() };
        table.row([
            it.level.name().to_owned(),
            it.kind.name().to_owned(),
            it.due_on.to_string(),
            left,
            it.unit.clone(),
            it.title.clone(),
        ]);
    }
    table.print(out)?;
    Ok(writeln!(out, "{} 件", found.len())?)
}
