//! The steps of a repair (信用修复): who decided what was found repairs it, by the conditions of its rules.

use chrono::NaiveDate;

use super::{
    AffairError, Taking, correction,
    scene::{eligible, rules_of},
};
use crate::{
    ingest::Workshop,
    rights::{self, Case, Outcome, RepairCondition, StepKind},
    store::{Conn, rights as kept},
};

/// Whether a step of a repair may be taken on a day.
pub(super) fn check(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (taking, day): (&Taking, NaiveDate),
) -> Result<(), AffairError> {
    match taking.kind {
        StepKind::Accepted => accept(conn, shop, case, day),
        StepKind::Granted => grant(conn, shop, case, (taking, day)),
        StepKind::Extended => extend(conn, shop, case, day),
        StepKind::Reversed if taking.source.is_none() => {
            Err(AffairError::Incomplete("撤销修复须在依据中写明查实的文书".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Accepted is an application with its papers, whose conditions are not known to fail.
fn accept(conn: &mut Conn, shop: &Workshop, case: &Case, day: NaiveDate) -> Result<(), AffairError> {
    let (_, rules) = rules_of(shop, &case.opening.rules)?;
    let papers = kept::papers(conn, case.opening.subject, case.opening.id)?;
    let known = rights::papers_of(rules, case.opening.kind);
    let missing: Vec<&str> = correction::missing(known, case, &papers).map(|it| it.name.as_str()).collect();
    if !missing.is_empty() {
        return Err(AffairError::Incomplete(format!("缺少材料：{}", missing.join("、"))));
    }
    fulfilled(conn, shop, case, day).map(drop)
}

/// Granted is what fulfils every condition; what the records do not say the unit confirms by name.
fn grant(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (taking, day): (&Taking, NaiveDate),
) -> Result<(), AffairError> {
    let open = fulfilled(conn, shop, case, day)?;
    let left: Vec<&str> =
        open.iter().filter(|it| !taking.confirmed.iter().any(|name| name == it.as_str())).map(|it| it.name()).collect();
    if left.is_empty() {
        return Ok(());
    }
    Err(AffairError::Incomplete(format!("以下条件记录没有载明，须逐项核实确认：{}", left.join("、"))))
}

/// The conditions the records do not say; when one is not met, why.
fn fulfilled(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    day: NaiveDate,
) -> Result<Vec<RepairCondition>, AffairError> {
    let found = eligible(conn, shop, case, day)?;
    if found.outcome() == Outcome::NotMet {
        return Err(AffairError::WrongState(format!("不符合修复条件：{}", found.obstacles())));
    }
    Ok(found.findings.iter().filter(|it| it.outcome == Outcome::Unknown).map(|it| it.condition).collect())
}

fn extend(conn: &mut Conn, shop: &Workshop, case: &Case, day: NaiveDate) -> Result<(), AffairError> {
    let (_, rules) = rules_of(shop, &case.opening.rules)?;
    let by = rules.repair.as_ref().and_then(|it| it.extend_by);
    extendable(conn, case, (by, day))
}

/// A term is made longer before it is over, if the rules know of it.
pub(super) fn extendable(conn: &mut Conn, case: &Case, (by, day): (Option<u16>, NaiveDate)) -> Result<(), AffairError> {
    let due = kept::find(conn, case.opening.id)?.and_then(|it| it.due_on);
    match (by, due) {
        (None, _) => Err(AffairError::WrongState("适用的规则没有延长期限的规定".to_owned())),
        (_, Some(due)) if due < day => Err(AffairError::WrongState(format!("办理期限已于{due}届满，不能再延长"))),
        _ => Ok(()),
    }
}
