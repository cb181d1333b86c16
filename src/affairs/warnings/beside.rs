//! What is due beside cases: promised materials, designations, correction tasks.

use super::{Duty, DutyKind, Outlook};
use crate::{
    affairs::{
        AffairError, deferrals as windows,
        scene::{TURN, each},
    },
    deferral::{CaseState, level},
    ingest::local_day,
    policy::rules::ListRule,
    record::{CorrectionState, Urgency},
    rights::designation::State,
    store::{Conn, corrections, deferral, designations},
};

/// Materials that were promised: those due soon, and those that stayed away.
pub(super) fn deferrals(conn: &mut Conn, outlook: &Outlook<'_>, unit: Option<&str>) -> Result<Vec<Duty>, AffairError> {
    let mut duties = owed_records(conn, outlook, unit)?;
    for state in [CaseState::Open, CaseState::Suspended] {
        let filter = deferral::Filter { unit: unit.map(str::to_owned), state: Some(state), subjects: None };
        let page = |below| Ok(deferral::list(conn, &filter, below, TURN)?);
        each(
            page,
            |it| it.id,
            |it| {
                if it.due_on > outlook.horizon {
                    return Ok(());
                }
                let (_, rules) = windows::rules(outlook.shop, it.opened_on)?;
                let level = level(&it, &rules.gate, &outlook.shop.calendar, outlook.today);
                let title = format!("容缺件 {}：{}", it.number, asked(state));
                duties.extend(outlook.duty((DutyKind::Deferral, it.id, &it.unit), title, (it.due_on, level)));
                Ok(())
            },
        )?;
    }
    Ok(duties)
}

/// Broken promises whose record could not be written yet: somebody has to look why.
fn owed_records(conn: &mut Conn, outlook: &Outlook<'_>, unit: Option<&str>) -> Result<Vec<Duty>, AffairError> {
    let mut duties = Vec::new();
    let mut above = 0;
    loop {
        let page = deferral::owing(conn, above)?;
        let Some(last) = page.last() else { return Ok(duties) };
        above = last.id;
        for it in page.into_iter().filter(|it| !it.is_open() && unit.is_none_or(|unit| unit == it.unit)) {
            let title = format!("容缺件 {}：违诺记录待写入", it.number);
            let what = (DutyKind::Deferral, it.id, it.unit.as_str());
            duties.extend(outlook.duty(what, title, (it.due_on, Some(Urgency::Red))));
        }
    }
}

const fn asked(state: CaseState) -> &'static str {
    match state {
        CaseState::Suspended => "逾期未补正，已暂停",
        CaseState::Open | CaseState::Fulfilled | CaseState::Returned | CaseState::Revoked => "应补齐材料",
    }
}

/// Designations whose unit has something to do.
pub(super) fn designations(
    conn: &mut Conn,
    outlook: &Outlook<'_>,
    unit: Option<&str>,
) -> Result<Vec<Duty>, AffairError> {
    let (shop, today) = (outlook.shop, outlook.today);
    let rules: Vec<&ListRule> = shop.packs.lists(today).flat_map(|(_, rules)| &rules.lists).collect();
    let mut duties = Vec::new();
    let waits = |it: &&State| !matches!(it, State::Removed | State::Dropped);
    for state in State::ALL.iter().filter(waits) {
        // What a rule has proposed waits for nobody.
        let by_rule = (*state == State::Proposed).then_some(false);
        let filter = designations::Filter {
            unit: unit.map(str::to_owned),
            state: Some(*state),
            by_rule,
            ..designations::Filter::default()
        };
        let page = |below| Ok(designations::list(conn, &filter, below, TURN)?);
        each(
            page,
            |it| it.designation.opening.id,
            |it| {
                let opening = &it.designation.opening;
                let rule = rules.iter().find(|it| it.code == opening.list).copied();
                let due = it.designation.due(rule, &outlook.rules.designation, &shop.calendar);
                let Some((waiting, due_on)) = due.filter(|it| it.1 <= outlook.horizon) else { return Ok(()) };
                let list = rule.map_or(opening.list.as_str(), |it| it.name.as_str());
                let title = format!("名单认定 {}（{list}）：{}，{}", opening.id, state.name(), waiting.name());
                let what = (DutyKind::Designation, opening.id, opening.unit.as_str());
                let level = outlook.level(due_on, outlook.rules.warning);
                duties.extend(outlook.duty(what, title, (due_on, level)));
                Ok(())
            },
        )?;
    }
    Ok(duties)
}

/// Open correction tasks.
pub(super) fn corrections(
    conn: &mut Conn,
    outlook: &Outlook<'_>,
    unit: Option<&str>,
) -> Result<Vec<Duty>, AffairError> {
    let (unit, state) = (unit.map(str::to_owned), Some(CorrectionState::Open));
    let filter = corrections::Filter { unit, state, kind: None };
    let (calendar, rules) = (&outlook.shop.calendar, outlook.rules);
    let (mut duties, mut before) = (Vec::new(), None);
    let duty = |it: corrections::Correction| {
        let due_on = calendar.add_workdays(local_day(it.made_at), rules.correction.within).day;
        let title = format!("更正任务 {}：{} 的 {} 中有{}", it.id, it.resource, it.field, it.kind.name());
        let level = outlook.level(due_on, rules.warning);
        outlook.duty((DutyKind::Correction, it.id, &it.unit), title, (due_on, level))
    };
    loop {
        let page = corrections::list(conn, &filter, before, TURN)?;
        let Some(last) = page.last() else { return Ok(duties) };
        before = Some((last.made_at, last.id));
        duties.extend(page.into_iter().filter_map(duty));
    }
}
