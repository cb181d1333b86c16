//! A scan of risks: how many records of a subject each dimension counts.

use super::{
    block::{Collected, Found, block},
    visible::Permit,
};
use crate::{
    catalog::Catalog,
    policy::rules::RiskDimension,
    standing::{Dossier, Standing},
};

/// What a dimension counts.
#[derive(Debug, Clone)]
pub struct Count<'d> {
    /// What came of its resources; the records are those that count.
    pub found: Found<'d>,
    /// How many of them have an objection open.
    pub objected: usize,
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
    if found.status == super::Status::Found && found.records.is_empty() {
        // There are such records, and none is a risk.
        found.status = super::Status::NotFound;
    }
    let objected = found.records.iter().filter(|it| it.standing.objected).count();
    Count { found, objected }
}
