//! Rule packs (规则包) that were proposed and put in force, and the ones in force as they were last read.

use std::sync::{Arc, Mutex};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    counters::{self, Counter},
    schema::{pack, pack_simulation},
    vouched::{Vouched, added, changed},
};
use crate::{
    ledger::{Change, hex},
    policy::{Pack, Packs},
};

named! {
    /// Where a version of a pack stands (规则包状态).
    pub enum PackState {
        /// 待启用: proposed, and waiting for a simulation and a second person.
        Proposed = "proposed",
        /// 已启用
        Active = "active",
        /// 已停用
        Retired = "retired",
    }
}

/// A version of a pack as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPack {
    /// The id.
    pub id: String,
    /// The version.
    pub version: u32,
    /// The kind's name.
    pub kind: String,
    /// The title.
    pub title: String,
    /// SHA-256 of the text.
    pub hash: Vec<u8>,
    /// The text.
    pub body: String,
    /// Where it stands.
    pub state: PackState,
    /// Who proposed it, and when (UTC).
    pub proposed: (String, NaiveDateTime),
    /// Who put it in force, and when.
    pub activated: Option<(String, NaiveDateTime)>,
    /// Who proposed to put it out of force, and when.
    pub retiring: Option<(String, NaiveDateTime)>,
    /// Who put it out of force, and when.
    pub retired: Option<(String, NaiveDateTime)>,
}

impl StoredPack {
    /// Whether it was active at a moment of knowledge; `None` is now.
    #[must_use]
    pub fn was_active(&self, known_at: Option<NaiveDateTime>) -> bool {
        let until = |moment: NaiveDateTime| self.retired.as_ref().is_none_or(|(_, it)| moment < *it);
        match known_at {
            None => self.state == PackState::Active,
            Some(moment) => self.activated.as_ref().is_some_and(|(_, it)| *it <= moment) && until(moment),
        }
    }
}

/// A row of a version.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = pack, primary_key(id, version), treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: String,
    version: i32,
    kind: String,
    title: String,
    hash: Vec<u8>,
    body: String,
    state: String,
    proposed_by: String,
    proposed_at: NaiveDateTime,
    activated_by: Option<String>,
    activated_at: Option<NaiveDateTime>,
    retiring_by: Option<String>,
    retiring_at: Option<NaiveDateTime>,
    retired_by: Option<String>,
    retired_at: Option<NaiveDateTime>,
}

vouched! {
    Row: Pack in pack by (id: String, version: i32),
    named format!("{id}@{version}"),
    of {
        id, version, kind, title, hash, body, state, proposed_by, proposed_at, activated_by, activated_at,
        retiring_by, retiring_at, retired_by, retired_at,
    }
}

fn number(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

impl Row {
    fn of(it: &StoredPack) -> Self {
        let part = |it: &Option<(String, NaiveDateTime)>| it.clone().unzip();
        let (activated_by, activated_at) = part(&it.activated);
        let ((retiring_by, retiring_at), (retired_by, retired_at)) = (part(&it.retiring), part(&it.retired));
        Self {
            id: it.id.clone(),
            version: number(it.version),
            kind: it.kind.clone(),
            title: it.title.clone(),
            hash: it.hash.clone(),
            body: it.body.clone(),
            state: it.state.to_string(),
            proposed_by: it.proposed.0.clone(),
            proposed_at: it.proposed.1,
            activated_by,
            activated_at,
            retiring_by,
            retiring_at,
            retired_by,
            retired_at,
        }
    }

    fn stored(self) -> Result<StoredPack, StoreError> {
        let spoiled = |_| StoreError::Spoiled { place: "pack.version", value: self.version.to_string() };
        Ok(StoredPack {
            version: u32::try_from(self.version).map_err(spoiled)?,
            state: self.state.parse()?,
            id: self.id,
            kind: self.kind,
            title: self.title,
            hash: self.hash,
            body: self.body,
            proposed: (self.proposed_by, self.proposed_at),
            activated: self.activated_by.zip(self.activated_at),
            retiring: self.retiring_by.zip(self.retiring_at),
            retired: self.retired_by.zip(self.retired_at),
        })
    }
}

/// Keeps a version as it stands now, in place of what was kept of it; says what the ledger is to be told. Call it in the
/// transaction that read it.
///
/// # Errors
/// [`StoreError`].
pub fn put(conn: &mut Conn, it: &StoredPack) -> Result<Option<Change>, StoreError> {
    let (row, key) = (Row::of(it), (it.id.clone(), number(it.version)));
    if Row::held(conn, &key)?.is_none() {
        diesel::insert_into(pack::table).values(&row).execute(conn)?;
        return Ok(Some(added(&row)));
    }
    let known = pack::table.find((&it.id, number(it.version)));
    let (_, change) = changed::<Row, _>(conn, &key, |conn| Ok(diesel::update(known).set(&row).execute(conn)?))?;
    Ok(change)
}

/// A version of a pack.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: &str, version: u32) -> Result<Option<StoredPack>, StoreError> {
    let found: Option<Row> = pack::table.find((id, number(version))).first(conn).optional()?;
    found.map(Row::stored).transpose()
}

/// All versions of all packs, by id, the latest first.
///
/// # Errors
/// [`StoreError`].
pub fn all(conn: &mut Conn) -> Result<Vec<StoredPack>, StoreError> {
    let rows: Vec<Row> = pack::table.order((pack::id, pack::version.desc())).load(conn)?;
    rows.into_iter().map(Row::stored).collect()
}

/// The id and version of everything that is kept.
///
/// # Errors
/// [`StoreError`].
pub fn versions(conn: &mut Conn) -> Result<Vec<(String, u32)>, StoreError> {
    let rows: Vec<(String, i32)> = pack::table.select((pack::id, pack::version)).load(conn)?;
    Ok(rows.into_iter().map(|(id, version)| (id, u32::try_from(version).unwrap_or(u32::MAX))).collect())
}

/// The edition of what is in force; 0 while only the program's own packs are.
///
/// # Errors
/// [`StoreError`].
pub fn edition(conn: &mut Conn) -> Result<i64, StoreError> {
    counters::now(conn, Counter::PackEdition)
}

/// The same, and nothing else comes into force before the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub fn held_edition(conn: &mut Conn) -> Result<i64, StoreError> {
    counters::held(conn, Counter::PackEdition)
}

/// Says that what is in force has changed. Call it in the transaction that changes it; it serialises such changes.
///
/// # Errors
/// [`StoreError`].
pub fn raise_edition(conn: &mut Conn) -> Result<(), StoreError> {
    counters::take(conn, Counter::PackEdition, 1)?;
    Ok(())
}

/// What a version would change.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = pack_simulation, primary_key(id, version, hash))]
pub struct StoredSimulation {
    /// The pack.
    pub id: String,
    /// Its version.
    pub version: i32,
    /// SHA-256 of the text that was simulated.
    pub hash: Vec<u8>,
    /// The day it was simulated for.
    pub day: NaiveDate,
    /// Who did it.
    pub actor: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
    /// The result, JSON.
    pub result: String,
}

vouched! {
    StoredSimulation: PackSimulation in pack_simulation by (id: String, version: i32, hash: Vec<u8>),
    named format!("{id}@{version}/{}", hex(hash)),
    of { id, version, hash, day, actor, made_at, result }
}

/// Keeps a simulation, in place of an earlier one of the same text; says what the ledger is to be told.
///
/// # Errors
/// [`StoreError`].
pub fn put_simulation(conn: &mut Conn, it: &StoredSimulation) -> Result<Option<Change>, StoreError> {
    let key = (it.id.clone(), it.version, it.hash.clone());
    if StoredSimulation::held(conn, &key)?.is_none() {
        diesel::insert_into(pack_simulation::table).values(it).execute(conn)?;
        return Ok(Some(added(it)));
    }
    let known = pack_simulation::table.find((&it.id, it.version, &it.hash));
    let work = |conn: &mut Conn| Ok(diesel::update(known).set(it).execute(conn)?);
    let (_, change) = changed::<StoredSimulation, _>(conn, &key, work)?;
    Ok(change)
}

/// The simulation of a text.
///
/// # Errors
/// [`StoreError`].
pub fn simulation(conn: &mut Conn, it: &StoredPack) -> Result<Option<StoredSimulation>, StoreError> {
    let key = (&it.id, number(it.version), &it.hash);
    Ok(pack_simulation::table.find(key).first(conn).optional()?)
}

/// What is in force by one edition.
#[derive(Debug)]
pub struct Shelf {
    /// The edition.
    pub edition: i64,
    /// What is in force now.
    pub current: Arc<Packs>,
    /// Everything that ever was.
    pub ever: Vec<(StoredPack, Arc<Pack>)>,
}

/// The shelf that was last read; shared by everyone with the same database.
#[derive(Debug, Default)]
pub struct RememberedPacks(Mutex<Option<Arc<Shelf>>>);

impl RememberedPacks {
    /// The shelf of an edition, if it was the last that was read.
    #[must_use]
    pub fn get(&self, edition: i64) -> Option<Arc<Shelf>> {
        let kept = self.0.lock().expect("nobody panics while holding it");
        kept.as_ref().filter(|it| it.edition == edition).map(Arc::clone)
    }

    /// Remembers a shelf.
    pub fn put(&self, shelf: &Arc<Shelf>) {
        *self.0.lock().expect("nobody panics while holding it") = Some(Arc::clone(shelf));
    }
}
