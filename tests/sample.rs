//! Sample deliveries against the rooms that take deliveries: what is written as clean passes, what is dirty does not.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::process::Command;
use std::sync::Arc;

use chrono::NaiveDate;

use credence::catalog::{Catalog, Resource};
use credence::check::{CheckContext, Checker, Layout, Survey, known_headings, survey};
use credence::read::{self, OpenOptions};
use credence::sample::{Counts, Format, Shares, Spec, write};
use credence::standards::region::Regions;

fn spec(resource: &Resource) -> Spec<'_> {
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
    let (shares, format) = (Shares::default(), Format::Csv);
    Spec { resource, dialect: 0, rows: 150, first: 0, subjects: 60, seed: 5, shares, format, day }
}

/// Writes a sample, reads and checks it: what was written, what was found, and the first faults of each kind.
fn checked(resource: &Arc<Resource>, spec: &Spec<'_>) -> (Counts, Survey, BTreeMap<String, String>) {
    let mut bytes = Vec::new();
    let counts = write(spec, &mut bytes).expect("the sample is written");
    let known = Arc::clone(resource);
    let is_heading = Arc::new(move |texts: &[&str]| known_headings(&known, texts));
    let options = OpenOptions { is_heading, ..OpenOptions::default() };
    let mut rows = read::open(Box::new(Cursor::new(bytes)), &options).expect("the sample can be read");
    let layout = match spec.format {
        Format::Xml | Format::Json | Format::JsonLines => Layout::Tree,
        _ => Layout::Table,
    };
    let context = CheckContext { day: spec.day, regions: Arc::new(Regions::embedded()), layout };
    let mut checker = Checker::new(Arc::clone(resource), context);
    let mut examples = BTreeMap::new();
    let mut sink = |fault: &credence::record::Fault| {
        let place = fault.place.as_ref().map_or("", |place| place.field.as_str());
        let kind = format!("{} {} {place}", fault.grade, fault.code);
        examples.entry(kind).or_insert_with(|| format!("row {} {:?}: {}", fault.row, fault.value, fault.message));
    };
    let survey = survey(rows.as_mut(), &mut checker, &mut sink).expect("the sample can be read to its end");
    (counts, survey, examples)
}

#[test]
fn clean_samples_of_every_resource_and_dialect_have_no_error() {
    let mut faults = Vec::new();
    for resource in Catalog::embedded().iter() {
        let dialects = 0..resource.dialects.len();
        for (dialect, format) in dialects.flat_map(|it| [(it, Format::Csv), (it, Format::Xml)]) {
            let (_, survey, examples) = checked(resource, &Spec { dialect, format, ..spec(resource) });
            let name = &resource.dialects[dialect].name;
            if survey.rejected > 0 || survey.refused || survey.rows != 150 {
                faults.push(format!("{} {name} {format}: {} of {}", resource.code, survey.rejected, survey.rows));
                faults.extend(examples.iter().map(|(kind, example)| format!("    {kind}: {example}")));
            } else if survey.dialect != *name {
                faults.push(format!("{} {name} {format}: read as {}", resource.code, survey.dialect));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_dirty_row_is_rejected_and_no_other() {
    let mut faults = Vec::new();
    for resource in Catalog::embedded().iter() {
        let shares = Shares { dirty: 300, ..Shares::default() };
        let (counts, survey, examples) = checked(resource, &Spec { rows: 1000, shares, ..spec(resource) });
        assert_eq!(counts.dirty, 300);
        if survey.rejected != counts.dirty {
            faults.push(format!("{}: {} rejected of {} dirty", resource.code, survey.rejected, counts.dirty));
            faults.extend(examples.iter().map(|(kind, example)| format!("    {kind}: {example}")));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_format_gives_the_same_verdicts() {
    let catalog = Catalog::embedded();
    let shares = Shares { dirty: 100, repeated: 100, revised: 50 };
    for code in ["penalty", "licence", "register"] {
        let resource = catalog.get(code).expect("shipped");
        for format in Format::ALL {
            let (counts, survey, _) =
                checked(resource, &Spec { rows: 1000, shares, format: *format, ..spec(resource) });
            assert_eq!((survey.rows, survey.rejected), (1000, counts.dirty), "{code} {format}");
        }
    }
}

#[test]
fn clean_samples_of_every_resource_satisfy_its_xsd() {
    let mut faults = Vec::new();
    for resource in Catalog::embedded().iter() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write(&Spec { format: Format::Xml, ..spec(resource) }, &mut file).expect("the sample is written");
        file.flush().expect("the file is complete");
        let schema = format!("schemas/generated/{}.xsd", resource.code);
        let judged = Command::new("xmllint")
            .args(["--stream", "--noout", "--schema", &schema])
            .arg(file.path())
            .output()
            .expect("xmllint is installed (Debian: libxml2-utils)");
        if !judged.status.success() {
            faults.push(format!("{}: {}", resource.code, String::from_utf8_lossy(&judged.stderr)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
