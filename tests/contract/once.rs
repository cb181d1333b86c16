//! A request with an `Idempotency-Key` is done once; a subject's own key opens its own matters and no other's.

use std::{sync::Barrier, thread};

use credence::web::Role;
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    world::{
        UNIT,
        penalty::{self, FIRM, penalty, table},
    },
};

const ONE: &str = FIRM.1;
const OTHER: &str = penalty::OTHER.1;

fn merge(app: &TestApp, office: &str, key: &str, reason: &str) -> Answer {
    let body = json!({"loser": ONE, "winner": OTHER, "reason": reason}).to_string();
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
    app.post_with(office, "/api/v1/subjects/merges", &headers, body)
}

fn with_subjects() -> (TestApp, String) {
    let app = TestApp::new();
    let unit = app.key(UNIT, Role::Unit);
    app.deliver(&unit, "penalty", table(&[penalty(1), penalty(2).on(penalty::OTHER)]));
    let office = app.key("XYB", Role::Office);
    (app, office)
}

#[test]
fn the_same_key_gives_the_first_answer_again_and_another_request_is_refused() {
    let (app, office) = with_subjects();
    let first = merge(&app, &office, "k-1", "同一企业").is(201);
    assert!(first.headers.get("idempotency-replayed").is_none());
    let again = merge(&app, &office, "k-1", "同一企业").is(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    merge(&app, &office, "k-1", "另一理由").is_problem(422, "other_request");
    // Done again under another key, it is no longer possible: it was done.
    merge(&app, &office, "k-2", "同一企业").is_problem(409, "wrong_state");
    let other_office = app.key("XYB2", Role::Office);
    merge(&app, &other_office, "k-1", "同一企业").is_problem(409, "wrong_state");
    for bad in ["a b", &"x".repeat(129)] {
        merge(&app, &office, bad, "同一企业").is_problem(400, "bad_request");
    }
}

#[test]
fn what_failed_may_be_tried_again_under_its_key() {
    let (app, office) = with_subjects();
    let merged = merge(&app, &office, "k-1", "同一企业").is(201).json();
    merge(&app, &office, "k-2", "再次").is_problem(409, "wrong_state");
    app.delete(&office, &format!("/api/v1/subjects/merges/{}", merged["id"])).is(204);
    merge(&app, &office, "k-2", "再次").is(201);
}

#[test]
fn many_at_once_under_one_key_are_done_once() {
    let (app, office) = with_subjects();
    let (barrier, app_ref, office_ref) = (Barrier::new(8), &app, &office);
    let answers: Vec<Answer> = thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            merge(app_ref, office_ref, "k-1", "同一企业")
        };
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let bodies: Vec<Value> = answers.iter().filter(|it| it.status == 201).map(Answer::json).collect();
    assert!(!bodies.is_empty());
    assert!(bodies.iter().all(|it| *it == bodies[0]));
    assert!(answers.iter().all(|it| matches!(it.status, 201 | 409)));
    let merges = app.get(&office, &format!("/api/v1/subjects/{OTHER}/merges")).is(200).json();
    assert_eq!(merges["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_subjects_key_belongs_to_one_subject() {
    let (app, office) = with_subjects();
    let admin = app.key("GLY", Role::Admin);
    let new = |role: &str, subject: Value| {
        let body = json!({"unit": "GLY", "role": role, "label": "自助", "subject": subject});
        app.post_json(&admin, "/api/v1/keys", &body)
    };
    new("subject", Value::Null).is_problem(400, "bad_request");
    new("bank", ONE.into()).is_problem(400, "bad_request");
    new("subject", "91430100MA0000090C".into()).is_problem(404, "unknown_subject");
    let own = new("subject", ONE.into()).is(201).json();
    let own = own["key"].as_str().unwrap();
    assert_eq!(app.get(own, "/api/v1/me/queries").is(200).json()["items"], json!([]));
    app.get(own, &format!("/api/v1/subjects/{ONE}")).is_problem(403, "not_permitted");
    app.get(&office, "/api/v1/me/queries").is_problem(403, "not_permitted");
    app.get(&office, &format!("/api/v1/subjects/{ONE}/queries")).is(200);
}
