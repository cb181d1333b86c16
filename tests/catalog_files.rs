//! The resource files that ship: each loads, headings that occur in real files mean the right field in every
//! generation, and the traps between the generations do not catch.

use std::path::{Path, PathBuf};

use credence::catalog::{Exposure, Field, FieldType, Masking, Resource, heading, parse};

/// Every resource that the platform ships.
const SHIPPED: [&str; 25] = [
    "a_taxpayer",
    "abnormal",
    "commitment",
    "contract",
    "dishonest_executed",
    "electricity",
    "executed_person",
    "gas",
    "honour",
    "housing_fund",
    "inspection",
    "intermediary_evaluation",
    "judgment",
    "licence",
    "listing",
    "loan",
    "penalty",
    "public_evaluation",
    "qualification",
    "register",
    "sector_evaluation",
    "social_insurance",
    "tax_arrears",
    "tax_rating",
    "water",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/catalog")
}

fn resource(code: &str) -> Resource {
    let file = format!("{code}.toml");
    let text = std::fs::read_to_string(folder().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    parse(&file, &text).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    })
}

fn dialect(resource: &Resource, name: &str) -> usize {
    resource.dialects.iter().position(|it| it.name == name).unwrap_or_else(|| panic!("{} has no {name}", resource.code))
}

fn field<'r>(resource: &'r Resource, code: &str) -> &'r Field {
    resource.fields.iter().find(|it| it.code == code).unwrap_or_else(|| panic!("{} has no {code}", resource.code))
}

/// The field a heading means in a dialect; a column of another generation counts when nothing else claims the heading.
fn meaning<'r>(resource: &'r Resource, dialect: usize, written: &str) -> Option<&'r str> {
    let normal = heading::normalise(written);
    let claims = |field: &Field, dialect: usize| {
        let expressed = field.dialects.is_empty() || field.dialects.contains(&dialect);
        expressed && field.headings.contains(&normal) || field.dialect_headings.contains(&(dialect, normal.clone()))
    };
    let here = resource.fields.iter().find(|field| claims(field, dialect));
    let elsewhere =
        || resource.fields.iter().find(|field| (0..resource.dialects.len()).any(|dialect| claims(field, dialect)));
    here.or_else(elsewhere).map(|field| field.code.as_str())
}

#[test]
fn every_shipped_file_loads_without_fault() {
    for code in SHIPPED {
        let resource = resource(code);
        assert_eq!(resource.code, code);
        assert!(!resource.owners.is_empty(), "{code} has an owner");
        for field in &resource.fields {
            assert!(!field.note.is_empty(), "{code}.{} tells what to fill in", field.code);
        }
    }
}

#[test]
fn the_list_of_shipped_files_is_the_folder() {
    let mut on_disk: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder is part of the source")
        .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    on_disk.sort();
    assert_eq!(on_disk, SHIPPED);
}

#[test]
fn headings_of_real_files_mean_the_right_field() {
    let mut table =
        csv::Reader::from_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/catalog/headings.csv"))
            .expect("the fixture is there");
    let (penalty, licence) = (resource("penalty"), resource("licence"));
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in table.records() {
        let row = row.expect("a row of four cells");
        let resource = if &row[0] == "penalty" { &penalty } else { &licence };
        let found = meaning(resource, dialect(resource, &row[1]), &row[2]);
        rows += 1;
        if found.unwrap_or("-") != &row[3] {
            wrong.push(format!(
                "{} {} {}: {} expected, {} found",
                &row[0],
                &row[1],
                &row[2],
                &row[3],
                found.unwrap_or("-")
            ));
        }
    }
    assert!(rows > 500, "the whole table was read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_number_in_a_code_heading_never_decides_its_field() {
    for (code, prefix) in [("penalty", "CF"), ("licence", "XK")] {
        let resource = resource(code);
        for generation in ["V1", "V2"] {
            let at = dialect(&resource, generation);
            let of = |written: &str| meaning(&resource, at, written).map(|it| it.replace(prefix, "P"));
            assert_eq!(of("行政相对人代码_2(组织机构代码)").as_deref(), Some("P_XDR_ZZJG"), "{code} {generation}");
            assert_eq!(of("行政相对人代码_2（工商注册号）").as_deref(), Some("P_XDR_GSZC"), "{code} {generation}");
            assert_eq!(of("行政相对人代码_3(工商登记码)").as_deref(), Some("P_XDR_GSZC"), "{code} {generation}");
            assert_eq!(of("行政相对人代码——3（组织机构代码）").as_deref(), Some("P_XDR_ZZJG"), "{code} {generation}");
            assert_eq!(of("行政相对人代码_5(居民身份证号)").as_deref(), Some("P_XDR_SFZ"), "{code} {generation}");
            assert_eq!(of("行政相对人代码_5(事业单位证书号)").as_deref(), Some("P_XDR_SYDW"), "{code} {generation}");
            assert_eq!(of("行政相对人代码_2"), None, "{code} {generation}: the number alone says nothing");
        }
    }
}

#[test]
fn the_same_digit_of_the_state_means_different_things_in_the_generations() {
    for (code, state) in [("penalty", "CF_ZT"), ("licence", "XK_ZT")] {
        let resource = resource(code);
        let field = field(&resource, state);
        let read = |generation: &str, text: &str| {
            let at = dialect(&resource, generation);
            let list = field.dialect_lists.iter().find(|(it, _)| *it == at).map(|(_, list)| list);
            let list = list.or(field.list.as_ref()).expect("a code list");
            let term = list.terms.iter().find(|term| term.text == text || term.also.iter().any(|it| it == text));
            term.map(|term| term.text.clone())
        };
        let table = [
            ("V1", "0", Some("有效")),
            ("V1", "1", Some("撤销")),
            ("V1", "2", Some("异议")),
            ("V1", "3", Some("其他")),
            ("V2", "1", Some("有效")),
            ("V2", "2", Some("无效")),
            ("V2", "0", None),
            ("V2", "3", None),
        ];
        for (generation, text, term) in table {
            assert_eq!(read(generation, text).as_deref(), term, "{code} {generation} {text}");
        }
        let ends = &resource.withdrawal.as_ref().expect("a state ends a record").terms;
        assert_eq!(ends, &["撤销", "无效"], "{code}: an objection ends nothing");
    }
}

#[test]
fn what_identifies_a_decision_is_in_every_generation() {
    for code in ["penalty", "licence"] {
        let resource = resource(code);
        let key = resource.key.fields.iter().chain(&resource.key.fallback);
        for field in key.map(|index| &resource.fields[*index]) {
            assert!(field.dialects.is_empty(), "{code}: {} is in every generation", field.code);
        }
    }
}

#[test]
fn a_person_is_never_shown_whole() {
    for code in SHIPPED {
        for field in resource(code).fields {
            if field.kind == FieldType::PersonNumber {
                assert_eq!(field.masking, Masking::PersonNumber, "{code}.{}", field.code);
                assert_eq!(field.exposure, Exposure::Authorised, "{code}.{}", field.code);
            }
        }
    }
}

#[test]
fn what_is_no_public_information_is_not_public() {
    for code in ["social_insurance", "housing_fund", "water", "electricity", "gas", "tax_arrears", "loan"] {
        assert_ne!(resource(code).exposure, Exposure::Public, "{code}");
    }
}

#[test]
fn a_collected_list_of_names_and_codes_is_a_dialect_of_the_listing() {
    let resource = resource("listing");
    let at = dialect(&resource, "汇总名单");
    let table = [
        ("企业名称", "ZTMC"),
        ("工商注册号", "GSZCH"),
        ("组织机构代码", "ZZJGDM"),
        ("统一信用代码", "TYSHXYDM"),
        ("失信领域", "SSLY"),
        ("所在省份", "SZSF"),
    ];
    for (written, code) in table {
        assert_eq!(meaning(&resource, at, written), Some(code), "{written}");
    }
    assert!(resource.ignore.contains(&heading::normalise("序号")));
    for code in ["LRRQ", "JDJG", "LRSY", "LRYJ"] {
        let waived = resource.dialects[at].waives.iter().any(|it| resource.fields[*it].code == code);
        assert!(waived, "{code} cannot be demanded of a list of names");
    }
}
