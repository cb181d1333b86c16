//! Objection: marked at once in every answer, passed on, answered in one of three ways, examined once more.

use credence::sample::Format;
use serde_json::{Value, json};

use super::{CODE, Town, id};
use crate::{
    app::{TestApp, synthetic},
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
    let case = id(&town.file(&town.office, "objections", &missing("无照经营罚款决定")).is(201).json());
    town.step(&town.office, case, "forwarded").is(200);
    town.step(&town.unit, case, "withdraws").is_problem(409, "wrong_state");
    town.step(&town.unit, case, "corrects").is(200);
    let close = |delivery: i64| json!({"step": "closed", "reason": "已补报", "delivery": delivery});
    town.take(&town.unit, case, &close(1)).is_problem(409, "wrong_state");
    town.take(&town.unit, case, &close(999)).is_problem(404, "not_found");
    let next = town.on(4, 16);
    let path = "/api/v1/deliveries?resource=penalty";
    let other = synthetic(&next.app, "honour", 1, Format::Csv);
    let honour = "/api/v1/deliveries?resource=honour";
    let other = next.app.post(&next.unit, honour, "application/octet-stream", other).is(202).json();
    let other = other["id"].as_i64().unwrap();
    next.app.wait(&next.unit, other);
    next.take(&next.unit, case, &close(other)).is_problem(409, "wrong_state");
    let bytes = table(&[penalty(7)]);
    let taken = next.app.post(&next.unit, path, "application/octet-stream", bytes).is(202).json();
    let delivery = taken["id"].as_i64().unwrap();
    next.app.wait(&next.unit, delivery);
    // The applicant gave a name and no number: the unit says which document it is.
    next.take(&next.unit, case, &close(delivery)).is_problem(409, "wrong_state");
    let named = with(&close(delivery), "source", json!("示市监罚〔2026〕7号"));
    assert_eq!(next.take(&next.unit, case, &named).is(200).json()["state"], "corrected");
}

/// An objection that a penalty of a number is missing.
fn missing(document: &str) -> Value {
    json!({"subject": CODE, "ground": "missing", "unit": "SJJ", "resource": "penalty", "document": document,
        "reason": "处罚决定未归集"})
}

fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

#[test]
fn what_is_missing_is_named_and_objected_to_once_at_a_time() {
    let town = Town::new().on(4, 15);
    town.app.key("YJJ", credence::web::Role::Unit);
    let body = missing("示市监罚〔2026〕7号");
    for name in ["unit", "resource", "document"] {
        town.file(&town.office, "objections", &with(&body, name, Value::Null)).is_problem(400, "bad_request");
    }
    for (name, value) in
        [("resource", json!("nothing")), ("document", json!("无")), ("document", json!("长".repeat(101)))]
    {
        town.file(&town.office, "objections", &with(&body, name, value)).is_problem(400, "bad_request");
    }
    let named = with(&body, "records", json!([town.record()]));
    town.file(&town.office, "objections", &named).is_problem(400, "bad_request");
    let made = town.file(&town.office, "objections", &body).is(201).json();
    assert_eq!(made["missing"], json!({"resource": "penalty", "document": "示市监罚〔2026〕7号"}));
    // The same number typed in another way is the same; another one, of another unit or kind, is not.
    let again = town.file(&town.office, "objections", &missing("示市监罚[2026] 7號"));
    again.is_problem(409, "wrong_state");
    assert!(again.text().contains("遗漏的这一信息"), "{}", again.text());
    town.file(&town.office, "objections", &missing("示市监罚〔2026〕8号")).is(201);
    town.file(&town.office, "objections", &with(&body, "unit", json!("YJJ"))).is(201);
    town.file(&town.office, "objections", &with(&body, "resource", json!("licence"))).is(201);
    town.step(&town.office, id(&made), "forwarded").is(200);
    let letter = town.letter(&town.unit, id(&made), "forwarding").is(200).text();
    assert!(letter.contains("遗漏的信息") && letter.contains("示市监罚〔2026〕7号"), "{letter}");
    town.step(&town.unit, id(&made), "keeps").is(200);
    town.file(&town.office, "objections", &body).is(201);
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
