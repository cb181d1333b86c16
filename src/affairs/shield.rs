//! The steps of a restructuring's shield (重整屏蔽): on a court's ruling, for as long as the plan is carried out.

use super::{AffairError, Taking, correction, scene::rules_of};
use crate::{
    ingest::Workshop,
    policy::rules::RightsRules,
    record::Fact,
    rights::{self, Case, StepKind},
    store::{Conn, rights as kept},
};

/// Whether the rules let all these records be shielded.
pub(super) fn check_records(rules: &RightsRules, facts: &[Fact]) -> Result<(), AffairError> {
    let covered = |fact: &Fact| rules.shield.iter().flat_map(|it| &it.covers).any(|it| it.means(fact));
    if facts.iter().all(covered) {
        return Ok(());
    }
    Err(AffairError::WrongState("所涉记录中有不能暂时屏蔽的".to_owned()))
}

/// Whether a step of a shield may be taken.
pub(super) fn check(conn: &mut Conn, shop: &Workshop, case: &Case, taking: &Taking) -> Result<(), AffairError> {
    match taking.kind {
        StepKind::Shielded => {
            let (_, rules) = rules_of(shop, &case.opening.rules)?;
            let papers = kept::papers(conn, case.opening.subject, case.opening.id)?;
            let known = rights::papers_of(rules, case.opening.kind);
            let missing: Vec<&str> = correction::missing(known, case, &papers).map(|it| it.name.as_str()).collect();
            if missing.is_empty() {
                return Ok(());
            }
            Err(AffairError::Incomplete(format!("缺少材料：{}", missing.join("、"))))
        }
        StepKind::Completed | StepKind::Failed | StepKind::Reversed if taking.source.is_none() => {
            Err(AffairError::Incomplete("请在依据中写明人民法院的裁定或管理人的报告".to_owned()))
        }
        _ => Ok(()),
    }
}
