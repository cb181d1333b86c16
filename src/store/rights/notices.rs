//! What is to be told upward (上报队列): to the platform above, so that publicity and sharing stop there too.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    ledger::Change,
    record::RecordKey,
    store::{
        Conn, StoreError,
        counters::{self, Counter},
        schema::upward_notice,
        vouched::{added, changed},
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

/// A row of a notice.
#[derive(Queryable, Insertable)]
#[diesel(table_name = upward_notice, treat_none_as_default_value = false)]
pub(in crate::store) struct NoticeRow {
    subject_id: i64,
    id: i64,
    kind: String,
    key: Option<Vec<u8>>,
    body: String,
    made_at: NaiveDateTime,
    sent_at: Option<NaiveDateTime>,
}

vouched! {
    NoticeRow: UpwardNotice in upward_notice by (subject_id: i64, id: i64),
    named format!("{id}"),
    of { subject_id, id, kind, key, body, made_at, sent_at }
}

/// Queues notices in the transaction that makes them true, and says what the ledger is to be told.
///
/// # Errors
/// [`StoreError`].
pub fn queue(conn: &mut Conn, notices: &[Notice]) -> Result<Vec<Change>, StoreError> {
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let first = counters::take(conn, Counter::Notice, notices.len() as u64)?;
    let rows: Vec<NoticeRow> = (first..)
        .zip(notices)
        .map(|(id, it)| NoticeRow {
            subject_id: it.subject,
            id,
            kind: it.kind.clone(),
            key: it.key.map(|it| it.to_vec()),
            body: it.body.clone(),
            made_at: it.made_at,
            sent_at: None,
        })
        .collect();
    for row in &rows {
        diesel::insert_into(upward_notice::table).values(row).execute(conn)?;
    }
    Ok(rows.iter().map(added).collect())
}

/// Notices that are not sent, the oldest first, with ids above a bound.
///
/// # Errors
/// [`StoreError`].
pub fn waiting(conn: &mut Conn, above: i64, limit: i64) -> Result<Vec<Notice>, StoreError> {
    let rows: Vec<NoticeRow> = upward_notice::table
        .filter(upward_notice::sent_at.is_null())
        .filter(upward_notice::id.gt(above))
        .order(upward_notice::id)
        .limit(limit)
        .load(conn)?;
    rows.into_iter()
        .map(|NoticeRow { subject_id: subject, id, kind, key, body, made_at, .. }| {
            let spoiled = |_| StoreError::Spoiled { place: "upward_notice.key", value: id.to_string() };
            let key = key.map(|it| it.as_slice().try_into().map_err(spoiled)).transpose()?;
            Ok(Notice { id, subject, kind, key, body, made_at })
        })
        .collect()
}

/// Says that notices were sent; those that were before stay as they are. Gives what the ledger is to be told of those that
/// are newly so.
///
/// # Errors
/// [`StoreError`].
pub fn sent(conn: &mut Conn, ids: &[i64], at: NaiveDateTime) -> Result<Vec<Change>, StoreError> {
    let waiting = upward_notice::table.filter(upward_notice::id.eq_any(ids)).filter(upward_notice::sent_at.is_null());
    let keys: Vec<(i64, i64)> =
        waiting.select((upward_notice::subject_id, upward_notice::id)).order(upward_notice::id).load(conn)?;
    let mut told = Vec::with_capacity(keys.len());
    for key in keys {
        let own = upward_notice::table.find(key).filter(upward_notice::sent_at.is_null());
        let write = |conn: &mut Conn| Ok(diesel::update(own).set(upward_notice::sent_at.eq(at)).execute(conn)?);
        // Another process may have sent it since it was read.
        let (n_written, change) = changed::<NoticeRow, _>(conn, &key, write)?;
        told.extend(change.filter(|_| n_written > 0));
    }
    Ok(told)
}
