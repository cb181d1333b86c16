//! Reporting units (归集单位) and the keys they sign in with.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::{api_key, unit, zero_report},
    vouched::added,
};
use crate::ledger::Change;

/// A unit that delivers or reads.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = unit, treat_none_as_default_value = false)]
pub struct Unit {
    /// The code: its unified social credit code, or a short code.
    pub code: String,
    /// The name.
    pub name: String,
    /// GB/T 2260 region.
    pub region: Option<String>,
    /// Whether it may deliver and sign in.
    pub active: bool,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
}

/// A key of a unit. The secret is kept as its SHA-256: it has 256 random bits, so a slow hash would add nothing.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = api_key, treat_none_as_default_value = false)]
pub struct ApiKey {
    /// The public part.
    pub id: String,
    /// The unit.
    pub unit: String,
    /// What the key may do: a name of `web::access::Role`.
    pub role: String,
    /// What a person calls it.
    pub label: String,
    /// SHA-256 of the secret part.
    pub secret: Vec<u8>,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// When it was revoked, UTC.
    pub revoked_at: Option<NaiveDateTime>,
    /// The subject whose own key it is.
    #[diesel(column_name = subject_id)]
    pub subject: Option<i64>,
}

/// A statement that a period brought nothing to report (零报告).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = zero_report, treat_none_as_default_value = false)]
pub struct ZeroReport {
    /// The unit.
    pub unit: String,
    /// The resource.
    pub resource: String,
    /// The period, `2026-11`, `2026-W47`, `2026-Q4`, `2026-H2` or `2026`.
    pub period: String,
    /// The key or person that said so.
    pub actor: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
}

vouched! {
    ZeroReport: ZeroReport in zero_report by (unit: String, resource: String, period: String),
    named format!("{unit}/{resource}/{period}"),
    of { unit, resource, period, actor, made_at }
}

/// Keeps a unit; one with the same code gets the new name, region and activity.
///
/// # Errors
/// [`StoreError`].
pub fn put(conn: &mut Conn, new: &Unit) -> Result<(), StoreError> {
    let known = diesel::update(unit::table.find(&new.code))
        .set((unit::name.eq(&new.name), unit::region.eq(&new.region), unit::active.eq(new.active)))
        .execute(conn)?;
    if known == 0 {
        diesel::insert_into(unit::table).values(new).execute(conn)?;
    }
    Ok(())
}

/// The unit with a code.
///
/// # Errors
/// [`StoreError`].
pub fn find(conn: &mut Conn, code: &str) -> Result<Option<Unit>, StoreError> {
    Ok(unit::table.find(code).first(conn).optional()?)
}

/// All units, by code.
///
/// # Errors
/// [`StoreError`].
pub fn all(conn: &mut Conn) -> Result<Vec<Unit>, StoreError> {
    Ok(unit::table.order(unit::code).load(conn)?)
}

/// Keeps a new key.
///
/// # Errors
/// [`StoreError`].
pub fn add_key(conn: &mut Conn, key: &ApiKey) -> Result<(), StoreError> {
    diesel::insert_into(api_key::table).values(key).execute(conn)?;
    Ok(())
}

/// The key with an id, revoked or not.
///
/// # Errors
/// [`StoreError`].
pub fn key(conn: &mut Conn, id: &str) -> Result<Option<ApiKey>, StoreError> {
    Ok(api_key::table.find(id).first(conn).optional()?)
}

/// All keys, by unit.
///
/// # Errors
/// [`StoreError`].
pub fn keys(conn: &mut Conn) -> Result<Vec<ApiKey>, StoreError> {
    Ok(api_key::table.order((api_key::unit, api_key::id)).load(conn)?)
}

/// Revokes a key; says whether there was one to revoke.
///
/// # Errors
/// [`StoreError`].
pub fn revoke(conn: &mut Conn, id: &str, at: NaiveDateTime) -> Result<bool, StoreError> {
    let n = diesel::update(api_key::table.find(id).filter(api_key::revoked_at.is_null()))
        .set(api_key::revoked_at.eq(at))
        .execute(conn)?;
    Ok(n == 1)
}

/// Keeps a zero report and says what the ledger is to be told; nothing when it is known: saying it twice changes nothing.
///
/// # Errors
/// [`StoreError`].
pub fn report_zero(conn: &mut Conn, report: &ZeroReport) -> Result<Option<Change>, StoreError> {
    let n = on_either!(conn, conn => diesel::insert_into(zero_report::table)
        .values(report)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok((n == 1).then(|| added(report)))
}

/// The zero reports of a period, by unit and resource.
///
/// # Errors
/// [`StoreError`].
pub fn zero_reports(conn: &mut Conn, period: &str) -> Result<Vec<ZeroReport>, StoreError> {
    Ok(zero_report::table
        .filter(zero_report::period.eq(period))
        .order((zero_report::unit, zero_report::resource))
        .load(conn)?)
}
