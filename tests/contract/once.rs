//! A request with an `Idempotency-Key` is done once; a subject's own key opens its own matters and no other's.

use std::{sync::Barrier, thread};

use credence::web::Role;
use diesel::{QueryableByName, RunQueryDsl, sql_types::Binary};
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

impl Asked<'_> {
    fn send(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        self.app.post_with(self.by, &format!("/api/v1/{path}"), &headers, body.to_string())
    }

    /// Sends a request twice, and another under its key; gives the answer.
    #[track_caller]
    fn once(&self, path: &str, body: &Value, other: &Value) -> Value {
        let first = self.send(path, path, body);
        assert!(matches!(first.status, 200 | 201), "{path}: {}", first.text());
        let again = self.send(path, path, body).is(first.status);
        assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body), "{path}");
        self.send(path, path, other).is_problem(422, "other_request");
        first.json()
    }
}

/// A server asked by the holder of a key.
struct Asked<'a> {
    app: &'a TestApp,
    by: &'a str,
}

#[test]
fn consents_packs_records_and_units_are_stepped_on_once() {
    let (app, office) = with_subjects();
    let second = app.key("XYB", Role::Office);
    let (one, two) = (Asked { app: &app, by: &office }, Asked { app: &app, by: &second });
    let paper = app.post(&office, "/api/v1/consents/evidence", "application/octet-stream", "授权书").is(201).json();
    app.key("BANK", Role::Bank);
    let new = json!({"subject": ONE, "grantee": "BANK", "purpose": "before_loan", "resources": ["score"],
        "until": "2026-06-30", "evidence": paper["evidence"], "capacity": "finance"});
    let consent = app.post_json(&office, "/api/v1/consents", &new).is(201).json();
    let (nothing, other) = (json!({}), json!({"reason": "另一理由"}));
    two.once(&format!("consents/{}/confirm", consent["id"]), &nothing, &other);
    two.once(&format!("consents/{}/end", consent["id"]), &json!({"reason": "撤回"}), &other);

    let text =
        include_str!("../../schemas/policy/packs/scorecard.sector.toml").replacen("version = 1", "version = 2", 1);
    let pack = app.post_json(&office, "/api/v1/packs", &json!({"text": text})).is(201).json();
    app.post_json(&office, "/api/v1/packs/scorecard.sector/2/simulations", &nothing).is(201);
    let place = |step: &str| format!("packs/scorecard.sector/2/{step}");
    two.once(&place("activate"), &json!({"hash": pack["hash"]}), &json!({"hash": "00".repeat(32)}));
    one.once(&place("retirement"), &nothing, &other);
    two.once(&place("retire"), &nothing, &other);

    let records = app.get(&office, &format!("/api/v1/subjects/{ONE}/records")).is(200).json();
    let record = records["items"][0]["key"].as_str().unwrap().to_owned();
    one.once(&format!("subjects/{ONE}/records/{record}/withdraw"), &json!({"reason": "决定被撤销"}), &other);
    let admin = app.key("GLY", Role::Admin);
    let unit = json!({"code": "FGW", "name": "示例市发展和改革委员会"});
    Asked { app: &app, by: &admin }.once("units", &unit, &json!({"code": "FGW", "name": "另一单位"}));
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Binary)]
    body: Vec<u8>,
}

#[test]
fn a_key_is_made_once_and_its_secret_is_nowhere_in_clear() {
    let (app, _) = with_subjects();
    let admin = app.key("GLY", Role::Admin);
    let new = |label: &str| json!({"unit": "GLY", "role": "office", "label": label});
    let asked = Asked { app: &app, by: &admin };
    let made = asked.once("keys", &new("业务系统"), &new("另一系统"));
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    app.get(key, "/api/v1/units").is(200);
    let keys = app.get(&admin, "/api/v1/keys").is(200).json();
    assert_eq!(keys["items"].as_array().unwrap().iter().filter(|it| it["label"] == "业务系统").count(), 1);

    let secret = key.rsplit('_').next().unwrap().as_bytes();
    let mut conn = app.world.shop.database.get().unwrap();
    let Kept { body } =
        diesel::sql_query("SELECT body FROM idempotency WHERE key = 'keys'").get_result(&mut *conn).unwrap();
    for clear in [secret, id.as_bytes()] {
        assert!(!body.windows(clear.len()).any(|it| it == clear), "the answer is sealed");
    }
    let later = app.on((2026, 3, 28));
    let again = Asked { app: &later, by: &admin }.send("keys", "keys", &new("业务系统")).is(201).json();
    assert_ne!(again["id"], made["id"], "what was kept of it is gone, and another key is made");
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

#[test]
fn what_is_decided_of_doubts_and_held_deliveries_is_decided_once() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    app.deliver(&unit, "penalty", table(&[penalty(1).decided("2026/13/99"), penalty(2)]));
    let doubts = app.get(&unit, "/api/v1/doubts").is(200).json();
    let path = format!("/api/v1/doubts/{}/ignore", doubts["items"][0]["id"]);
    let ignore = |reason: &str| {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "k-1")];
        app.post_with(&unit, &path, &headers, json!({"reason": reason}).to_string())
    };
    let first = ignore("重复件").is(200);
    let again = ignore("重复件").is(200);
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
    ignore("另一理由").is_problem(422, "other_request");

    // So many faults that the delivery is held.
    let many: Vec<_> = (100..250).map(|n| penalty(n).decided("2026/13/99")).collect();
    let held = app.deliver(&unit, "penalty", table(&many));
    assert_eq!(held["state"], "held", "{held}");
    let path = format!("/api/v1/deliveries/{}/release", held["id"]);
    let release = || app.post_with(&office, &path, &[("Idempotency-Key", "k-2")], "");
    let first = release().is(200);
    let again = release().is(200);
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
    app.post_with(&office, &path, &[], "").is_problem(409, "wrong_state");
}

#[test]
fn a_discarded_delivery_a_linked_row_and_a_zero_report_are_each_decided_once() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    let (unit, office) = (Asked { app: &app, by: &unit }, Asked { app: &app, by: &office });
    let nothing = |period: &str| json!({"resource": "penalty", "period": period});
    unit.once("zero-reports", &nothing("2026-02"), &nothing("2026-01"));
    // Under its key the answer stays the first one; without it the report is known to be there.
    unit.send("zero-reports", "zero-reports", &nothing("2026-02")).is(201);
    unit.send("zero-reports", "another", &nothing("2026-02")).is(200);

    let many: Vec<_> = (100..250).map(|n| penalty(n).decided("2026/13/99")).collect();
    let held = app.deliver(unit.by, "penalty", table(&many));
    let reason = |reason: &str| json!({"reason": reason});
    let done = office.once(&format!("deliveries/{}/discard", held["id"]), &reason("导出有误"), &reason("另一理由"));
    assert_eq!(done["state"], "refused");

    app.deliver(unit.by, "penalty", table(&[penalty(1)]));
    let listed = format!("企业名称,工商注册号,组织机构代码,统一信用代码,失信领域\n{},,,,失信被执行人名单\n", FIRM.0);
    app.deliver(unit.by, "listing", listed);
    let doubts = app.get(office.by, "/api/v1/doubts?kind=unlinked").is(200).json();
    let link = |reason: &str| json!({"subject": ONE, "reason": reason});
    let path = format!("doubts/{}/link", doubts["items"][0]["id"]);
    assert_eq!(office.once(&path, &link("核对营业执照"), &link("另一理由"))["state"], "linked");
}
