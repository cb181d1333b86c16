//! What keeps the gate closed, and what a case keeps: nothing opens by a unit's end, by coming late, or by asking twice.

use credence::{jobs, web::Role};
use serde_json::{Value, json};

use super::{Hall, hall};
use crate::world::penalty::FIRM;

fn failed(decision: &Value) -> Vec<&str> {
    decision["reasons"].as_array().unwrap().iter().map(|it| it["rule"]["rule"].as_str().unwrap()).collect()
}

/// Another window's question about the firm, about another material.
fn asked(hall: &Hall, key: &str, promised: &str) -> Value {
    let body = json!({"code": FIRM.1, "item": "GGCSWS", "missing": ["WSZD"], "promised": promised});
    hall.app.post_json(key, "/api/v1/window/decisions", &body).is(200).json()
}

#[test]
fn until_the_record_of_a_breach_is_written_the_case_itself_closes_the_gate() {
    let hall = hall();
    let case = hall.opened();
    let late = hall.on((2026, 3, 30));
    late.step(&case, "fulfilled", None).is(200);
    let other = late.app.key("HALL2", Role::Window);
    let decision = asked(&late, &other, "2026-04-01");
    assert_eq!(
        (decision["outcome"].as_str(), failed(&decision)),
        (Some("not_deferrable"), vec!["stop.overdue_deferral"])
    );
    // What waits to be written is told to who has to look after it.
    let due = late.app.get(&late.office, "/api/v1/warnings").is(200).json();
    let title = due["items"][0]["title"].as_str().unwrap();
    assert!(title.contains("违诺记录待写入"), "{due}");
    assert_eq!(jobs::record_breaches(&late.shop, "test").unwrap().recorded, 1);
    let decision = asked(&late, &other, "2026-04-01");
    assert_eq!(failed(&decision), ["stop.broken_promise", "level"]);
    assert_eq!(late.app.get(&late.office, "/api/v1/warnings").is(200).json()["items"], json!([]));
}

#[test]
fn the_breach_of_a_unit_that_was_set_out_of_use_is_written_all_the_same() {
    let hall = hall();
    hall.opened();
    let admin = hall.app.key("GLY", Role::Admin);
    let unit = json!({"code": "HALL", "name": "示例大厅", "active": false});
    hall.app.post_json(&admin, "/api/v1/units", &unit).is(200);
    let late = hall.on((2026, 3, 30));
    assert_eq!(late.overdue(), jobs::Overdue { suspended: 1, recorded: 1, ..jobs::Overdue::default() });
    assert_eq!(hall.promises().len(), 1);
}

#[test]
fn the_same_material_of_the_same_item_is_not_deferred_a_second_time_without_a_person() {
    let hall = hall();
    let first = hall.opened();
    let again = hall.ask(FIRM.1, "2026-03-27");
    assert_eq!((again["outcome"].as_str(), failed(&again)), (Some("manual"), vec!["twice"]));
    assert!(again.to_string().contains(first["number"].as_str().unwrap()), "{again}");
    hall.open(&again["receipt"]["id"]).is_problem(409, "wrong_state");
    // Two decisions made before either was used open one case.
    let hall = super::hall();
    let (one, other) = (hall.ask(FIRM.1, "2026-03-27"), hall.ask(FIRM.1, "2026-03-27"));
    hall.open(&one["receipt"]["id"]).is(201);
    hall.open(&other["receipt"]["id"]).is_problem(409, "wrong_state");
}

#[test]
fn a_promise_that_is_signed_later_is_kept_and_another_one_is_refused() {
    let hall = hall();
    let decision = hall.ask(FIRM.1, "2026-03-27");
    let open = |signed: Option<String>| {
        let body = json!({"code": FIRM.1, "answer": decision["receipt"]["id"], "signed": signed});
        hall.app.post_json(&hall.window, "/api/v1/window/cases", &body)
    };
    assert_eq!(open(None).is(201).json()["signed"], Value::Null);
    let (one, other) = ("1".repeat(64), "2".repeat(64));
    assert_eq!(open(Some(one.clone())).is(201).json()["signed"], json!(one));
    assert_eq!(open(None).is(201).json()["signed"], json!(one));
    open(Some(other)).is_problem(409, "wrong_state");
    // The ledger vouches for what was added.
    let mut found = Vec::new();
    jobs::verify(&hall.shop.database, &[], &mut |it| found.push(it.to_string())).unwrap();
    assert_eq!(found, [""; 0]);
}
