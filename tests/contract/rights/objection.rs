//! Objection: marked at once in every answer, passed on, answered in one of three ways, examined once more.

use serde_json::{Value, json};

use super::{CODE, Town, id};
use crate::{
    app::TestApp,
    world::penalty::{penalty, table},
};

fn object(town: &Town, ground: &str) -> i64 {
    let body = json!({"subject": CODE, "records": [town.record()], "ground": ground, "reason": "金额有误"});
    id(&town.file(&town.office, "objections", &body).is(201).json())
}

fn objected(town: &Town) -> Vec<bool> {
    let path = format!("/api/v1/public/subjects/{CODE}/standing");
    let public = town.app.get("", &path).is(200).json();
    let shared = town.app.get(&town.reader, &format!("/api/v1/subjects/{CODE}/standing")).is(200).json();
    let listed = town.app.get("", &format!("/api/v1/public/subjects/{CODE}/records")).is(200).json();
    let of = |it: &Value| it.as_bool().unwrap();
    vec![
        of(&public["records"][0]["objected"]),
        of(&shared["records"][0]["objected"]),
        of(&listed["items"][0]["objected"]),
    ]
}

#[test]
fn an_objection_marks_every_answer_from_filing_to_its_answer_and_once_more_while_it_is_examined_again() {
    let town = Town::new().on(4, 15);
    assert_eq!(objected(&town), [false; 3]);
    let case = object(&town, "wrong");
    assert_eq!(objected(&town), [true; 3]);
    town.step(&town.unit, case, "keeps").is_problem(409, "wrong_state");
    town.step(&town.office, case, "forwarded").is(200);
    let next = town.on(4, 16);
    next.step(&next.unit, case, "keeps").is(200);
    assert_eq!(objected(&next), [false; 3]);
    assert!(next.letter(&next.office, case, "answer").is(200).text().contains("可以申请复核一次"));
    next.step(&next.office, case, "review").is(200);
    assert_eq!(objected(&next), [true; 3]);
    let last = town.on(4, 17);
    last.step(&last.unit, case, "keeps").is(200);
    assert_eq!(objected(&last), [false; 3]);
    last.step(&last.office, case, "review").is_problem(409, "wrong_state");
    // Seen as of the day between, the mark is still there.
    let path = format!("/api/v1/subjects/{CODE}/standing?as_of=2026-04-15");
    let between = last.app.get(&last.office, &path).is(200).json();
    assert_eq!(between["records"][0]["objected"], true);
}

#[test]
fn a_withdrawn_record_is_gone_from_the_public_in_the_next_request() {
    let town = Town::new().on(4, 15);
    let case = object(&town, "not_public");
    town.step(&town.office, case, "forwarded").is(200);
    assert_eq!(town.step(&town.unit, case, "withdraws").is(200).json()["state"], "withdrawn");
    let (public, shared, whole) = town.seen();
    assert_eq!((public, shared, whole["records"][0]["state"].as_str()), (0, 0, Some("withdrawn")));
    let history = format!("/api/v1/subjects/{CODE}/records/{}/history", town.record());
    let history = town.app.get(&town.office, &history).is(200).text();
    assert!(history.contains("经核查"), "{history}");
}

/// The town's workers close a case soon after the delivery they wait for; how soon is theirs.
fn closed(app: &TestApp, key: &str, case: i64) -> Value {
    loop {
        let view = app.get(key, &format!("/api/v1/cases/{case}")).is(200).json();
        if view["state"] != "correcting" {
            return view;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_correction_closes_its_case_when_it_arrives() {
    let town = Town::new().on(4, 15);
    let case = object(&town, "wrong");
    town.step(&town.office, case, "forwarded").is(200);
    let correcting = town.step(&town.unit, case, "corrects").is(200).json();
    assert_eq!((correcting["state"].as_str(), correcting["due_on"].as_str()), (Some("correcting"), Some("2026-04-20")));
    town.step(&town.unit, case, "closed").is_problem(409, "wrong_state");
    assert_eq!(objected(&town), [true; 3]);
    let next = town.on(4, 16);
    let path = "/api/v1/deliveries?resource=penalty";
    let bytes = table(&[penalty(1).fined("1", "罚款10000元")]);
    let taken = next.app.post(&next.unit, path, "application/octet-stream", bytes).is(202).json();
    next.app.wait(&next.unit, taken["id"].as_i64().unwrap());
    let view = closed(&next.app, &next.office, case);
    assert_eq!(view["state"], "corrected");
    assert_eq!(view["steps"].as_array().unwrap().last().unwrap()["actor"], "system");
    assert_eq!(objected(&next), [false; 3]);
}

#[test]
fn a_correction_can_be_named_by_its_delivery_which_must_be_the_unit_s_own_and_later() {
    let town = Town::new().on(4, 15);
    let body = json!({"subject": CODE, "ground": "missing", "unit": "SJJ", "reason": "许可证未归集"});
    let bare = json!({"subject": CODE, "ground": "missing", "reason": "许可证未归集"});
    town.file(&town.office, "objections", &bare).is_problem(400, "bad_request");
    let case = id(&town.file(&town.office, "objections", &body).is(201).json());
    town.step(&town.office, case, "forwarded").is(200);
    town.step(&town.unit, case, "withdraws").is_problem(409, "wrong_state");
    town.step(&town.unit, case, "corrects").is(200);
    let close = |delivery: i64| json!({"step": "closed", "reason": "已补报", "delivery": delivery});
    town.take(&town.unit, case, &close(1)).is_problem(409, "wrong_state");
    town.take(&town.unit, case, &close(999)).is_problem(404, "not_found");
    let next = town.on(4, 16);
    let path = "/api/v1/deliveries?resource=penalty";
    let bytes = table(&[penalty(7)]);
    let taken = next.app.post(&next.unit, path, "application/octet-stream", bytes).is(202).json();
    let delivery = taken["id"].as_i64().unwrap();
    next.app.wait(&next.unit, delivery);
    assert_eq!(next.take(&next.unit, case, &close(delivery)).is(200).json()["state"], "corrected");
}

#[test]
fn one_decision_published_under_two_spellings_is_found_by_the_system() {
    let town = Town::new();
    let other = table(&[penalty(1).fined("2", "罚款20000元")])
        .replace("示例市市场监督管理局,11431100006345675D,示例", "示例市市监局,11431100006345675D,示例");
    let done = town.app.deliver(&town.unit, "penalty", other);
    assert_eq!(done["counts"]["stored"], 1, "{done}");
    let view = town.app.get(&town.unit, &format!("/api/v1/subjects/{CODE}/repairability")).is(200).json();
    let ground = &view["grounds"][0];
    assert_eq!((ground["ground"].as_str(), ground["records"].as_array().unwrap().len()), (Some("duplicate"), 2));
    assert_eq!(ground["reason"]["records"].as_array().unwrap().len(), 2);
    let body =
        json!({"subject": CODE, "records": ground["records"], "ground": "duplicate", "reason": "同一处罚公示两次"});
    town.file(&town.office, "objections", &body).is(201);
}
