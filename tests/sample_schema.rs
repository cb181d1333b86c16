//! Clean sample deliveries satisfy the generated XSD of their resource, as `xmllint` judges.

use std::io::Write as _;
use std::process::Command;

use credence::catalog::Catalog;
use credence::sample::{Format, Shares, Spec, write};

/// Writes a clean delivery of every resource and lets `xmllint` judge it.
#[test]
fn clean_samples_of_every_resource_satisfy_its_xsd() {
    let catalog = Catalog::embedded();
    let mut faults = Vec::new();
    for resource in catalog.iter() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
        let shares = Shares::default();
        let format = Format::Xml;
        let spec = Spec { resource, dialect: 0, rows: 150, first: 0, subjects: 60, seed: 5, shares, format, day };
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        write(&spec, &mut file).expect("the sample is written");
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
