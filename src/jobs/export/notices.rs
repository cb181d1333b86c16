//! The notices that wait to be told upward (上报队列): they leave with the next batch that has a cursor.

use std::{
    collections::HashMap,
    io::{BufWriter, Write},
    path::PathBuf,
};

use serde_json::{Value, json};

use super::{JobError, Order, files, spoiled};
use crate::{
    ingest::Workshop,
    ledger::hex,
    record::{RecordKey, SubjectKind, Version},
    store::{
        records,
        rights::{self, Notice},
        subjects,
    },
};

/// Notices read at a time.
const PAGE: i64 = 5_000;

/// The notices that wait and may leave with this order. One about a record of an exposure that does not leave stays where
/// it is.
pub(super) fn waiting(shop: &Workshop, order: &Order<'_>) -> Result<Vec<Notice>, JobError> {
    let (mut found, mut above) = (Vec::new(), 0);
    while order.cursor.is_some() && order.with_notices {
        let page = shop.database.read(|conn| rights::waiting(conn, above, PAGE))?;
        let Some(last) = page.last() else { break };
        above = last.id;
        let about = versions(shop, &page)?;
        let leaves = |it: &Notice| match it.key {
            None => true,
            Some(key) => about.get(&(it.subject, key)).is_some_and(|it| order.shows(it)),
        };
        found.extend(page.into_iter().filter(leaves));
    }
    Ok(found)
}

/// The records notices are about.
fn versions(shop: &Workshop, notices: &[Notice]) -> Result<HashMap<(i64, RecordKey), Version>, JobError> {
    let mut subjects: Vec<i64> = notices.iter().map(|it| it.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let found = shop.database.read(|conn| records::of_subjects(conn, &subjects, None))?;
    Ok(found.into_iter().map(|it| ((it.subject, it.key), it)).collect())
}

/// Writes a line of JSON a notice, if there are any. A person is told by the record alone.
pub(super) fn write(
    shop: &Workshop,
    order: &Order<'_>,
    (name, notices): (&str, &[Notice]),
) -> Result<Option<(PathBuf, usize)>, JobError> {
    if notices.is_empty() {
        return Ok(None);
    }
    let ids: Vec<i64> = notices.iter().map(|it| it.subject).collect();
    let known = shop.database.read(|conn| subjects::by_ids(conn, &ids))?;
    let about = versions(shop, notices)?;
    let mut out = BufWriter::new(files::part(order)?);
    for it in notices {
        let subject = known.get(&it.subject).filter(|it| it.kind != SubjectKind::Person);
        let record = it.key.and_then(|key| about.get(&(it.subject, key)));
        let body: Value = serde_json::from_str(&it.body).map_err(|err| spoiled(&err))?;
        let line = json!({
            "notice": it.id,
            "kind": it.kind,
            "code": subject.and_then(|it| it.credit_code.as_deref()),
            "name": subject.and_then(|it| it.name.as_deref()),
            "resource": record.map(|it| &it.resource),
            "record": it.key.map(|it| hex(&it)),
            "fact_on": record.and_then(|it| it.fact_on),
            "body": body,
            "made_at": it.made_at.and_utc(),
        });
        writeln!(out, "{line}")?;
    }
    let path = order.folder.join(format!("{name}_notices.jsonl"));
    files::finish(out, &path)?;
    Ok(Some((path, notices.len())))
}
