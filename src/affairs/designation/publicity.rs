//! Proposals for red lists while they are made public before the decision (认定前公示): everybody may object.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{AffairError, rules};
use crate::{
    ingest::Workshop,
    record::{Subject, SubjectKind},
    rights::designation::StepKind,
    standards::workday::Deadline,
    store::{Conn, StoreError, designations, subjects, units},
};

/// A proposal that is public.
#[derive(Debug, Clone)]
pub struct Publicised {
    /// The designation.
    pub id: i64,
    /// Who is proposed; of merged subjects the one they were found to be. Never a natural person.
    pub subject: Subject,
    /// The name of the body that proposes.
    pub body: String,
    /// The number of the public notice, when its step named one.
    pub document: Option<String>,
    /// Public since.
    pub since: NaiveDate,
    /// The last day for an objection.
    pub until: Deadline,
}

/// The proposals for a list that are public today, with ids less than `below`, the latest first.
///
/// # Errors
/// [`AffairError`].
pub fn publicised(
    conn: &mut Conn,
    shop: &Workshop,
    list: &str,
    mut below: i64,
    limit: usize,
) -> Result<Vec<Publicised>, AffairError> {
    let n_rows = i64::try_from(limit).unwrap_or(i64::MAX);
    let names: HashMap<String, String> = units::all(conn)?.into_iter().map(|it| (it.code, it.name)).collect();
    let mut found = Vec::new();
    loop {
        let rows = designations::publicised(conn, list, below, n_rows)?;
        let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < n_rows;
        below = rows.last().map_or(below, |it| it.designation.opening.id);
        let known = whom(conn, &rows)?;
        for it in &rows {
            found.extend(shown(shop, it, (&names, &known))?);
        }
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

fn shown(
    shop: &Workshop,
    stored: &designations::Stored,
    (names, known): (&HashMap<String, String>, &HashMap<i64, Subject>),
) -> Result<Option<Publicised>, AffairError> {
    let designation = &stored.designation;
    let Some(step) = designation.step(StepKind::Publicised) else { return Ok(None) };
    let rule = rules(shop, &designation.opening.list, step.day)?;
    let open = designation.open_to_objections(&rule, &shop.calendar, shop.clock.day());
    let Some((since, until)) = open else { return Ok(None) };
    let Some(subject) = known.get(&designation.opening.subject).cloned() else { return Ok(None) };
    Ok(Some(Publicised {
        id: designation.opening.id,
        subject,
        body: names.get(&designation.opening.unit).cloned().unwrap_or_default(),
        document: step.document.as_ref().map(|it| it.number.clone()),
        since,
        until,
    }))
}

/// The subjects the public may read of, each by the id it was proposed under.
fn whom(conn: &mut Conn, rows: &[designations::Stored]) -> Result<HashMap<i64, Subject>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(|it| it.designation.opening.subject).collect();
    let mut known = subjects::by_ids(conn, &ids)?;
    let merged: Vec<(i64, i64)> = known.values().filter_map(|it| Some((it.id, it.merged_into?))).collect();
    let winners = subjects::by_ids(conn, &merged.iter().map(|it| it.1).collect::<Vec<_>>())?;
    for (loser, winner) in merged {
        known.extend(winners.get(&winner).map(|it| (loser, it.clone())));
    }
    known.retain(|_, it| it.kind != SubjectKind::Person);
    Ok(known)
}
