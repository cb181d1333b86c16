//! The steps of an objection (异议): marked at once, passed on, and answered by the unit that delivered the record.

use chrono::NaiveDate;

use super::{
    AffairError, Hand, Taking, amendment,
    cases::take_within,
    repair::extendable,
    scene::{TURN, again, each, rules_of},
};
use crate::{
    dossier,
    ingest::{self, By, Workshop},
    ledger::Event,
    policy::rules::RightsRules,
    record::RecordState,
    rights::{Case, CaseKind, CaseState, Ground, StepKind},
    store::{
        Conn, merges, records, rights as kept,
        rights::{Filter, Stored},
    },
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
        StepKind::Closed => amendment::closable(conn, shop, case, taking),
        _ => Ok(()),
    }
}

/// What becomes of the records when the unit withdraws them: they end, by its authority, in the same transaction. One it
/// has withdrawn by itself already stays as it is.
pub(super) fn ended(conn: &mut Conn, case: &Case) -> Result<Vec<Event>, AffairError> {
    let step = case.last();
    if case.opening.kind != CaseKind::Objection || step.kind != StepKind::Withdraws {
        return Ok(Vec::new());
    }
    let by = By { actor: step.actor.clone(), reason: step.reason.clone() };
    let group = merges::group_of(conn, case.opening.subject)?;
    let mut events = Vec::with_capacity(case.opening.keys.len());
    for key in &case.opening.keys {
        let latest = records::history(conn, &group, key)?.into_iter().next().ok_or(AffairError::NotFound("记录"))?;
        if latest.unit != case.opening.unit {
            return Err(AffairError::WrongState("所涉记录现由其他单位报送，不能由本单位撤销".to_owned()));
        }
        if latest.state == RecordState::InForce {
            events.push(ingest::withdraw_within(conn, (latest.subject, key), &by, step.at)??);
        }
    }
    Ok(events)
}

/// Takes the answer that a record is corrected to its end when the correction is there already.
pub(super) fn closed_at_once(conn: &mut Conn, shop: &Workshop, case: &Case) -> Result<Option<Stored>, AffairError> {
    if case.opening.kind != CaseKind::Objection || case.last().kind != StepKind::Corrects {
        return Ok(None);
    }
    let Some(taking) = closing(conn, shop, case)? else { return Ok(None) };
    take_within(conn, shop, (case.opening.id, &taking), (&Hand::office(SYSTEM), case.last().at)).map(Some)
}

/// Closes the objections whose correction has arrived; says how many. Done after deliveries, again and again harmlessly.
///
/// # Errors
/// [`AffairError`] when the cases cannot be read.
pub fn settle(shop: &Workshop) -> Result<usize, AffairError> {
    // Workers begin with the rules of the day they started.
    let shop = &dossier::ruled(shop)?;
    let filter = Filter { state: Some(CaseState::Correcting), ..Filter::default() };
    let page = |below| Ok(shop.database.read(|conn| kept::list(conn, &filter, below, TURN))?);
    let mut closed = 0;
    each(
        page,
        |it| it.case.opening.id,
        |it| {
            let id = it.case.opening.id;
            // Most wait on. One that fails does not stop the others; the next look tries it again.
            let done = match shop.database.read(|conn| closing(conn, shop, &it.case)) {
                Ok(None) => Ok(false),
                Ok(Some(_)) => again(shop, |conn| close(conn, shop, id)),
                Err(err) => Err(err),
            };
            match done {
                Ok(done) => closed += usize::from(done),
                Err(_) => tracing::warn!(case = id, "a corrected objection could not be closed"),
            }
            Ok(())
        },
    )?;
    Ok(closed)
}

fn close(conn: &mut Conn, shop: &Workshop, id: i64) -> Result<bool, AffairError> {
    let case = kept::find(conn, id)?.map(|it| it.case).filter(|it| it.state() == CaseState::Correcting);
    let Some(case) = case else { return Ok(false) };
    let Some(taking) = closing(conn, shop, &case)? else { return Ok(false) };
    take_within(conn, shop, (id, &taking), (&Hand::office(SYSTEM), shop.clock.now()))?;
    Ok(true)
}

/// The step that closes a case, when what it waits for has arrived.
fn closing(conn: &mut Conn, shop: &Workshop, case: &Case) -> Result<Option<Taking>, AffairError> {
    let delivery = amendment::arrived(conn, shop, case)?;
    Ok(delivery.map(|delivery| Taking {
        kind: StepKind::Closed,
        reason: "所指的记录已由来源单位更正、撤回或者补报".to_owned(),
        source: Some(format!("批次 {delivery}")),
        delivery: None,
        confirmed: Vec::new(),
        papers: Vec::new(),
    }))
}
