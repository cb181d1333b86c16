//! Dossiers of many subjects by a few queries: now, or as they were known at a moment.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use crate::{
    record::{Fact, Version},
    rights::designation,
    standing::Dossier,
    store::{Conn, StoreError, designations, merges, publicity, records, rights, subjects},
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
    records::each_of_subjects(conn, &all, known_at, |version| {
        let owner = owner.get(&version.subject).copied().unwrap_or(version.subject);
        facts.entry(owner).or_default().push(fact(version)?);
        Ok(())
    })?;
    let mut marks = by_owner(&owner, rights::marks_of(conn, &all, known_at)?);
    let mut classes = by_owner(&owner, publicity::confirmed(conn, &all, known_at)?);
    let decided = designations::decided(conn, &all)?.into_iter().map(|it| it.designation);
    let mut decided = by_owner(&owner, decided.map(|it| (it.opening.subject, it)).collect());
    let dossiers = ids.iter().filter_map(|id| {
        let subject = known.remove(id)?;
        let mut facts = facts.remove(id).unwrap_or_default();
        facts.sort_unstable_by_key(|it| it.id);
        let mut marks = marks.remove(id).unwrap_or_default();
        if let Some(decided) = decided.remove(id) {
            marks.extend(designation::marks(&decided, &facts, known_at));
        }
        Some(Dossier { subject, facts, marks, classes: classes.remove(id).unwrap_or_default() })
    });
    Ok(dossiers.collect())
}

fn fact(version: Version) -> Result<Fact, StoreError> {
    let id = version.id;
    Fact::of(version).map_err(|_| StoreError::Spoiled { place: "record.payload", value: id.to_string() })
}

/// What belongs to subjects, by the subject each is merged into.
fn by_owner<T>(owner: &HashMap<i64, i64>, found: Vec<(i64, T)>) -> HashMap<i64, Vec<T>> {
    let mut grouped: HashMap<i64, Vec<T>> = HashMap::new();
    for (subject, it) in found {
        grouped.entry(owner.get(&subject).copied().unwrap_or(subject)).or_default().push(it);
    }
    grouped
}
