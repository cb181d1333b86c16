//! Natural persons: never public, never by name, their numbers never whole.

use credence::web::Role;
use serde_json::json;

use crate::{
    app::TestApp,
    world::{
        UNIT,
        penalty::{NUMBER, of_person, table},
    },
};

#[test]
fn a_person_is_in_no_public_answer_and_their_number_in_none_at_all() {
    let app = TestApp::new();
    let (unit, office, reader) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office), app.key("R", Role::Reader));
    assert!(table(&[]).contains("行政相对人名称"));
    let done = app.deliver(&unit, "penalty", of_person());
    assert_eq!(done["counts"]["stored"], 1, "{done} {}", app.get(&unit, "/api/v1/doubts").text());
    for key in [unit.as_str(), &office, &reader] {
        assert_eq!(app.get(key, "/api/v1/subjects?q=张示").is(200).json()["items"], json!([]));
    }
    assert_eq!(app.get("", "/api/v1/public/subjects?q=张示").is(200).json()["items"], json!([]));
    let id = subject(&app, &office);
    for part in ["", "/records"] {
        app.get("", &format!("/api/v1/public/subjects/{id}{part}")).is_problem(404, "unknown_subject");
    }
    let whole = app.get(&office, &format!("/api/v1/subjects/{id}/records")).is(200);
    assert_eq!(whole.json()["subject"]["name"], "张示例");
    let shared = app.get(&reader, &format!("/api/v1/subjects/{id}/records")).is(200);
    assert_eq!(shared.json()["subject"]["name"], "张*例", "{}", shared.text());
    for answer in [&whole, &shared] {
        assert!(!answer.text().contains(NUMBER) && !answer.text().contains("hash"), "{}", answer.text());
    }
    assert!(!shared.text().contains("张示例"), "{}", shared.text());
    assert!(whole.text().contains("110105********002X"), "{}", whole.text());
    let subject = app.get(&office, &format!("/api/v1/subjects/{id}")).is(200).json();
    assert_eq!(subject["identifiers"], json!([]), "the keyed hash is nobody's business");
}

/// The person's subject, as the office comes to it: there is no other way.
fn subject(app: &TestApp, office: &str) -> String {
    let look_up = |key: &str, number: &str| app.post_json(key, "/api/v1/subjects/lookup", &json!({"number": number}));
    look_up(office, "110105194912310021").is_problem(400, "bad_request");
    look_up(office, "110105199003077470").is_problem(404, "unknown_subject");
    let found = look_up(office, NUMBER).is(200);
    assert!(!found.text().contains(NUMBER), "{}", found.text());
    found.json()["id"].as_str().unwrap().to_owned()
}
