//! Dossiers of many subjects by a few queries: now, or as they were known at a moment.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use crate::{
    record::{Fact, Mark},
    standing::Dossier,
    store::{Conn, StoreError, merges, records, subjects},
};

/// The dossiers of these subjects, in their order; one that is not known has none. Records of subjects merged into one
/// of them are among its own.
///
/// # Errors
/// [`StoreError`].
pub fn load(conn: &mut Conn, ids: &[i64], known_at: Option<NaiveDateTime>) -> Result<Vec<Dossier>, StoreError> {
    let mut known = subjects::by_ids(conn, ids)?;
    let members = match known_at {
        None => merges::groups(conn, ids)?,
        Some(moment) => merges::groups_at(conn, ids, moment)?,
    };
    let owner: HashMap<i64, i64> = members.iter().map(|(winner, member)| (*member, *winner)).collect();
    let mut all = ids.to_vec();
    all.extend(members.iter().map(|(_, member)| *member));
    let mut facts: HashMap<i64, Vec<Fact>> = HashMap::with_capacity(ids.len());
    for version in records::of_subjects(conn, &all, known_at)? {
        let (id, subject) = (version.id, version.subject);
        let fact =
            Fact::of(version).map_err(|_| StoreError::Spoiled { place: "record.payload", value: id.to_string() })?;
        facts.entry(owner.get(&subject).copied().unwrap_or(subject)).or_default().push(fact);
    }
    let mut marks: HashMap<i64, Vec<Mark>> = HashMap::new();
    for (subject, mark) in marks_of(conn, &all, known_at)? {
        marks.entry(owner.get(&subject).copied().unwrap_or(subject)).or_default().push(mark);
    }
    let dossiers = ids.iter().filter_map(|id| {
        let subject = known.remove(id)?;
        let mut facts = facts.remove(id).unwrap_or_default();
        facts.sort_unstable_by_key(|it| it.id);
        Some(Dossier { subject, facts, marks: marks.remove(id).unwrap_or_default() })
    });
    Ok(dossiers.collect())
}

fn marks_of(_: &mut Conn, _: &[i64], _: Option<NaiveDateTime>) -> Result<Vec<(i64, Mark)>, StoreError> {
    Ok(Vec::new())
}
