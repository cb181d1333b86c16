//! What a person decides: to ignore a doubtful row, to say whose it is, to withdraw a record.

use std::sync::Arc;

use chrono::NaiveDateTime;

use super::{
    IngestError, Workshop,
    apply::{Job, take_as},
    judge::Stamp,
    precheck::Rules,
    prepare::{self, Item},
    privacy::Looker,
};
use crate::{
    ledger::{Event, deeds},
    read::Format,
    record::{Doubt, DoubtKind, DoubtState, RecordKey, RecordState, Row, Shape},
    store::{
        Conn, StoreError, batches,
        bulk::{self, NewVersion},
        deliveries,
        doubts::{self, Decision},
        ledger, records, standings, subjects,
    },
};

/// Who decides, and why.
#[derive(Debug, Clone)]
pub struct By {
    /// The person or key.
    pub actor: String,
    /// The reason.
    pub reason: String,
}

/// Ignores an open doubtful row.
///
/// # Errors
/// [`IngestError::NotFound`], [`IngestError::WrongState`].
pub fn ignore(shop: &Workshop, doubt: i64, by: &By) -> Result<(), IngestError> {
    open(shop, doubt)?;
    let decision = decision(shop, DoubtState::Ignored, by);
    let done = shop.database.write_again(|conn| {
        let done = doubts::decide(conn, doubt, &decision)?;
        if done {
            ledger::append(conn, &[deeds::doubt(doubt, "ignored", decision.at, &by.actor)])?;
        }
        Ok(done)
    })?;
    if done { Ok(()) } else { Err(no_longer_open()) }
}

/// Says whose an unlinked row is: it is checked again and becomes a record of that subject.
///
/// # Errors
/// [`IngestError::NotFound`], [`IngestError::WrongState`] when it is not an open unlinked row or no longer passes.
pub fn link(shop: &Workshop, doubt: i64, subject: i64, by: &By) -> Result<(), IngestError> {
    let (row, cells) = open(shop, doubt)?;
    if row.kind != DoubtKind::Unlinked {
        return Err(IngestError::WrongState("只有未关联的数据可以人工关联".to_owned()));
    }
    let known = shop.database.read(|conn| subjects::find(conn, subject))?.ok_or(IngestError::NotFound("主体"))?;
    if known.merged_into.is_some() {
        return Err(IngestError::WrongState("该主体已合并到其他主体，请关联到合并后的主体".to_owned()));
    }
    let resource =
        Arc::clone(shop.catalog.get(&row.resource).ok_or_else(|| IngestError::UnknownResource(row.resource.clone()))?);
    let delivery =
        shop.database.read(|conn| deliveries::find(conn, row.delivery))?.ok_or(IngestError::NotFound("批次"))?;
    let rules = Rules { resource: Arc::clone(&resource), regions: shop.regions.clone(), day: delivery.day };
    let item = again(shop, &rules, &row, &cells)?;
    let now = shop.clock.now();
    let stamp = Stamp { day: delivery.day, now };
    let decision = decision(shop, DoubtState::Linked, by);
    shop.database.write(|conn| {
        if !doubts::decide(conn, doubt, &decision)? {
            return Err(no_longer_open());
        }
        let block = batches::open(conn, delivery.id, 1, now)?;
        let hints = doubts::Hints::default();
        let job =
            Job { id: delivery.id, unit: &row.unit, resource: &resource, worker: &by.actor, hints: &hints, stamp };
        let (outcome, written, corrections) = take_as(conn, (shop, &job), &item, &known, block)?;
        if outcome.counted.tally.conflicting > 0 {
            // Undone with the transaction: the row stays open instead of being linked to no record.
            return Err(IngestError::WrongState(
                "该主体已有同一事项的记录且内容不同，未关联；请先核对原记录".to_owned(),
            ));
        }
        batches::close(conn, block, delivery.id)?;
        let linked = deeds::doubt(doubt, "linked", now, &by.actor).about(subject);
        let mut events = vec![written.and("doubt", doubt), linked];
        events.extend(corrections);
        ledger::append(conn, &events)?;
        Ok(())
    })
}

/// The row of a doubt, checked again.
fn again(shop: &Workshop, rules: &Rules, doubt: &Doubt, cells: &[(String, String)]) -> Result<Item, IngestError> {
    let columns: Vec<String> = cells.iter().map(|(heading, _)| heading.clone()).collect();
    let mut row = Row::new();
    row.start(doubt.row);
    for (_, text) in cells {
        row.push(text, Shape::Text);
    }
    let mut checker = rules.checker(Format::Jsonl);
    checker.columns(&columns);
    let mut maker = prepare::maker(rules, &shop.keys, &shop.calendar, false);
    let looker = Looker::new(&shop.packs, &shop.keys, &rules.resource, rules.day);
    match prepare::item(&mut checker, (&mut maker, looker.as_ref()), &row, &columns) {
        item @ Item::Taken { .. } => Ok(item),
        Item::Rejected(_) => Err(IngestError::WrongState("该行按现行规则已不能通过校验，请更正后重新报送".to_owned())),
    }
}

fn open(shop: &Workshop, id: i64) -> Result<(Doubt, Vec<(String, String)>), IngestError> {
    let (doubt, sealed) =
        shop.database.read(|conn| doubts::find(conn, id))?.ok_or(IngestError::NotFound("疑问数据"))?;
    if doubt.state != DoubtState::Open {
        return Err(no_longer_open());
    }
    let cells = shop.open_cells(&doubt, &sealed)?;
    Ok((doubt, cells))
}

fn no_longer_open() -> IngestError {
    IngestError::WrongState("该疑问数据已处理".to_owned())
}

fn decision(shop: &Workshop, state: DoubtState, by: &By) -> Decision {
    Decision { state, reason: by.reason.clone(), actor: by.actor.clone(), at: shop.clock.now() }
}

/// Withdraws a record by request: it is kept, and ended.
///
/// # Errors
/// [`IngestError::NotFound`], [`IngestError::WrongState`] when it is withdrawn already.
pub fn withdraw(shop: &Workshop, subject: i64, key: &RecordKey, by: &By) -> Result<(), IngestError> {
    let now = shop.clock.now();
    shop.database.write_again(|conn| match withdraw_within(conn, (subject, key), by, now)? {
        Ok(event) => {
            ledger::append(conn, &[event])?;
            Ok(Ok(()))
        }
        Err(refused) => Ok(Err(refused)),
    })?
}

/// The same within a transaction that does more; what it gives is to be appended to the ledger as its last act. When it
/// is refused, nothing is written.
///
/// # Errors
/// [`StoreError`].
pub fn withdraw_within(
    conn: &mut Conn,
    (subject, key): (i64, &RecordKey),
    by: &By,
    now: NaiveDateTime,
) -> Result<Result<Event, IngestError>, StoreError> {
    let pair = (subject, *key);
    let known = bulk::known(conn, &[pair])?;
    let history = records::history(conn, &[subject], key)?;
    let (Some(known), Some(version)) = (known.get(&pair), history.first()) else {
        return Ok(Err(IngestError::NotFound("记录")));
    };
    if version.state == RecordState::Withdrawn {
        return Ok(Err(IngestError::WrongState("该记录已撤销".to_owned())));
    }
    let block = batches::open(conn, version.delivery, 1, now)?;
    let sealed = records::sealed(conn, subject, key)?;
    let ended = NewVersion {
        id: block.first,
        subject_id: subject,
        key,
        resource: &version.resource,
        unit: &version.unit,
        delivery: version.delivery,
        row_no: i64::try_from(version.row).unwrap_or(i64::MAX),
        revision: version.revision + 1,
        state: RecordState::Withdrawn.as_str(),
        exposure: &version.exposure,
        fact_on: version.fact_on,
        valid_from: version.valid_from,
        valid_until: version.valid_until,
        ended_on: Some(super::local_day(now)),
        stamp: version.stamp,
        known_from: now,
        content: &known.content,
        payload: &version.payload,
        sealed: sealed.as_deref(),
        note: Some(format!("{}：{}", by.actor, by.reason)),
    };
    bulk::put(conn, std::slice::from_ref(&ended), std::slice::from_ref(known), now)?;
    standings::mark(conn, &[subject])?;
    batches::close(conn, block, version.delivery)?;
    let (new, replaced) = (std::slice::from_ref(&ended), std::slice::from_ref(known));
    let written = ledger::Versions { delivery: version.delivery, block, new, old: &[], replaced };
    Ok(Ok(written.event(now, &by.actor).about(subject).and("step", "withdrawn")))
}
