//! Consents: whose paper carries which, who may confirm it, and that a revocation ends it at once.

use credence::{ledger::hex, web::Role};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    app::{Answer, TestApp},
    world::{
        UNIT,
        penalty::{self, FIRM, penalty, table},
    },
};

/// A firm and another, two banks, the office with two keys.
struct Town {
    app: TestApp,
    bank: String,
    other_bank: String,
    office: [String; 2],
}

impl Town {
    fn new() -> Self {
        let app = TestApp::new();
        let unit = app.key(UNIT, Role::Unit);
        app.deliver(&unit, "penalty", table(&[penalty(1), penalty(2).on(penalty::OTHER)]));
        let (bank, other_bank) = (app.key("BANK", Role::Bank), app.key("BANK2", Role::Bank));
        let office = [app.key("XYB", Role::Office), app.key("XYB", Role::Office)];
        Self { app, bank, other_bank, office }
    }

    fn paper(&self, key: &str, text: &str) -> Value {
        let kept = self.app.post(key, "/api/v1/consents/evidence", "application/octet-stream", text).is(201);
        kept.json()["evidence"].clone()
    }

    /// Files a consent of the firm to the bank.
    fn file(&self, key: &str, paper: &Value, change: &Value) -> Answer {
        let mut new = json!({"subject": FIRM.1, "purpose": "before_loan", "resources": ["score"], "until": "2026-06-30",
            "evidence": paper, "capacity": "legal_representative"});
        new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        self.app.post_json(key, "/api/v1/consents", &new)
    }

    fn confirm(&self, key: &str, consent: &Value) -> Answer {
        self.app.post_json(key, &format!("/api/v1/consents/{}/confirm", consent["id"]), &json!({}))
    }

    fn end(&self, key: &str, consent: &Value) -> Answer {
        let reason = json!({"reason": "不再办理"});
        self.app.post_json(key, &format!("/api/v1/consents/{}/end", consent["id"]), &reason)
    }

    fn own_key(&self, code: &str) -> String {
        let admin = self.app.key("GLY", Role::Admin);
        let new = json!({"unit": "GLY", "role": "subject", "label": "自助", "subject": code});
        self.app.post_json(&admin, "/api/v1/keys", &new).is(201).json()["key"].as_str().unwrap().to_owned()
    }

    fn is_covered(&self) -> bool {
        let body = json!({"subject": FIRM.1, "resource": "score", "purpose": "before_loan"});
        self.app.post_json(&self.bank, "/api/v1/consents/check", &body).is(200).json()["body"]["covered"] == true
    }
}

#[test]
fn who_files_a_consent_does_not_confirm_it() {
    let town = Town::new();
    let [one, other] = &town.office;
    let made = town.file(one, &town.paper(one, "授权书"), &json!({"grantee": "BANK"})).is(201).json();
    assert_eq!(made["state"], "pending");
    town.confirm(one, &made).is_problem(409, "same_person");
    assert!(!town.is_covered());
    assert_eq!(town.confirm(other, &made).is(200).json()["state"], "in_force");
    assert!(town.is_covered());

    let paper = town.paper(&town.bank, "另一份授权书");
    let again = town.file(&town.bank, &paper, &json!({"purpose": "after_loan"})).is(201).json();
    town.confirm(&town.bank, &again).is_problem(409, "wrong_state");
    assert_eq!(town.confirm(&town.own_key(FIRM.1), &again).is(200).json()["state"], "in_force", "its own key");
}

#[test]
fn only_a_paper_filed_for_this_subject_and_this_unit_is_evidence() {
    let town = Town::new();
    let none = json!({});
    let delivered: [u8; 32] = Sha256::digest(table(&[penalty(1), penalty(2).on(penalty::OTHER)])).into();
    assert!(town.app.world.shop.blobs.has(&delivered));
    town.file(&town.bank, &json!(hex(&delivered)), &none).is_problem(400, "bad_request");
    let paper = town.paper(&town.bank, "授权书");
    assert_eq!(town.paper(&town.bank, "授权书"), paper, "the same paper again is one paper");
    town.file(&town.other_bank, &paper, &none).is_problem(400, "bad_request");
    town.file(&town.office[0], &paper, &json!({"grantee": "BANK"})).is_problem(400, "bad_request");
    town.file(&town.bank, &paper, &none).is(201);
    town.file(&town.bank, &paper, &json!({"purpose": "during_loan"})).is(201);
    town.file(&town.bank, &paper, &json!({"subject": penalty::OTHER.1})).is_problem(400, "bad_request");
    let office = town.paper(&town.office[0], "授权书");
    town.file(&town.office[0], &office, &json!({"grantee": "BANK2"})).is(201);
    town.file(&town.office[0], &office, &json!({"grantee": "BANK"})).is_problem(400, "bad_request");
    let own = town.own_key(FIRM.1);
    for key in [&own, &town.bank, &town.office[1]] {
        let answer = town.app.get(key, "/api/v1/consents/1/evidence").is(200);
        assert_eq!(answer.body, "授权书".as_bytes(), "who confirms looks at it first");
        assert!(answer.header("content-disposition").starts_with("attachment"));
    }
    for key in [&town.other_bank, &town.own_key(penalty::OTHER.1)] {
        town.app.get(key, "/api/v1/consents/1/evidence").is_problem(404, "not_found");
    }
    town.file(&own, &paper, &json!({"subject": null, "grantee": "BANK"})).is_problem(400, "bad_request");
}

#[test]
fn a_revocation_by_the_subject_holds_from_the_next_question_and_its_paper_serves_no_more() {
    let town = Town::new();
    let (own, paper) = (town.own_key(FIRM.1), town.paper(&town.bank, "授权书"));
    let made = town.file(&town.bank, &paper, &json!({})).is(201).json();
    town.confirm(&town.office[0], &made).is(200);
    assert!(town.is_covered());
    assert_eq!(town.end(&own, &made).is(200).json()["state"], "revoked");
    assert!(!town.is_covered());
    town.file(&town.bank, &paper, &json!({})).is_problem(409, "wrong_state");
    let made = town.file(&town.bank, &town.paper(&town.bank, "重新签署的授权书"), &json!({})).is(201).json();
    town.confirm(&own, &made).is(200);
    assert!(town.is_covered());
}
