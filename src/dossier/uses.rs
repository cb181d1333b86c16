//! What single records are worth on a day: for those who go through records, not through subjects.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::ask_many;
use crate::{
    ingest::Workshop,
    record::{RecordKey, Version},
    standing::PublicityState,
    store::{Conn, StoreError, standings::NEVER_DUE, subjects, upward},
};

/// What a record is worth (记录的使用).
#[derive(Debug, Clone)]
pub struct Use {
    /// Its version that is known now.
    pub version: Version,
    /// Whether it is published.
    pub state: PublicityState,
    /// Whether it may be shared and used.
    pub usable: bool,
    /// The subject it was derived with: the record's own, or the one that was merged into.
    pub owner: i64,
    /// How often that subject had been marked.
    pub mark: i64,
    /// It holds until the day before this one, unless the subject is marked again.
    pub turns_on: NaiveDate,
}

/// What the records of these subjects are worth on a day, by subject and key; records of others merged with them are
/// among them. Read it in one snapshot.
///
/// # Errors
/// [`StoreError`].
pub fn uses(
    conn: &mut Conn,
    shop: &Workshop,
    ids: &[i64],
    day: NaiveDate,
) -> Result<HashMap<(i64, RecordKey), Use>, StoreError> {
    let known = subjects::by_ids(conn, ids)?;
    let mut owners: Vec<i64> = known.into_values().map(|it| it.merged_into.unwrap_or(it.id)).collect();
    owners.sort_unstable();
    owners.dedup();
    let marks = upward::marks(conn, &owners)?;
    let mut found = HashMap::new();
    for it in ask_many(conn, shop, &owners, day, None)? {
        let owner = it.dossier.subject.id;
        let mark = marks.get(&owner).copied().unwrap_or(0);
        let turns_on = it.standing.next.unwrap_or(NEVER_DUE);
        for (fact, worth) in it.dossier.facts.into_iter().zip(it.standing.records) {
            let version = fact.version;
            let (state, usable) = (worth.state, worth.usable);
            let at = (version.subject, version.key);
            found.insert(at, Use { version, state, usable, owner, mark, turns_on });
        }
    }
    Ok(found)
}
