//! Filing a case and taking its steps: each one transaction with its ledger entry, its marking and its notices upward.

use chrono::NaiveDateTime;

use super::{
    AffairError, Capacity, Hand, correction, designation, objection, repair,
    scene::{again, cases_of, event, moment_after, notices, record, rules_of},
    shield,
};
use crate::{
    ingest::{Workshop, local_day},
    ledger::{Change, Event},
    record::{Fact, RecordKey},
    rights::{self, Case, CaseKind, Channel, Ground, Missing, Opening, RulesAt, Step, StepKind},
    standards::document,
    store::{
        Conn,
        counters::{self, Counter},
        ledger, rights as kept,
        rights::{Notice, Stored},
        standings, subjects, units,
    },
};

/// Records of one case: a shield may cover all of an enterprise.
pub const MOST_RECORDS: usize = 500;

/// Characters of a document's number or name.
const LONGEST_DOCUMENT: usize = 100;

/// An application (申请).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// What is asked for.
    pub kind: CaseKind,
    /// The subject.
    pub subject: i64,
    /// The records, beside the subject.
    pub keys: Vec<RecordKey>,
    /// Where it came in.
    pub channel: Channel,
    /// Why, for an objection.
    pub ground: Option<Ground>,
    /// What the applicant says.
    pub reason: String,
    /// The ruling, for a shield; a document, for others.
    pub source: Option<String>,
    /// The unit that is to answer, when a record is said to be missing,
    pub unit: Option<String>,
    /// and what is missing.
    pub missing: Option<Missing>,
}

/// A step somebody wants to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// The step.
    pub kind: StepKind,
    /// Why.
    pub reason: String,
    /// On which ground in law, document or ruling.
    pub source: Option<String>,
    /// The delivery that brought the correction.
    pub delivery: Option<i64>,
    /// Conditions of repair the deciding unit confirms.
    pub confirmed: Vec<String>,
    /// Codes of the papers that are asked for; those that are needed and not there when empty.
    pub papers: Vec<String>,
}

/// Files a case. An objection marks its records at once.
///
/// # Errors
/// [`AffairError`]; one about the same records that is still open is [`AffairError::WrongState`].
pub fn file(shop: &Workshop, filing: &Filing, hand: &Hand) -> Result<Stored, AffairError> {
    hand.may_file(filing.subject)?;
    check_form(shop, filing)?;
    let now = shop.clock.now();
    again(shop, |conn| {
        subjects::lock(conn, filing.subject)?;
        let opening = opening(conn, shop, filing, (hand, now))?;
        let step = Step {
            kind: StepKind::Filed,
            at: now,
            day: local_day(now),
            actor: hand.actor.clone(),
            reason: filing.reason.clone(),
            source: filing.source.clone(),
            delivery: None,
            named: Vec::new(),
        };
        let case = Case::fold(opening, vec![step]).map_err(|it| AffairError::WrongState(it.to_string()))?;
        let stored = due(shop, case)?;
        let changes = kept::open(conn, &stored)?.to_vec();
        finish(conn, &stored.case, changes, vec![])?;
        Ok(stored)
    })
}

/// What can be told wrong of an application by itself.
fn check_form(shop: &Workshop, filing: &Filing) -> Result<(), AffairError> {
    let wrong = |text: &str| Err(AffairError::Incomplete(text.to_owned()));
    let missing = filing.ground == Some(Ground::Missing);
    match (filing.kind, filing.keys.len()) {
        (_, n) if n > MOST_RECORDS => wrong("一个事项的记录过多，请分开申请"),
        (CaseKind::Repair, 1) => Ok(()),
        (CaseKind::Repair, _) => wrong("信用修复逐条申请，一个事项一条记录"),
        (CaseKind::Objection, _) if filing.ground.is_none() => wrong("请写明异议事由"),
        _ if filing.missing.is_some() && !(missing && filing.keys.is_empty()) => {
            wrong("只有异议事由为遗漏、又没有记录可指明时，才写明遗漏的信息")
        }
        (CaseKind::Objection, 0) if missing => named(shop, filing),
        (CaseKind::Objection | CaseKind::Shield, 0) => wrong("请写明所涉记录"),
        (CaseKind::Shield, _) if filing.source.is_none() => wrong("请在依据中写明人民法院的裁定"),
        (CaseKind::Objection | CaseKind::Shield, _) => Ok(()),
    }
}

/// What is missing is told so that it can be looked for, and told apart from something else that is missing.
fn named(shop: &Workshop, filing: &Filing) -> Result<(), AffairError> {
    let text = match (&filing.unit, &filing.missing) {
        (Some(_), Some(it)) if document::is_missing(&it.document) => "请写明遗漏信息的文书号，没有文书号的写明名称",
        (Some(_), Some(it)) if it.document.chars().count() > LONGEST_DOCUMENT => "遗漏信息的文书号或名称过长",
        (Some(_), Some(it)) if shop.catalog.get(&it.resource).is_none() => "目录中没有这一信息类别",
        (Some(_), Some(_)) => return Ok(()),
        _ => "异议事由为遗漏时，请写明应当报送的单位、信息类别和文书号",
    };
    Err(AffairError::Incomplete(text.to_owned()))
}

fn opening(
    conn: &mut Conn,
    shop: &Workshop,
    filing: &Filing,
    (hand, now): (&Hand, NaiveDateTime),
) -> Result<Opening, AffairError> {
    let day = local_day(now);
    let mut facts: Vec<Fact> = Vec::with_capacity(filing.keys.len());
    let mut subject = filing.subject;
    for key in &filing.keys {
        let (asked, at) = record(conn, shop, filing.subject, (key, day))?;
        facts.push(asked.dossier.facts[at].clone());
    }
    if let Some(first) = facts.first() {
        // The record's own subject, which may have been merged into the one that asks.
        subject = first.subject;
        if facts.iter().any(|it| it.subject != subject) {
            return Err(AffairError::Incomplete("所涉记录分属合并前的不同主体，请分开申请".to_owned()));
        }
        // Who answers may end the records: they have to be its own.
        if filing.kind == CaseKind::Objection && facts.iter().any(|it| it.unit != first.unit) {
            return Err(AffairError::Incomplete("所涉记录由不同单位报送，请按报送单位分开提出异议".to_owned()));
        }
    }
    not_twice(conn, filing)?;
    let unit = match (&filing.unit, facts.first(), &hand.capacity) {
        (_, Some(_), Capacity::Office | Capacity::Unit) if filing.kind == CaseKind::Shield => hand.unit.clone(),
        (_, Some(fact), _) => fact.unit.clone(),
        (Some(unit), None, _) => unit.clone(),
        (None, None, _) => return Err(AffairError::NotFound("记录")),
    };
    let region = units::find(conn, &unit)?;
    if facts.is_empty() && region.is_none() {
        return Err(AffairError::NotFound("单位"));
    }
    let region = region.and_then(|it| it.region);
    let (pack, rules) = rights::rules_for(&shop.packs, filing.kind, facts.first(), region.as_deref(), day)
        .ok_or_else(|| AffairError::WrongState(format!("{day}没有可适用的{}规则", filing.kind.name())))?;
    match filing.kind {
        CaseKind::Repair => {}
        CaseKind::Objection => objection::check_ground(rules, filing.ground)?,
        CaseKind::Shield => shield::check_records(rules, &facts)?,
    }
    Ok(Opening {
        id: counters::take(conn, Counter::Case, 1)?,
        kind: filing.kind,
        subject,
        keys: filing.keys.clone(),
        unit,
        rules: RulesAt { id: pack.head.id.clone(), version: pack.head.version },
        ground: filing.ground,
        missing: filing.missing.clone(),
        channel: filing.channel,
        filed_by: hand.unit.clone(),
    })
}

/// One matter, one case: the same record, or the same missing one of the same unit.
fn not_twice(conn: &mut Conn, filing: &Filing) -> Result<(), AffairError> {
    let cases = cases_of(conn, filing.subject)?;
    let one_missing = |it: &Opening| {
        let both = it.missing.as_ref().zip(filing.missing.as_ref());
        both.is_some_and(|(one, other)| one.is_same(other)) && filing.unit.as_ref() == Some(&it.unit)
    };
    let same = |it: &&Case| {
        it.opening.kind == filing.kind
            && it.state().is_open()
            && (it.opening.keys.iter().any(|key| filing.keys.contains(key)) || one_missing(&it.opening))
    };
    match cases.iter().find(same) {
        Some(open) => {
            let what = if open.opening.keys.is_empty() { "遗漏的这一信息" } else { "该记录" };
            Err(AffairError::WrongState(format!("{what}已有在办的{}事项 {}", filing.kind.name(), open.opening.id)))
        }
        None => Ok(()),
    }
}

/// Takes a step of a case.
///
/// # Errors
/// [`AffairError`]: not theirs, out of order, not fulfilled.
pub fn take(shop: &Workshop, id: i64, taking: &Taking, hand: &Hand) -> Result<Stored, AffairError> {
    let now = shop.clock.now();
    again(shop, |conn| take_within(conn, shop, (id, taking), (hand, now)))
}

/// The same within a transaction.
pub(super) fn take_within(
    conn: &mut Conn,
    shop: &Workshop,
    (id, taking): (i64, &Taking),
    (hand, now): (&Hand, NaiveDateTime),
) -> Result<Stored, AffairError> {
    let mut case = kept::find(conn, id)?.ok_or(AffairError::NotFound("事项"))?.case;
    hand.may_take(taking.kind, &case, taking.source.as_deref())?;
    case.after(taking.kind).map_err(|it| AffairError::WrongState(it.to_string()))?;
    if taking.reason.trim().is_empty() {
        return Err(AffairError::Incomplete("请写明理由".to_owned()));
    }
    let at = moment_after(now, case.last().at);
    let day = local_day(at);
    let named = correction::named(conn, shop, &case, (taking, day))?;
    match case.opening.kind {
        CaseKind::Repair => repair::check(conn, shop, &case, (taking, day))?,
        CaseKind::Objection => objection::check(conn, shop, &case, (taking, day))?,
        CaseKind::Shield => shield::check(conn, shop, &case, taking)?,
    }
    let step = Step {
        kind: taking.kind,
        at,
        day,
        actor: hand.actor.clone(),
        reason: taking.reason.trim().to_owned(),
        source: taking.source.clone(),
        delivery: taking.delivery,
        named,
    };
    case.take(step).map_err(|it| AffairError::WrongState(it.to_string()))?;
    let stored = due(shop, case)?;
    let changes = kept::add_step(conn, &stored)?;
    let mut events = objection::ended(conn, &stored.case)?;
    events.extend(designation::follow(conn, &stored.case)?);
    finish(conn, &stored.case, changes, events)?;
    Ok(objection::closed_at_once(conn, shop, &stored.case)?.unwrap_or(stored))
}

/// Whether the platform above is told of a case's last step, and as what: whatever it was told before is taken back.
fn upward(case: &Case) -> Option<&'static str> {
    match (case.last().kind, case.opening.kind) {
        (StepKind::Granted | StepKind::Completed, _) => Some("repair_granted"),
        (StepKind::Reversed, CaseKind::Shield) if case.step(StepKind::Completed).is_none() => Some("shield_lifted"),
        (StepKind::Reversed, _) => Some("repair_reversed"),
        (StepKind::Withdraws | StepKind::Closed, _) => Some("record_corrected"),
        (StepKind::Keeps, _) | (StepKind::Refused | StepKind::Retracted, CaseKind::Objection) => {
            Some("objection_ended")
        }
        (StepKind::Shielded, _) => Some("record_shielded"),
        (StepKind::Failed, _) => Some("shield_lifted"),
        (StepKind::Review, _) | (StepKind::Filed, CaseKind::Objection) => Some("objection_marked"),
        (StepKind::Refused | StepKind::Retracted | StepKind::Filed, CaseKind::Repair | CaseKind::Shield)
        | (
            StepKind::CorrectionAsked
            | StepKind::Corrected
            | StepKind::Accepted
            | StepKind::Extended
            | StepKind::Denied
            | StepKind::Forwarded
            | StepKind::Corrects,
            _,
        ) => None,
    }
}

/// The notices of a case's last step.
fn told(case: &Case) -> Vec<Notice> {
    upward(case).map_or_else(Vec::new, |kind| notices(case, kind))
}

/// The case with the day its next step is due.
fn due(shop: &Workshop, case: Case) -> Result<Stored, AffairError> {
    let (_, rules) = rules_of(shop, &case.opening.rules)?;
    let due_on = rights::due(&case, rules, &shop.calendar).map(|it| it.day);
    Ok(Stored { case, due_on })
}

/// The end of every step's transaction: what follows is marked, told and appended.
fn finish(conn: &mut Conn, case: &Case, mut changes: Vec<Change>, mut events: Vec<Event>) -> Result<(), AffairError> {
    changes.extend(kept::queue(conn, &told(case))?);
    standings::mark(conn, &[case.opening.subject])?;
    events.push(event(case).changing(changes));
    ledger::append(conn, &events)?;
    Ok(())
}
