//! The index of names: bigrams of the comparison key, because two Chinese characters are a whole question.
//!
//! PostgreSQL computes them in an index; SQLite keeps them in a full-text table that is written here.

use std::fmt::Write as _;

use diesel::{
    QueryableByName, RunQueryDsl,
    sql_types::{BigInt, Text},
};

use super::{Conn, StoreError};
use crate::{
    record::{Subject, SubjectKind},
    standards::name,
};

/// The key a subject's name is found by; a person's name is never indexed.
#[must_use]
pub fn key(subject: &Subject) -> Option<String> {
    match subject.kind {
        SubjectKind::Person => None,
        SubjectKind::Organisation | SubjectKind::IndividualBusiness => subject.name.as_deref().map(name::key),
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    subject_id: i64,
}

/// Writes the index entries of subjects (SQLite); PostgreSQL does so by itself.
pub(super) fn put(conn: &mut Conn, subjects: &[Subject]) -> Result<(), StoreError> {
    let Conn::Sqlite(conn) = conn else { return Ok(()) };
    for subject in subjects {
        let Some(key) = key(subject) else { continue };
        diesel::sql_query("INSERT OR REPLACE INTO subject_grams (rowid, grams) VALUES ($1, $2)")
            .bind::<BigInt, _>(subject.id)
            .bind::<Text, _>(tokens(&key))
            .execute(conn)?;
    }
    Ok(())
}

/// Subjects whose name contains `query` (in comparison form), exact names first, then names that begin with it, then
/// the shorter; at most `limit`, after the first `skip`. One character finds names that begin with it.
///
/// # Errors
/// [`StoreError`].
pub fn search(conn: &mut Conn, query: &str, skip: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    let key = name::key(query);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let single = key.chars().count() == 1;
    let found: Vec<Found> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(sqlite_query(single))
            .bind::<Text, _>(&key)
            .bind::<Text, _>(tokens(&key))
            .bind::<BigInt, _>(limit)
            .bind::<BigInt, _>(skip)
            .load(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(postgres_query(single))
            .bind::<Text, _>(&key)
            .bind::<BigInt, _>(limit)
            .bind::<BigInt, _>(skip)
            .load(conn)?,
    };
    Ok(found.into_iter().map(|it| it.subject_id).collect())
}

const ORDER: &str = "ORDER BY CASE WHEN s.name_key = $1 THEN 0 WHEN substr(s.name_key, 1, length($1)) = $1 THEN 1 \
    ELSE 2 END, length(s.name_key), s.subject_id";

/// SQLite numbers `$1` by first appearance and only `?1` by its digit.
fn sqlite_query(single: bool) -> String {
    let found = if single {
        "s.name_key >= ?1 AND s.name_key < ?1 || char(1114111) AND ?2 = ?2"
    } else {
        "s.subject_id IN (SELECT rowid FROM subject_grams WHERE subject_grams MATCH ?2) AND instr(s.name_key, ?1) > 0"
    };
    format!(
        "SELECT s.subject_id FROM subject s WHERE {found} AND s.merged_into IS NULL {} LIMIT ?3 OFFSET ?4",
        ORDER.replace('$', "?")
    )
}

fn postgres_query(single: bool) -> String {
    let found = if single {
        "s.name_key >= $1 AND s.name_key < $1 || chr(1114111)"
    } else {
        "s.name_key IS NOT NULL AND credence_grams(s.name_key) @> credence_grams($1) AND strpos(s.name_key, $1) > 0"
    };
    format!("SELECT s.subject_id FROM subject s WHERE {found} AND s.merged_into IS NULL {ORDER} LIMIT $2 OFFSET $3")
}

/// Each bigram as one token of hexadecimal digits, which no tokenizer takes apart.
fn tokens(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    let mut out = String::with_capacity(chars.len() * 12);
    for pair in chars.windows(2) {
        write!(out, "x{:x}x{:x} ", pair[0] as u32, pair[1] as u32).expect("writing to a string");
    }
    if let [single] = chars[..] {
        write!(out, "x{:x}", single as u32).expect("writing to a string");
    }
    out
}
