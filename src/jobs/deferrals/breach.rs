//! The record of a broken promise as a delivery of one row, in the words of the pack the case was opened under.
//!
//! Nothing in it is of today: it is the same whenever it is made.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    affairs::deferrals,
    deferral::{Breach, Case, StepKind},
    ingest::Workshop,
    jobs::JobError,
    policy::rules::{Acceptor, Blank, COMMITMENTS, DeferralRules, Filling, Phrase},
    record::{Subject, SubjectKind},
    standards::UnifiedSocialCreditCode,
    store::{deferral as kept, subjects, units},
};

/// The row as CSV, under the headings of the catalogue.
pub(super) fn row(shop: &Workshop, case: &Case, breach: Breach) -> Result<String, JobError> {
    let refused = |text: &str| JobError::Refused(format!("容缺件 {}：{text}", case.number));
    let (_, rules) = deferrals::rules(shop, case.opened_on)?;
    let (subject, unit, steps) = shop.database.read(|conn| {
        let (subject, unit) = (subjects::find(conn, case.subject)?, units::find(conn, &case.unit)?);
        Ok::<_, JobError>((subject, unit, kept::steps(conn, case)?))
    })?;
    let subject = subject.ok_or_else(|| refused("主体不存在"))?;
    let unit = unit.ok_or_else(|| refused("受理单位未登记"))?;
    let recognised = match breach {
        // The day after the promised one, whenever it was noticed.
        Breach::Overdue => case.due_on.succ_opt(),
        Breach::FalsePapers => steps.iter().rev().find(|it| it.kind == StepKind::Revoked).map(|it| it.made_on),
    };
    let acceptor = match unit.code.parse::<UnifiedSocialCreditCode>() {
        Ok(_) => Acceptor { name: unit.name, code: unit.code },
        Err(_) => rules.acceptor.clone(),
    };
    let mut words = of_case(rules, case, (recognised.unwrap_or(case.due_on), acceptor));
    words.extend(of_subject(&subject).map_err(refused)?);
    let own = match breach {
        Breach::Overdue => &rules.breach.overdue,
        Breach::FalsePapers => &rules.breach.false_papers,
    };
    written(shop, (&rules.breach.every, own), &words).ok_or_else(|| refused("目录中没有信用承诺资源"))
}

fn of_case(rules: &DeferralRules, case: &Case, (recognised, acceptor): (NaiveDate, Acceptor)) -> Filling {
    let item = rules.item(&case.item);
    let name = |code: &String| {
        let known = item.and_then(|it| it.deferrable.iter().find(|it| it.code == *code));
        known.map_or_else(|| code.clone(), |it| it.name.clone())
    };
    Filling::from([
        (Blank::Number, case.number.clone()),
        (Blank::Item, item.map_or_else(|| case.item.clone(), |it| it.name.clone())),
        (Blank::Authority, item.map_or_else(|| acceptor.name.clone(), |it| it.authority.clone())),
        (Blank::Missing, case.missing.iter().map(name).collect::<Vec<_>>().join("、")),
        (Blank::Opened, case.opened_on.to_string()),
        (Blank::Due, case.due_on.to_string()),
        (Blank::Recognised, recognised.to_string()),
        (Blank::Acceptor, acceptor.name),
        (Blank::AcceptorCode, acceptor.code),
    ])
}

fn of_subject(subject: &Subject) -> Result<Filling, &'static str> {
    let kind = match subject.kind {
        SubjectKind::Organisation => "法人及非法人组织",
        SubjectKind::IndividualBusiness => "个体工商户",
        SubjectKind::Person => return Err("自然人的违诺由窗口人工报送"),
    };
    let code = subject.credit_code.clone().ok_or("主体没有统一社会信用代码")?;
    let name = subject.name.clone().unwrap_or_else(|| code.clone());
    Ok(Filling::from([(Blank::Subject, name), (Blank::Kind, kind.to_owned()), (Blank::Code, code)]))
}

type Fields = BTreeMap<String, Phrase>;

fn written(shop: &Workshop, (every, own): (&Fields, &Fields), words: &Filling) -> Option<String> {
    let resource = shop.catalog.get(COMMITMENTS)?;
    let said = |code: &str| own.get(code).or_else(|| every.get(code)).map(|it| it.said(words));
    let cells = resource.fields.iter().filter_map(|it| Some((it.name.clone(), said(&it.code)?)));
    let (headings, cells): (Vec<String>, Vec<String>) = cells.unzip();
    let line = |cells: &[String]| {
        cells.iter().map(|it| format!("\"{}\"", it.replace('"', "\"\""))).collect::<Vec<_>>().join(",")
    };
    Some(format!("{}\n{}\n", line(&headings), line(&cells)))
}
