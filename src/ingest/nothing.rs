//! Zero reports (零报告): a unit says that a period brought nothing, and the ledger is told.

use crate::{
    ledger::deeds,
    store::{Conn, StoreError, ledger, units, units::ZeroReport},
};

/// Keeps a zero report with its ledger entry, in the caller's transaction; says whether it is new.
///
/// # Errors
/// [`StoreError`].
pub fn report_nothing(conn: &mut Conn, report: &ZeroReport) -> Result<bool, StoreError> {
    let Some(change) = units::report_zero(conn, report)? else { return Ok(false) };
    let what = (report.unit.as_str(), report.resource.as_str(), report.period.as_str());
    ledger::append(conn, &[deeds::zero_report(change, what, report.made_at, &report.actor)])?;
    Ok(true)
}
