//! A small resource with a field of every type, for the tests of this room.

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;

use super::checker::{CheckContext, Checker, Layout};
use crate::catalog::{self, Resource};
use crate::record::{Row, Shape};
use crate::standards::Regions;

/// The resource, read from the file beside this one.
pub(super) static PENALTY: LazyLock<Arc<Resource>> = LazyLock::new(|| {
    let text = include_str!("sample.toml");
    Arc::new(catalog::parse("sample.toml", text).unwrap_or_else(|faults| panic!("{faults:#?}")))
});

/// The day on which the tests' deliveries arrive.
pub(super) fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day")
}

pub(super) fn context(layout: Layout) -> CheckContext {
    CheckContext { day: day(), regions: Arc::clone(&REGIONS), layout }
}

/// Few regions, so that the tests do not change with the list.
static REGIONS: LazyLock<Arc<Regions>> = LazyLock::new(|| {
    let text = r#"
        [current]
        110000 = "北京市"
        350000 = "福建省"
        350100 = "福州市"
        430000 = "湖南省"
        431100 = "永州市"
        [obsolete]
        431121 = { name = "祁阳县", since = 2021, successor = "431181" }
    "#;
    Arc::new(Regions::parse(text).expect("a list of regions"))
});

/// A checker that has seen these headings, without a fault.
pub(super) fn checker(headings: &[&str]) -> Checker {
    let mut checker = Checker::new(Arc::clone(&PENALTY), context(Layout::Table));
    let columns: Vec<String> = headings.iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(checker.columns(&columns), []);
    checker
}

pub(super) fn row(number: u64, texts: &[&str]) -> Row {
    let mut row = Row::new();
    row.start(number);
    texts.iter().for_each(|text| row.push(text, Shape::Text));
    row
}
