//! The steps of a deferral (容缺受理): decided, opened, fulfilled, extended, suspended, returned; each with its ledger entry.

mod decided;
mod told;

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::json;

use decided::asked_again;
pub use decided::{Decided, Wanted, decide, decide_by, question, resources, rules};
pub use told::{Told, told};

use super::AffairError;
use crate::{
    deferral::{self, Breach, Case, CaseState, Decision, Outcome, Step, StepKind},
    ingest::Workshop,
    ledger::{Change, Event, EventKind, Lane, hex},
    policy::rules::DeferralRules,
    store::{
        Conn, StoreError,
        answers::{self, Logged},
        counters::{self, Counter},
        deferral as kept, ledger, merges, subjects,
    },
};

/// Who takes a step: the unit, and how it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clerk {
    /// The accepting unit; none for the office, which may act on all.
    pub unit: Option<String>,
    /// The signature.
    pub actor: String,
}

fn wrong(text: impl Into<String>) -> AffairError {
    AffairError::WrongState(text.into())
}

/// The answer that decided about one of these subjects, when the clerk may see it.
fn logged(conn: &mut Conn, subjects: &[i64], answer: i64, clerk: &Clerk) -> Result<Logged, AffairError> {
    let found = answers::find(conn, subjects, answer)?.filter(|it| it.kind == DECISION);
    let own = found.filter(|it| clerk.unit.as_ref().is_none_or(|unit| *unit == it.unit));
    own.ok_or(AffairError::NotFound("容缺决定"))
}

/// A case that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The applicant.
    pub subject: i64,
    /// The answer that decided it.
    pub answer: i64,
    /// SHA-256 of the promise the applicant signed, when it was shown.
    pub signed: Option<[u8; 32]>,
}

/// Opens a case from a decision that was answered: the same one however often, and only while it still holds.
///
/// # Errors
/// [`AffairError`]; when the applicant's standing has changed since, what has changed.
pub fn open(conn: &mut Conn, shop: &Workshop, opening: &Opening, clerk: &Clerk) -> Result<Case, AffairError> {
    let (day, Opening { subject, answer, signed }) = (shop.clock.day(), opening.clone());
    subjects::lock(conn, subject)?;
    let group = merges::group(conn, subject)?;
    let logged = logged(conn, &group, answer, clerk)?;
    if let Some(known) = kept::of_answer(conn, subject, answer)? {
        return signed_later(conn, shop, known, (signed, clerk));
    }
    if logged.outcome != Outcome::Deferrable.as_str() {
        return Err(wrong("该决定不是“可容缺”，不能据以受理"));
    }
    let (pack, rules) = rules(shop, day)?;
    let decided_on = crate::ingest::local_day(logged.asked_at);
    if (day - decided_on).num_days() > i64::from(rules.gate.valid_days) {
        return Err(wrong("该决定已过有效期，请重新核验"));
    }
    let wanted = asked_again(&logged)?;
    still_holds(&decide(conn, shop, Some(subject), &wanted)?.1)?;
    let id = counters::take(conn, Counter::Deferral, 1)?;
    let case = Case {
        subject,
        id,
        number: deferral::number(&rules.region, day, id),
        unit: logged.unit,
        item: wanted.item,
        pack: format!("{}@{}", pack.head.id, pack.head.version),
        answer,
        missing: wanted.missing,
        opened_on: day,
        due_on: wanted.promised,
        state: CaseState::Open,
        signed,
        owes: None,
        delivery: None,
    };
    let Some(change) = kept::add(conn, &case)? else {
        return kept::of_answer(conn, subject, answer)?.ok_or_else(|| wrong("该决定刚刚已被受理"));
    };
    record(conn, (&case, change), (StepKind::Opened, String::new()), (shop.clock.now(), day, &clerk.actor))?;
    Ok(case)
}

/// A case that is there already, with the promise that is shown now when none was before.
fn signed_later(
    conn: &mut Conn,
    shop: &Workshop,
    known: Case,
    (signed, clerk): (Option<[u8; 32]>, &Clerk),
) -> Result<Case, AffairError> {
    match (signed, known.signed) {
        (None, _) => Ok(known),
        (Some(shown), Some(kept)) if shown == kept => Ok(known),
        (Some(_), Some(_)) => Err(wrong("该容缺件已登记另一份承诺书")),
        (Some(_), None) => {
            let next = Case { signed, ..known };
            let change = kept::signed(conn, &next)?.ok_or_else(|| wrong("该容缺件刚刚已被处理"))?;
            tell(conn, &next, "signed", (shop.clock.now(), &clerk.actor, vec![change]))?;
            Ok(next)
        }
    }
}

/// What answers about deferrals are kept as.
pub const DECISION: &str = "window.decision";

fn still_holds(decision: &Decision) -> Result<(), AffairError> {
    let bad = decision.checks.iter().find(|it| it.result != "passed");
    bad.map_or(Ok(()), |it| Err(wrong(format!("情况已经变化：{}", it.reason.text))))
}

/// The case a clerk may act on.
///
/// # Errors
/// [`AffairError::NotFound`].
pub fn own(conn: &mut Conn, id: i64, clerk: &Clerk) -> Result<Case, AffairError> {
    let found = kept::find(conn, id)?.filter(|it| clerk.unit.as_ref().is_none_or(|unit| *unit == it.unit));
    found.ok_or(AffairError::NotFound("容缺件"))
}

/// What a person says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The step.
    pub kind: StepKind,
    /// Why, or with what.
    pub note: String,
    /// The new day of an extension.
    pub until: Option<NaiveDate>,
}

/// How the system signs what it does by itself.
const SYSTEM: &str = "system/deferral";

/// Takes a step a person decides: extends, records what was brought, returns, revokes. A promise that is overdue is found
/// so first, whoever comes first, the system or the clerk.
///
/// # Errors
/// [`AffairError`].
pub fn step(conn: &mut Conn, shop: &Workshop, id: i64, said: Said, clerk: &Clerk) -> Result<Case, AffairError> {
    let (mut case, day, now) = (own(conn, id, clerk)?, shop.clock.day(), shop.clock.now());
    if matches!(said.kind, StepKind::Opened | StepKind::Suspended | StepKind::Resumed) {
        return Err(wrong("这一环节由系统办理"));
    }
    if matches!(said.kind, StepKind::Fulfilled | StepKind::Returned)
        && let Some(late) = suspend(conn, shop, &case)?
    {
        case = late;
    }
    let kind = match (said.kind, case.state) {
        // What comes late is brought all the same, and the case goes on.
        (StepKind::Fulfilled, CaseState::Suspended) => StepKind::Resumed,
        (kind, _) => kind,
    };
    let state = case.after(kind, day).ok_or_else(|| wrong("该容缺件的状态不允许这一环节"))?;
    if (kind, case.state) == (StepKind::Returned, CaseState::Suspended) {
        let last = grace(shop, &case, rules(shop, case.opened_on)?.1);
        if day <= last {
            return Err(wrong(format!("逾期后至{last}仍可补正，届满以前不能退件")));
        }
    }
    let due_on = match (kind, said.until) {
        (StepKind::Extended, Some(until)) => extended(shop, &case, until)?,
        (StepKind::Extended, None) => return Err(AffairError::Incomplete("延期须填写 until".to_owned())),
        (_, _) => case.due_on,
    };
    let next = Case { due_on, ..case.moved(kind, state) };
    moved(conn, (&case, &next), (kind, said.note), (now, day, &clerk.actor))?;
    Ok(next)
}

/// Suspends a case whose promise is overdue: from here on its record is owed. `None` when it is not overdue, or not open.
///
/// # Errors
/// [`AffairError::WrongState`] when somebody else was quicker.
pub fn suspend(conn: &mut Conn, shop: &Workshop, case: &Case) -> Result<Option<Case>, AffairError> {
    let (_, rules) = rules(shop, case.opened_on)?;
    by_system(conn, shop, case, (StepKind::Suspended, &rules.step.suspended))
}

/// Returns a suspended case whose time of grace is over; `None` while it is not.
///
/// # Errors
/// [`AffairError::WrongState`] when somebody else was quicker.
pub fn give_back(conn: &mut Conn, shop: &Workshop, case: &Case) -> Result<Option<Case>, AffairError> {
    let (_, rules) = rules(shop, case.opened_on)?;
    if shop.clock.day() <= grace(shop, case, rules) {
        return Ok(None);
    }
    by_system(conn, shop, case, (StepKind::Returned, &rules.step.returned))
}

/// The last day on which a material may still come that was not brought by the promised one.
fn grace(shop: &Workshop, case: &Case, rules: &DeferralRules) -> NaiveDate {
    rules.gate.grace.after(case.due_on, &shop.calendar).day
}

fn by_system(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (kind, note): (StepKind, &str),
) -> Result<Option<Case>, AffairError> {
    let (now, day) = (shop.clock.now(), shop.clock.day());
    let Some(state) = case.after(kind, day) else { return Ok(None) };
    let next = case.moved(kind, state);
    moved(conn, (case, &next), (kind, note.to_owned()), (now, day, SYSTEM))?;
    Ok(Some(next))
}

/// Notes that the record of a breach is written, with its entry; says whether it was still owed.
///
/// # Errors
/// [`AffairError`].
pub fn recorded(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    (breach, delivery): (Breach, i64),
) -> Result<bool, AffairError> {
    let Some(change) = kept::recorded(conn, case, (breach, delivery))? else { return Ok(false) };
    let written = Case { delivery: Some(delivery), owes: None, ..case.clone() };
    tell(conn, &written, "recorded", (shop.clock.now(), SYSTEM, vec![change]))?;
    Ok(true)
}

/// A later day, still within what the rules allow counted from the opening.
fn extended(shop: &Workshop, case: &Case, until: NaiveDate) -> Result<NaiveDate, AffairError> {
    let (_, rules) = rules(shop, case.opened_on)?;
    let item = rules.item(&case.item).ok_or_else(|| wrong("清单中没有这一事项"))?;
    let materials = item.deferrable.iter().filter(|it| case.missing.contains(&it.code)).map(|it| it.longest);
    let latest = materials.chain([item.promised]).map(|it| it.after(case.opened_on, &shop.calendar).day).min();
    match latest {
        Some(latest) if case.due_on < until && until <= latest => Ok(until),
        Some(latest) => Err(AffairError::Incomplete(format!("延期应晚于原定的 {}，最迟 {latest}", case.due_on))),
        None => Err(wrong("该容缺件不能延期")),
    }
}

/// Moves a case with its step and entry, unless somebody else has in the meantime.
fn moved(
    conn: &mut Conn,
    (case, next): (&Case, &Case),
    told: (StepKind, String),
    by: (NaiveDateTime, NaiveDate, &str),
) -> Result<(), AffairError> {
    let change = kept::moved(conn, case, next)?.ok_or_else(|| wrong("该容缺件刚刚已被处理"))?;
    Ok(record(conn, (next, change), told, by)?)
}

fn record(
    conn: &mut Conn,
    (case, change): (&Case, Change),
    (kind, note): (StepKind, String),
    (at, made_on, actor): (NaiveDateTime, NaiveDate, &str),
) -> Result<(), StoreError> {
    let step = kept::add_step(conn, case, &Step { kind, made_on, actor: actor.to_owned(), note }, at)?;
    tell(conn, case, kind.as_str(), (at, actor, vec![change, step]))
}

fn tell(
    conn: &mut Conn,
    case: &Case,
    step: &str,
    (at, actor, changes): (NaiveDateTime, &str, Vec<Change>),
) -> Result<(), StoreError> {
    let body = json!({
        "deferral": case.id,
        "number": case.number,
        "step": step,
        "item": case.item,
        "pack": case.pack,
        "answer": case.answer,
        "due": case.due_on,
        "signed": case.signed.map(|it| hex(&it)),
        "owes": case.owes.map(Breach::as_str),
        "delivery": case.delivery,
    });
    let event = Event::new(Lane::Acts, EventKind::Deferral, at, actor).about(case.subject).saying(body);
    ledger::append(conn, &[event.changing(changes)]).map(drop)
}
