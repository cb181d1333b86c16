//! The survey of a file before anything of it is stored; alone it is the pre-check (预检) a unit may ask for.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{FaultView, IngestError};
use crate::{
    catalog::{Catalog, Resource},
    check::{self, CheckContext, Checker, Layout},
    read::{self, Format, OpenOptions, ReadError, Rows, Source},
    record::{Fault, Grade},
    standards::region::Regions,
};

/// What a survey found. It depends on the bytes, the resource and the day alone: offline, by HTTP and in a delivery
/// the same file gives the same report and hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Precheck {
    /// The resource.
    pub resource: String,
    /// The version of its definition.
    pub resource_version: u32,
    /// The format that was recognised.
    pub format: String,
    /// The encoding that was recognised.
    pub encoding: String,
    /// The generation of the layout that was recognised.
    pub dialect: String,
    /// Rows.
    pub rows: u64,
    /// Rows without an error.
    pub passed: u64,
    /// Rows with an error.
    pub rejected: u64,
    /// Rows left out as notes or totals.
    pub skipped: u64,
    /// How often each fault was found, by its code.
    pub counts: BTreeMap<String, u64>,
    /// Faults of the heading row. With an error among them no row can be taken.
    pub headings: Vec<FaultView>,
    /// What else a person should know about how the file was read.
    pub notes: Vec<String>,
    /// The hash of the report.
    pub hash: String,
}

impl Precheck {
    /// Whether the heading row itself stands in the way.
    #[must_use]
    pub fn headings_refused(&self) -> bool {
        self.headings.iter().any(|it| it.grade == Grade::Error.as_str())
    }
}

/// What a survey needs of the world.
#[derive(Clone)]
pub(super) struct Rules {
    pub resource: Arc<Resource>,
    pub regions: Arc<Regions>,
    pub day: NaiveDate,
}

impl Rules {
    /// Tables show all their columns at once, trees as they go.
    pub fn checker(&self, format: Format) -> Checker {
        let layout = match format {
            Format::Csv | Format::Xlsx => Layout::Table,
            Format::Xml | Format::Json | Format::Jsonl => Layout::Tree,
        };
        Checker::new(
            Arc::clone(&self.resource),
            CheckContext { day: self.day, regions: Arc::clone(&self.regions), layout },
        )
    }

    pub fn open(&self, source: Box<dyn Source>) -> Result<Box<dyn Rows>, ReadError> {
        let resource = Arc::clone(&self.resource);
        let known = move |texts: &[&str]| check::known_headings(&resource, texts);
        read::open(source, &OpenOptions { is_heading: Arc::new(known), ..OpenOptions::default() })
    }
}

/// Checks a file as a delivery of `resource` on `day` would be, storing nothing; every fault goes to `sink`.
///
/// # Errors
/// [`IngestError::UnknownResource`], or [`IngestError::Unreadable`] with what a person should know.
pub fn precheck(
    catalog: &Catalog,
    regions: &Arc<Regions>,
    (resource, day): (&str, NaiveDate),
    source: Box<dyn Source>,
    sink: &mut dyn FnMut(&Fault),
) -> Result<Precheck, IngestError> {
    let resource = catalog.get(resource).ok_or_else(|| IngestError::UnknownResource(resource.to_owned()))?;
    let rules = Rules { resource: Arc::clone(resource), regions: Arc::clone(regions), day };
    survey(&rules, source, sink).map_err(|err| IngestError::Unreadable(err.to_string()))
}

/// Reads and checks a whole file.
pub(super) fn survey(
    rules: &Rules,
    source: Box<dyn Source>,
    sink: &mut dyn FnMut(&Fault),
) -> Result<Precheck, ReadError> {
    let mut rows = rules.open(source)?;
    let mut checker = rules.checker(rows.format());
    let mut headings = Vec::new();
    let found = check::survey(rows.as_mut(), &mut checker, &mut |fault| {
        if fault.row == 0 {
            headings.push(FaultView::from(fault));
        }
        sink(fault);
    })?;
    Ok(Precheck {
        resource: rules.resource.code.clone(),
        resource_version: rules.resource.version,
        format: rows.format().as_str().to_owned(),
        encoding: rows.encoding().to_owned(),
        dialect: found.dialect,
        rows: found.rows,
        passed: found.passed,
        rejected: found.rejected,
        skipped: rows.skipped(),
        counts: found.by_code.iter().map(|(code, n)| (code.as_str().to_owned(), *n)).collect(),
        headings,
        notes: rows.notes().to_vec(),
        hash: found.hash,
    })
}
