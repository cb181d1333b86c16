//! What is to be told upward (上报队列): to the platform above, so that publicity and sharing stop there too.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    record::RecordKey,
    store::{
        Conn, StoreError,
        counters::{self, Counter},
        schema::upward_notice,
    },
};

/// A notice (上报事项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The id; 0 until it is queued.
    pub id: i64,
    /// The subject.
    pub subject: i64,
    /// What happened, e.g. `repair_granted`.
    pub kind: String,
    /// The record, beside the subject.
    pub key: Option<RecordKey>,
    /// JSON: ids and digests.
    pub body: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
}

type Row = (i64, i64, String, Option<Vec<u8>>, String, NaiveDateTime);

/// Queues notices in the transaction that makes them true.
///
/// # Errors
/// [`StoreError`].
pub fn queue(conn: &mut Conn, notices: &[Notice]) -> Result<(), StoreError> {
    if notices.is_empty() {
        return Ok(());
    }
    let first = counters::take(conn, Counter::Notice, notices.len() as u64)?;
    for (id, it) in (first..).zip(notices) {
        diesel::insert_into(upward_notice::table)
            .values((
                upward_notice::subject_id.eq(it.subject),
                upward_notice::id.eq(id),
                upward_notice::kind.eq(&it.kind),
                upward_notice::key.eq(it.key.as_ref().map(|it| it.to_vec())),
                upward_notice::body.eq(&it.body),
                upward_notice::made_at.eq(it.made_at),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Notices that are not sent, the oldest first, with ids above a bound.
///
/// # Errors
/// [`StoreError`].
pub fn waiting(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<Notice>, StoreError> {
    let rows: Vec<Row> = upward_notice::table
        .filter(upward_notice::sent_at.is_null())
        .filter(upward_notice::id.gt(above))
        .order(upward_notice::id)
        .limit(limit)
        .select((
            upward_notice::id,
            upward_notice::subject_id,
            upward_notice::kind,
            upward_notice::key,
            upward_notice::body,
            upward_notice::made_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, subject, kind, key, body, made_at)| {
            let spoiled = |_| StoreError::Spoiled { place: "upward_notice.key", value: id.to_string() };
            let key = key.map(|it| it.as_slice().try_into().map_err(spoiled)).transpose()?;
            Ok(Notice { id, subject, kind, key, body, made_at })
        })
        .collect()
}

/// Says that notices were sent; those that were before stay as they are. Gives how many are newly so.
///
/// # Errors
/// [`StoreError`].
pub fn sent(conn: &mut Conn, ids: &[i64], at: NaiveDateTime) -> Result<usize, StoreError> {
    let waiting = upward_notice::table.filter(upward_notice::id.eq_any(ids)).filter(upward_notice::sent_at.is_null());
    Ok(diesel::update(waiting).set(upward_notice::sent_at.eq(at)).execute(conn)?)
}
