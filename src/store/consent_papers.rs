//! Papers filed as evidence of consents (授权书), by who filed them; the first use ties one to a subject and a grantee.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Conn, StoreError,
    schema::consent_paper,
    vouched::{added, changed},
};
use crate::ledger::{Change, hex};

/// A row of a paper.
#[derive(Queryable, Insertable)]
#[diesel(table_name = consent_paper, treat_none_as_default_value = false)]
pub(super) struct Row {
    holder: String,
    digest: Vec<u8>,
    actor: String,
    made_at: NaiveDateTime,
    subject_id: Option<i64>,
    grantee: Option<String>,
}

vouched! {
    Row: ConsentPaper in consent_paper by (holder: String, digest: Vec<u8>),
    named format!("{holder}/{}", hex(digest)),
    of { holder, digest, actor, made_at, subject_id, grantee }
}

/// Keeps that somebody filed a paper as evidence, and says what the ledger is to be told; nothing when it is not new.
///
/// # Errors
/// [`StoreError`].
pub fn file(
    conn: &mut Conn,
    (holder, digest): (&str, &[u8; 32]),
    (actor, at): (&str, NaiveDateTime),
) -> Result<Option<Change>, StoreError> {
    let row = Row {
        holder: holder.to_owned(),
        digest: digest.to_vec(),
        actor: actor.to_owned(),
        made_at: at,
        subject_id: None,
        grantee: None,
    };
    let n = on_either!(conn, conn => diesel::insert_into(consent_paper::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok((n == 1).then(|| added(&row)))
}

/// Ties a paper to a subject and a grantee, and says what the ledger is to be told; nothing when it could not be: its
/// holder did not file it, or it is tied to others. `subjects` are the subject and those that are one with it.
///
/// # Errors
/// [`StoreError`].
pub fn tie(
    conn: &mut Conn,
    (holder, digest): (&str, &[u8; 32]),
    (subjects, subject, grantee): (&[i64], i64, &str),
) -> Result<Option<Change>, StoreError> {
    let key = (holder.to_owned(), digest.to_vec());
    let untied = consent_paper::grantee.is_null();
    let same = consent_paper::grantee.eq(grantee).and(consent_paper::subject_id.eq_any(subjects));
    let own = consent_paper::table.find((holder, digest.as_slice())).filter(untied.or(same.assume_not_null()));
    let (n, change) = changed::<Row, _>(conn, &key, |conn| {
        Ok(diesel::update(own)
            .set((consent_paper::subject_id.eq(subject), consent_paper::grantee.eq(grantee)))
            .execute(conn)?)
    })?;
    Ok(change.filter(|_| n == 1))
}
