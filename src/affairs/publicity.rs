//! What departments decide about publicity: the class of a record a rule cannot see, whether it was performed, and
//! whether what the privacy self-check found may stay.

use chrono::NaiveDateTime;

use super::{AffairError, Capacity, Hand};
use crate::{
    ingest::Workshop,
    ledger::{Event, EventKind, Lane},
    policy::Packs,
    record::{ConfirmedClass, CorrectionState, Fact, RecordKey},
    standards::privacy::Leak,
    store::{
        Conn,
        corrections::{self, Correction},
        ledger, merges,
        publicity::{self, Confirmation},
        records, standings,
    },
};

/// What is confirmed of a record (分类确认).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirming {
    /// The class; `None` leaves it to the rules.
    pub class: Option<String>,
    /// Whether what was decided is performed; `None` leaves it to the rules.
    pub performed: Option<bool>,
    /// Why.
    pub reason: String,
}

/// Confirms the class of a record, or that it was performed, in the caller's transaction. It holds from today.
///
/// # Errors
/// [`AffairError`]: the record is not there or another unit's, or no pack knows the class.
pub fn confirm_class(
    conn: &mut Conn,
    shop: &Workshop,
    hand: &Hand,
    (subject, key): (i64, &RecordKey),
    confirming: &Confirming,
) -> Result<(), AffairError> {
    if confirming.class.is_none() && confirming.performed.is_none() {
        return Err(AffairError::Incomplete("class 与 performed 至少填写一项".to_owned()));
    }
    let fact = fact(conn, hand, subject, key)?;
    if let Some(class) = &confirming.class {
        known_class(&shop.packs, &fact, class)?;
    }
    let (now, from) = (shop.clock.now(), shop.clock.day());
    let (class, performed) = (confirming.class.clone(), confirming.performed);
    let what = ConfirmedClass { key: *key, class: class.clone(), performed, from };
    let (unit, actor, reason) = (hand.unit.clone(), hand.actor.clone(), confirming.reason.clone());
    let change =
        publicity::confirm(conn, &Confirmation { subject: fact.subject, what, unit, actor, reason, made_at: now })?;
    standings::mark(conn, &[fact.subject])?;
    let event = Event::new(Lane::Acts, EventKind::Correction, now, &hand.actor)
        .about(fact.subject)
        .and("step", "class_confirmed")
        .and("record", fact.id)
        .and("class", class)
        .and("performed", performed)
        .changing([change]);
    ledger::append(conn, &[event])?;
    Ok(())
}

/// The record as it is known now, if the hand may decide about it.
fn fact(conn: &mut Conn, hand: &Hand, subject: i64, key: &RecordKey) -> Result<Fact, AffairError> {
    let group = merges::group(conn, subject)?;
    let latest = records::history(conn, &group, key)?.into_iter().next();
    let own = latest.filter(|it| match &hand.capacity {
        Capacity::Office => true,
        Capacity::Unit => it.unit == hand.unit,
        Capacity::Subject(_) => false,
    });
    let version = own.ok_or(AffairError::NotFound("记录"))?;
    let spoiled = |_| crate::store::StoreError::Spoiled { place: "record.payload", value: subject.to_string() };
    Ok(Fact::of(version).map_err(spoiled)?)
}

fn known_class(packs: &Packs, fact: &Fact, class: &str) -> Result<(), AffairError> {
    let day = crate::standing::fact_day(fact);
    let packs: Vec<_> = packs.publicity(day).filter(|(_, it)| it.covers(fact)).collect();
    if packs.iter().any(|(_, it)| it.class(class).is_some()) {
        return Ok(());
    }
    let known: Vec<&str> = packs.iter().flat_map(|(_, it)| &it.class).map(|it| it.id.as_str()).collect();
    Err(AffairError::Incomplete(format!("没有类别 {class}；该记录适用的规则中有：{}", known.join("、"))))
}

/// Closes a correction task as kept: what was found may be published, for the reason given.
///
/// # Errors
/// [`AffairError`]: the task is not there, another unit's, closed, or of a number that is never published.
pub fn keep_correction(
    conn: &mut Conn,
    hand: &Hand,
    (id, reason): (i64, &str),
    now: NaiveDateTime,
) -> Result<Correction, AffairError> {
    let found = own_correction(conn, hand, id)?;
    if found.state != CorrectionState::Open {
        return Err(AffairError::WrongState("该更正任务已办结".to_owned()));
    }
    if found.kind == Leak::Citizen {
        return Err(AffairError::WrongState("公民身份号码一律不得公示，请更正后重新报送".to_owned()));
    }
    corrections::keep(conn, id, (&hand.actor, reason), now)?;
    let event = Event::new(Lane::Acts, EventKind::Correction, now, &hand.actor).about(found.subject);
    ledger::append(conn, &[event.and("step", "kept").and("correction", id).and("record", found.record)])?;
    own_correction(conn, hand, id)
}

fn own_correction(conn: &mut Conn, hand: &Hand, id: i64) -> Result<Correction, AffairError> {
    let found = corrections::find(conn, id)?;
    let own = found.filter(|it| match &hand.capacity {
        Capacity::Office => true,
        Capacity::Unit => it.unit == hand.unit,
        Capacity::Subject(_) => false,
    });
    own.ok_or(AffairError::NotFound("更正任务"))
}
