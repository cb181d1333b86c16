//! What is generated from the catalogue is kept current: `UPDATE_GENERATED=1 cargo test --test generated` writes it anew.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use calamine::{Data, Reader as _, Xlsx};
use chrono::NaiveDate;
use credence::catalog::{Catalog, Resource, describe, generated, template};
use credence::check::{self, CheckContext, Checker, Layout};
use credence::read::{self, OpenOptions};
use credence::record::Row;
use credence::standards::region::Regions;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/generated")
}

/// The generated files that are there, without the page that explains them.
fn present() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).expect("schemas/generated is part of the source");
    let names = entries.map(|it| it.expect("a readable entry").file_name().to_string_lossy().into_owned());
    names.filter(|it| it != "README.md").collect()
}

#[test]
fn generated_files_are_current() {
    let files = generated::files(&Catalog::embedded());
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        present().iter().for_each(|name| std::fs::remove_file(folder().join(name)).expect("removable"));
        files.iter().for_each(|(name, bytes)| std::fs::write(folder().join(name), bytes).expect("writable"));
    }
    let stale: Vec<&str> = files
        .iter()
        .filter(|(name, bytes)| std::fs::read(folder().join(name)).ok().as_ref() != Some(bytes))
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(stale.is_empty(), "run `UPDATE_GENERATED=1 cargo test --test generated`; stale: {stale:?}");
    assert_eq!(present(), files.into_iter().map(|(name, _)| name).collect(), "nothing else is there");
}

fn written(resource: &Resource) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    template::write(resource, &mut bytes).expect("memory takes it");
    bytes.into_inner()
}

#[test]
fn a_template_has_the_standards_headings_and_says_how_to_fill_them() {
    let catalog = Catalog::embedded();
    for resource in catalog.iter() {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(written(resource))).expect("a workbook");
        let sheets = book.sheet_names();
        assert_eq!(sheets[1..], ["填写说明", "代码表"], "{}", resource.code);

        let first = book.worksheet_range(&sheets[0]).expect("the first sheet");
        let headings: Vec<String> = first.rows().next().expect("a heading row").iter().map(Data::to_string).collect();
        let lines: Vec<_> = describe::fields(resource).into_iter().filter(|it| it.in_template).collect();
        assert_eq!(headings, lines.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), "{}", resource.code);

        let help = book.worksheet_range("填写说明").expect("the instructions");
        let told: BTreeSet<String> = help.rows().map(|row| row[0].to_string()).collect();
        assert!(headings.iter().all(|it| told.contains(it)), "{}", resource.code);
    }
}

#[test]
fn an_empty_template_is_a_delivery_of_no_rows_whose_every_column_is_known() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    let context = CheckContext { day, regions: Arc::new(Regions::embedded()), layout: Layout::Table };
    for resource in Catalog::embedded().iter() {
        let known = Arc::clone(resource);
        let options = OpenOptions {
            is_heading: Arc::new(move |texts| check::known_headings(&known, texts)),
            ..OpenOptions::default()
        };
        let mut rows = read::open(Box::new(Cursor::new(written(resource))), &options).expect("a workbook");
        assert!(!rows.next(&mut Row::new()).expect("readable"), "{}", resource.code);

        let mut checker = Checker::new(Arc::clone(resource), context.clone());
        assert_eq!(checker.columns(rows.columns()), [], "{}", resource.code);
        assert_eq!(checker.dialect(), 0, "{}", resource.code);
    }
}

#[test]
fn a_template_is_the_same_bytes_every_time() {
    let catalog = Catalog::embedded();
    let penalty = catalog.get("penalty").expect("shipped");
    assert_eq!(written(penalty), written(penalty));
}

#[test]
fn a_template_keeps_codes_as_text_and_offers_the_code_lists() {
    let catalog = Catalog::embedded();
    let bytes = written(catalog.get("penalty").expect("shipped"));
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip");
    let mut part = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).expect("a part of the workbook").read_to_string(&mut text).expect("text");
        text
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<formula1>代码表!$A$2:$A$"), "drop-downs");
    assert!(sheet.contains("state=\"frozen\""), "the heading row stays in sight");
    assert!(part("xl/workbook.xml").contains("name=\"代码表\" sheetId=\"3\" state=\"hidden\""), "the lists are hidden");
    assert!(part("xl/styles.xml").contains("formatCode=\"@\""), "text format");
    assert!(part("xl/comments1.xml").contains("必填"), "comments");
}
