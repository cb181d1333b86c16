//! Overdue promises (逾期未补正): each becomes exactly one record of a broken promise, by the ordinary way of records.
//!
//! The delivery's bytes follow from the case alone, and equal bytes are one delivery: a process that dies at any point is
//! followed by another that finds what was done.

use std::io::Cursor;

use chrono::NaiveDate;

use super::JobError;
use crate::{
    affairs::deferrals,
    deferral::{Case, CaseState, StepKind},
    dossier,
    ingest::{self, Arrival, Workshop},
    policy::rules::DeferralRules,
    record::{Channel, DeliveryState, SubjectKind},
    standards::UnifiedSocialCreditCode,
    store::{deferral as kept, deliveries, subjects, units},
};

/// What a look at the deferrals did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overdue {
    /// Cases suspended; the record of each is written at once, or at a later look.
    pub suspended: usize,
    /// Cases returned after the time of grace.
    pub returned: usize,
    /// Cases that could not be dealt with; the log says why, and the next look tries again.
    pub failed: usize,
}

/// How the system signs.
const ACTOR: &str = "system/deferral";
/// Bytes of a promise's record.
const BYTES: u64 = 1 << 20;

/// Suspends what is overdue, writes the record of every suspended case that has none yet, and returns what stayed away
/// for the time of grace.
///
/// # Errors
/// [`JobError`] when the cases cannot be read.
pub fn overdue(shop: &Workshop, worker: &str) -> Result<Overdue, JobError> {
    let shop = &dossier::ruled(shop)?;
    let (day, mut done) = (shop.clock.day(), Overdue::default());
    each(shop, (CaseState::Open, day), &mut done.failed, |case| {
        suspend(shop, case, day)?;
        done.suspended += 1;
        Ok(())
    })?;
    let mut failed = 0;
    each(shop, (CaseState::Suspended, day), &mut failed, |case| {
        let case = if case.delivery.is_some() { case.clone() } else { recorded(shop, worker, case)? };
        done.returned += usize::from(give_back(shop, &case, day)?);
        Ok(())
    })?;
    done.failed += failed;
    Ok(done)
}

fn each(
    shop: &Workshop,
    (state, before): (CaseState, NaiveDate),
    failed: &mut usize,
    mut work: impl FnMut(&Case) -> Result<(), JobError>,
) -> Result<(), JobError> {
    let mut above = 0;
    loop {
        let page = shop.database.read(|conn| kept::due(conn, state, before, above))?;
        let Some(last) = page.last() else { return Ok(()) };
        above = last.id;
        for case in &page {
            if let Err(err) = work(case) {
                tracing::error!(case = case.id, error = %err, "an overdue deferral could not be dealt with");
                *failed += 1;
            }
        }
    }
}

/// Claims an overdue case: from here on its record is owed, whatever becomes of this process.
fn suspend(shop: &Workshop, case: &Case, day: NaiveDate) -> Result<(), JobError> {
    let next = Case { state: CaseState::Suspended, ..case.clone() };
    let told = (StepKind::Suspended, "逾期未补正，暂停办理".to_owned());
    shop.database.write(|conn| deferrals::moved(conn, (case, &next), told, (shop.clock.now(), day, ACTOR)))?;
    Ok(())
}

/// Writes the record a suspended case owes and notes its delivery: the same bytes are the same delivery, however often.
fn recorded(shop: &Workshop, worker: &str, case: &Case) -> Result<Case, JobError> {
    let bytes = promise(shop, case)?;
    let stored = shop.blobs.keep(&mut Cursor::new(bytes.as_bytes()), BYTES)?;
    let arrival = Arrival {
        unit: case.unit.clone(),
        resource: "commitment".to_owned(),
        channel: Channel::Case,
        file_name: format!("{}.csv", case.number),
        stored,
    };
    let id = ingest::deliver(shop, &arrival)?.delivery;
    ingest::work(shop, worker, Some(id), &|_| {})?;
    let delivery = shop.database.read(|conn| deliveries::find(conn, id))?;
    let taken = delivery.is_some_and(|it| it.state == DeliveryState::Done && it.tally.is_clean());
    if !taken {
        return Err(JobError::Refused(format!("容缺件 {} 的违诺记录未能入库（批次 {id}）", case.number)));
    }
    let next = Case { delivery: Some(id), ..case.clone() };
    shop.database.write(|conn| deferrals::recorded(conn, &next, (shop.clock.now(), ACTOR)))?;
    Ok(next)
}

/// The record of a broken promise as a delivery of one row. Nothing in it is of today: it is the same whenever it is made.
fn promise(shop: &Workshop, case: &Case) -> Result<String, JobError> {
    let refused = |text: &str| JobError::Refused(format!("容缺件 {}：{text}", case.number));
    let (subject, unit) = shop.database.read(|conn| {
        let found = subjects::find(conn, case.subject)?;
        Ok::<_, JobError>((found, units::find(conn, &case.unit)?))
    })?;
    let subject = subject.ok_or_else(|| refused("主体不存在"))?;
    let unit = unit.ok_or_else(|| refused("受理单位未登记"))?;
    let (_, rules) = deferrals::rules(shop, case.opened_on)?;
    let own = unit.code.parse::<UnifiedSocialCreditCode>().is_ok();
    let (acceptor, acceptor_code) =
        if own { (unit.name, unit.code) } else { (rules.acceptor.name.clone(), rules.acceptor.code.clone()) };
    let kind = match subject.kind {
        SubjectKind::Organisation => "法人及非法人组织",
        SubjectKind::IndividualBusiness => "个体工商户",
        SubjectKind::Person => return Err(refused("自然人的违诺由窗口人工报送")),
    };
    let code = subject.credit_code.ok_or_else(|| refused("主体没有统一社会信用代码"))?;
    let (item, missing) = (item_name(rules, case), materials(rules, case));
    let recognised = case.due_on.succ_opt().unwrap_or(case.due_on);
    let row = [
        ("承诺编码", case.number.clone()),
        ("承诺人名称", subject.name.unwrap_or_else(|| code.clone())),
        ("承诺人类别", kind.to_owned()),
        ("统一社会信用代码", code),
        ("承诺类型", "容缺受理型".to_owned()),
        ("承诺事由", format!("申请办理{item}政务服务事项")),
        ("承诺内容", format!("于{}前补齐：{missing}", case.due_on)),
        ("违诺责任", "逾期未补正的，暂停办理直至退件，并记入信用记录".to_owned()),
        ("承诺作出日期", case.opened_on.to_string()),
        ("承诺履行状态", "全部未履行".to_owned()),
        ("未履行的承诺内容", format!("逾期未补正：{missing}")),
        ("违诺责任追究内容", format!("暂停办理{item}")),
        ("履行状态认定日期", recognised.to_string()),
        ("履行状态认定单位", acceptor.clone()),
        ("承诺受理单位", acceptor),
        ("承诺受理单位代码", acceptor_code),
        ("公开类型", "可向社会公开".to_owned()),
    ];
    let line = |cells: Vec<String>| {
        cells.iter().map(|it| format!("\"{}\"", it.replace('"', "\"\""))).collect::<Vec<_>>().join(",")
    };
    let (headings, cells): (Vec<String>, Vec<String>) = row.into_iter().map(|(name, it)| (name.to_owned(), it)).unzip();
    Ok(format!("{}\n{}\n", line(headings), line(cells)))
}

fn item_name(rules: &DeferralRules, case: &Case) -> String {
    rules.item(&case.item).map_or_else(|| case.item.clone(), |it| it.name.clone())
}

fn materials(rules: &DeferralRules, case: &Case) -> String {
    let item = rules.item(&case.item);
    let name = |code: &String| {
        let known = item.and_then(|it| it.deferrable.iter().find(|it| it.code == *code));
        known.map_or_else(|| code.clone(), |it| it.name.clone())
    };
    case.missing.iter().map(name).collect::<Vec<_>>().join("、")
}

/// Returns a case whose time of grace is over; says whether it was.
fn give_back(shop: &Workshop, case: &Case, day: NaiveDate) -> Result<bool, JobError> {
    let (_, rules) = deferrals::rules(shop, case.opened_on)?;
    if day <= rules.gate.grace.after(case.due_on, &shop.calendar) {
        return Ok(false);
    }
    let next = Case { state: CaseState::Returned, ..case.clone() };
    let told = (StepKind::Returned, "逾期且在宽限期内仍未补正，退件".to_owned());
    shop.database.write(|conn| deferrals::moved(conn, (case, &next), told, (shop.clock.now(), day, ACTOR)))?;
    Ok(true)
}
