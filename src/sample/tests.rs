//! What every sample delivery keeps to, for every shipped resource and dialect.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::catalog::{Catalog, FieldType, Resource};

use super::{Counts, Format, Shares, Spec, write};

fn catalog() -> Catalog {
    Catalog::load(&[]).expect("the shipped catalogue is sound")
}

fn spec(resource: &Resource) -> Spec<'_> {
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
    let shares = Shares::default();
    Spec { resource, dialect: 0, rows: 100, first: 0, subjects: 40, seed: 1, shares, format: Format::JsonLines, day }
}

fn written(spec: &Spec<'_>) -> (Counts, Vec<u8>) {
    let mut bytes = Vec::new();
    let counts = write(spec, &mut bytes).expect("the sample is written");
    (counts, bytes)
}

/// The rows of a delivery, as JSON objects.
fn objects(spec: &Spec<'_>) -> Vec<serde_json::Value> {
    let spec = Spec { format: Format::JsonLines, ..spec.clone() };
    let text = String::from_utf8(written(&spec).1).expect("is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect()
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    let catalog = catalog();
    for resource in catalog.iter() {
        for format in Format::ALL.iter().filter(|format| **format != Format::Xlsx) {
            let spec = Spec { format: *format, ..spec(resource) };
            assert_eq!(written(&spec), written(&spec), "{} {format}", resource.code);
        }
    }
}

#[test]
fn another_seed_gives_another_city() {
    let catalog = catalog();
    let penalty = catalog.get("penalty").expect("shipped");
    assert_ne!(written(&spec(penalty)).1, written(&Spec { seed: 2, ..spec(penalty) }).1);
}

#[test]
fn the_shares_of_a_thousand_rows_are_as_asked() {
    let catalog = catalog();
    let shares = Shares { dirty: 30, repeated: 100, revised: 50 };
    for resource in catalog.iter() {
        // From a thousand on, so that there are earlier rows to repeat and to revise.
        let (counts, _) = written(&Spec { rows: 1000, first: 1000, shares, ..spec(resource) });
        assert_eq!((counts.rows, counts.dirty, counts.repeated), (1000, 30, 100), "{}", resource.code);
        assert_eq!(counts.rows, counts.new + counts.repeated + counts.revised + counts.dirty);
    }
}

#[test]
fn a_repeated_row_is_an_earlier_one_word_for_word() {
    let catalog = catalog();
    let penalty = catalog.get("penalty").expect("shipped");
    let shares = Shares { repeated: 200, ..Shares::default() };
    let spec = Spec { rows: 1000, first: 1000, shares, ..spec(penalty) };
    let rows: Vec<String> = objects(&spec).iter().map(ToString::to_string).collect();
    let distinct: HashSet<&String> = rows.iter().collect();
    assert!(distinct.len() as u64 >= written(&spec).0.new);
    let all: Vec<String> = objects(&Spec { rows: 2000, first: 0, ..spec }).iter().map(ToString::to_string).collect();
    assert!(rows.iter().filter(|row| all[..1000].contains(row)).count() >= 200);
}

#[test]
fn a_delivery_revises_no_record_twice_and_none_that_it_repeats() {
    let catalog = catalog();
    let penalty = catalog.get("penalty").expect("shipped");
    let shares = Shares { dirty: 0, repeated: 100, revised: 50 };
    let spec = Spec { rows: 3000, first: 5000, shares, ..spec(penalty) };
    let mut versions: HashMap<String, HashSet<String>> = HashMap::new();
    for row in objects(&spec) {
        let key = format!("{}{}", row["处罚机关"], row["行政处罚决定书文号"]);
        versions.entry(key).or_default().insert(row.to_string());
    }
    assert!(versions.values().all(|it| it.len() == 1), "one version a record");
    assert_eq!(written(&spec).0.revised, 150);
}

#[test]
fn a_second_delivery_goes_on_from_the_first() {
    let catalog = catalog();
    let penalty = catalog.get("penalty").expect("shipped");
    let whole = objects(&spec(penalty));
    let second = objects(&Spec { rows: 40, first: 60, ..spec(penalty) });
    assert_eq!(whole[60..], second[..]);
}

#[test]
fn the_register_and_the_penalties_agree_on_names_and_codes() {
    let catalog = catalog();
    let register = catalog.iter().find(|it| it.class == crate::catalog::Class::Register).expect("shipped");
    let penalty = catalog.get("penalty").expect("shipped");
    let pairs = |resource: &Resource| -> HashSet<(String, String)> {
        let heading = |role: Option<usize>| resource.fields[role.expect("has the role")].name.clone();
        let (name, code) = (heading(resource.subject.name), heading(resource.subject.credit_code));
        let text = |row: &serde_json::Value, heading: &str| row[heading].as_str().unwrap_or_default().to_owned();
        objects(&spec(resource)).iter().map(|row| (text(row, &name), text(row, &code))).collect()
    };
    let registered = pairs(register);
    let punished = pairs(penalty);
    let firms: Vec<_> = punished.iter().filter(|(_, code)| !code.is_empty()).collect();
    assert!(!firms.is_empty() && firms.iter().all(|pair| registered.contains(pair)));
}

#[test]
fn required_fields_are_filled_and_lengths_are_kept() {
    let catalog = catalog();
    for resource in catalog.iter() {
        for row in objects(&spec(resource)) {
            for field in &resource.fields {
                let Some(text) = row.get(&field.name).and_then(|it| it.as_str()) else { continue };
                let waived = resource.dialects[0].waives.iter().any(|it| resource.fields[*it].code == field.code);
                assert!(!text.is_empty() || !field.required || waived, "{}.{} is empty", resource.code, field.code);
                let length = text.chars().count();
                let fits = text.is_empty() || field.length.contains(&length) || field.kind == FieldType::Terms;
                assert!(fits, "{}.{} {text:?} has {length} characters", resource.code, field.code);
            }
        }
    }
}

#[test]
fn every_dialect_has_its_columns() {
    let catalog = catalog();
    for resource in catalog.iter() {
        for dialect in 0..resource.dialects.len() {
            let rows = objects(&Spec { dialect, rows: 3, ..spec(resource) });
            let headings = rows[0].as_object().expect("an object").len();
            let distinct: HashSet<&String> = rows[0].as_object().expect("an object").keys().collect();
            assert!(headings > 3 && distinct.len() == headings, "{} {dialect}", resource.code);
        }
    }
}

#[test]
fn a_workbook_is_a_zip_archive() {
    let catalog = catalog();
    let (_, bytes) = written(&Spec { format: Format::Xlsx, ..spec(catalog.get("penalty").expect("shipped")) });
    assert!(bytes.starts_with(b"PK"));
}

#[test]
fn a_dialect_that_does_not_exist_is_an_error() {
    let catalog = catalog();
    let order = Spec { dialect: 99, ..spec(catalog.get("penalty").expect("shipped")) };
    assert!(write(&order, Vec::new()).is_err());
}
