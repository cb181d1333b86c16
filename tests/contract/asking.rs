//! What banks, windows and departments may ask, and what an answer binds: codes, receipts, consents that are of use.

use credence::{store::answers, web::Role};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    world::{
        UNIT,
        penalty::{FIRM, OTHER, penalty, table},
    },
};

const UNKNOWN: &str = "91430100MA0000090C";

struct City {
    app: TestApp,
    unit: String,
    bank: String,
    window: String,
    office: String,
}

fn city() -> City {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    let (bank, window) = (app.key("BANK", Role::Bank), app.key("HALL", Role::Window));
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    City { app, unit, bank, window, office }
}

impl City {
    fn verify(&self, code: &str, name: &str, representative: Option<&str>) -> Answer {
        let body = json!({"code": code, "name": name, "representative": representative, "purpose": "before_loan"});
        self.app.post_json(&self.bank, "/api/v1/bank/verify", &body)
    }

    fn ask(&self, what: &str, code: &str) -> Answer {
        let body = json!({"code": code, "purpose": "before_loan"});
        self.app.post_json(&self.bank, &format!("/api/v1/bank/{what}"), &body)
    }

    fn decide(&self, code: &str, missing: &[&str]) -> Answer {
        let body = json!({"code": code, "item": "GGCSWS", "missing": missing, "promised": "2026-03-27"});
        self.app.post_json(&self.window, "/api/v1/window/decisions", &body)
    }

    fn check(&self, subject: &str, resource: &str) -> Answer {
        let body = json!({"subject": subject, "resource": resource, "purpose": "before_loan"});
        self.app.post_json(&self.bank, "/api/v1/consents/check", &body)
    }

    /// What is kept of the question of an answer.
    fn question(&self, answer: &Value) -> Value {
        let id = answer["receipt"]["id"].as_i64().unwrap();
        let all = self.app.world.shop.database.read(|conn| answers::after(conn, (i64::MIN, i64::MIN), 1000)).unwrap();
        serde_json::from_str(&all.iter().find(|it| it.id == id).unwrap().question).unwrap()
    }
}

#[test]
fn a_text_that_can_be_no_code_is_refused_and_not_taken_for_somebody_unknown() {
    let city = city();
    for code in ["", "abc", "91350100M000100Y44", "示例甲贸易有限公司", "91350100M000100Y43;"] {
        city.verify(code, FIRM.0, None).is_problem(400, "bad_request");
        city.ask("profile", code).is_problem(400, "bad_request");
        city.ask("scan", code).is_problem(400, "bad_request");
        city.decide(code, &["PMT"]).is_problem(400, "bad_request");
        city.check(code, "penalty").is_problem(400, "bad_request");
    }
    for answer in [city.verify(UNKNOWN, FIRM.0, None), city.ask("profile", UNKNOWN), city.check(UNKNOWN, "penalty")] {
        assert_eq!(answer.is(200).json()["outcome"], "unknown_subject");
    }
    // Only a credit code is verified as one: neither an id nor the organisation code within it.
    let id = city.app.get(&city.office, &format!("/api/v1/subjects/{}", FIRM.1)).is(200).json();
    for code in [id["id"].as_str().unwrap(), &FIRM.1[8..17]] {
        city.verify(code, FIRM.0, None).is_problem(400, "bad_request");
    }
    city.verify(FIRM.1, FIRM.0, Some(" ")).is_problem(400, "bad_request");
    assert_eq!(city.verify(FIRM.1, FIRM.0, None).is(200).json()["outcome"], "match");
}

#[test]
fn a_receipt_binds_whom_and_what_was_asked_without_a_name_in_clear() {
    let city = city();
    let (one, other) = (city.verify(UNKNOWN, "示例甲公司", None), city.verify(UNKNOWN, "示例乙公司", None));
    let (one, other) = (city.question(&one.is(200).json()), city.question(&other.is(200).json()));
    assert_eq!((&one["code"], &other["code"]), (&json!(UNKNOWN), &json!(UNKNOWN)));
    assert_ne!(one["said"], other["said"]);
    assert!(!one.to_string().contains("示例"), "{one}");
    let again = city.question(&city.verify(UNKNOWN, "示例甲公司", None).is(200).json());
    assert_eq!(again["said"], one["said"]);
    let decided = city.question(&city.decide(UNKNOWN, &["PMT"]).is(200).json());
    assert_eq!((&decided["code"], &decided["item"]), (&json!(UNKNOWN), &json!("GGCSWS")));
}

#[test]
fn what_was_not_looked_at_is_not_said_to_have_been() {
    let city = city();
    let blocks = |answer: &Value| -> Vec<String> {
        let all = answer["looked_at"].as_array().unwrap();
        all.iter().map(|it| it["block"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(blocks(&city.ask("profile", FIRM.1).is(200).json()), ["penalties"]);
    assert_eq!(blocks(&city.decide(FIRM.1, &["PMT"]).is(200).json()), ["penalty"]);
    // The same material named twice is one.
    let decided = city.decide(FIRM.1, &["PMT", "PMT"]).is(200).json();
    assert_eq!(city.question(&decided)["missing"], json!(["PMT"]));
}

#[test]
fn a_check_of_consents_tells_covered_not_needed_and_not_covered_apart() {
    let city = city();
    let outcome = |resource: &str| {
        let told = city.check(FIRM.1, resource).is(200).json();
        assert!(told["receipt"]["id"].is_i64(), "{told}");
        (told["outcome"].as_str().unwrap().to_owned(), told["not_permitted"].as_array().unwrap().len())
    };
    assert_eq!(outcome("inspection"), ("not_needed".to_owned(), 0));
    assert_eq!(outcome("penalty"), ("not_needed".to_owned(), 1), "a part of it may need one");
    assert_eq!(outcome("loan"), ("not_covered".to_owned(), 1));
    assert_eq!(outcome("score"), ("not_covered".to_owned(), 1));
    city.check(FIRM.1, "zzz").is_problem(404, "unknown_resource");
    let own = json!({"unit": "GLY", "role": "subject", "label": "自助", "subject": FIRM.1});
    let admin = city.app.key("GLY", Role::Admin);
    let own = city.app.post_json(&admin, "/api/v1/keys", &own).is(201).json()["key"].as_str().unwrap().to_owned();
    let consent = json!({"grantee": "BANK", "purpose": "before_loan", "resources": ["loan", "penalty"],
        "until": "2026-06-30", "capacity": "legal_representative"});
    city.app.post_json(&own, "/api/v1/consents", &consent).is(201);
    assert_eq!(outcome("loan"), ("covered".to_owned(), 0));
    assert_eq!(outcome("penalty"), ("covered".to_owned(), 0));
}

#[test]
fn a_consent_nobody_could_use_is_not_taken() {
    let city = city();
    city.app.deliver(&city.unit, "penalty", crate::world::penalty::of_person());
    let person = city.app.world.last_subject();
    let admin = city.app.key("GLY", Role::Admin);
    let own = json!({"unit": "GLY", "role": "subject", "label": "自助", "subject": person});
    let own = city.app.post_json(&admin, "/api/v1/keys", &own).is(201).json()["key"].as_str().unwrap().to_owned();
    let consent = json!({"grantee": "BANK", "purpose": "before_loan", "resources": ["penalty"], "until": "2026-06-30",
        "capacity": "legal_representative"});
    city.app.post_json(&own, "/api/v1/consents", &consent).is_problem(409, "wrong_state");
    // Of a natural person nothing is told, not even by a check.
    assert_eq!(city.check(&person, "penalty").is(200).json()["outcome"], "unknown_subject");
}

#[test]
fn who_asks_for_the_matters_of_another_unit_is_refused_and_not_given_its_own() {
    let city = city();
    for path in ["/api/v1/designations?unit=XYB", "/api/v1/cases?unit=XYB", "/api/v1/warnings?unit=XYB"] {
        city.app.get(&city.unit, path).is_problem(403, "not_permitted");
        city.app.get(&city.office, path).is(200);
    }
    for path in ["/api/v1/designations?unit=SJJ", "/api/v1/cases?unit=SJJ", "/api/v1/warnings?unit=SJJ"] {
        city.app.get(&city.unit, path).is(200);
    }
    // A window has duties too.
    city.app.get(&city.window, "/api/v1/warnings").is(200);
    city.app.get(&city.window, "/api/v1/warnings?unit=SJJ").is_problem(403, "not_permitted");
    city.app.get(&city.bank, "/api/v1/warnings").is_problem(403, "not_permitted");
}

#[test]
fn a_screened_code_comes_back_as_it_was_asked_with_the_one_it_was_read_as() {
    let city = city();
    let asked = [FIRM.1.to_lowercase(), OTHER.1.to_owned(), "９１３５".to_owned()];
    let path = "/api/v1/bank/screenings?purpose=before_loan";
    let text = city.app.post(&city.bank, path, "text/plain", asked.join("\n")).is(200).text();
    let lines: Vec<Value> = text.lines().skip(1).map(|it| serde_json::from_str(it).unwrap()).collect();
    let codes: Vec<&str> = lines.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, asked);
    let read: Vec<&Value> = lines.iter().map(|it| &it["credit_code"]).collect();
    assert_eq!(read, [&json!(FIRM.1), &Value::Null, &Value::Null]);
}

#[test]
fn a_moment_still_to_come_and_one_before_anything_was_known_have_no_standing() {
    let city = city();
    let ask = |query: &str| city.app.get(&city.office, &format!("/api/v1/subjects/{}/standing?{query}", FIRM.1));
    ask("known_at=2026-03-20T04:00:00Z").is(200);
    ask("known_at=2026-03-20T04:00:01Z").is_problem(400, "bad_request");
    ask("known_at=2020-01-01T00:00:00Z").is_problem(404, "unknown_subject");
    ask("as_of=-0001-01-01").is_problem(400, "bad_request");
    ask("as_of=2026-03-25").is(200);
    let records = format!("/api/v1/subjects/{}/records?known_at=2027-01-01T00:00:00Z", FIRM.1);
    city.app.get(&city.office, &records).is_problem(400, "bad_request");
}
