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
        for it in &rows {
            if let Some(shown) = shown(conn, shop, it, &names)? {
                found.push(shown);
            }
        }
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

fn shown(
    conn: &mut Conn,
    shop: &Workshop,
    stored: &designations::Stored,
    names: &HashMap<String, String>,
) -> Result<Option<Publicised>, AffairError> {
    let designation = &stored.designation;
    let Some(step) = designation.step(StepKind::Publicised) else { return Ok(None) };
    let rule = rules(shop, &designation.opening.list, step.day)?;
    let open = designation.open_to_objections(&rule, &shop.calendar, shop.clock.day());
    let Some((since, until)) = open else { return Ok(None) };
    let Some(subject) = whom(conn, designation.opening.subject)? else { return Ok(None) };
    Ok(Some(Publicised {
        id: designation.opening.id,
        subject,
        body: names.get(&designation.opening.unit).cloned().unwrap_or_default(),
        document: step.document.as_ref().map(|it| it.number.clone()),
        since,
        until,
    }))
}

/// The subject, if the public may read of it.
fn whom(conn: &mut Conn, id: i64) -> Result<Option<Subject>, StoreError> {
    let found = match subjects::find(conn, id)? {
        Some(Subject { merged_into: Some(winner), .. }) => subjects::find(conn, winner)?,
        found => found,
    };
    Ok(found.filter(|it| it.kind != SubjectKind::Person))
}
