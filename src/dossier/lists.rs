//! The entries of lists, kept behind collecting: filled by rising version, and anew when the packs of lists change.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDateTime};
use sha2::{Digest, Sha256};

use super::{Asked as Asking, ask_many, refresh::DERIVATION};
use crate::{
    ingest::Workshop,
    policy::{PackKind, Packs},
    record::{Fact, RecordKey, Subject, Version},
    standing::{self, Cell, Listed, RecordStanding},
    store::{
        Conn, StoreError, batches,
        list_entries::{self, Asked, NEVER_GONE, Row},
        merges, records, subjects,
    },
};

/// Versions looked at in one transaction.
const PAGE: i64 = 2_000;

/// Fills the entries of lists up to what is settled now; whoever asks calls it first, so that no answer is behind.
///
/// # Errors
/// [`StoreError`].
pub fn fill_lists(shop: &Workshop) -> Result<(), StoreError> {
    let packs = hash(&shop.packs);
    let is_full = |conn: &mut _| Ok::<_, StoreError>(list_entries::position(conn, &packs)? >= batches::settled(conn)?);
    while !shop.database.read(is_full)? {
        page(shop, &packs)?;
    }
    Ok(())
}

/// The moment up to which everything that was kept is among the entries; `None` when nothing is behind it. A chunk that is
/// still being taken in holds back what was kept after it began: a list says so.
///
/// # Errors
/// [`StoreError`].
pub fn lists_current_to(conn: &mut Conn, shop: &Workshop) -> Result<Option<NaiveDateTime>, StoreError> {
    let position = list_entries::position(conn, &hash(&shop.packs))?;
    batches::taken_behind(conn, position)
}

/// The packs of lists, and how this program derives, in a short text: entries follow from these and the records alone.
fn hash(packs: &Packs) -> String {
    let mut hash = Sha256::new();
    hash.update(DERIVATION);
    for pack in packs.iter().filter(|it| it.head.kind == PackKind::Lists) {
        hash.update(pack.hash);
    }
    hash.finalize()[..8].iter().map(|it| format!("{it:02x}")).collect()
}

fn page(shop: &Workshop, packs: &str) -> Result<(), StoreError> {
    let now = shop.clock.now();
    shop.database.write_resumable(|conn| {
        let above = list_entries::hold(conn, packs, now)?;
        let upto = batches::settled(conn)?;
        let versions = records::of_lists(conn, above, upto, PAGE)?;
        let is_last = i64::try_from(versions.len()).unwrap_or(i64::MAX) < PAGE;
        let end = if is_last { upto } else { versions.last().map_or(upto, |it| it.id) };
        let mut ids: Vec<i64> = versions.iter().map(|it| it.subject).collect();
        ids.sort_unstable();
        ids.dedup();
        let known = subjects::by_ids(conn, &ids)?;
        let revised: Vec<(i64, RecordKey)> =
            versions.iter().filter(|it| it.revision > 1).map(|it| (it.subject, it.key)).collect();
        let rows = versions
            .into_iter()
            .filter_map(|it| row(it, &known, &shop.packs).transpose())
            .collect::<Result<Vec<Row>, _>>()?;
        list_entries::add(conn, &rows)?;
        list_entries::end_earlier(conn, &revised)?;
        list_entries::move_to(conn, packs, end.max(above), now)
    })
}

/// The row of a version, if it is an entry of a list.
fn row(version: Version, known: &HashMap<i64, Subject>, packs: &Packs) -> Result<Option<Row>, StoreError> {
    let id = version.id;
    let fact = Fact::of(version).map_err(|_| StoreError::Spoiled { place: "record.payload", value: id.to_string() })?;
    let Some(subject) = known.get(&fact.subject) else { return Ok(None) };
    let Some(entry) = standing::entry(&fact, subject.kind, packs) else { return Ok(None) };
    let past = entry.until.and_then(|it| it.succ_opt());
    let gone = [past, entry.ended_on].into_iter().flatten().min();
    Ok(Some(Row {
        subject_id: fact.subject,
        key: fact.key.to_vec(),
        record: fact.id,
        list: entry.list,
        name: entry.name,
        kind: entry.kind.to_string(),
        effect: entry.effect.to_string(),
        subject_kind: subject.kind.to_string(),
        unit: fact.unit.clone(),
        exposure: fact.exposure.clone(),
        body: entry.body,
        entered_on: entry.entered_on,
        until_on: entry.until,
        gone_on: gone.unwrap_or(NEVER_GONE),
        year: entry.entered_on.map(|it| it.year()),
        known_from: fact.known_from,
        known_until: fact.known_until,
    }))
}

/// An entry that is in force, with its subject and what its record is worth.
#[derive(Debug, Clone)]
pub struct FoundEntry {
    /// Where it stands in its list.
    pub row: Row,
    /// The entry.
    pub listed: Listed,
    /// Its record's publicity and use.
    pub record: RecordStanding,
    /// The subject; of merged ones the one they were found to be.
    pub subject: Subject,
    /// Whether the entry is published on the day.
    pub is_published: bool,
}

/// Entries of a list behind a position, at most so many, and whether there are more. `known_at` is the moment that was
/// asked for; without one, what is known now decides, and `asked.known_at` is now. With `usable` only those whose record
/// may be shared and used. Call [`fill_lists`] first.
///
/// # Errors
/// [`StoreError`].
pub fn list_page(
    conn: &mut Conn,
    shop: &Workshop,
    (asked, known_at): (&Asked, Option<NaiveDateTime>),
    after: (i64, i64),
    (limit, usable): (usize, bool),
) -> Result<Vec<FoundEntry>, StoreError> {
    let (mut after, mut found) = (after, Vec::new());
    let n_rows = i64::try_from(limit).unwrap_or(i64::MAX);
    loop {
        let rows = list_entries::page(conn, asked, after, n_rows)?;
        let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < n_rows;
        after = rows.last().map_or(after, |it| (it.subject_id, it.record));
        for it in standing_of(conn, shop, rows, (asked, known_at))? {
            if (it.is_published || !asked.public) && (it.record.usable || !usable) && found.len() < limit {
                found.push(it);
            }
        }
        if is_last || found.len() >= limit {
            return Ok(found);
        }
    }
}

/// Those of the rows that are entries in force by the standings of their subjects: a case may have ended one.
fn standing_of(
    conn: &mut Conn,
    shop: &Workshop,
    rows: Vec<Row>,
    (asked, known_at): (&Asked, Option<NaiveDateTime>),
) -> Result<Vec<FoundEntry>, StoreError> {
    let mut ids: Vec<i64> = rows.iter().map(|it| it.subject_id).collect();
    ids.dedup();
    let mut owner: HashMap<i64, i64> = HashMap::new();
    if known_at.is_none() {
        owner = subjects::by_ids(conn, &ids)?.into_values().filter_map(|it| Some((it.id, it.merged_into?))).collect();
    }
    let of = |id: i64| owner.get(&id).copied().unwrap_or(id);
    let mut winners: Vec<i64> = ids.into_iter().map(of).collect();
    winners.sort_unstable();
    winners.dedup();
    let known: HashMap<i64, Asking> = ask_many(conn, shop, &winners, asked.day, known_at)?
        .into_iter()
        .map(|it| (it.dossier.subject.id, it))
        .collect();
    let in_force = |row: Row| {
        let asking = known.get(&of(row.subject_id))?;
        let listed = asking.standing.lists.iter().find(|it| it.record == row.record)?.clone();
        let record = asking.standing.records.iter().find(|it| it.record == row.record)?.clone();
        let is_published = asking.standing.publishes(&listed);
        Some(FoundEntry { row, listed, record, subject: asking.dossier.subject.clone(), is_published })
    };
    Ok(rows.into_iter().filter_map(in_force).collect())
}

/// How many entries are in force, in the finest division: of the public's, those that are published on the day, each
/// looked at as in a page of them. Call [`fill_lists`] first.
///
/// # Errors
/// [`StoreError`].
pub fn list_cells(
    conn: &mut Conn,
    shop: &Workshop,
    asked: &Asked,
    known_at: Option<NaiveDateTime>,
) -> Result<Vec<Cell>, StoreError> {
    let mut cells: BTreeMap<Division, u64> = BTreeMap::new();
    if asked.public {
        let mut after = (i64::MIN, 0);
        loop {
            let found = list_page(conn, shop, (asked, known_at), after, (WALK, false))?;
            after = found.last().map_or(after, |it| (it.row.subject_id, it.row.record));
            let is_last = found.len() < WALK;
            for FoundEntry { row, .. } in found {
                *cells.entry((row.list, row.kind, row.subject_kind, row.unit, row.year)).or_default() += 1;
            }
            if is_last {
                return cells.into_iter().map(cell).collect();
            }
        }
    }
    for it in list_entries::counts(conn, asked)? {
        let division = (it.list, it.kind, it.subject_kind, it.unit, it.year);
        *cells.entry(division).or_default() += it.n.unsigned_abs();
    }
    // The few whose cases may have ended an entry are looked at one by one.
    let mut with_cases = list_entries::subjects_with_cases(conn)?;
    let members = merges::groups(conn, &with_cases)?;
    with_cases.extend(members.into_iter().map(|it| it.1));
    let rows = list_entries::of_subjects(conn, asked, &with_cases)?;
    let held = standing_of(conn, shop, rows.clone(), (asked, known_at))?;
    let held: HashSet<i64> = held.into_iter().map(|it| it.row.record).collect();
    for row in rows.into_iter().filter(|it| !held.contains(&it.record)) {
        let division = (row.list, row.kind, row.subject_kind, row.unit, row.year);
        if let Some(n) = cells.get_mut(&division) {
            *n = n.saturating_sub(1);
        }
    }
    cells.into_iter().filter(|(_, n)| *n > 0).map(cell).collect()
}

/// Entries looked at together.
const WALK: usize = 1_000;

type Division = (String, String, String, String, Option<i32>);

fn cell(((list, kind, subject, unit, year), n): (Division, u64)) -> Result<Cell, StoreError> {
    Ok(Cell { list, kind: kind.parse()?, subject: subject.parse()?, unit, year, n })
}
