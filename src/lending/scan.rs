//! A scan of risks: how many records of a subject each dimension counts.

use super::{
    block::{Collected, Found, Status, block},
    visible::Permit,
};
use crate::{
    catalog::Catalog,
    policy::rules::RiskDimension,
    standing::{Dossier, Standing},
};

named! {
    /// What a scan comes to (扫描结论).
    pub enum ScanOutcome {
        /// 有风险记录
        Hits = "hits",
        /// 未发现: everything was looked at.
        Clear = "clear",
        /// 未能全部查询: nothing was found, and something could not be looked at.
        Incomplete = "incomplete",
    }
}

impl ScanOutcome {
    /// What the counts of all dimensions come to.
    #[must_use]
    pub fn of(counts: &[Count<'_>]) -> Self {
        match () {
            () if counts.iter().any(|it| it.found.status == Status::Found) => Self::Hits,
            () if counts.iter().all(|it| it.found.is_whole()) => Self::Clear,
            () => Self::Incomplete,
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hits => "有风险记录",
            Self::Clear => "未发现风险记录",
            Self::Incomplete => "已查询的未发现风险记录，但未能全部查询",
        }
    }
}

/// What a dimension counts.
#[derive(Debug, Clone)]
pub struct Count<'d> {
    /// What came of its resources; the records are those that count.
    pub found: Found<'d>,
    /// How many of them have an objection open.
    pub objected: usize,
}

impl Count<'_> {
    /// The records that count; none where nothing could be looked at, which is not the same as zero.
    #[must_use]
    pub const fn counted(&self) -> Option<usize> {
        match self.found.status {
            Status::Found | Status::NotFound => Some(self.found.records.len()),
            Status::NotAvailable | Status::NotPermitted => None,
        }
    }
}

/// Counts a dimension.
#[must_use]
pub fn count<'d>(
    dimension: &RiskDimension,
    subject: (&'d Dossier, &'d Standing),
    permit: &Permit<'_>,
    known: (&Catalog, &Collected),
) -> Count<'d> {
    let mut resources: Vec<String> = dimension.any.iter().flat_map(|it| it.resources.iter().cloned()).collect();
    resources.sort();
    resources.dedup();
    let mut found = block(&resources, subject, permit, known);
    found.records.retain(|it| {
        let lasts = !dimension.in_force || it.standing.in_force(it.fact, subject.1.day);
        lasts && dimension.any.iter().any(|condition| condition.means(it.fact))
    });
    if found.status == Status::Found && found.records.is_empty() {
        // There are such records, and none is a risk.
        found.status = Status::NotFound;
    }
    let objected = found.records.iter().filter(|it| it.standing.objected).count();
    Count { found, objected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_is_said_only_when_everything_was_looked_at() {
        use Status::{Found as Hit, NotAvailable, NotFound, NotPermitted};
        let count = |(status, refused, missing): &(Status, usize, usize)| Count {
            found: Found {
                status: *status,
                records: Vec::new(),
                not_permitted: vec!["x".to_owned(); *refused],
                partly: Vec::new(),
                not_available: vec!["x".to_owned(); *missing],
            },
            objected: 0,
        };
        type Row = (&'static [(Status, usize, usize)], ScanOutcome);
        let rows: &[Row] = &[
            (&[(NotFound, 0, 0), (NotFound, 0, 0)], ScanOutcome::Clear),
            (&[(NotFound, 0, 0), (NotPermitted, 1, 0)], ScanOutcome::Incomplete),
            (&[(NotAvailable, 0, 1), (NotFound, 0, 0)], ScanOutcome::Incomplete),
            (&[(NotFound, 1, 0)], ScanOutcome::Incomplete),
            (&[(NotFound, 0, 1)], ScanOutcome::Incomplete),
            (&[(NotPermitted, 1, 0), (Hit, 0, 0)], ScanOutcome::Hits),
        ];
        for (counts, expected) in rows {
            let counts: Vec<Count<'_>> = counts.iter().map(count).collect();
            assert_eq!(ScanOutcome::of(&counts), *expected, "{counts:?}");
            for it in &counts {
                let looked = !matches!(it.found.status, NotAvailable | NotPermitted);
                assert_eq!(it.counted().is_some(), looked, "{it:?}");
            }
        }
    }
}
