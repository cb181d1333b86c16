//! Banks: elements, profile, scan and screening; what is public, what needs a consent, and that everything is recorded.

use std::{collections::HashSet, thread};

use credence::{sample::Format, web::Role};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp, synthetic},
    world::{
        UNIT,
        insurance::insurance,
        penalty::{self, FIRM, penalty, table},
    },
};

const UNKNOWN: &str = "91430100MA0000090C";

struct Town {
    app: TestApp,
    unit: String,
    bank: String,
    office: String,
}

fn town() -> Town {
    let app = TestApp::new();
    let (unit, bank, office) = (app.key(UNIT, Role::Unit), app.key("BANK", Role::Bank), app.key("XYB", Role::Office));
    app.deliver(&unit, "penalty", table(&[penalty(1), penalty(2).on(penalty::OTHER)]));
    Town { app, unit, bank, office }
}

impl Town {
    fn ask(&self, what: &str, code: &str) -> Answer {
        self.app.post_json(
            &self.bank,
            &format!("/api/v1/bank/{what}"),
            &json!({"code": code, "purpose": "before_loan"}),
        )
    }

    fn verify(&self, code: &str, name: &str, representative: Option<&str>) -> Value {
        let body = json!({"code": code, "name": name, "representative": representative, "purpose": "before_loan"});
        self.app.post_json(&self.bank, "/api/v1/bank/verify", &body).is(200).json()
    }

    /// A block of a profile.
    fn block(&self, code: &str, block: &str) -> Value {
        let profile = self.ask("profile", code).is(200).json();
        part(&profile["body"]["blocks"], block)
    }

    /// Delivers bills of electricity and says whose they are.
    fn electricity(&self) -> String {
        let bytes = synthetic(&self.app, "electricity", 3, Format::Csv);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let is_code = |it: &&str| it.len() == 18 && it.starts_with('9') && it.is_ascii();
        let code = text.split([',', '\n', '"']).find(is_code).unwrap().to_owned();
        let done = self.app.deliver(&self.unit, "electricity", bytes);
        assert!(done["counts"]["stored"].as_i64() > Some(0), "{done}");
        code
    }

    fn own_key(&self, code: &str) -> String {
        let admin = self.app.key("GLY", Role::Admin);
        let new = json!({"unit": "GLY", "role": "subject", "label": "自助", "subject": code});
        self.app.post_json(&admin, "/api/v1/keys", &new).is(201).json()["key"].as_str().unwrap().to_owned()
    }

    fn paper(&self) -> Value {
        let kept = self.app.post(&self.bank, "/api/v1/consents/evidence", "application/octet-stream", "授权书").is(201);
        kept.json()["evidence"].clone()
    }
}

fn part(list: &Value, code: &str) -> Value {
    list.as_array().unwrap().iter().find(|it| it["code"] == code).unwrap_or_else(|| panic!("no {code}: {list}")).clone()
}

#[test]
fn elements_match_differ_or_cannot_be_compared_and_an_unknown_firm_is_said_to_be() {
    let town = town();
    let same = town.verify(FIRM.1, FIRM.0, None);
    assert_eq!(same["outcome"], "match", "{same}");
    let open = town.verify(FIRM.1, "示例丙有限公司", Some("李示例"));
    assert_eq!(open["outcome"], "incomplete", "{open}");
    assert_eq!(open["not_available"].as_array().unwrap().len(), 2, "{open}");
    let unknown = town.verify(UNKNOWN, "示例丙有限公司", None);
    assert_eq!(unknown["outcome"], "unknown_subject");
    assert_eq!(unknown["not_found"][0]["code"], "unknown_subject");
    assert!(unknown["receipt"]["seq"].as_i64() > Some(0), "an answer that finds nothing is recorded too");
}

#[test]
fn not_found_not_available_and_not_permitted_are_three_different_things() {
    let town = town();
    let profile = town.ask("profile", FIRM.1).is(200).json();
    let status = |block: &str| part(&profile["body"]["blocks"], block)["status"].clone();
    assert_eq!(status("penalties"), "found", "{profile}");
    assert_eq!(status("honours"), "not_available");
    assert_eq!(status("utilities"), "not_permitted");
    let absent = |list: &str| profile[list].as_array().unwrap().iter().any(|it| it["code"].is_string());
    assert!(absent("not_available") && absent("not_permitted"));
    let item = part(&profile["body"]["blocks"], "penalties")["items"][0].clone();
    assert_eq!(item["fields"]["CF_XDR_MC"], FIRM.0, "{item}");
    assert!(profile["packs"].as_array().unwrap().iter().any(|it| it["id"] == "risk.lending"));
    // Another firm has bills, so bills are collected; of this one there are none.
    town.electricity();
    let own = town.own_key(FIRM.1);
    let consent = json!({"grantee": "BANK", "purpose": "before_loan", "resources": ["electricity", "water", "gas"],
        "until": "2026-06-30", "capacity": "legal_representative"});
    town.app.post_json(&own, "/api/v1/consents", &consent).is(201);
    let block = town.block(FIRM.1, "utilities");
    assert_eq!(
        (block["status"].as_str(), block["not_available"].clone()),
        (Some("not_found"), json!(["water", "gas"]))
    );
}

#[test]
fn that_a_record_less_open_than_its_kind_was_not_looked_for_is_said_whether_or_not_there_is_one() {
    let town = town();
    let parts = |code: &str| {
        let profile = town.ask("profile", code).is(200).json();
        let told = profile["not_permitted"].as_array().unwrap().iter();
        let told: Vec<Value> =
            told.filter(|it| it["code"] == "part_needs_consent").map(|it| it["block"].clone()).collect();
        (part(&profile["body"]["blocks"], "penalties")["partly"].clone(), told)
    };
    let (partly, told) = parts(FIRM.1);
    assert_eq!(partly, json!(["penalty"]));
    assert!(told.contains(&json!("penalties.penalty")) && told.contains(&json!("commitments.commitment")), "{told:?}");
    // The other firm has a penalty only a consent opens; nothing in the answer tells.
    let closed = table(&[penalty(3).on(penalty::OTHER)]).replace("数据更新时间戳\n", "数据更新时间戳,信息使用范围\n");
    let closed = closed.trim_end().to_owned() + ",仅可授权查询\n";
    let done = town.app.deliver(&town.unit, "penalty", closed);
    assert_eq!(done["counts"]["stored"], 1, "{done} {}", town.app.get(&town.unit, "/api/v1/doubts").text());
    assert_eq!(parts(penalty::OTHER.1), (partly, told));
    let scan = town.ask("scan", penalty::OTHER.1).is(200).json();
    let counted = part(&scan["body"]["dimensions"], "penalty");
    assert_eq!((&counted["count"], &counted["partly"]), (&json!(1), &json!(["penalty"])), "{scan}");
    // A consent that names it opens it whole.
    let consent = json!({"grantee": "BANK", "purpose": "before_loan", "resources": ["penalty"], "until": "2026-06-30",
        "capacity": "legal_representative"});
    town.app.post_json(&town.own_key(penalty::OTHER.1), "/api/v1/consents", &consent).is(201);
    let scan = town.ask("scan", penalty::OTHER.1).is(200).json();
    let counted = part(&scan["body"]["dimensions"], "penalty");
    assert_eq!((&counted["count"], &counted["partly"]), (&json!(2), &json!([])), "{scan}");
}

#[test]
fn a_consent_opens_what_it_names_for_its_purpose_until_it_is_revoked() {
    let town = town();
    let code = town.electricity();
    let own = town.own_key(&code);
    assert_eq!(town.block(&code, "utilities")["status"], "not_permitted");
    let new = json!({"subject": code, "purpose": "before_loan", "resources": ["electricity"], "until": "2026-06-30",
        "evidence": town.paper(), "signer": "张示例", "capacity": "executive"});
    let made = town.app.post_json(&town.bank, "/api/v1/consents", &new).is(201).json();
    assert_eq!((made["state"].as_str(), made["signer"].as_str()), (Some("pending"), Some("张*例")), "{made}");
    assert_eq!(town.block(&code, "utilities")["status"], "not_permitted", "nobody has confirmed it");
    let path = format!("/api/v1/consents/{}", made["id"]);
    town.app.post_json(&town.bank, &format!("{path}/confirm"), &json!({})).is_problem(409, "wrong_state");
    town.app.post_json(&town.office, &format!("{path}/confirm"), &json!({})).is(200);
    town.app.post_json(&own, &format!("{path}/confirm"), &json!({})).is_problem(409, "wrong_state");

    let block = town.block(&code, "utilities");
    assert_eq!(block["status"], "found", "{block}");
    assert_eq!(block["items"][0]["consent"], made["id"]);
    let check = |resource: &str, purpose: &str| {
        let body = json!({"subject": code, "resource": resource, "purpose": purpose});
        town.app.post_json(&town.bank, "/api/v1/consents/check", &body).is(200).json()
    };
    assert_eq!(check("electricity", "before_loan")["outcome"], "covered");
    assert_eq!(check("electricity", "after_loan")["body"]["why"][0]["reason"], "purpose");
    assert_eq!(check("gas", "before_loan")["body"]["why"][0]["reason"], "resource");
    let other = town.app.key("BANK2", Role::Bank);
    town.app.get(&other, &path).is_problem(404, "not_found");

    let ended = town.app.post_json(&own, &format!("{path}/end"), &json!({"reason": "不再办理"})).is(200).json();
    assert_eq!(ended["state"], "revoked");
    assert_eq!(town.block(&code, "utilities")["status"], "not_permitted", "at once");
    let mine = town.app.get(&own, "/api/v1/me/queries").is(200).json();
    let consents: Vec<&Value> = mine["items"].as_array().unwrap().iter().map(|it| &it["consent"]).collect();
    let (no, yes) = (&Value::Null, &made["id"]);
    assert_eq!(consents, [no, no, no, yes, yes, no, no], "three of them were checks of consents");
    assert_eq!(mine["items"][3]["kind"], "consents.check");
    assert_eq!(town.app.get(&own, "/api/v1/consents").is(200).json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_consent_is_refused_without_paper_for_too_long_or_for_what_there_is_not() {
    let town = town();
    let paper = town.paper();
    let offer = |change: Value| {
        let mut new = json!({"subject": FIRM.1, "purpose": "before_loan", "resources": ["tax_rating"],
            "until": "2026-06-30", "evidence": paper, "capacity": "finance"});
        new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        town.app.post_json(&town.bank, "/api/v1/consents", &new)
    };
    for bad in [
        json!({"evidence": null}),
        json!({"evidence": "00".repeat(32)}),
        json!({"until": "2026-03-19"}),
        json!({"until": "2036-03-19"}),
        json!({"resources": ["nothing"]}),
        json!({"resources": []}),
        json!({"grantee": "XYB"}),
        json!({"purpose": "curiosity"}),
        json!({"capacity": "friend"}),
    ] {
        offer(bad).is_problem(400, "bad_request");
    }
    offer(json!({"subject": UNKNOWN})).is_problem(404, "unknown_subject");
    offer(json!({})).is(201);
}

#[test]
fn a_scan_counts_each_dimension_and_names_the_records() {
    let town = town();
    let scan = town.ask("scan", FIRM.1).is(200).json();
    assert_eq!(scan["outcome"], "hits", "{scan}");
    let penalties = part(&scan["body"]["dimensions"], "penalty");
    assert_eq!((penalties["status"].as_str(), penalties["count"].as_i64()), (Some("found"), Some(1)));
    assert_eq!(scan["reasons"][0]["records"], penalties["records"]);
    assert_eq!(part(&scan["body"]["dimensions"], "tax_arrears")["status"], "not_permitted");
    assert_eq!(part(&scan["body"]["dimensions"], "abnormal")["status"], "not_available");
    assert_eq!(town.ask("scan", UNKNOWN).is(200).json()["outcome"], "unknown_subject");
}

#[test]
fn a_scan_that_finds_nothing_and_could_not_look_everywhere_is_incomplete() {
    let town = town();
    let firm = ("示例丁贸易有限公司", "91430100MA0000090C");
    let done = town.app.deliver(&town.unit, "social_insurance", insurance(&[(firm, false)]));
    assert_eq!(done["counts"]["stored"], 1, "{done} {}", town.app.get(&town.unit, "/api/v1/doubts").text());
    let scan = town.ask("scan", firm.1).is(200).json();
    assert_eq!((scan["outcome"].as_str(), scan["body"]["hits"].as_i64()), (Some("incomplete"), Some(0)), "{scan}");
    let told = |scan: &Value, code: &str| {
        let it = part(&scan["body"]["dimensions"], code);
        (it["status"].clone(), it["count"].clone(), it["not_permitted"].clone(), it["not_available"].clone())
    };
    let dimension = |status: &str, count: Value, refused: &[&str], missing: &[&str]| {
        (json!(status), count, json!(refused), json!(missing))
    };
    let both = ["housing_fund", "social_insurance"];
    assert_eq!(told(&scan, "penalty"), dimension("not_found", json!(0), &[], &[]));
    assert_eq!(told(&scan, "abnormal"), dimension("not_available", Value::Null, &[], &["abnormal"]));
    assert_eq!(told(&scan, "contribution_arrears"), dimension("not_permitted", Value::Null, &both, &[]));
    // Of two resources one is open: nothing is found there, and the other is still not looked at.
    let own = town.own_key(firm.1);
    let consent = json!({"grantee": "BANK", "purpose": "before_loan", "resources": ["social_insurance"],
        "until": "2026-06-30", "capacity": "legal_representative"});
    town.app.post_json(&own, "/api/v1/consents", &consent).is(201);
    let scan = town.ask("scan", firm.1).is(200).json();
    assert_eq!(told(&scan, "contribution_arrears"), dimension("not_found", json!(0), &both[..1], &[]));
    assert_eq!(scan["outcome"], "incomplete");
}

#[test]
fn a_code_is_clear_only_when_everything_was_looked_at() {
    let town = town();
    let firm = ("示例丁贸易有限公司", "91430100MA0000090C");
    let path = "/api/v1/bank/screenings?purpose=before_loan";
    let screen = || -> (Value, Value) {
        let text = town.app.post(&town.bank, path, "text/plain", firm.1).is(200).text();
        let mut lines = text.lines().map(|it| serde_json::from_str(it).unwrap());
        (lines.next().unwrap(), lines.next().unwrap())
    };
    let missing = |head: &Value| -> Vec<String> {
        let all = head["not_available"].as_array().unwrap();
        all.iter().map(|it| it["block"].as_str().unwrap().to_owned()).collect()
    };
    town.app.deliver(&town.unit, "social_insurance", insurance(&[(firm, false)]));
    let (head, line) = screen();
    let unknown = ["abnormal", "dishonest_executed", "executed_person", "listing", "register"];
    assert_eq!(missing(&head), unknown);
    assert_eq!((&head["n"], &head["lines"], &head["as_of"]), (&json!(0), &json!(1), &json!("2026-03-20T04:00:00Z")));
    assert_eq!((&head["looked_at"][0]["block"], &head["looked_at"][0]["units"]), (&json!("penalty"), &json!([UNIT])));
    assert!(head["packs"].as_array().unwrap().iter().any(|it| it["id"] == "risk.lending"), "{head}");
    let summary = &line["summary"];
    assert_eq!((&summary["clear"], &summary["gone"]), (&Value::Null, &Value::Null), "{line}");
    assert_eq!(summary["lists"], json!({"abnormal": null, "executed": null, "serious": null}));
    assert_eq!(summary["records"], json!({"executed_person": null, "penalty": 0}));

    let register =
        format!("主体名称,主体类别,统一社会信用代码,登记状态\n{},法人及非法人组织,{},存续\n", firm.0, firm.1);
    town.app.deliver(&town.unit, "register", register);
    assert_eq!(screen().1["summary"]["clear"], Value::Null, "nobody has delivered lists");
    for resource in &unknown[..4] {
        town.app.world.collect(resource);
    }
    let (head, line) = screen();
    assert_eq!((missing(&head), &line["summary"]["clear"]), (Vec::new(), &json!(true)), "{line}");
    assert_eq!(line["summary"]["lists"], json!({"abnormal": 0, "executed": 0, "serious": 0}));
}

#[test]
fn every_code_of_a_list_is_answered_in_its_place() {
    let town = town();
    let list = format!(
        "{}\n\n{{\"code\": \"{UNKNOWN}\"}}\n\"{}\"\nnonsense\n{}\n{{\"x\": 1}}\n",
        FIRM.1,
        penalty::OTHER.1,
        FIRM.1.to_lowercase()
    );
    let path = "/api/v1/bank/screenings?purpose=after_loan";
    let answer = town.app.post(&town.bank, path, "text/plain", &list).is(200);
    let text = answer.text();
    let mut lines: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let head = lines.remove(0);
    assert_eq!((&head["n"], &head["lines"]), (&json!(0), &json!(6)), "{head}");
    let states: Vec<&str> = lines.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["found", "unknown_code", "found", "malformed_code", "duplicate", "malformed_code"]);
    assert!(lines.iter().zip(1..).all(|(it, n)| it["n"] == n));
    assert_eq!((lines[4]["same_as"].as_i64(), &lines[4]["summary"]), (Some(1), &lines[0]["summary"]));
    assert_eq!(lines[0]["summary"]["records"]["penalty"], 1, "{text}");
    assert_eq!(lines[0]["summary"]["clear"], false);
    let receipt: Value = serde_json::from_str(answer.header("credence-receipt")).unwrap();
    assert!(receipt["seq"].as_i64() > Some(0));
    let asked = town.app.get(&town.office, &format!("/api/v1/subjects/{}/queries", FIRM.1)).is(200).json();
    let last = &asked["items"][0];
    assert_eq!((last["kind"].as_str(), last["among_others"].as_bool()), (Some("bank.screening"), Some(true)));
    assert_eq!((&last["id"], &last["digest"]), (&receipt["id"], &receipt["digest"]));
    town.app.post(&town.bank, path, "text/plain", "\n").is_problem(400, "bad_request");
}

#[test]
fn answers_asked_at_once_each_have_a_place_of_their_own_in_the_ledger() {
    let town = town();
    let ask = || -> Vec<Value> { (0..8).map(|_| town.verify(FIRM.1, FIRM.0, None)["receipt"].clone()).collect() };
    let receipts: Vec<Value> = thread::scope(|scope| {
        let asking: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let places: HashSet<String> = receipts.iter().map(|it| format!("{}/{}", it["chain"], it["seq"])).collect();
    assert_eq!((receipts.len(), places.len()), (128, 128));
    let path = format!("/api/v1/subjects/{}/queries?limit=500", FIRM.1);
    let logged = town.app.get(&town.office, &path).is(200).json();
    let logged: HashSet<String> =
        logged["items"].as_array().unwrap().iter().map(|it| format!("{}/{}", it["chain"], it["seq"])).collect();
    assert_eq!(logged, places);
}
