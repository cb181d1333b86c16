//! Subjects and their records: by name and code, in both times, to each as much as is theirs to see.

use credence::{sample::Format, web::Role};
use serde_json::{Value, json};

use crate::{
    app::{TestApp, synthetic},
    world::{
        UNIT,
        penalty::{FIRM, OTHER, penalty, table},
    },
};

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().unwrap_or_else(|| panic!("{body}"))
}

#[test]
fn a_subject_is_found_by_two_characters_of_its_name_and_by_its_codes() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    app.deliver(&key, "penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    let found = app.get(&key, "/api/v1/subjects?q=建筑").is(200).json();
    assert_eq!(items(&found).len(), 1);
    assert_eq!(found["items"][0]["credit_code"], OTHER.1);
    assert_eq!(items(&app.get(&key, "/api/v1/subjects?q=示例").json()).len(), 2);
    let first = app.get(&key, "/api/v1/subjects?q=示例&limit=1").json();
    let rest = format!("/api/v1/subjects?q=示例&limit=1&cursor={}", first["next"].as_str().unwrap());
    assert_ne!(app.get(&key, &rest).json()["items"][0]["id"], first["items"][0]["id"]);
    app.get(&key, "/api/v1/subjects?q=").is_problem(400, "bad_request");
    app.get(&key, "/api/v1/subjects").is_problem(400, "bad_request");

    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    let organisation = format!("{}-{}", &OTHER.1[8..16], &OTHER.1[16..17]);
    for code in [OTHER.1, &OTHER.1.to_lowercase(), &OTHER.1[8..17], &organisation, &id] {
        let subject = app.get(&key, &format!("/api/v1/subjects/{code}")).is(200).json();
        assert_eq!(subject["id"], id.as_str(), "{code}");
    }
    app.get(&key, "/api/v1/subjects/91500000000000000X").is_problem(404, "unknown_subject");
    app.get(&key, "/api/v1/subjects/@12").is_problem(404, "unknown_subject");
    app.get(&key, "/api/v1/subjects/11010519491231002X").is_problem(400, "person_number_in_address");
    let (office, bank) = (app.key("XYB", Role::Office), app.key("BANK", Role::Bank));
    let merge = json!({"loser": "11010519491231002X", "winner": OTHER.1, "reason": "同一主体"});
    let verify = json!({"code": "11010519491231002X", "name": "张三", "purpose": "before_loan"});
    for (key, path, body) in [(&office, "subjects/merges", merge), (&bank, "bank/verify", verify)] {
        let refused = app.post_json(key, &format!("/api/v1/{path}"), &body);
        refused.is_problem(400, "person_number_in_body");
        assert!(refused.text().contains("请求体中不得") && !refused.text().contains("地址"), "{}", refused.text());
    }
}

#[test]
fn records_are_answered_in_both_times_with_their_history() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    app.deliver(&key, "penalty", table(&[penalty(1)]));
    let address = format!("/api/v1/subjects/{}/records", FIRM.1);
    let ask = |query: &str| app.get(&key, &format!("{address}?{query}")).is(200).json();
    let records = ask("resource=penalty");
    let record = &items(&records)[0];
    assert_eq!((&record["sight"], &record["in_force"]), (&json!("whole"), &json!(true)));
    assert_eq!(record["fields"]["CF_NR"], "罚款2000元", "{record}");
    assert_eq!(items(&ask("as_of=2026-03-12")).len(), 1);
    assert_eq!(items(&ask("as_of=2026-03-11")).len(), 0, "before the decision");
    assert_eq!(items(&ask("known_at=2026-03-20T04:00:00Z")).len(), 1);
    assert_eq!(items(&ask("known_at=2026-03-20T03:59:59Z")).len(), 0, "before the delivery");
    for bad in ["as_of=yesterday", "known_at=2026-03-20", "limit=0"] {
        app.get(&key, &format!("{address}?{bad}")).is_problem(400, "bad_request");
    }
    app.get(&key, &format!("{address}?resource=nonsense")).is_problem(404, "unknown_resource");

    app.deliver(&key, "penalty", table(&[penalty(1).fined("0.3", "罚款3000元")]));
    let history = app.get(&key, &format!("{address}/{}/history", record["key"].as_str().unwrap())).is(200).json();
    let revisions: Vec<&Value> = items(&history).iter().map(|it| &it["revision"]).collect();
    assert_eq!(revisions, [&json!(2), &json!(1)]);
    assert_eq!(history["items"][1]["fields"]["CF_NR"], "罚款2000元");
    let reader = app.key("R", Role::Reader);
    let current = app.get(&reader, &format!("{address}/{}/history", record["key"].as_str().unwrap())).is(200).json();
    assert_eq!((items(&current).len(), &current["items"][0]["revision"]), (1, &json!(2)));
    app.get(&key, &format!("{address}/{}/history", "0".repeat(32))).is_problem(404, "not_found");
    app.get(&key, &format!("{address}/x/history")).is_problem(404, "not_found");
}

#[test]
fn no_record_nothing_collected_and_not_permitted_are_different_answers() {
    let app = TestApp::new();
    let (unit, other) = (app.key(UNIT, Role::Unit), app.key("OTHER", Role::Unit));
    app.deliver(&unit, "contract", synthetic(&app, "contract", 3, Format::Csv));
    let office = app.key("XYB", Role::Office);
    let list = app.get(&office, "/api/v1/deliveries").json();
    assert_eq!(list["items"][0]["counts"]["stored"], 3, "{list}");
    let code = subject_of(&app, "contract");
    let ask = |key: &str, resource: &str| {
        app.get(key, &format!("/api/v1/subjects/{code}/records?resource={resource}")).is(200).json()
    };
    let seen = ask(&unit, "contract");
    assert_eq!((items(&seen).len(), &seen["withheld"]["not_permitted"]), (3, &json!(0)));
    let withheld = ask(&other, "contract");
    assert_eq!((items(&withheld).len(), &withheld["withheld"]["not_permitted"]), (0, &json!(3)));
    assert_eq!(withheld["collected"], true);
    let nothing = ask(&other, "electricity");
    assert_eq!((items(&nothing).len(), &nothing["collected"]), (0, &json!(false)));
}

/// The code of the one subject that synthetic deliveries are about.
fn subject_of(app: &TestApp, resource: &str) -> String {
    let text = String::from_utf8(synthetic(app, resource, 1, Format::Csv)).unwrap();
    let is_code = |it: &&str| it.len() == 18 && it.starts_with('9') && it.bytes().all(|it| it.is_ascii_alphanumeric());
    let line = text.lines().nth(1).unwrap().to_owned();
    line.split(',').map(|it| it.trim_matches('"')).find(is_code).unwrap().to_owned()
}

#[test]
fn shared_and_authorised_records_never_appear_in_public_answers() {
    let app = TestApp::new();
    let (unit, reader, office) = (app.key(UNIT, Role::Unit), app.key("R", Role::Reader), app.key("XYB", Role::Office));
    for resource in ["penalty", "contract", "electricity"] {
        let done = app.deliver(&unit, resource, synthetic(&app, resource, 2, Format::Csv));
        assert_eq!(done["counts"]["stored"], 2, "{done}");
    }
    let code = subject_of(&app, "penalty");
    assert_eq!(code, subject_of(&app, "contract"));
    let resources = |body: &Value| {
        let mut names: Vec<String> = items(body).iter().map(|it| it["resource"].as_str().unwrap().to_owned()).collect();
        names.dedup();
        names.sort();
        names.dedup();
        names
    };
    let private = |key: &str| app.get(key, &format!("/api/v1/subjects/{code}/records")).is(200).json();
    assert_eq!(resources(&private(&office)), ["contract", "electricity", "penalty"]);
    let read = private(&reader);
    assert_eq!(resources(&read), ["contract", "penalty"]);
    assert_eq!(read["withheld"], json!({"not_permitted": 0}), "what needs a consent is not counted");
    // Of a resource it is said, whether or not there is anything, now or at any time.
    let named = |query: &str| {
        let path = format!("/api/v1/subjects/{code}/records?{query}");
        app.get(&reader, &path).is(200).json()["needs_consent"].clone()
    };
    assert!(named("").as_array().unwrap().contains(&json!("electricity")));
    for at in ["as_of=2020-01-01", "as_of=2026-03-20", "known_at=2026-03-01T00:00:00Z"] {
        assert_eq!(named(&format!("resource=electricity&{at}")), json!(["electricity"]));
        assert_eq!(named(&format!("resource=gas&{at}")), json!(["gas"]));
        assert_eq!(named(&format!("resource=contract&{at}")), json!([]));
    }
    assert_eq!(private(&office)["needs_consent"], json!([]));
    let public = app.get("", &format!("/api/v1/public/subjects/{code}/records")).is(200).json();
    assert_eq!(resources(&public), ["penalty"]);
    assert!(public["items"].as_array().unwrap().iter().all(|it| it["sight"] == "public" && it["exposure"] == "public"));
    assert_eq!(public["withheld"], json!({}), "what is not public is not even counted");
    let one = format!("/api/v1/public/subjects/{code}/records?resource=contract");
    assert_eq!(items(&app.get("", &one).is(200).json()).len(), 0);
}

#[test]
fn a_record_is_withdrawn_by_its_unit_or_the_office_and_kept() {
    let app = TestApp::new();
    let (unit, other) = (app.key(UNIT, Role::Unit), app.key("OTHER", Role::Unit));
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    let address = format!("/api/v1/subjects/{}/records", FIRM.1);
    let key = app.get(&unit, &address).json()["items"][0]["key"].as_str().unwrap().to_owned();
    let withdraw =
        |who: &str, reason: &str| app.post_json(who, &format!("{address}/{key}/withdraw"), &json!({"reason": reason}));
    withdraw(&other, "x").is_problem(404, "not_found");
    withdraw(&unit, "").is_problem(400, "bad_request");
    withdraw(&unit, "行政复议撤销").is(200);
    withdraw(&unit, "再次").is_problem(409, "wrong_state");
    let open = format!("/api/v1/public{}", &address[7..]);
    assert_eq!(app.get("", &open).is(200).json()["items"], json!([]), "what was withdrawn is not public");
    app.get("", &format!("{open}?known_at=2026-03-20T04:00:00Z")).is_problem(403, "not_permitted");
    let record = &app.get(&unit, &address).json()["items"][0];
    assert_eq!((&record["state"], &record["in_force"]), (&json!("withdrawn"), &json!(false)));
    assert!(record["note"].as_str().unwrap().contains("行政复议撤销"));
    assert_eq!(app.get(&unit, &format!("{address}?as_of=2026-03-19")).json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn two_subjects_become_one_and_two_again() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    app.deliver(&unit, "penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    let count = |code: &str| items(&app.get(&office, &format!("/api/v1/subjects/{code}/records")).is(200).json()).len();
    let body = json!({"loser": OTHER.1, "winner": FIRM.1, "reason": "更名换照"});
    let merged = app.post_json(&office, "/api/v1/subjects/merges", &body).is(201).json();
    assert_eq!((count(FIRM.1), count(OTHER.1)), (2, 2));
    app.post_json(&office, "/api/v1/subjects/merges", &body).is_problem(409, "wrong_state");
    let listed = app.get(&office, &format!("/api/v1/subjects/{}/merges", FIRM.1)).is(200).json();
    assert_eq!(items(&listed).len(), 1);
    let address = format!("/api/v1/subjects/merges/{}", merged["id"]);
    app.delete(&office, &address).is(204);
    assert_eq!((count(FIRM.1), count(OTHER.1)), (1, 1));
    app.delete(&office, &address).is_problem(404, "not_found");
}

#[test]
fn an_answer_that_is_known_already_is_not_sent_again() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    app.deliver(&key, "penalty", table(&[penalty(1)]));
    let records = format!("/api/v1/subjects/{}/records", FIRM.1);
    for (path, keep) in [
        ("/api/v1/resources", "public, no-cache"),
        ("/api/v1/resources/penalty", "public, no-cache"),
        ("/api/v1/resources/penalty/template.xlsx", "public, no-cache"),
        ("/api/v1/resources/penalty/schema.xsd", "public, no-cache"),
        ("/api/v1/resources/penalty/schema.json", "public, no-cache"),
        ("/api/v1/openapi.json", "public, no-cache"),
        (&records, "no-store"),
    ] {
        let first = app.get(&key, path).is(200);
        assert_eq!(first.header("cache-control"), keep, "{path}");
        let tag = first.header("etag").to_owned();
        let again = app.get_with(&key, path, &[("If-None-Match", &tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), tag);
        app.get_with(&key, path, &[("If-None-Match", "\"other\"")]).is(200);
    }
    let tag = app.get(&key, &records).header("etag").to_owned();
    app.deliver(&key, "penalty", table(&[penalty(2)]));
    app.get_with(&key, &records, &[("If-None-Match", &tag)]).is(200);
}
