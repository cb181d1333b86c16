//! The steps of an objection (异议): marked at once, passed on, and answered by the unit that delivered the record.

use chrono::NaiveDate;

use super::{
    AffairError, Hand, Taking,
    cases::take_within,
    repair::extendable,
    scene::{again, rules_of},
};
use crate::{
    dossier,
    ingest::{self, By, Workshop},
    ledger::Event,
    policy::rules::RightsRules,
    record::{DeliveryState, Version},
    rights::{Case, CaseKind, CaseState, Ground, StepKind},
    store::{Conn, deliveries, merges, records, rights as kept, rights::Filter},
};

/// How steps the system takes by itself are signed.
const SYSTEM: &str = "system";

/// Whether the rules know a ground.
pub(super) fn check_ground(rules: &RightsRules, ground: Option<Ground>) -> Result<(), AffairError> {
    let known = rules.objection.as_ref().is_some_and(|it| ground.is_some_and(|ground| it.grounds.contains(&ground)));
    if known { Ok(()) } else { Err(AffairError::Incomplete("适用的规则没有这一异议事由".to_owned())) }
}

/// Whether a step of an objection may be taken on a day.
pub(super) fn check(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (taking, day): (&Taking, NaiveDate),
) -> Result<(), AffairError> {
    let (_, rules) = rules_of(shop, &case.opening.rules)?;
    let rules = rules.objection.as_ref();
    match taking.kind {
        StepKind::Extended => extendable(conn, case, (rules.and_then(|it| it.extend_by), day)),
        StepKind::Review if rules.is_none_or(|it| it.review_within.is_none()) => {
            Err(AffairError::WrongState("适用的规则没有复核的规定".to_owned()))
        }
        StepKind::Withdraws if case.opening.keys.is_empty() => {
            Err(AffairError::WrongState("异议事由为遗漏，没有可以撤销的记录".to_owned()))
        }
        StepKind::Closed => closable(conn, case, taking),
        _ => Ok(()),
    }
}

/// Closed is what was corrected: the record has a version that came after the answer, or the unit names the delivery.
fn closable(conn: &mut Conn, case: &Case, taking: &Taking) -> Result<(), AffairError> {
    let Some(id) = taking.delivery else {
        let arrived = corrected_by(conn, case)?.is_some();
        let text = "更正后的记录尚未报送；已报送的请写明批次编号";
        return if arrived { Ok(()) } else { Err(AffairError::WrongState(text.to_owned())) };
    };
    let delivery = deliveries::find(conn, id)?.filter(|it| it.unit == case.opening.unit);
    let delivery = delivery.ok_or(AffairError::NotFound("批次"))?;
    let answered = case.step(StepKind::Corrects).map(|it| it.at);
    if delivery.state != DeliveryState::Done || answered.is_some_and(|it| delivery.received_at < it) {
        return Err(AffairError::WrongState("该批次尚未办结，或早于更正答复".to_owned()));
    }
    if brought(conn, case, id)? {
        Ok(())
    } else {
        Err(AffairError::WrongState("该批次没有更正本事项的全部记录".to_owned()))
    }
}

/// Whether a delivery brought what is known now of every record of the case; where one was missing, one of that resource.
fn brought(conn: &mut Conn, case: &Case, delivery: i64) -> Result<bool, AffairError> {
    let subjects = merges::group_of(conn, case.opening.subject)?;
    if case.opening.keys.is_empty() {
        let known = records::of_subjects(conn, &subjects, None)?;
        let meant = |it: &Version| case.opening.missing.as_ref().is_none_or(|missing| missing.resource == it.resource);
        return Ok(known.iter().any(|it| it.delivery == delivery && meant(it)));
    }
    for key in &case.opening.keys {
        let history = records::history(conn, &subjects, key)?;
        if history.first().is_none_or(|it| it.delivery != delivery) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The delivery of the latest version of every record of the case, when all of them came after the unit said it corrects.
fn corrected_by(conn: &mut Conn, case: &Case) -> Result<Option<i64>, AffairError> {
    let Some(answered) = case.step(StepKind::Corrects) else { return Ok(None) };
    let mut delivery = None;
    for key in &case.opening.keys {
        let latest: Option<Version> = records::history(conn, &[case.opening.subject], key)?.into_iter().next();
        match latest.filter(|it| it.known_from > answered.at) {
            Some(version) => delivery = Some(version.delivery),
            None => return Ok(None),
        }
    }
    Ok(delivery)
}

/// What becomes of the records when the unit withdraws them: they end, by its authority, in the same transaction.
pub(super) fn ended(conn: &mut Conn, case: &Case) -> Result<Vec<Event>, AffairError> {
    let step = case.last();
    if case.opening.kind != CaseKind::Objection || step.kind != StepKind::Withdraws {
        return Ok(Vec::new());
    }
    let by = By { actor: step.actor.clone(), reason: step.reason.clone() };
    let mut events = Vec::with_capacity(case.opening.keys.len());
    for key in &case.opening.keys {
        events.push(ingest::withdraw_within(conn, (case.opening.subject, key), &by, step.at)??);
    }
    Ok(events)
}

/// Closes the objections whose correction has arrived; says how many. Done after deliveries, again and again harmlessly.
///
/// # Errors
/// [`AffairError`] when the cases cannot be read.
pub fn settle(shop: &Workshop) -> Result<usize, AffairError> {
    // Workers begin with the rules of the day they started.
    let shop = &dossier::ruled(shop)?;
    let filter = Filter { state: Some(CaseState::Correcting), ..Filter::default() };
    let waiting = shop.database.read(|conn| kept::list(conn, &filter, i64::MAX, MOST_WAITING))?;
    let mut closed = 0;
    for it in waiting {
        let id = it.case.opening.id;
        // One that fails does not stop the others; the next look tries it again.
        match again(shop, |conn| close(conn, shop, id)) {
            Ok(done) => closed += usize::from(done),
            Err(_) => tracing::warn!(case = id, "a corrected objection could not be closed"),
        }
    }
    Ok(closed)
}

/// Cases looked at in one go.
const MOST_WAITING: i64 = 1000;

fn close(conn: &mut Conn, shop: &Workshop, id: i64) -> Result<bool, AffairError> {
    let case = kept::find(conn, id)?.map(|it| it.case).filter(|it| it.state() == CaseState::Correcting);
    let Some(case) = case else { return Ok(false) };
    let Some(delivery) = corrected_by(conn, &case)? else { return Ok(false) };
    let taking = Taking {
        kind: StepKind::Closed,
        reason: "更正后的记录已报送入库".to_owned(),
        source: Some(format!("批次 {delivery}")),
        delivery: None,
        confirmed: Vec::new(),
        papers: Vec::new(),
    };
    take_within(conn, shop, (id, &taking), (&Hand::office(SYSTEM), shop.clock.now()))?;
    Ok(true)
}
