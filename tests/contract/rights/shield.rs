//! The shield of a restructuring: as long as the plan is carried out, then for good or lifted.

use serde_json::json;

use super::{CODE, Town, id};

fn shielded(town: &Town) -> i64 {
    let body =
        json!({"subject": CODE, "records": town.records(), "ruling": "（2026）示01破1号", "reason": "重整计划获批"});
    let case = id(&town.file(&town.office, "shields", &body).is(201).json());
    town.step(&town.office, case, "shielded").is_problem(400, "bad_request");
    town.paper(&town.office, case, "ruling").is(201);
    town.step(&town.unit, case, "shielded").is_problem(404, "not_found");
    town.step(&town.office, case, "shielded").is(200);
    case
}

#[test]
fn a_shield_hides_while_the_plan_is_carried_out_and_a_completed_plan_repairs() {
    let town = Town::new().on(4, 15);
    let case = shielded(&town);
    let (public, _, whole) = town.seen();
    assert_eq!((public, whole["records"][0]["state"].as_str()), (0, Some("shielded")));
    assert!(town.letter(&town.office, case, "decision").is(200).text().contains("暂时屏蔽决定书"));
    let body = json!({"step": "completed", "reason": "计划执行完毕", "source": "管理人监督报告"});
    town.take(&town.office, case, &json!({"step": "completed", "reason": "计划执行完毕"}))
        .is_problem(400, "bad_request");
    let later = town.on(10, 15);
    assert_eq!(later.take(&later.office, case, &body).is(200).json()["state"], "completed");
    let (public, shared, whole) = later.seen();
    assert_eq!((public, shared, whole["records"][0]["state"].as_str()), (0, 0, Some("repaired")));
}

#[test]
fn the_platform_above_is_told_what_a_reversal_takes_back() {
    for (completed, told) in [(false, "shield_lifted"), (true, "repair_reversed")] {
        let town = Town::new().on(4, 15);
        let case = shielded(&town);
        let later = town.on(5, 15);
        let step = |step: &str| json!({"step": step, "reason": "经查实", "source": "（2026）示01破1号之三"});
        if completed {
            later.take(&later.office, case, &step("completed")).is(200);
        }
        later.take(&later.office, case, &step("reversed")).is(200);
        let page = later.app.get(&later.office, "/api/v1/upward-notices").is(200).json();
        let kinds: Vec<&str> =
            page["items"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert_eq!((kinds[0], *kinds.last().unwrap()), ("record_shielded", told));
    }
}

#[test]
fn a_plan_that_fails_lifts_the_shield_and_an_abuse_bars_repair() {
    let town = Town::new().on(4, 15);
    let case = shielded(&town);
    let later = town.on(5, 15);
    let body = json!({"step": "failed", "reason": "终止执行", "source": "（2026）示01破1号之二"});
    later.take(&later.office, case, &body).is(200);
    assert_eq!(later.seen().0, 1);
    let again = shielded(&later);
    let body = json!({"step": "reversed", "reason": "虚构债务骗取重整", "source": "（2026）示01破1号之三"});
    later.take(&later.office, again, &body).is(200);
    assert_eq!(later.seen().0, 1);
    let view = later.app.get(&later.office, &format!("/api/v1/subjects/{CODE}/repairability")).is(200).json();
    let conditions = view["records"][0]["conditions"].as_array().unwrap();
    let bar = conditions.iter().find(|it| it["condition"] == "bankruptcy_abuse").unwrap();
    assert_eq!((bar["outcome"].as_str(), bar["from"].as_str()), (Some("not_met"), Some("2029-05-15")));
}
