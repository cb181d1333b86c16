//! What everybody may read of a list before and after its entries: proposals that are open to objections, and exits.

use crate::{
    affairs::designation::publicised,
    cli::{
        Out,
        error::{CliError, Exit},
        table::Table,
    },
    dossier,
    ingest::Workshop,
    policy::rules::ListRule,
};

fn rule<'s>(shop: &'s Workshop, list: &str) -> Result<&'s ListRule, CliError> {
    let found = shop.packs.lists(shop.clock.day()).flat_map(|(_, rules)| &rules.lists).find(|it| it.code == list);
    found.ok_or_else(|| CliError::Refused(format!("没有名单 {list}；名单编码见 credence lists show")))
}

pub fn proposals(shop: &Workshop, list: &str, limit: usize, out: Out<'_>) -> Result<Exit, CliError> {
    rule(shop, list)?;
    let found = shop.database.read(|conn| publicised(conn, shop, list, i64::MAX, limit))?;
    let mut table = Table::new(&["主体", "代码", "机关", "公告", "公示自", "异议至"]);
    for it in &found {
        table.row([
            it.subject.name.clone().unwrap_or_default(),
            it.subject.credit_code.clone().unwrap_or_else(|| format!("@{}", it.subject.id)),
            it.body.clone(),
            it.document.clone().unwrap_or_default(),
            it.since.to_string(),
            it.until.day.to_string(),
        ]);
    }
    table.print(out)?;
    writeln!(out, "{} 件", found.len())?;
    Ok(Exit::Clean)
}

pub fn exits(shop: &Workshop, list: &str, limit: usize, out: Out<'_>) -> Result<Exit, CliError> {
    let rule = rule(shop, list)?;
    dossier::fill_lists(shop)?;
    let first = (shop.clock.day(), i64::MIN, 0);
    let found = shop.database.read(|conn| dossier::exits(conn, shop, rule, first, limit))?;
    let mut table = Table::new(&["主体", "代码", "名单", "移出日期", "事由"]);
    for it in &found {
        table.row([
            it.subject.name.clone().unwrap_or_default(),
            it.subject.credit_code.clone().unwrap_or_else(|| format!("@{}", it.subject.id)),
            rule.name.clone(),
            it.row.gone_on.to_string(),
            it.ground.name().to_owned(),
        ]);
    }
    table.print(out)?;
    writeln!(out, "{} 条", found.len())?;
    Ok(Exit::Clean)
}
