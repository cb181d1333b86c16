//! A decision becomes a record: a row in the catalogue's headings goes the ordinary way of a record, as a delivery of the
//! designating unit. The row depends on the designation alone, so the same bytes are the same delivery, however often.

use std::io::Cursor;

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use super::{AffairError, Content, SYSTEM, rules, standing_subject, unit};
use crate::{
    ingest::{self, Arrival, FaultView, IngestError, Workshop},
    ledger::{Event, EventKind, Lane},
    policy::rules::{LISTING, ListRule},
    record::{Channel, Fact, Grade, IdentifierKind, RecordState, Subject, SubjectKind},
    rights::designation::{Designation, Step, StepKind},
    standards::document,
    store::{
        Conn, StoreError,
        designations::{self, Stored},
        doubts, ledger, merges, records, subjects,
        units::Unit,
    },
};

/// What a row is made of.
struct Scene<'s> {
    content: &'s Content,
    subject: &'s Subject,
    codes: Vec<(IdentifierKind, String)>,
    unit: &'s Unit,
    rule: &'s ListRule,
}

/// Whether the row of a decision would be taken: what is wrong with it is said before anything is decided.
pub(super) fn check(
    conn: &mut Conn,
    shop: &Workshop,
    (designation, step): (&Designation, &Step),
    (content, subject, unit, rule): (&Content, &Subject, &Unit, &ListRule),
) -> Result<(), AffairError> {
    if subject.kind == SubjectKind::Person && content.person.is_none() {
        return Err(AffairError::Incomplete("列入自然人须填写证件类型与证件号码".to_owned()));
    }
    if content.reason.trim().is_empty() {
        return Err(AffairError::Incomplete("须写明列入事由".to_owned()));
    }
    let codes = codes(conn, subject.id)?;
    if codes.is_empty() && content.person.is_none() {
        return Err(AffairError::WrongState("该主体没有任何代码，无法形成名单记录".to_owned()));
    }
    let scene = Scene { content, subject, codes, unit, rule };
    let until = step.until.or_else(|| step.day.checked_add_months(chrono::Months::new(rule.term_months?)));
    let row = row(shop, designation.opening.id, (step, until, None), &scene);
    let mut faults = Vec::new();
    let source = Box::new(Cursor::new(row.into_bytes()));
    let mut sink = |fault: &crate::record::Fault| {
        if fault.grade == Grade::Error {
            faults.push(FaultView::from(fault).message);
        }
    };
    ingest::precheck(&shop.catalog, &shop.regions, (LISTING, shop.clock.day()), source, &mut sink)?;
    if faults.is_empty() { Ok(()) } else { Err(AffairError::Incomplete(faults.join("；"))) }
}

fn codes(conn: &mut Conn, subject: i64) -> Result<Vec<(IdentifierKind, String)>, StoreError> {
    let mut found = Vec::new();
    for id in merges::group(conn, subject)? {
        for it in subjects::identifiers(conn, id)? {
            if it.kind != IdentifierKind::Person && !found.iter().any(|(kind, _)| *kind == it.kind) {
                found.push((it.kind, it.value));
            }
        }
    }
    Ok(found)
}

/// The row of an entry, or of its removal: one line of JSON under the catalogue's headings.
fn row(
    shop: &Workshop,
    id: i64,
    (decided, until, removed): (&Step, Option<chrono::NaiveDate>, Option<&Step>),
    scene: &Scene<'_>,
) -> String {
    let resource = shop.catalog.get(LISTING).expect("the catalogue has the resource of designations");
    let mut cells = Map::new();
    let mut put = |code: &str, text: String| {
        let name = resource.fields.iter().find(|it| it.code == code).map_or(code, |it| it.name.as_str());
        if !text.is_empty() {
            cells.insert(name.to_owned(), Value::String(text));
        }
    };
    let Scene { content, subject, codes, unit, rule } = scene;
    let last = removed.unwrap_or(decided);
    put("MDLX", rule.kind.term().unwrap_or_default().to_owned());
    put("MDMC", rule.name.clone());
    put("ZTMC", subject.name.clone().unwrap_or_default());
    put("ZTLB", kind(subject.kind).to_owned());
    for (kind, code) in codes {
        put(field(*kind), code.clone());
    }
    if let Some(person) = &content.person {
        put("ZJLX", person.document.clone());
        put("ZJHM", person.number.clone());
    }
    put("SSLY", content.domain.clone().unwrap_or_default());
    put("JDJG", unit.name.clone());
    put("JDWSH", decided.document.as_ref().map(|it| it.number.clone()).unwrap_or_default());
    put("LRSY", content.reason.clone());
    put("LRYJ", content.basis.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| rule.basis_text()));
    put("LRRQ", decided.day.to_string());
    put("YXQZI", until.map(|it| it.to_string()).unwrap_or_default());
    put("YCTJ", rule.removal.join("；"));
    put("MDZT", if removed.is_some() { "移出" } else { "在列" }.to_owned());
    if let Some(removed) = removed {
        put("YCRQ", removed.day.to_string());
        put("YCSY", removed.removal.map(|it| it.name().to_owned()).unwrap_or_default());
        put("YCJG", unit.name.clone());
    }
    put("SJLYDW", unit.name.clone());
    let local = last.at + chrono::Duration::hours(8);
    put("SJC", local.format("%Y-%m-%d %H:%M:%S").to_string());
    put("BZ", format!("名单认定 {id}"));
    format!("{}\n", Value::Object(cells))
}

const fn kind(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Organisation => "法人及非法人组织",
        SubjectKind::IndividualBusiness => "个体工商户",
        SubjectKind::Person => "自然人",
    }
}

const fn field(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::CreditCode => "TYSHXYDM",
        IdentifierKind::OrganisationCode => "ZZJGDM",
        IdentifierKind::RegistrationNumber => "GSZCH",
        IdentifierKind::TaxNumber => "NSRSBH",
        IdentifierKind::Person => "ZJHM",
    }
}

/// Bytes of a row, far above what one has.
const LIMIT: u64 = 1 << 20;

/// Brings what is owed on record. It may be done again at any time: the same row is the same delivery and the same record.
///
/// # Errors
/// [`AffairError`]; then it is still owed.
pub fn finish(shop: &Workshop, id: i64) -> Result<(), AffairError> {
    let stored = shop.database.read(|conn| designations::find(conn, id))?.ok_or(AffairError::NotFound("名单认定"))?;
    if !stored.is_owed {
        return Ok(());
    }
    let delivery = deliver(shop, &stored)?;
    let faults = shop.database.read(|conn| doubts::of_delivery(conn, delivery, (0, 0), 9))?;
    let mut messages = Vec::new();
    for (doubt, _) in &faults {
        let spoiled = |_| IngestError::Spoiled(format!("faults of doubt {}", doubt.id));
        let found: Vec<FaultView> = serde_json::from_str(&doubt.faults).map_err(spoiled)?;
        messages.extend(found.into_iter().map(|it| it.message));
    }
    Ok(shop.database.write_again(|conn| {
        let Some(mut now) = designations::find(conn, id)?.filter(|it| it.is_owed) else { return Ok(()) };
        if is_on_record(conn, shop, &now.designation)? {
            now.is_owed = false;
            now.trouble = None;
        } else {
            now.trouble = Some(format!("名单记录未能入库（批次 {delivery}）：{}", messages.join("；")));
        }
        now.delivery = Some(delivery);
        settle(conn, &now, shop.clock.now())
    })?)
}

/// Keeps what became of a record that was owed, with its ledger entry.
fn settle(conn: &mut Conn, now: &Stored, at: NaiveDateTime) -> Result<(), StoreError> {
    let opening = &now.designation.opening;
    let Some(change) = designations::settle(conn, now)? else { return Ok(()) };
    let event = Event::new(Lane::Acts, EventKind::Designation, at, SYSTEM).about(opening.subject).saying(json!({
        "designation": opening.id,
        "step": "recorded",
        "owed": now.is_owed,
        "delivery": now.delivery,
    }));
    ledger::append(conn, &[event.changing([change])]).map(drop)
}

/// Delivers the row of the last decision, as its unit.
fn deliver(shop: &Workshop, stored: &Stored) -> Result<i64, AffairError> {
    let designation = &stored.designation;
    let opening = &designation.opening;
    let decided = designation.step(StepKind::Designated).ok_or(AffairError::NotFound("认定决定"))?;
    let rule = rules(shop, &opening.list, decided.day)?;
    let unit = unit(shop, &opening.unit)?;
    let subject = shop.database.read(|conn| standing_subject(conn, opening.subject))?;
    let codes = shop.database.read(|conn| codes(conn, subject.id))?;
    let content = Content::open(shop, opening.id, &stored.content)?;
    let scene = Scene { content: &content, subject: &subject, codes, unit: &unit, rule: &rule };
    let removed = designation.step(StepKind::Removed);
    let row = row(shop, opening.id, (decided, designation.until(&rule), removed), &scene);
    let stored = shop.blobs.keep(&mut Cursor::new(row.as_bytes()), LIMIT)?;
    let arrival = Arrival {
        unit: unit.code.clone(),
        resource: LISTING.to_owned(),
        channel: Channel::Case,
        file_name: format!("designation-{}.jsonl", opening.id),
        stored,
    };
    let receipt = ingest::deliver(shop, &arrival)?;
    let worker = format!("designation-{}-{}", opening.id, std::process::id());
    match ingest::work(shop, &worker, Some(receipt.delivery), &|_| {}) {
        // Another worker has it, or it is done already: what stands on record decides.
        Ok(_) => Ok(receipt.delivery),
        Err(err) if err.is_lease_lost() => Ok(receipt.delivery),
        Err(err) => Err(IngestError::into(err)),
    }
}

/// Whether the record says what was last decided.
fn is_on_record(conn: &mut Conn, shop: &Workshop, designation: &Designation) -> Result<bool, StoreError> {
    let Some(decided) = designation.step(StepKind::Designated) else { return Ok(false) };
    let number = decided.document.as_ref().map(|it| document::key(&it.number));
    let wanted = match designation.step(StepKind::Removed) {
        Some(_) => RecordState::Withdrawn,
        None => RecordState::InForce,
    };
    let winner = subjects::find(conn, designation.opening.subject)?.and_then(|it| it.merged_into);
    let group = merges::group(conn, winner.unwrap_or(designation.opening.subject))?;
    for version in records::of_subjects(conn, &group, None)? {
        if version.resource != LISTING || version.state != wanted {
            continue;
        }
        let id = version.id;
        let fact =
            Fact::of(version).map_err(|_| StoreError::Spoiled { place: "record.payload", value: id.to_string() })?;
        let entry = crate::standing::entry(&fact, SubjectKind::Organisation, &shop.packs);
        let is_of_list = entry.is_some_and(|it| it.list == designation.opening.list);
        if is_of_list && fact.fields.text("JDWSH").map(document::key) == number {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Brings all that is owed on record, one after the other; says how many still are owed.
///
/// # Errors
/// [`AffairError`] of the database; what fails of a single one is logged and stays owed.
pub fn finish_all(shop: &Workshop) -> Result<usize, AffairError> {
    let (mut above, mut n_owed) = (0, 0);
    loop {
        let ids = shop.database.read(|conn| designations::owed(conn, above, 100))?;
        let Some(last) = ids.last() else { return Ok(n_owed) };
        above = *last;
        for id in ids {
            if let Err(err) = finish(shop, id) {
                tracing::error!(designation = id, error = %err, "a designation's record is tried again");
            }
            let found = shop.database.read(|conn| designations::find(conn, id))?;
            n_owed += usize::from(found.is_some_and(|it| it.is_owed));
        }
    }
}
