//! Subjects and the identifiers they are known by.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Conn, StoreError, names,
    schema::{identifier, subject},
};
use crate::record::{Identifier, Subject};

/// Values in one list.
const LOOK_UP: usize = 10_000;

#[derive(Queryable, Insertable, Clone)]
#[diesel(table_name = subject, treat_none_as_default_value = false)]
struct Stored {
    subject_id: i64,
    origin: String,
    kind: String,
    name: Option<String>,
    name_key: Option<String>,
    registered: bool,
    credit_code: Option<String>,
    representative: Option<String>,
    region: Option<String>,
    industry: Option<String>,
    status: Option<String>,
    former_names: Option<String>,
    merged_into: Option<i64>,
    made_at: NaiveDateTime,
}

impl Stored {
    fn new(new: &Subject, at: NaiveDateTime) -> Self {
        let new = new.clone();
        Self {
            subject_id: new.id,
            name_key: names::key(&new),
            origin: new.origin,
            kind: new.kind.as_str().to_owned(),
            name: new.name,
            registered: new.registered,
            credit_code: new.credit_code,
            representative: new.representative,
            region: new.region,
            industry: new.industry,
            status: new.status,
            former_names: new.former_names,
            merged_into: new.merged_into,
            made_at: at,
        }
    }

    fn into_subject(self) -> Result<Subject, StoreError> {
        Ok(Subject {
            id: self.subject_id,
            origin: self.origin,
            kind: self.kind.parse()?,
            name: self.name,
            registered: self.registered,
            credit_code: self.credit_code,
            representative: self.representative,
            region: self.region,
            industry: self.industry,
            status: self.status,
            former_names: self.former_names,
            merged_into: self.merged_into,
        })
    }
}

/// Which subject each of these identifier values belongs to. Values of different kinds may be equal.
///
/// # Errors
/// [`StoreError`].
pub fn by_identifiers(conn: &mut Conn, values: &[&str]) -> Result<HashMap<Identifier, i64>, StoreError> {
    let mut found = HashMap::new();
    for part in values.chunks(LOOK_UP) {
        let rows: Vec<(String, String, i64)> = over_ids!(conn, part, identifier::value, |conn, own| identifier::table
            .filter(own)
            .select((identifier::value, identifier::kind, identifier::subject_id))
            .load(conn)?);
        for (value, kind, id) in rows {
            found.insert(Identifier { kind: kind.parse()?, value }, id);
        }
    }
    Ok(found)
}

/// What a subject's id rests on.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Identity {
    /// The subject.
    pub subject: i64,
    /// The first identifier it was known by, `kind:value`.
    pub origin: String,
    /// Its credit code.
    pub credit_code: Option<String>,
}

/// Subjects with ids above one, by id, some of them.
///
/// # Errors
/// [`StoreError`].
pub fn identities(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<Identity>, StoreError> {
    Ok(subject::table
        .filter(subject::subject_id.gt(above))
        .order(subject::subject_id)
        .limit(limit)
        .select((subject::subject_id, subject::origin, subject::credit_code))
        .load(conn)?)
}

/// Identifiers behind a value and a kind, in that order, with whom each leads to; some of them.
///
/// # Errors
/// [`StoreError`].
pub fn identifiers_behind(
    conn: &mut Conn,
    (value, kind): &(String, String),
    limit: i64,
) -> Result<Vec<(Identifier, i64)>, StoreError> {
    let behind = identifier::value.gt(value).or(identifier::value.eq(value).and(identifier::kind.gt(kind)));
    let rows: Vec<(String, String, i64)> = identifier::table
        .filter(identifier::value.ge(value))
        .filter(behind)
        .order((identifier::value, identifier::kind))
        .limit(limit)
        .select((identifier::value, identifier::kind, identifier::subject_id))
        .load(conn)?;
    rows.into_iter().map(|(value, kind, id)| Ok((Identifier { kind: kind.parse()?, value }, id))).collect()
}

/// Which of these ids there are subjects of.
///
/// # Errors
/// [`StoreError`].
pub fn there(conn: &mut Conn, ids: &[i64]) -> Result<HashSet<i64>, StoreError> {
    let mut found = HashSet::new();
    for part in ids.chunks(LOOK_UP) {
        let known: Vec<i64> = over_ids!(conn, part, subject::subject_id, |conn, own| subject::table
            .filter(own)
            .select(subject::subject_id)
            .load(conn)?);
        found.extend(known);
    }
    Ok(found)
}

/// The subject each of these identifier values names: of merged ones the one they were found to be.
///
/// # Errors
/// [`StoreError`].
pub fn named(conn: &mut Conn, values: &[&str]) -> Result<HashMap<Identifier, i64>, StoreError> {
    let mut found = HashMap::new();
    for part in values.chunks(LOOK_UP) {
        let rows: Vec<(String, String, i64, Option<i64>)> =
            over_ids!(conn, part, identifier::value, |conn, own| identifier::table
                .inner_join(subject::table.on(subject::subject_id.eq(identifier::subject_id)))
                .filter(own)
                .select((identifier::value, identifier::kind, subject::subject_id, subject::merged_into))
                .load(conn)?);
        for (value, kind, id, winner) in rows {
            found.insert(Identifier { kind: kind.parse()?, value }, winner.unwrap_or(id));
        }
    }
    Ok(found)
}

/// The subjects with these ids.
///
/// # Errors
/// [`StoreError`].
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Subject>, StoreError> {
    let mut found = HashMap::new();
    for part in ids.chunks(LOOK_UP) {
        let rows: Vec<Stored> =
            over_ids!(conn, part, subject::subject_id, |conn, own| subject::table.filter(own).load(conn)?);
        for row in rows {
            found.insert(row.subject_id, row.into_subject()?);
        }
    }
    Ok(found)
}

/// The subject with an id.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Subject>, StoreError> {
    let row: Option<Stored> = subject::table.find(id).first(conn).optional()?;
    row.map(Stored::into_subject).transpose()
}

/// Holds a subject, or the one it was merged into, until the transaction ends, so that who looks for its cases before
/// opening one is not overtaken. On SQLite a transaction that may write is alone already.
///
/// # Errors
/// [`StoreError`].
pub fn lock(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    let Conn::Postgres(inner) = conn else { return Ok(()) };
    let found = subject::table.find(id).select(subject::merged_into).first::<Option<i64>>(inner).optional()?;
    let id = found.flatten().unwrap_or(id);
    let row = subject::table.filter(subject::subject_id.eq(id)).select(subject::subject_id);
    row.for_no_key_update().load::<i64>(inner)?;
    Ok(())
}

/// Subjects whose comparison key is exactly one of these, by key; persons have none.
///
/// # Errors
/// [`StoreError`].
pub fn by_name_keys(conn: &mut Conn, keys: &[&str]) -> Result<HashMap<String, Vec<i64>>, StoreError> {
    let mut found: HashMap<String, Vec<i64>> = HashMap::new();
    for part in keys.chunks(LOOK_UP) {
        let rows: Vec<(Option<String>, i64)> = subject::table
            .filter(subject::name_key.eq_any(part))
            .filter(subject::merged_into.is_null())
            .select((subject::name_key, subject::subject_id))
            .order(subject::subject_id)
            .load(conn)?;
        for (key, id) in rows {
            if let Some(key) = key {
                found.entry(key).or_default().push(id);
            }
        }
    }
    Ok(found)
}

/// The identifiers of a subject, by kind.
///
/// # Errors
/// [`StoreError`].
pub fn identifiers(conn: &mut Conn, id: i64) -> Result<Vec<Identifier>, StoreError> {
    let rows: Vec<(String, String)> = identifier::table
        .filter(identifier::subject_id.eq(id))
        .select((identifier::kind, identifier::value))
        .order((identifier::kind, identifier::value))
        .load(conn)?;
    rows.into_iter().map(|(kind, value)| Ok(Identifier { kind: kind.parse()?, value })).collect()
}

/// Keeps new subjects. A subject that another transaction has kept in the meantime is left as it is; when a different
/// subject has the id, nothing is kept and the failure says so.
///
/// # Errors
/// [`StoreError::Spoiled`] for two subjects with one id, which a 63-bit hash makes next to impossible.
pub fn add(conn: &mut Conn, new: &[Subject], at: NaiveDateTime) -> Result<(), StoreError> {
    for part in new.chunks(1000) {
        let rows: Vec<Stored> = part.iter().map(|it| Stored::new(it, at)).collect();
        let n = on_either!(conn, conn => diesel::insert_into(subject::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(conn))?;
        if n < rows.len() {
            same_origin(conn, &rows)?;
        }
        names::put(conn, part)?;
    }
    Ok(())
}

fn same_origin(conn: &mut Conn, rows: &[Stored]) -> Result<(), StoreError> {
    let known = by_ids(conn, &rows.iter().map(|it| it.subject_id).collect::<Vec<_>>())?;
    for row in rows {
        if known.get(&row.subject_id).is_none_or(|it| it.origin != row.origin) {
            return Err(StoreError::Spoiled { place: "subject.subject_id", value: row.subject_id.to_string() });
        }
    }
    Ok(())
}

/// Keeps identifiers of subjects. One that is known already, for whatever subject, is left as it is.
///
/// # Errors
/// [`StoreError`].
pub fn identify(conn: &mut Conn, new: &[(Identifier, i64)]) -> Result<(), StoreError> {
    for part in new.chunks(5000) {
        let rows: Vec<_> = part
            .iter()
            .map(|(it, id)| {
                (identifier::value.eq(&it.value), identifier::kind.eq(it.kind.as_str()), identifier::subject_id.eq(id))
            })
            .collect();
        on_either!(conn, conn => diesel::insert_into(identifier::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// Brings what the register says of subjects that are known: name, representative, region, industry, status.
///
/// # Errors
/// [`StoreError`].
pub fn register(conn: &mut Conn, known: &[Subject]) -> Result<(), StoreError> {
    for it in known {
        diesel::update(subject::table.find(it.id))
            .set((
                subject::kind.eq(it.kind.as_str()),
                subject::name.eq(&it.name),
                subject::name_key.eq(names::key(it)),
                subject::registered.eq(it.registered),
                subject::credit_code.eq(&it.credit_code),
                subject::representative.eq(&it.representative),
                subject::region.eq(&it.region),
                subject::industry.eq(&it.industry),
                subject::status.eq(&it.status),
                subject::former_names.eq(&it.former_names),
            ))
            .execute(conn)?;
    }
    names::put(conn, known)
}
