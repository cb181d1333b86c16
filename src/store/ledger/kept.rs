//! The rows the ledger vouches for one by one, as they stand: read in pages by their keys, table by table.

use super::super::{
    Conn, StoreError, consent_papers, consents, deferral, designations, merges, packs, publicity, rights, units,
    vouched::{Vouched, added},
};
use crate::ledger::{Digest, Table};

/// A row as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// Which one, as entries name it; of a row whose very key cannot be read, the one before it.
    pub id: String,
    /// SHA-256 over every column; `None` when it cannot be read.
    pub digest: Option<Digest>,
}

/// Rows read at once.
const PAGE: i64 = 1000;

/// Reads every row of a table.
///
/// # Errors
/// [`StoreError`]; a row that cannot be read is told as one.
pub fn kept_rows(conn: &mut Conn, table: Table, tell: &mut dyn FnMut(KeptRow)) -> Result<(), StoreError> {
    match table {
        Table::Case => pages::<rights::CaseRow>(conn, tell),
        Table::CaseStep => pages::<rights::CaseStepRow>(conn, tell),
        Table::CasePaper => pages::<rights::PaperRow>(conn, tell),
        Table::Designation => pages::<designations::OpeningRow>(conn, tell),
        Table::DesignationStep => pages::<designations::StepRow>(conn, tell),
        Table::Consent => pages::<consents::Stored>(conn, tell),
        Table::ConsentPaper => pages::<consent_papers::Row>(conn, tell),
        Table::Pack => pages::<packs::Row>(conn, tell),
        Table::PackSimulation => pages::<packs::StoredSimulation>(conn, tell),
        Table::Merging => pages::<merges::Merging>(conn, tell),
        Table::ZeroReport => pages::<units::ZeroReport>(conn, tell),
        Table::Deferral => pages::<deferral::Stored>(conn, tell),
        Table::DeferralStep => pages::<deferral::StepRow>(conn, tell),
        Table::ClassConfirmation => pages::<publicity::Stored>(conn, tell),
        Table::UpwardNotice => pages::<rights::NoticeRow>(conn, tell),
    }
}

fn pages<V: Vouched>(conn: &mut Conn, tell: &mut dyn FnMut(KeptRow)) -> Result<(), StoreError> {
    let (mut behind, mut limit): (Option<V::Key>, i64) = (None, PAGE);
    loop {
        match V::behind(conn, behind.as_ref(), limit) {
            Ok(rows) => {
                let Some(last) = rows.last() else { return Ok(()) };
                behind = Some(last.key());
                for row in &rows {
                    let it = added(row);
                    tell(KeptRow { id: it.id, digest: Some(it.is) });
                }
            }
            // Row by row up to the one that cannot be read.
            Err(StoreError::Spoiled { .. }) if limit > 1 => limit = 1,
            Err(StoreError::Spoiled { .. }) => {
                let next = match V::next(conn, behind.as_ref()) {
                    Err(StoreError::Spoiled { .. }) => None,
                    next => next?,
                };
                let named = next.as_ref().or(behind.as_ref()).map(V::named);
                tell(KeptRow { id: named.unwrap_or_else(|| "-".to_owned()), digest: None });
                // A key that cannot be read ends the table: what follows is told as missing.
                let Some(next) = next else { return Ok(()) };
                (behind, limit) = (Some(next), PAGE);
            }
            Err(err) => return Err(err),
        }
    }
}
