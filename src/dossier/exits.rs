//! Entries the public could see that left their list of late (退出公告).

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::{load, rulebook};
use crate::{
    ingest::Workshop,
    policy::rules::{ListRule, Removal},
    record::{Subject, SubjectKind},
    standing::{self, Dossier},
    store::{
        Conn, StoreError,
        list_entries::{self, Row},
        subjects,
    },
};

/// An entry that left its list.
#[derive(Debug, Clone)]
pub struct Exit {
    /// Where it stood.
    pub row: Row,
    /// Why it left.
    pub ground: Removal,
    /// Who was on it; of merged subjects the one they were found to be.
    pub subject: Subject,
}

/// Where a page of exits begins: the day, the subject and the record of the last one before it.
pub type Place = (NaiveDate, i64, i64);

/// Exits that are told today, the latest first, behind a place; none of a list that tells of none. Call
/// [`super::fill_lists`] first.
///
/// # Errors
/// [`StoreError`].
pub fn exits(
    conn: &mut Conn,
    shop: &Workshop,
    list: &ListRule,
    mut after: Place,
    limit: usize,
) -> Result<Vec<Exit>, StoreError> {
    let Some(notice) = &list.exit_notice else { return Ok(Vec::new()) };
    let today = shop.clock.day();
    let span = (today - Days::new(notice.days.into()), today);
    let n_rows = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    loop {
        let rows = list_entries::gone(conn, &list.code, span, after, n_rows)?;
        let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < n_rows;
        after = rows.last().map_or(after, |it| (it.gone_on, it.subject_id, it.record));
        let told = looked_at(conn, shop, rows)?.into_iter().filter(|it| notice.grounds.contains(&it.ground));
        found.extend(told);
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

/// Those of the rows that the public could see.
fn looked_at(conn: &mut Conn, shop: &Workshop, rows: Vec<Row>) -> Result<Vec<Exit>, StoreError> {
    let mut ids: Vec<i64> = rows.iter().map(|it| it.subject_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = subjects::by_ids(conn, &ids)?;
    let of = |id: i64| known.get(&id).and_then(|it| it.merged_into).unwrap_or(id);
    let mut winners: Vec<i64> = ids.iter().map(|it| of(*it)).collect();
    winners.sort_unstable();
    winners.dedup();
    let packs = rulebook(conn, shop, None)?;
    let dossiers: HashMap<i64, Dossier> =
        load(conn, &winners, None)?.into_iter().map(|it| (it.subject.id, it)).collect();
    let told = |row: Row| {
        let dossier = dossiers.get(&of(row.subject_id)).filter(|it| it.subject.kind != SubjectKind::Person)?;
        let ground = standing::exit(dossier, row.record, row.gone_on, &packs)?;
        Some(Exit { row, ground, subject: dossier.subject.clone() })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}
