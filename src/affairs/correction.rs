//! Correcting papers (一次性告知补正): what is missing is told once, and the clock stands still until it is handed in.

use chrono::NaiveDate;

use super::{AffairError, Taking, papers::OTHER, scene::rules_of};
use crate::{
    ingest::Workshop,
    policy::rules::{PaperRule, RightsRules},
    rights::{self, Case, CaseState, StepKind},
    store::{Conn, rights as kept, rights::Paper},
};

fn wrong(text: String) -> AffairError {
    AffairError::WrongState(text)
}

/// What a step names: conditions that are confirmed, or papers that are asked for. Whether it may be taken on a day, as
/// far as papers go.
pub(super) fn named(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (taking, day): (&Taking, NaiveDate),
) -> Result<Vec<String>, AffairError> {
    if taking.kind != StepKind::CorrectionAsked && !taking.papers.is_empty() {
        return Err(AffairError::Incomplete("只有要求补正时才写明须补正的材料".to_owned()));
    }
    match taking.kind {
        StepKind::CorrectionAsked => asked(conn, shop, case, (taking, day)),
        StepKind::Corrected => handed_in(conn, shop, case).map(|()| Vec::new()),
        StepKind::Refused => expired(conn, case, day).map(|()| Vec::new()),
        _ => Ok(taking.confirmed.clone()),
    }
}

/// The papers that are asked for, all at once and while there is time: those that are named, or all that are missing.
fn asked(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (taking, day): (&Taking, NaiveDate),
) -> Result<Vec<String>, AffairError> {
    let (_, rules) = rules_of(shop, &case.opening.rules)?;
    if rules.correction.is_none() {
        return Err(wrong("适用的规则没有补正的规定".to_owned()));
    }
    if let Some(due) = due_on(conn, case)?.filter(|it| *it < day) {
        return Err(wrong(format!("受理期限已于{due}届满，不能再要求补正")));
    }
    let known = rights::papers_of(rules, case.opening.kind);
    let (mut papers, mut unknown) = (taking.papers.clone(), taking.papers.iter());
    if let Some(code) = unknown.find(|code| *code != OTHER && !known.iter().any(|it| it.code == **code)) {
        return Err(AffairError::Incomplete(format!("适用的规则没有“{code}”这一材料")));
    }
    if papers.is_empty() {
        let there = kept::papers(conn, case.opening.subject, case.opening.id)?;
        papers.extend(missing(known, case, &there).map(|it| it.code.clone()));
    }
    papers.sort();
    papers.dedup();
    if papers.is_empty() {
        return Err(AffairError::Incomplete("应交的材料已经齐全；材料不符合要求的，请写明须补正的材料".to_owned()));
    }
    Ok(papers)
}

/// The papers an application needs that are not there.
pub(super) fn missing<'r>(known: &'r [PaperRule], case: &Case, there: &[Paper]) -> impl Iterator<Item = &'r PaperRule> {
    let needed = known.iter().filter(|it| it.needed(case.opening.channel));
    needed.filter(|it| !there.iter().any(|paper| paper.kind == it.code))
}

/// Corrected are papers when each that was asked for was handed in since.
fn handed_in(conn: &mut Conn, shop: &Workshop, case: &Case) -> Result<(), AffairError> {
    let Some(asked) = case.step(StepKind::CorrectionAsked) else { return Ok(()) };
    let there = kept::papers(conn, case.opening.subject, case.opening.id)?;
    let since = |code: &str| there.iter().any(|it| it.kind == code && it.made_at >= asked.at);
    let (_, rules) = rules_of(shop, &case.opening.rules)?;
    let left: Vec<&str> = asked.named.iter().filter(|it| !since(it)).map(|it| name(rules, case, it)).collect();
    if left.is_empty() {
        return Ok(());
    }
    Err(AffairError::Incomplete(format!("尚未补交：{}", left.join("、"))))
}

fn name<'r>(rules: &'r RightsRules, case: &Case, code: &'r str) -> &'r str {
    let known = rights::papers_of(rules, case.opening.kind).iter().find(|it| it.code == code);
    known.map_or("其他材料", |it| it.name.as_str())
}

/// Who was asked for papers is not refused before the term for them is over.
fn expired(conn: &mut Conn, case: &Case, day: NaiveDate) -> Result<(), AffairError> {
    let due = due_on(conn, case)?.filter(|it| case.state() == CaseState::AwaitingPapers && day <= *it);
    due.map_or(Ok(()), |due| Err(wrong(format!("补正期限至{due}，届满前不能不予受理"))))
}

fn due_on(conn: &mut Conn, case: &Case) -> Result<Option<NaiveDate>, AffairError> {
    Ok(kept::find(conn, case.opening.id)?.and_then(|it| it.due_on))
}
