//! Papers handed in with a case: what they are and the digest of their bytes, which are kept sealed elsewhere.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    ledger::Change,
    store::{Conn, StoreError, schema::case_paper, vouched::added},
};

/// A paper (材料).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The case's subject.
    pub subject: i64,
    /// The case.
    pub case: i64,
    /// What it is, by the rules of the case.
    pub kind: String,
    /// The file's name as given.
    pub file_name: String,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// How many bytes.
    pub size: u64,
    /// Who handed it in.
    pub actor: String,
    /// When, UTC.
    pub made_at: NaiveDateTime,
}

/// A row of a paper.
#[derive(Queryable, Insertable)]
#[diesel(table_name = case_paper, treat_none_as_default_value = false)]
pub(in crate::store) struct PaperRow {
    subject_id: i64,
    case_id: i64,
    seq: i32,
    kind: String,
    file_name: String,
    digest: Vec<u8>,
    size: i64,
    actor: String,
    made_at: NaiveDateTime,
}

vouched! {
    PaperRow: CasePaper in case_paper by (subject_id: i64, case_id: i64, seq: i32),
    named format!("{case_id}/{seq}"),
    of { subject_id, case_id, seq, kind, file_name, digest, size, actor, made_at }
}

/// Keeps a paper and says what the ledger is to be told; nothing when it is known: the same bytes as the same kind of
/// paper are kept once.
///
/// # Errors
/// [`StoreError`].
pub fn add_paper(conn: &mut Conn, new: &Paper) -> Result<Option<Change>, StoreError> {
    let known = papers(conn, new.subject, new.case)?;
    if known.iter().any(|it| it.kind == new.kind && it.digest == new.digest) {
        return Ok(None);
    }
    let row = PaperRow {
        subject_id: new.subject,
        case_id: new.case,
        seq: i32::try_from(known.len() + 1).expect("a case has few papers"),
        kind: new.kind.clone(),
        file_name: new.file_name.clone(),
        digest: new.digest.to_vec(),
        size: i64::try_from(new.size).unwrap_or(i64::MAX),
        actor: new.actor.clone(),
        made_at: new.made_at,
    };
    diesel::insert_into(case_paper::table).values(&row).execute(conn)?;
    Ok(Some(added(&row)))
}

/// The papers of a case, in the order they came.
///
/// # Errors
/// [`StoreError`].
pub fn papers(conn: &mut Conn, subject: i64, case: i64) -> Result<Vec<Paper>, StoreError> {
    let rows: Vec<PaperRow> = case_paper::table
        .filter(case_paper::subject_id.eq(subject))
        .filter(case_paper::case_id.eq(case))
        .order(case_paper::seq)
        .load(conn)?;
    rows.into_iter().map(paper).collect()
}

fn paper(row: PaperRow) -> Result<Paper, StoreError> {
    let spoiled = || StoreError::Spoiled { place: "case_paper.digest", value: row.case_id.to_string() };
    Ok(Paper {
        digest: row.digest.as_slice().try_into().map_err(|_| spoiled())?,
        subject: row.subject_id,
        case: row.case_id,
        kind: row.kind,
        file_name: row.file_name,
        size: row.size.unsigned_abs(),
        actor: row.actor,
        made_at: row.made_at,
    })
}
