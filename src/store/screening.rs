//! Many credit codes at once: their subjects and what is kept of their standings, by one query for many.

use std::collections::HashMap;

use diesel::{
    QueryableByName, RunQueryDsl,
    sql_types::{Array, BigInt, Date, Nullable, Text},
};

use super::{Conn, StoreError};
use crate::record::SubjectKind;

/// A code with its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    /// The subject; of merged ones the one they were found to be.
    pub subject: i64,
    /// What it is.
    pub kind: SubjectKind,
    /// 登记状态
    pub status: Option<String>,
    /// The summary that is kept, JSON; none when it does not hold on the day and must be derived.
    pub brief: Option<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = BigInt)]
    subject: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    brief: Option<String>,
}

/// Codes in one statement.
const PART: usize = 5_000;

const QUERY: &str = "SELECT v.code, w.subject_id AS subject, w.kind, w.status, t.brief FROM {codes} \
    JOIN identifier i ON i.value = v.code AND i.kind = 'credit_code' \
    JOIN subject s ON s.subject_id = i.subject_id \
    JOIN subject w ON w.subject_id = COALESCE(s.merged_into, s.subject_id) \
    LEFT JOIN standing t ON t.subject_id = w.subject_id AND t.derived_on <= $2 AND t.due_on > $2";

/// The subjects of credit codes, by code; a code that is not known has none.
///
/// # Errors
/// [`StoreError`].
pub fn by_codes(
    conn: &mut Conn,
    codes: &[String],
    day: chrono::NaiveDate,
) -> Result<HashMap<String, Screened>, StoreError> {
    let mut found = HashMap::with_capacity(codes.len());
    for part in codes.chunks(PART) {
        let rows: Vec<Row> = match conn {
            Conn::Sqlite(conn) => {
                // Codes are letters and digits, so a list of them is JSON.
                let list = format!("[\"{}\"]", part.join("\",\""));
                let query = QUERY.replace("{codes}", "(SELECT value AS code FROM json_each($1)) v");
                diesel::sql_query(query).bind::<Text, _>(list).bind::<Date, _>(day).load(conn)?
            }
            Conn::Postgres(conn) => {
                let query = QUERY.replace("{codes}", "unnest($1) AS v (code)");
                diesel::sql_query(query).bind::<Array<Text>, _>(part).bind::<Date, _>(day).load(conn)?
            }
        };
        for row in rows {
            let Row { code, subject, kind, status, brief } = row;
            found.insert(code, Screened { subject, kind: kind.parse()?, status, brief });
        }
    }
    Ok(found)
}
