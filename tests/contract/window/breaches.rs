//! Broken promises: one record each whoever meets, false ones too; closed gates, and the way back.

use std::thread;

use credence::jobs;
use serde_json::json;

use super::{Hall, hall};
use crate::world::penalty::FIRM;

#[test]
fn a_clerk_between_the_claim_and_the_record_of_a_breach_takes_nothing_away() {
    let hall = hall();
    let case = hall.opened();
    let late = hall.on((2026, 3, 30));
    assert_eq!(jobs::suspend_overdue(&late.shop).unwrap().suspended, 1);
    assert_eq!(hall.promises().len(), 0);
    let resumed = late.step(&case, "fulfilled", None).is(200).json();
    assert_eq!((resumed["state"].as_str(), resumed["owes"].as_str()), (Some("fulfilled"), Some("overdue")));
    assert_eq!(jobs::record_breaches(&late.shop, "test").unwrap().recorded, 1);
    assert_eq!(jobs::record_breaches(&late.shop, "test").unwrap().recorded, 0);
    assert_eq!(hall.promises().len(), 1);
    let done = late.case(&case);
    assert_eq!((done["owes"].as_str(), done["delivery"].is_i64()), (None, true), "{done}");
}

#[test]
fn what_is_brought_late_before_the_system_looked_is_a_breach_all_the_same() {
    // Before its time of grace is over nothing is returned by a person either.
    let early = hall();
    let case = early.opened();
    let refused = early.on((2026, 3, 30)).step(&case, "returned", None);
    refused.is_problem(409, "wrong_state");
    assert!(refused.text().contains("2026-04-20"), "{}", refused.text());
    for (kind, day) in [("fulfilled", (2026, 3, 30)), ("returned", (2026, 4, 21))] {
        let hall = hall();
        let case = hall.opened();
        let late = hall.on(day);
        assert_eq!(late.step(&case, kind, None).is(200).json()["state"], kind);
        let steps = late.case(&case)["steps"].as_array().unwrap().clone();
        let kinds: Vec<&str> = steps.iter().map(|it| it["kind"].as_str().unwrap()).collect();
        let last = if kind == "fulfilled" { "resumed" } else { "returned" };
        assert_eq!(kinds, ["opened", "suspended", last]);
        assert_eq!(late.overdue(), jobs::Overdue { recorded: 1, ..jobs::Overdue::default() });
        assert_eq!(late.overdue(), jobs::Overdue::default());
        assert_eq!(hall.promises().len(), 1, "{kind}");
    }
}

#[test]
fn however_clerks_and_processes_meet_an_overdue_promise_is_one_record() {
    let hall = hall();
    let case = hall.opened();
    let late = hall.on((2026, 3, 30));
    let path = format!("/api/v1/window/cases/{}/steps", case["id"]);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| jobs::overdue(&late.shop, "test").unwrap());
            scope.spawn(|| {
                late.app.post_json(&late.window, &path, &json!({"kind": "fulfilled", "reason": "窗口办理"}));
            });
        }
    });
    late.overdue();
    // Whoever was quicker: brought late or still waiting, the breach is told once.
    assert_eq!(hall.promises().len(), 1);
    let after = late.case(&case);
    assert!(["fulfilled", "suspended"].contains(&after["state"].as_str().unwrap()), "{after}");
    assert_eq!((after["owes"].as_str(), after["delivery"].is_i64()), (None, true), "{after}");
}

/// The record of the promise is repaired by the office, with the papers the rules ask for.
fn repair(hall: &Hall) {
    let record = hall.promises()[0]["key"].clone();
    let body = json!({"subject": FIRM.1, "record": record, "reason": "已补齐并改正"});
    let case = hall.app.post_json(&hall.office, "/api/v1/cases/repairs", &body).is(201).json()["id"].clone();
    for kind in ["commitment", "proof"] {
        let path = format!("/api/v1/cases/{case}/papers?kind={kind}&file_name={kind}.pdf");
        hall.app.post(&hall.office, &path, "application/octet-stream", format!("%PDF-1.7 {kind}")).is(201);
    }
    let path = format!("/api/v1/cases/{case}/steps");
    hall.app.post_json(&hall.office, &path, &json!({"step": "accepted", "reason": "材料齐全"})).is(200);
    let granted =
        json!({"step": "granted", "reason": "已改正", "source": "示政务信修〔2026〕1号", "confirmed": ["performed"]});
    hall.app.post_json(&hall.office, &path, &granted).is(200);
}

#[test]
fn a_false_promise_becomes_one_record_closes_the_gate_and_can_be_repaired() {
    let hall = hall();
    let case = hall.opened();
    hall.step(&case, "fulfilled", None).is(200);
    let later = hall.on((2026, 4, 20));
    assert_eq!(later.step(&case, "revoked", None).is(200).json()["owes"], "false_papers");
    let stopped = |day: &Hall, promised: &str| -> Vec<String> {
        let answer = day.ask(FIRM.1, promised);
        let rules = answer["reasons"].as_array().unwrap().iter().map(|it| it["rule"]["rule"].as_str().unwrap());
        rules.filter(|it| it.starts_with("stop.")).map(str::to_owned).collect()
    };
    assert_eq!(stopped(&later, "2026-04-22"), ["stop.false_promise"], "before the record is written");
    assert_eq!(later.overdue(), jobs::Overdue { recorded: 1, ..jobs::Overdue::default() });
    assert_eq!(later.overdue(), jobs::Overdue::default());
    let promises = hall.promises();
    assert_eq!(promises.len(), 1, "{promises:?}");
    let fields = &promises[0]["fields"];
    assert_eq!((&fields["CNBM"], fields["RDRQ"].as_str()), (&case["number"], Some("2026-04-20")));
    assert!(fields["WLXNR"].as_str().unwrap().contains("虚假承诺"), "{fields}");
    assert_eq!(stopped(&later, "2026-04-22"), ["stop.false_promise"], "by the record");
    let view = later.app.get(&later.office, &format!("/api/v1/subjects/{}/repairability", FIRM.1)).is(200).json();
    assert_eq!(view["records"][0]["pack"]["id"], "rights.promise", "{view}");
    repair(&later);
    assert!(stopped(&later, "2026-04-22").is_empty());
}

#[test]
fn a_promise_that_was_overdue_and_then_found_false_is_still_one_record_and_says_the_graver() {
    let hall = hall();
    let case = hall.opened();
    let late = hall.on((2026, 3, 30));
    late.overdue();
    late.step(&case, "fulfilled", None).is(200);
    late.step(&case, "revoked", None).is(200);
    assert_eq!(late.overdue(), jobs::Overdue { recorded: 1, ..jobs::Overdue::default() });
    let promises = hall.promises();
    assert_eq!(promises.len(), 1, "{promises:?}");
    assert!(promises[0]["fields"]["WLXNR"].as_str().unwrap().contains("虚假承诺"));
}

#[test]
fn a_broken_promise_that_is_repaired_opens_the_gate_again() {
    let hall = hall();
    let case = hall.opened();
    let late = hall.on((2026, 3, 30));
    late.overdue();
    late.step(&case, "fulfilled", None).is(200);
    assert_eq!(late.ask(FIRM.1, "2026-04-01")["outcome"], "not_deferrable");
    repair(&late);
    assert_eq!(late.ask(FIRM.1, "2026-04-01")["outcome"], "deferrable");
}
