//! Decisions at a window and their letters, each recorded like one over the API.

use std::io::Write as _;

use super::{Out, clerk, subject};
use crate::{
    affairs::deferrals::{self, DECISION, Wanted},
    cli::{error::CliError, shown, table::Table},
    deferral::{CheckResult, Decision, Outcome},
    ingest::Workshop,
    jobs::letters,
    report::letters::{Letter, WindowLetter},
    store::answers,
};

/// Decides, keeps the answer, and only then prints it.
pub fn decide(shop: &Workshop, (unit, code): (&str, &str), wanted: &Wanted, out: Out<'_>) -> Result<(), CliError> {
    let asked_at = shop.clock.now();
    let (sheet, decision) = shop.database.snapshot(|conn| {
        clerk(conn, unit)?;
        // Whoever is not known is for a person to judge, and never refused for that.
        let id = subject::known(conn, code)?;
        Ok::<_, CliError>(deferrals::decide(conn, shop, id, wanted)?)
    })?;
    let id = sheet.as_ref().map(|it| it.subject().id);
    let mut text = table(&decision)?;
    if let Some(sheet) = &sheet {
        let all = deferrals::resources(shop, shop.clock.day())?.into_iter();
        let missing: Vec<&str> = all.filter(|it| !sheet.collected.contains_key(*it)).collect();
        if !missing.is_empty() {
            writeln!(text, "没有单位报送过：{}", missing.join("、"))?;
        }
    }
    let question = deferrals::question(shop, &subject::named(code)?, wanted);
    let about = (id.into_iter().collect(), question);
    let given = shown::given((asked_at, unit, DECISION), about, (decision.outcome.as_str(), &text));
    let answer = shop.database.write(|conn| answers::record(conn, &[&given]))?[0].id;
    out.write_all(&text)?;
    let outcome = match decision.outcome {
        Outcome::Deferrable => "可容缺",
        Outcome::NotDeferrable => "不可容缺",
        Outcome::Manual => "需人工",
    };
    let latest = decision.latest.map_or_else(|| "—".to_owned(), |it| it.to_string());
    Ok(writeln!(out, "{outcome}；最迟 {latest}；答复编号 {answer}")?)
}

fn table(decision: &Decision) -> Result<Vec<u8>, CliError> {
    let mut table = Table::new(&["核验项", "结果", "说明"]);
    for it in &decision.checks {
        let result = match it.result.parse() {
            Ok(CheckResult::Passed) => "通过",
            Ok(CheckResult::Failed) => "不通过",
            Ok(CheckResult::Unknown) | Err(_) => "无法判断",
        };
        table.row([it.code.clone(), result.to_owned(), it.reason.text.clone()]);
    }
    let mut text = Vec::new();
    table.print(&mut text)?;
    Ok(text)
}

/// A letter of a decision.
pub fn letter(
    shop: &Workshop,
    (unit, code): (&str, Option<&str>),
    (answer, kind): (i64, WindowLetter),
) -> Result<Letter, CliError> {
    shop.database.snapshot(|conn| {
        let clerk = clerk(conn, unit)?;
        let subject = code.map(|it| subject::id(conn, it)).transpose()?;
        Ok(letters::of_decision(conn, shop, (subject, answer), kind, &clerk)?)
    })
}
