//! Designations (名单认定): each step in one transaction with its ledger entry; what is decided becomes a record.

mod assign;
mod candidates;
mod content;
mod entry;
mod follow;
mod publicity;

use chrono::NaiveDate;
use serde_json::json;

pub use assign::assign;
pub use candidates::{propose_candidates, propose_new_candidates};
pub use content::{Content, Person};
pub use entry::{finish, finish_all};
pub(super) use follow::follow;
pub use publicity::{Publicised, publicised};

use super::AffairError;
use crate::{
    ingest::Workshop,
    ledger::{Event, EventKind, Lane, hex},
    policy::rules::ListRule,
    record::{Subject, SubjectKind},
    rights::designation::{Designation, Document, Opening, Refused, Removal, Scene, Step, StepKind},
    store::{
        Conn, StoreError,
        counters::{self, Counter},
        designations::{self, Stored},
        ledger, standings, subjects,
        units::{self, Unit},
    },
};

/// How what the system does by itself is signed.
const SYSTEM: &str = "system";

/// Who takes a step, of which unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person or key.
    pub name: String,
    /// The unit.
    pub unit: String,
}

/// What a unit proposes.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The list's code.
    pub list: String,
    /// The subject.
    pub subject: i64,
    /// What the entry is to say.
    pub content: Content,
    /// The versions of the records that led to it.
    pub records: Vec<i64>,
}

/// A step that is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is to happen.
    pub kind: StepKind,
    /// On which day it happened; today when it is not said.
    pub day: Option<NaiveDate>,
    /// Why, or what was said.
    pub reason: String,
    /// Its document; the bytes must be kept already.
    pub document: Option<Document>,
    /// Until when the entry lasts, if the decision says so.
    pub until: Option<NaiveDate>,
    /// Why the entry ends.
    pub removal: Option<Removal>,
    /// What the entry is to say, where a candidate did not.
    pub content: Option<Content>,
}

/// The rules of a list on a day.
///
/// # Errors
/// [`AffairError::WrongState`] when the list has no basis on the day.
pub fn rules(shop: &Workshop, list: &str, day: NaiveDate) -> Result<ListRule, AffairError> {
    let found = shop.packs.lists(day).flat_map(|(_, rules)| &rules.lists).find(|it| it.code == list);
    found
        .cloned()
        .ok_or_else(|| AffairError::WrongState(format!("规则包中没有编码为“{list}”的名单，没有依据的名单不得认定")))
}

/// Proposes a subject for a list; says which designation it is.
///
/// # Errors
/// [`AffairError`]: the list has no basis, the unit is not named for it, the subject cannot be on it, or there is an
/// undecided one.
pub fn propose(shop: &Workshop, proposal: &Proposal, actor: &Actor) -> Result<i64, AffairError> {
    let (now, day) = (shop.clock.now(), shop.clock.day());
    let rule = rules(shop, &proposal.list, day)?;
    if !rule.is_designated_here() {
        return Err(AffairError::WrongState(format!("{}由认定机关报送，不在本平台认定", rule.name)));
    }
    let unit = unit(shop, &actor.unit)?;
    let subject = shop.database.read(|conn| {
        let subject = standing_subject(conn, proposal.subject)?;
        proposal.content.check(conn, shop, &subject, day)?;
        Ok::<_, AffairError>(subject)
    })?;
    let born = proposal.content.born(day);
    scene(shop, &rule, &unit, (subject.kind, born)).acts().map_err(refused)?;
    if proposal.content.reason.trim().is_empty() {
        return Err(AffairError::Incomplete("须写明列入事由".to_owned()));
    }
    let new = |id| {
        let opening = Opening {
            id,
            list: rule.code.clone(),
            kind: rule.kind,
            subject: subject.id,
            unit: unit.code.clone(),
            rule: None,
            records: proposal.records.clone(),
        };
        let step = first(actor, proposal.content.reason.clone(), (now, day));
        (opening, step)
    };
    let opened = shop.database.write_again(|conn| {
        if let Some(id) = designations::undecided(conn, subject.id, &rule.code, &unit.code)? {
            return Ok(Err(id));
        }
        let id = counters::take(conn, Counter::Designation, 1)?;
        let (opening, step) = new(id);
        open(conn, opening, step, proposal.content.seal(shop, id)).map(Ok)
    })?;
    opened.map_err(|id| AffairError::WrongState(format!("本单位对该主体已有未办结的名单认定 {id}")))
}

fn first(actor: &Actor, reason: String, (at, day): (chrono::NaiveDateTime, NaiveDate)) -> Step {
    let (kind, actor) = (StepKind::Proposed, actor.name.clone());
    Step { kind, at, day, actor, reason, document: None, until: None, removal: None }
}

/// Keeps a new designation with its ledger entry.
fn open(conn: &mut Conn, opening: Opening, step: Step, content: Vec<u8>) -> Result<i64, StoreError> {
    let id = opening.id;
    let event = put(conn, opening, step, content)?;
    ledger::append(conn, &[event])?;
    Ok(id)
}

/// Keeps a new designation; says what the ledger is to be told.
fn put(conn: &mut Conn, opening: Opening, step: Step, content: Vec<u8>) -> Result<Event, StoreError> {
    let designation = Designation::fold(opening, vec![step]).expect("a proposal is the first step");
    let stored = Stored { designation, content, is_owed: false, delivery: None, trouble: None };
    let changes = designations::open(conn, &stored)?;
    Ok(event(&stored.designation).changing(changes))
}

/// What the ledger is told of the last step: ids and digests.
fn event(designation: &Designation) -> Event {
    let (opening, step) = (&designation.opening, designation.last());
    Event::new(Lane::Acts, EventKind::Designation, step.at, step.actor.clone()).about(opening.subject).saying(json!({
        "designation": opening.id,
        "list": opening.list,
        "unit": opening.unit,
        "rule": opening.rule,
        "records": opening.records,
        "seq": designation.steps().len(),
        "step": step.kind.as_str(),
        "day": step.day,
        "state": designation.state().as_str(),
        "document": step.document.as_ref().map(|it| hex(&it.digest)),
        "removal": step.removal.map(|it| it.to_string()),
    }))
}

/// Takes a step; what is decided by it becomes a record before this returns, or is owed to the job that tries again.
///
/// # Errors
/// [`AffairError`]; then nothing was taken.
pub fn step(shop: &Workshop, id: i64, asked: &Asked, actor: &Actor) -> Result<Stored, AffairError> {
    let (now, today) = (shop.clock.now(), shop.clock.day());
    let day = asked.day.unwrap_or(today);
    if day > today {
        return Err(AffairError::Incomplete("环节日期不能晚于今天".to_owned()));
    }
    if let Some(document) = &asked.document
        && !shop.blobs.has(&document.digest)
    {
        return Err(AffairError::Incomplete("没有收到这份文书的文件，请先上传".to_owned()));
    }
    let unit = unit(shop, &actor.unit)?;
    let taken = shop.database.write_again(|conn| {
        let Some(stored) = designations::find(conn, id)?.filter(|it| it.designation.opening.unit == unit.code) else {
            return Ok(Err(AffairError::NotFound("名单认定")));
        };
        let step = Step {
            kind: asked.kind,
            at: now.max(stored.designation.last().at),
            day,
            actor: actor.name.clone(),
            reason: asked.reason.clone(),
            document: asked.document.clone(),
            until: asked.until,
            removal: asked.removal,
        };
        take(conn, shop, stored, (step, asked.content.as_ref()), &unit)
    })??;
    if !taken.is_owed {
        return Ok(taken);
    }
    // The step stands whatever becomes of its record; what fails now is tried again.
    if let Err(err) = finish(shop, id) {
        tracing::error!(designation = id, error = %err, "a designation's record is tried again");
    }
    shop.database.read(|conn| designations::find(conn, id))?.ok_or(AffairError::NotFound("名单认定"))
}

fn take(
    conn: &mut Conn,
    shop: &Workshop,
    mut stored: Stored,
    (step, content): (Step, Option<&Content>),
    unit: &Unit,
) -> Result<Result<Stored, AffairError>, StoreError> {
    if stored.is_owed {
        let message = stored.trouble.unwrap_or_else(|| "上一环节的记录正在入库，请稍后再试".to_owned());
        return Ok(Err(AffairError::WrongState(message)));
    }
    let opening = &stored.designation.opening;
    let subject = match standing_subject(conn, opening.subject) {
        Ok(found) => found,
        Err(AffairError::Store(err)) => return Err(err),
        Err(err) => return Ok(Err(err)),
    };
    let checked = rules(shop, &opening.list, step.day).and_then(|rule| {
        let content = match content {
            Some(content) => content.clone(),
            None => Content::open(shop, opening.id, &stored.content)?,
        };
        content.check(conn, shop, &subject, step.day)?;
        if step.kind == StepKind::Designated {
            entry::check(conn, shop, (&stored.designation, &step), (&content, &subject, unit, &rule))?;
        }
        Ok((rule, content))
    });
    let (rule, content) = match checked {
        Ok(checked) => checked,
        Err(AffairError::Store(err)) => return Err(err),
        Err(err) => return Ok(Err(err)),
    };
    stored.is_owed = step.kind.is_on_record();
    let scene = scene(shop, &rule, unit, (subject.kind, content.born(step.day)));
    if let Err(err) = stored.designation.take(step, &scene) {
        return Ok(Err(refused(err)));
    }
    stored.content = content.seal(shop, stored.designation.opening.id);
    let changes = designations::add_step(conn, &stored)?;
    // From its publication on the entry is public.
    standings::mark(conn, &[stored.designation.opening.subject])?;
    ledger::append(conn, &[event(&stored.designation).changing(changes)])?;
    Ok(Ok(stored))
}

fn scene<'s>(
    shop: &'s Workshop,
    rule: &'s ListRule,
    unit: &'s Unit,
    (kind, born): (SubjectKind, Option<NaiveDate>),
) -> Scene<'s> {
    Scene { rule, calendar: &shop.calendar, body: &unit.name, kind, born }
}

fn refused(err: Refused) -> AffairError {
    match err {
        Refused::NoDocument(_)
        | Refused::NoReason(_)
        | Refused::NoGround
        | Refused::NotRevoked(_)
        | Refused::EndsBefore => AffairError::Incomplete(err.to_string()),
        Refused::NotProposed
        | Refused::Order { .. }
        | Refused::Backwards
        | Refused::NotDesignator { .. }
        | Refused::WrongSubject(_)
        | Refused::Minor { .. }
        | Refused::Early { .. }
        | Refused::NoConsent
        | Refused::TermRuns(_)
        | Refused::NoTerm
        | Refused::TooSoon(_)
        | Refused::NotRepaired
        | Refused::NoExit
        | Refused::TooLong(_) => AffairError::WrongState(err.to_string()),
    }
}

fn unit(shop: &Workshop, code: &str) -> Result<Unit, AffairError> {
    let found = shop.database.read(|conn| units::find(conn, code))?;
    found.filter(|it| it.active).ok_or_else(|| AffairError::WrongState(format!("单位 {code} 未登记或已停用")))
}

/// The subject; of merged ones the one they were found to be.
fn standing_subject(conn: &mut Conn, id: i64) -> Result<Subject, AffairError> {
    let found = subjects::find(conn, id)?.ok_or(AffairError::NotFound("主体"))?;
    match found.merged_into {
        Some(winner) => subjects::find(conn, winner)?.ok_or(AffairError::NotFound("主体")),
        None => Ok(found),
    }
}
