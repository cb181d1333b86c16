//! What the answer to an objection may do: end the unit's own records and no others, and never wait for what is there.

use credence::web::Role;
use serde_json::{Value, json};

use super::{CODE, Town, id};
use crate::world::penalty::{Penalty, penalty, table};

const DELIVERIES: &str = "/api/v1/deliveries?resource=penalty";

/// The town with a second unit, which delivered the firm's second penalty.
fn two_units() -> (Town, String) {
    let town = Town::new();
    let other = town.app.key("YJJ", Role::Unit);
    let done = town.app.deliver(&other, "penalty", table(&[penalty(2)]));
    assert_eq!(done["counts"]["stored"], 1, "{done}");
    (town.on(4, 15), other)
}

/// Delivers penalties on the town's day: its own workers take them in.
fn deliver(town: &Town, key: &str, rows: &[Penalty]) -> Value {
    let taken = town.app.post(key, DELIVERIES, "application/octet-stream", table(rows)).is(202).json();
    town.app.wait(key, taken["id"].as_i64().unwrap())
}

fn object(town: &Town, records: &[String], ground: &str) -> i64 {
    let body = json!({"subject": CODE, "records": records, "ground": ground, "reason": "金额有误"});
    id(&town.file(&town.office, "objections", &body).is(201).json())
}

fn states(town: &Town) -> Vec<Value> {
    let view = town.app.get(&town.office, &format!("/api/v1/subjects/{CODE}/standing")).is(200).json();
    view["records"].as_array().unwrap().iter().map(|it| it["state"].clone()).collect()
}

fn notices(town: &Town) -> Vec<String> {
    let page = town.app.get(&town.office, "/api/v1/upward-notices").is(200).json();
    page["items"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
}

fn is_objected(town: &Town) -> bool {
    let view = town.app.get("", &format!("/api/v1/public/subjects/{CODE}/standing")).is(200).json();
    view["records"][0]["objected"].as_bool().unwrap()
}

#[test]
fn an_objection_over_records_of_several_units_is_refused_so_that_no_unit_ends_another_s() {
    let (town, other) = two_units();
    let records = town.records();
    assert_eq!(records.len(), 2);
    let body = json!({"subject": CODE, "records": records, "ground": "wrong", "reason": "金额有误"});
    let refused = town.file(&town.office, "objections", &body);
    refused.is_problem(400, "bad_request");
    assert!(refused.text().contains("按报送单位分开"), "{}", refused.text());
    // The one of the other unit is the other unit's to withdraw.
    let case = |record: &str| object(&town, &[record.to_owned()], "wrong");
    for record in &records {
        town.step(&town.office, case(record), "forwarded").is(200);
    }
    let mine = |key: &str| town.app.get(key, "/api/v1/cases").is(200).json()["items"].clone();
    for (key, stranger) in [(&town.unit, &other), (&other, &town.unit)] {
        let own = id(&mine(key)[0]);
        town.step(stranger, own, "withdraws").is_problem(404, "not_found");
        assert_eq!(mine(key).as_array().unwrap().len(), 1);
    }
    let own = id(&mine(&other)[0]);
    town.step(&other, own, "withdraws").is(200);
    let gone = states(&town).iter().filter(|it| *it == "withdrawn").count();
    assert_eq!(gone, 1);
}

#[test]
fn another_unit_s_row_about_a_record_waits_for_a_person_and_the_record_s_own_unit_withdraws_it() {
    let (town, other) = two_units();
    let view = town.app.get(&town.unit, &format!("/api/v1/subjects/{CODE}/records")).is(200).json();
    let own = view["items"].as_array().unwrap().iter().find(|it| it["unit"] == "SJJ").unwrap()["key"].clone();
    let case = object(&town, &[own.as_str().unwrap().to_owned()], "wrong");
    town.step(&town.office, case, "forwarded").is(200);
    let next = town.on(4, 16);
    let done = deliver(&next, &other, &[penalty(1).fined("3", "罚款30000元")]);
    assert_eq!(done["tally"]["conflicting"], 1, "{done}");
    next.step(&next.unit, case, "withdraws").is(200);
    assert_eq!(states(&next).iter().filter(|it| *it == "withdrawn").count(), 1);
}

#[test]
fn a_correction_delivered_before_the_unit_answers_closes_the_case_with_the_answer() {
    let town = Town::new().on(4, 15);
    let case = object(&town, &town.records(), "wrong");
    town.step(&town.office, case, "forwarded").is(200);
    let next = town.on(4, 16);
    deliver(&next, &next.unit, &[penalty(1).fined("1", "罚款10000元")]);
    assert!(is_objected(&next));
    let answered = next.step(&next.unit, case, "corrects").is(200).json();
    assert_eq!(answered["state"], "corrected", "{answered}");
    assert!(!is_objected(&next));
    let steps: Vec<String> =
        next.case(case)["steps"].as_array().unwrap().iter().map(|it| it["step"].as_str().unwrap().to_owned()).collect();
    assert_eq!(steps, ["filed", "forwarded", "corrects", "closed"]);
}

#[test]
fn what_was_delivered_before_the_unit_was_asked_corrects_nothing() {
    let town = Town::new().on(4, 15);
    let case = object(&town, &town.records(), "wrong");
    deliver(&town, &town.unit, &[penalty(1).fined("1", "罚款10000元")]);
    let next = town.on(4, 16);
    next.step(&next.office, case, "forwarded").is(200);
    assert_eq!(next.step(&next.unit, case, "corrects").is(200).json()["state"], "correcting");
    // By its number it may be named all the same: the unit knows what it did.
    let delivery = next.app.get(&next.unit, "/api/v1/deliveries").is(200).json()["items"][0]["id"].clone();
    let named = json!({"step": "closed", "reason": "已更正", "delivery": delivery});
    assert_eq!(next.take(&next.unit, case, &named).is(200).json()["state"], "corrected");
}

#[test]
fn a_record_the_unit_withdrew_by_itself_holds_no_case_open() {
    for (step, expected) in [("withdraws", "withdrawn"), ("corrects", "corrected")] {
        let town = Town::new().on(4, 15);
        let case = object(&town, &town.records(), "wrong");
        town.step(&town.office, case, "forwarded").is(200);
        let next = town.on(4, 16);
        let path = format!("/api/v1/subjects/{CODE}/records/{}/withdraw", next.record());
        next.app.post_json(&next.unit, &path, &json!({"reason": "处罚决定已撤销"})).is(200);
        assert_eq!(next.step(&next.unit, case, step).is(200).json()["state"], expected);
    }
}

#[test]
fn a_unit_that_said_it_corrects_may_withdraw_instead_and_by_either_way_the_case_ends() {
    let town = Town::new().on(4, 15);
    let case = object(&town, &town.records(), "wrong");
    town.step(&town.office, case, "forwarded").is(200);
    town.step(&town.unit, case, "corrects").is(200);
    assert_eq!(town.step(&town.unit, case, "withdraws").is(200).json()["state"], "withdrawn");
    assert_eq!(states(&town), ["withdrawn"]);

    let town = Town::new().on(4, 15);
    let case = object(&town, &town.records(), "wrong");
    town.step(&town.office, case, "forwarded").is(200);
    town.step(&town.unit, case, "corrects").is(200);
    let path = format!("/api/v1/subjects/{CODE}/records/{}/withdraw", town.record());
    town.app.post_json(&town.unit, &path, &json!({"reason": "处罚决定已撤销"})).is(200);
    assert_eq!(town.case(case)["state"], "corrected");
}

#[test]
fn a_missing_record_closes_its_case_when_the_one_that_is_named_arrives_and_no_other_does() {
    let town = Town::new().on(4, 15);
    let body = json!({"subject": CODE, "ground": "missing", "unit": "SJJ", "resource": "penalty",
        "document": "示市监罚〔2026〕7号", "reason": "处罚决定未归集"});
    let case = id(&town.file(&town.office, "objections", &body).is(201).json());
    town.step(&town.office, case, "forwarded").is(200);
    town.step(&town.unit, case, "corrects").is(200);
    let next = town.on(4, 16);
    let other = deliver(&next, &next.unit, &[penalty(8)]);
    let named = json!({"step": "closed", "reason": "已补报", "delivery": other["id"]});
    next.take(&next.unit, case, &named).is_problem(409, "wrong_state");
    assert_eq!(next.case(case)["state"], "correcting");
    deliver(&next, &next.unit, &[penalty(7)]);
    while next.case(case)["state"] == "correcting" {
        std::thread::yield_now();
    }
    assert_eq!(next.case(case)["state"], "corrected");
}

#[test]
fn whatever_ends_an_objection_the_platform_above_is_told_so() {
    for (steps, told) in [
        (&["refused"][..], "objection_ended"),
        (&["retracted"], "objection_ended"),
        (&["forwarded", "retracted"], "objection_ended"),
        (&["forwarded", "keeps"], "objection_ended"),
        (&["forwarded", "withdraws"], "record_corrected"),
    ] {
        let town = Town::new().on(4, 15);
        let case = object(&town, &town.records(), "wrong");
        for step in steps {
            let key = if matches!(*step, "keeps" | "withdraws") { &town.unit } else { &town.office };
            town.step(key, case, step).is(200);
        }
        assert_eq!(notices(&town), ["objection_marked", told], "{steps:?}");
    }
    // Of a repair that was not accepted nothing had been told.
    let town = Town::new().on(4, 15);
    let case = town.repair();
    town.step(&town.office, case, "refused").is(200);
    assert!(notices(&town).is_empty());
}
