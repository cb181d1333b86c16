//! A decision that was answered, made again by what was known then: what letters are written from.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    Clerk, Decided, Wanted,
    decided::{asked_again, decide_at},
    logged, wrong,
};
use crate::{
    affairs::AffairError,
    dossier,
    ingest::{Workshop, local_day},
    policy::Packs,
    record::Fact,
    standing::Dossier,
    store::{Conn, answers::Logged, merges},
};

/// A decision as it was told (已作出的核验).
pub struct Told {
    /// The answer.
    pub logged: Logged,
    /// What was asked.
    pub wanted: Wanted,
    /// On which day.
    pub day: NaiveDate,
    /// The decision, with all that was known.
    pub decided: Decided,
    /// The rules it was made by.
    pub packs: Arc<Packs>,
}

/// Makes a decision again that was answered about a subject, or about one that was not known.
///
/// # Errors
/// [`AffairError::NotFound`] when there is none the clerk may see; [`AffairError::WrongState`] when it does not come out as
/// it was told: nothing is printed then that was never said.
pub fn told(
    conn: &mut Conn,
    shop: &Workshop,
    (subject, answer): (Option<i64>, i64),
    clerk: &Clerk,
) -> Result<Told, AffairError> {
    let group = match subject {
        Some(id) => merges::group(conn, id)?,
        None => vec![NOBODY],
    };
    let logged = logged(conn, &group, answer, clerk)?;
    let (wanted, day) = (asked_again(&logged)?, local_day(logged.asked_at));
    let packs = dossier::rulebook(conn, shop, Some(logged.asked_at))?;
    let then = Workshop { packs: Arc::clone(&packs), ..shop.clone() };
    let about = (logged.subject_id != NOBODY).then_some(logged.subject_id);
    let decided = decide_at(conn, &then, (about, &wanted), (day, (logged.id, logged.asked_at)))?;
    if decided.decision.outcome.as_str() != logged.outcome {
        return Err(wrong("该决定所依据的信息已无法按当时的情况重现，请重新核验"));
    }
    Ok(Told { logged, wanted, day, decided, packs })
}

/// The state of a subject as the register told it then: its own row has today's only.
pub(super) fn registered(shop: &Workshop, dossier: &mut Dossier) {
    let told = |fact: &Fact| {
        let resource = shop.catalog.get(&fact.resource)?;
        Some(fact.fields.text(&resource.fields[resource.subject.status?].code)?.to_owned())
    };
    if let Some(status) = dossier.facts.iter().rev().find_map(told) {
        dossier.subject.status = Some(status);
    }
}

/// Under this an answer about nobody that is known is kept.
const NOBODY: i64 = 0;
