//! `xmllint` judges the generated schemas: for every facet of every field, a good and a bad value.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use chrono::NaiveDate;
use credence::catalog::describe::{self, Need};
use credence::catalog::pattern::Pattern;
use credence::catalog::{Catalog, CodeList, Field, FieldType, Resource, xsd};
use credence::check::{CheckContext, Checker, Layout};
use credence::record::{Fault, FaultCode, Grade, Row, Shape};
use credence::standards::region::Regions;

/// One value of one field in an otherwise good row, and whether a schema can find fault with it.
struct Case {
    field: usize,
    /// `None` leaves the element out.
    text: Option<String>,
    good: bool,
}

/// The fields of the template with whether they are required.
fn columns(resource: &Resource) -> Vec<(usize, bool)> {
    let lines = describe::fields(resource);
    let all = lines.iter().enumerate().filter(|(_, line)| line.in_template);
    all.map(|(index, line)| (index, line.need == Need::Always)).collect()
}

fn list(field: &Field) -> &CodeList {
    let own = field.dialect_lists.iter().find(|(dialect, _)| *dialect == 0).map(|(_, list)| list);
    own.or(field.list.as_ref()).expect("the loader demands a list")
}

/// A canonical value. Codes are the examples of the standards themselves.
fn sample(field: &Field) -> String {
    if let Some(pattern) = &field.pattern {
        return Pattern::parse(pattern).expect("the loader parsed it").example();
    }
    match field.kind {
        FieldType::Text | FieldType::DocumentNumber => "示".repeat((*field.length.start()).max(2)),
        FieldType::Name => "示例有限公司".to_owned(),
        FieldType::Agency => "示例市市场监督管理局".to_owned(),
        FieldType::Day => "2026-03-01".to_owned(),
        FieldType::Month => "2026-03".to_owned(),
        FieldType::Moment => "2026-03-01 08:30:00".to_owned(),
        FieldType::MoneyWan | FieldType::MoneyYuan | FieldType::Integer | FieldType::Decimal => {
            field.min.clone().unwrap_or_else(|| "1".to_owned())
        }
        FieldType::Term | FieldType::Terms => {
            list(field).terms.first().map_or_else(|| "其他-示例".to_owned(), |it| it.text.clone())
        }
        FieldType::CreditCode => "91350100M000100Y43".to_owned(),
        FieldType::OrganisationCode => "D2143569X".to_owned(),
        FieldType::RegistrationNumber => "110108000000016".to_owned(),
        FieldType::TaxNumber => "350100D2143569X".to_owned(),
        FieldType::PersonNumber => "11010519491231002X".to_owned(),
        FieldType::Region => "350100".to_owned(),
    }
}

fn cases(resource: &Resource) -> Vec<Case> {
    let mut cases = Vec::new();
    for (index, required) in columns(resource) {
        let field = &resource.fields[index];
        let mut case =
            |text: Option<&str>, good| cases.push(Case { field: index, text: text.map(str::to_owned), good });
        case(Some(&sample(field)), true);
        case(None, !required);
        case(Some(""), !required);
        case(Some(" \n "), !required);
        let (good, bad) = facets(field);
        good.iter().for_each(|it| case(Some(it), true));
        bad.iter().for_each(|it| case(Some(it), false));
    }
    cases
}

/// Values at the edge of what the field's type allows, and values just beyond it.
fn facets(field: &Field) -> (Vec<String>, Vec<String>) {
    let owned = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    match field.kind {
        FieldType::Text | FieldType::Name | FieldType::Agency | FieldType::DocumentNumber => lengths(field),
        FieldType::Day => days(field),
        FieldType::Month => (owned(&["1999-12"]), owned(&["2026-13", "2026", "2026-00", "示例"])),
        FieldType::Moment => {
            (owned(&["2024-02-29 23:59:59"]), owned(&["2026-03-01 24:00:00", "2026-02-29 00:00:00", "示例"]))
        }
        FieldType::MoneyWan => numbers(field, 6, true),
        FieldType::MoneyYuan => numbers(field, 2, true),
        FieldType::Integer => numbers(field, 0, false),
        FieldType::Decimal => numbers(field, 17, false),
        FieldType::Term => terms(field, false),
        FieldType::Terms => terms(field, true),
        FieldType::CreditCode => {
            (Vec::new(), owned(&["91350100M000100Y4", "91350100M000100Y433", "91350100M000100I43", "示例"]))
        }
        FieldType::OrganisationCode => (owned(&["D2143569-X"]), owned(&["D2143569", "D2143569XX", "示例"])),
        FieldType::RegistrationNumber => {
            (owned(&["1101082212345", "企独湘总字第000001号"]), owned(&["11010800000001", "示例"]))
        }
        FieldType::TaxNumber => (Vec::new(), owned(&["350100D2143569", "示例"])),
        FieldType::PersonNumber if field.kind_field.is_none() => {
            (owned(&["110105491231002"]), owned(&["11010519491231002", "1101051949123100AX"]))
        }
        FieldType::PersonNumber => (Vec::new(), vec!["1".repeat(65)]),
        FieldType::Region => (Vec::new(), owned(&["35010", "3501000", "示例"])),
    }
}

/// Lengths are counted in characters: Chinese ones are three bytes each.
fn lengths(field: &Field) -> (Vec<String>, Vec<String>) {
    let (least, most) = (*field.length.start(), *field.length.end());
    let mut bad = vec!["示".repeat(most + 1)];
    if least > 1 {
        bad.push("示".repeat(least - 1));
    }
    if field.pattern.is_some() {
        bad.push("示".repeat(most));
        let wide = |it: char| if it.is_ascii_digit() { char::from_u32(it as u32 + 0xFEE0).unwrap_or(it) } else { it };
        bad.extend(Some(sample(field).chars().map(wide).collect()).filter(|it: &String| *it != sample(field)));
        return (Vec::new(), bad);
    }
    let good = if field.kind == FieldType::Text { vec!["示".repeat(most), "a".repeat(most)] } else { Vec::new() };
    (good, bad)
}

fn days(field: &Field) -> (Vec<String>, Vec<String>) {
    let mut good = vec!["2024-02-29", "2026/03/31"];
    let mut bad = vec!["2025-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "示例"];
    if field.open_end {
        good.extend(["长期", "2099-12-31", "9999-12-31"]);
    } else {
        bad.extend(["长期", "2099-12-31"]);
    }
    let owned = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect();
    (owned(good), owned(bad))
}

fn numbers(field: &Field, places: usize, is_money: bool) -> (Vec<String>, Vec<String>) {
    let mut bad: Vec<String> = ["示例", "1e3", "1.2.3", "--1", "0x10"].map(str::to_owned).to_vec();
    let whole = field.min.clone().unwrap_or_else(|| "1".to_owned());
    let good =
        if places > 0 && !whole.contains('.') { vec![format!("{whole}.{}", "0".repeat(places))] } else { Vec::new() };
    bad.push(format!("1.{}", "1".repeat(places + 1)));
    if is_money {
        bad.push("-1".to_owned());
    }
    if let Some(min) = &field.min {
        bad.push(format!("-{}1", min.trim_start_matches('-')));
    }
    if let Some(max) = field.max.as_ref().filter(|max| !max.contains('.')) {
        bad.push(format!("{max}0"));
    }
    (good, bad)
}

fn terms(field: &Field, several: bool) -> (Vec<String>, Vec<String>) {
    let list = list(field);
    let mut good: Vec<String> =
        list.terms.iter().flat_map(|term| std::iter::once(&term.text).chain(&term.also)).cloned().collect();
    let mut bad = vec!["不在表中".to_owned(), "示例-其他".to_owned()];
    if list.other {
        good.push("其他-示例说明".to_owned());
        bad.push(format!("其他-{}", "示".repeat(*field.length.end())));
        if !good.contains(&"其他".to_owned()) {
            bad.push("其他".to_owned());
        }
    } else {
        bad.push("其他-示例说明".to_owned());
    }
    if let [first, .., last] = &list.terms[..] {
        let both = format!("{}；{}", first.text, last.text);
        if several { good.push(both) } else { bad.push(both) }
    }
    (good, bad)
}

/// The good row with one value put in the place of its own.
fn document(resource: &Resource, case: &Case) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ROWDATA><ROW>");
    for (index, required) in columns(resource) {
        let field = &resource.fields[index];
        let own = required.then(|| sample(field));
        let value = if index == case.field { case.text.clone() } else { own };
        if let Some(value) = value {
            let value = value.replace('&', "&amp;").replace('<', "&lt;");
            write!(text, "<{0}>{value}</{0}>", field.code).expect("a String takes every text");
        }
    }
    text + "</ROW></ROWDATA>\n"
}

/// What `xmllint` says of each file, by its name.
fn judged(folder: &Path, schema: &Path, n_files: usize) -> BTreeMap<String, bool> {
    let output = Command::new("xmllint")
        .current_dir(folder)
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .args((0..n_files).map(|index| format!("{index}.xml")))
        .output()
        .expect("xmllint is installed (Debian: libxml2-utils)");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    let verdicts = said.lines().filter_map(|line| {
        let good = line.strip_suffix(" validates").map(|name| (name.to_owned(), true));
        good.or_else(|| line.strip_suffix(" fails to validate").map(|name| (name.to_owned(), false)))
    });
    let verdicts: BTreeMap<String, bool> = verdicts.collect();
    assert_eq!(verdicts.len(), n_files, "{}", said.lines().take(20).collect::<Vec<_>>().join("\n"));
    verdicts
}

/// What one case is, for a message.
fn named(resource: &Resource, case: &Case) -> String {
    let text = case.text.as_deref().map(|it| it.chars().take(60).collect::<String>());
    format!("{} {} {text:?} good: {}", resource.code, resource.fields[case.field].code, case.good)
}

#[test]
fn xmllint_judges_every_facet_of_every_field() {
    let (mut wrong, mut n_cases) = (Vec::new(), 0);
    for resource in Catalog::embedded().iter() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut schema = Vec::new();
        xsd::write(resource, &mut schema).expect("memory takes it");
        std::fs::write(folder.path().join("schema.xsd"), schema).expect("written");
        let cases = cases(resource);
        n_cases += cases.len();
        for (index, case) in cases.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{index}.xml")), document(resource, case)).expect("written");
        }
        let verdicts = judged(folder.path(), Path::new("schema.xsd"), cases.len());
        let differs = |(index, case): &(usize, &Case)| verdicts[&format!("{index}.xml")] != case.good;
        wrong.extend(cases.iter().enumerate().filter(differs).map(|(_, case)| named(resource, case)));
    }
    assert!(wrong.is_empty(), "{} of {n_cases}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The faults of a value that an XSD could also find; the others are the check's alone.
const SAYABLE: &[FaultCode] = &[
    FaultCode::Required,
    FaultCode::TooLong,
    FaultCode::TooShort,
    FaultCode::Pattern,
    FaultCode::Range,
    FaultCode::CodeList,
    FaultCode::Number,
    FaultCode::Money,
    FaultCode::NegativeMoney,
    FaultCode::Date,
    FaultCode::ImpossibleDate,
    FaultCode::IncompleteDate,
    FaultCode::AmbiguousDate,
    FaultCode::Month,
    FaultCode::CodeLength,
    FaultCode::CodeCharacter,
];

/// The faults the check finds in the case's own column. What a rule demands of an empty value is no schema's matter.
fn found(resource: &Arc<Resource>, checker: &mut Checker, case: &Case) -> Vec<Fault> {
    let mut row = Row::new();
    row.start(1);
    for (index, required) in columns(resource) {
        let own = required.then(|| sample(&resource.fields[index]));
        let value = if index == case.field { case.text.clone() } else { own };
        row.push(&value.unwrap_or_default(), Shape::Text);
    }
    let faults = match checker.check(&row) {
        Ok(draft) => draft.warnings,
        Err(rejected) => rejected.faults,
    };
    let code = &resource.fields[case.field].code;
    let of_a_rule = |it: &Fault| case.good && it.code == FaultCode::Required;
    let faults = faults.into_iter().filter(|it| !of_a_rule(it));
    // A moved value is judged as another field's, but the fault still names the column.
    faults.filter(|it| it.place.as_ref().is_some_and(|it| it.field == *code || it.heading == *code)).collect()
}

#[test]
fn the_check_judges_every_facet_as_the_schema_does() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    let context = CheckContext { day, regions: Arc::new(Regions::embedded()), layout: Layout::Table };
    let mut wrong = Vec::new();
    for resource in Catalog::embedded().iter() {
        let mut checker = Checker::new(Arc::clone(resource), context.clone());
        let codes: Vec<String> = columns(resource).iter().map(|(it, _)| resource.fields[*it].code.clone()).collect();
        let faults = checker.columns(&codes);
        assert!(faults.is_empty(), "{}: {faults:?}", resource.code);
        assert_eq!(checker.dialect(), 0, "{}", resource.code);
        for case in cases(resource) {
            let faults = found(resource, &mut checker, &case);
            let agrees = if case.good {
                let code = &resource.fields[case.field].code;
                let own = |it: &&Fault| it.place.as_ref().is_some_and(|it| it.field == *code);
                !faults.iter().filter(own).any(|it| SAYABLE.contains(&it.code))
            } else {
                // A schema knows no warnings: it also refuses what the catalogue grades so.
                faults.iter().any(|it| it.grade == Grade::Error || Some(it.grade) == resource.fields[case.field].grade)
            };
            if !agrees {
                let codes: Vec<&str> = faults.iter().map(|it| it.code.as_str()).collect();
                wrong.push(format!("{} {codes:?}", named(resource, &case)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
