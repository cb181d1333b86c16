//! What the document says of an operation is what its handler does: the headers, the parameters, the bodies.

use std::collections::BTreeSet;

use credence::web::{self, Role};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    world::{
        UNIT,
        penalty::{FIRM, penalty, table},
    },
};

/// The operations whose handlers have one of these texts, as `get /subjects/{code}`.
fn handlers_with(texts: &[&str]) -> BTreeSet<String> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![std::path::PathBuf::from("src/web/api")]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = std::fs::read_to_string(&path).unwrap();
            for handler in file.split("#[utoipa::path(").skip(1) {
                let code: Vec<&str> = handler.lines().skip_while(|it| !it.starts_with("#[")).collect();
                if texts.iter().any(|text| code.iter().any(|it| it.contains(text))) {
                    let (method, rest) = code[0].trim_start_matches("#[").split_once("(\"").unwrap();
                    found.insert(format!("{method} {}", rest.split('"').next().unwrap()));
                }
            }
        }
    }
    found
}

/// The operations of the document for which something holds.
fn described(holds: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let (document, mut found) = (web::document(), BTreeSet::new());
    for (address, item) in document["paths"].as_object().unwrap() {
        let known = item.as_object().unwrap().iter().filter(|(_, it)| holds(it));
        found.extend(known.map(|(method, _)| format!("{method} {}", address.trim_start_matches("/api/v1"))));
    }
    found
}

fn has_parameter(operation: &Value, name: &str, place: &str) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.filter(|it| it["name"] == name && it["in"] == place).count() == 1
}

fn has_header(operation: &Value, name: &str) -> bool {
    let answers = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
    answers.into_iter().all(|(_, it)| it["headers"][name].is_object())
}

#[test]
fn every_operation_says_that_it_is_done_once_or_recorded_and_no_other_does() {
    let once = handlers_with(&["Once::of(", "file(&desk, (&request"]);
    assert!(once.len() >= 27, "{once:?}");
    assert_eq!(described(|it| has_parameter(it, "Idempotency-Key", "header")), once);
    assert_eq!(described(|it| has_header(it, "Idempotency-Replayed")), once);

    let shown = handlers_with(&["recorded::show("]);
    assert!(shown.len() >= 9, "{shown:?}");
    let screening = "post /bank/screenings".to_owned();
    let receipted: BTreeSet<String> = shown.into_iter().chain([screening]).collect();
    assert_eq!(described(|it| has_parameter(it, "purpose", "query")), receipted);
    assert_eq!(described(|it| has_header(it, "Credence-Receipt")), receipted);
}

#[test]
fn a_recorded_answer_has_the_receipt_that_is_described_and_keeps_what_it_was_asked_for() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    let address = format!("/api/v1/subjects/{}", FIRM.1);
    let described = web::document()["components"]["schemas"]["Receipt"]["required"].clone();
    let names: BTreeSet<&str> = described.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    for part in ["", "/records", "/standing", "/repairability"] {
        let answer = app.get(&office, &format!("{address}{part}?purpose=行政审批")).is(200);
        let receipt: Value = serde_json::from_str(answer.header("credence-receipt")).unwrap();
        assert_eq!(receipt.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>(), names, "{part}");
    }
    let queries = app.get(&office, &format!("{address}/queries")).is(200).json();
    let purposes: Vec<&Value> = queries["items"].as_array().unwrap().iter().map(|it| &it["purpose"]).collect();
    assert_eq!(purposes, [&json!("行政审批"); 4]);
    app.get(&office, &format!("{address}?purpose={}", "长".repeat(65))).is_problem(400, "bad_request");
}
