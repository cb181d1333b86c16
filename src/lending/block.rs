//! A block of a profile: found, not found, not available or not permitted.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::visible::{Permit, View, stands};
use crate::{
    answer::Why,
    catalog::{Catalog, Exposure},
    policy::rules::Block,
    record::Fact,
    standing::{Dossier, RecordStanding, Standing},
};

named! {
    /// What came of a block (信息块状态).
    pub enum Status {
        /// 有记录
        Found = "found",
        /// 查询成功，未发现记录
        NotFound = "not_found",
        /// 平台没有这类信息
        NotAvailable = "not_available",
        /// 无权查看
        NotPermitted = "not_permitted",
    }
}

impl Status {
    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Found => "有记录",
            Self::NotFound => "未发现记录",
            Self::NotAvailable => "平台没有这类信息",
            Self::NotPermitted => "未获授权",
        }
    }
}

/// Which units have delivered a resource, and when last (UTC), by its code.
pub type Collected = BTreeMap<String, (Vec<String>, NaiveDateTime)>;

/// A record in an answer.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'d> {
    /// The record.
    pub fact: &'d Fact,
    /// What it is worth.
    pub standing: &'d RecordStanding,
    /// By what it is seen.
    pub view: View,
}

/// What came of a block.
#[derive(Debug, Clone)]
pub struct Found<'d> {
    /// Found or not.
    pub status: Status,
    /// The records, the latest fact first; all of them.
    pub records: Vec<Seen<'d>>,
    /// Resources that need a consent.
    pub not_permitted: Vec<String>,
    /// Resources that may be seen, but for records that are less open than they are and need a consent: whether there are
    /// any is not told.
    pub partly: Vec<String>,
    /// Resources that nobody delivers.
    pub not_available: Vec<String>,
}

impl Found<'_> {
    /// Whether every resource of it could be looked at.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.not_permitted.is_empty() && self.partly.is_empty() && self.not_available.is_empty()
    }

    /// Why the block is not there.
    #[must_use]
    pub const fn why(&self) -> Option<Why> {
        match self.status {
            Status::Found => None,
            Status::NotFound => Some(Why::NoRecord),
            Status::NotAvailable => Some(Why::NotCollected),
            Status::NotPermitted => Some(Why::NeedsConsent),
        }
    }
}

/// The records of resources that may be seen, and what came of it.
#[must_use]
pub fn block<'d>(
    resources: &[String],
    (dossier, standing): (&'d Dossier, &'d Standing),
    permit: &Permit<'_>,
    (catalog, collected): (&Catalog, &Collected),
) -> Found<'d> {
    let exposure = |code: &str| catalog.get(code).map_or(Exposure::Authorised, |it| it.exposure);
    let (permitted, refused): (Vec<&String>, Vec<&String>) =
        resources.iter().partition(|it| permit.resource(it, exposure(it)).is_ok());
    let mut records: Vec<Seen<'d>> = dossier
        .facts
        .iter()
        .zip(&standing.records)
        .filter(|(fact, _)| stands(fact.state) && resources.contains(&fact.resource))
        .filter_map(|(fact, standing)| {
            // A record may be less open than its resource; an exposure that is no name is the strictest.
            let own = fact.exposure.parse().unwrap_or(Exposure::Authorised);
            let view = permit.record(&fact.resource, own, standing)?;
            Some(Seen { fact, standing, view })
        })
        .collect();
    records.sort_by_key(|it| std::cmp::Reverse((it.fact.fact_on, it.fact.id)));
    let missing: Vec<String> =
        permitted.iter().filter(|it| !collected.contains_key(**it)).map(|it| (*it).clone()).collect();
    let status = match () {
        () if !records.is_empty() => Status::Found,
        () if permitted.is_empty() => Status::NotPermitted,
        () if missing.len() == permitted.len() => Status::NotAvailable,
        () => Status::NotFound,
    };
    // Said of the resource, whatever there is: else it would tell that there is something.
    let is_narrowed = |code: &&&String| {
        catalog.get(code).is_some_and(|it| it.exposures().any(|exposure| permit.resource(code, exposure).is_err()))
    };
    let partly = permitted.iter().filter(is_narrowed).map(|it| (*it).clone()).collect();
    let (not_permitted, not_available) = (refused.into_iter().cloned().collect(), missing);
    Found { status, records, not_permitted, partly, not_available }
}

/// By what the scores may be seen.
///
/// # Errors
/// Why they may not.
pub fn scores_seen(block: &Block, permit: &Permit<'_>) -> Result<View, Why> {
    permit.resource(&block.code, block.exposure.unwrap_or(Exposure::Authorised))
}
