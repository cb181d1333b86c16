//! What the steps of a case share: its rules, what is known of its records, and how a step is told to ledger and queue.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::AffairError;
use crate::{
    dossier::{self, Asked},
    ingest::Workshop,
    ledger::{Event, EventKind, Lane, hex},
    policy::{Body, Pack, rules::RightsRules},
    record::{RecordKey, performed},
    rights::{self, Case, Eligibility, Looked, RulesAt, Step},
    store::{ATTEMPTS, Conn, StoreError, merges, rights as kept, rights::Notice},
};

/// Runs work in one transaction, again while it is contended. Whatever the work refuses, nothing of it is kept.
pub(super) fn again<T>(
    shop: &Workshop,
    mut work: impl FnMut(&mut Conn) -> Result<T, AffairError>,
) -> Result<T, AffairError> {
    let mut attempt = 1;
    loop {
        match shop.database.write(&mut work) {
            Err(AffairError::Store(StoreError::Contended(_))) if attempt < ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
}

/// Things that are looked at in one go.
pub(super) const TURN: i64 = 500;

/// Looks at all things of a kind, the latest first, a turn at a time: `page` gives those below an id.
pub(super) fn each<T>(
    mut page: impl FnMut(i64) -> Result<Vec<T>, AffairError>,
    id: impl Fn(&T) -> i64,
    mut look: impl FnMut(T) -> Result<(), AffairError>,
) -> Result<(), AffairError> {
    let mut below = i64::MAX;
    loop {
        let things = page(below)?;
        let Some(last) = things.last() else { return Ok(()) };
        below = id(last);
        things.into_iter().try_for_each(&mut look)?;
    }
}

/// The rules a case is decided by, with their pack.
///
/// # Errors
/// [`AffairError::WrongState`] when the pack is not among those of this installation.
pub fn rules_of<'s>(shop: &'s Workshop, at: &RulesAt) -> Result<(&'s Pack, &'s RightsRules), AffairError> {
    let missing = || AffairError::WrongState(format!("适用的规则包 {} 版本 {} 不在系统中", at.id, at.version));
    let pack = shop.packs.get(&at.id, at.version).ok_or_else(missing)?;
    match &pack.body {
        Body::Rights(rules) => Ok((pack, rules)),
        _ => Err(missing()),
    }
}

/// What is known of a subject now, and which of its facts is the record meant.
pub(super) fn record(
    conn: &mut Conn,
    shop: &Workshop,
    subject: i64,
    (key, day): (&RecordKey, NaiveDate),
) -> Result<(Asked, usize), AffairError> {
    let asked = dossier::ask(conn, shop, subject, day, None)?.ok_or(AffairError::NotFound("主体"))?;
    let at = asked.dossier.facts.iter().position(|it| it.key == *key).ok_or(AffairError::NotFound("记录"))?;
    Ok((asked, at))
}

/// Whether the record of a repair fulfils its conditions, with the papers handed in.
pub(super) fn eligible(
    conn: &mut Conn,
    shop: &Workshop,
    case: &Case,
    day: NaiveDate,
) -> Result<Eligibility, AffairError> {
    let (pack, rules) = rules_of(shop, &case.opening.rules)?;
    let rules = rules.repair.as_ref().ok_or_else(|| AffairError::WrongState("规则包没有修复规定".to_owned()))?;
    let key = case.opening.keys.first().ok_or(AffairError::NotFound("记录"))?;
    let (asked, at) = record(conn, shop, case.opening.subject, (key, day))?;
    let cases = cases_of(conn, asked.dossier.subject.id)?;
    let papers = kept::papers(conn, case.opening.subject, case.opening.id)?;
    let papers: Vec<String> = papers.into_iter().map(|it| it.kind).collect();
    let looked = Looked {
        fact: &asked.dossier.facts[at],
        performed: performed(&asked.dossier.classes, key, day),
        standing: &asked.standing.records[at],
        lists: &asked.standing.lists,
        cases: &cases,
        papers: Some(&papers),
        day,
    };
    Ok(rights::eligibility(looked, pack, rules))
}

/// All cases of a subject and of those merged into it.
pub(super) fn cases_of(conn: &mut Conn, subject: i64) -> Result<Vec<Case>, StoreError> {
    let group = merges::group(conn, subject)?;
    Ok(kept::of_subjects(conn, &group)?.into_iter().map(|it| it.case).collect())
}

/// What the ledger is told of a case's last step: ids, and a digest of all it says.
pub(super) fn event(case: &Case) -> Event {
    let (opening, step) = (&case.opening, case.last());
    let keys: Vec<String> = opening.keys.iter().map(|it| hex(it)).collect();
    let event = Event::new(Lane::Acts, EventKind::Case, step.at, &step.actor).about(opening.subject).along(opening.id);
    event.saying(json!({
        "case": opening.id,
        "kind": opening.kind.as_str(),
        "step": step.kind.as_str(),
        "seq": case.steps().len(),
        "keys": keys,
        "rules": format!("{}@{}", opening.rules.id, opening.rules.version),
        "digest": hex(&digest(step)),
    }))
}

/// SHA-256 of what a step says.
fn digest(step: &Step) -> [u8; 32] {
    let said = json!([step.kind.as_str(), step.day, step.reason, step.source, step.delivery, step.named]);
    Sha256::digest(said.to_string()).into()
}

/// What the platform above is told of a case's last step, one notice a record.
pub(super) fn notices(case: &Case, kind: &str) -> Vec<Notice> {
    let (opening, step) = (&case.opening, case.last());
    let body =
        json!({"case": opening.id, "step": step.kind.as_str(), "day": step.day, "unit": opening.unit}).to_string();
    let notice = |key: Option<RecordKey>| Notice {
        id: 0,
        subject: opening.subject,
        kind: kind.to_owned(),
        key,
        body: body.clone(),
        made_at: step.at,
    };
    match opening.keys.as_slice() {
        [] => vec![notice(None)],
        keys => keys.iter().map(|it| notice(Some(*it))).collect(),
    }
}

/// The moment of a step: now, and never before the step before it, though clocks of two servers differ.
pub(super) fn moment_after(now: NaiveDateTime, before: NaiveDateTime) -> NaiveDateTime {
    now.max(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_things_are_looked_at_once_however_many_turns_it_takes() {
        for all in 0..=7_i64 {
            let mut seen = Vec::new();
            let page = |below: i64| Ok((1..=all).rev().filter(|it| *it < below).take(3).collect());
            each(
                page,
                |it| *it,
                |it| {
                    seen.push(it);
                    Ok(())
                },
            )
            .expect("nothing fails");
            assert_eq!(seen, (1..=all).rev().collect::<Vec<_>>());
        }
    }
}
