//! What the sample room writes as clean, the check takes: for every shipped resource, in every dialect.

use std::io::Cursor;
use std::sync::Arc;

use chrono::NaiveDate;
use credence::catalog::{Catalog, Resource};
use credence::check::{CheckContext, Checker, Layout, Survey, known_headings, survey};
use credence::read::{self, OpenOptions};
use credence::record::{Fault, Grade};
use credence::sample::{self, Format, Shares, Spec};
use credence::standards::Regions;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 20).expect("a day")
}

/// The pre-check of a clean sample, and its errors.
fn surveyed(resource: &Arc<Resource>, dialect: usize, regions: &Arc<Regions>) -> (Survey, Vec<Fault>) {
    let spec = Spec {
        resource,
        dialect,
        rows: 60,
        first: 0,
        subjects: 20,
        seed: 7,
        shares: Shares::default(),
        format: Format::Csv,
        day: day(),
    };
    let mut bytes = Vec::new();
    sample::write(&spec, &mut bytes).expect("a sample");
    let of = Arc::clone(resource);
    let options = OpenOptions {
        is_heading: Arc::new(move |texts: &[&str]| known_headings(&of, texts)),
        ..OpenOptions::default()
    };
    let mut rows = read::open(Box::new(Cursor::new(bytes)), &options).expect("a readable file");
    let context = CheckContext { day: day(), regions: Arc::clone(regions), layout: Layout::Table };
    let mut checker = Checker::new(Arc::clone(resource), context);
    let mut errors = Vec::new();
    let mut sink = |fault: &Fault| {
        if fault.grade == Grade::Error {
            errors.push(fault.clone());
        }
    };
    let survey = survey(rows.as_mut(), &mut checker, &mut sink).expect("rows to the end");
    (survey, errors)
}

#[test]
fn a_clean_sample_of_every_resource_passes_in_every_dialect() {
    let regions = Arc::new(Regions::embedded());
    for resource in Catalog::embedded().iter() {
        for (index, dialect) in resource.dialects.iter().enumerate() {
            let (survey, errors) = surveyed(resource, index, &regions);
            let at = format!("{} {}: {:#?}", resource.code, dialect.name, errors.first());
            assert_eq!(survey.dialect, dialect.name, "{at}");
            assert_eq!((survey.rows, survey.passed), (60, 60), "{at}");
        }
    }
}
