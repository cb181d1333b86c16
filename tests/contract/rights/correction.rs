//! Correcting papers: told once with all that is missing, handed in, and meanwhile the clock stands still.

use serde_json::json;

use super::{CODE, Town, granting, id};

#[test]
fn missing_papers_are_asked_for_once_and_the_clock_waits_for_them() {
    let town = Town::new();
    let first = town.on(6, 15);
    let own = first.own_key(CODE);
    let case = first.repair();
    assert_eq!(first.case(case)["due_on"], "2026-06-18");
    first.paper(&own, case, "commitment").is(201);
    first.letter(&own, case, "correction").is_problem(409, "wrong_state");
    let second = town.on(6, 16);
    second.step(&own, case, "correction_asked").is_problem(409, "wrong_state");
    second.step(&second.unit, case, "correction_asked").is_problem(409, "wrong_state");
    let unknown = json!({"step": "correction_asked", "reason": "不清晰", "papers": ["photo"]});
    second.take(&second.office, case, &unknown).is_problem(400, "bad_request");
    let asked = second.step(&second.office, case, "correction_asked").is(200).json();
    assert_eq!((asked["state"].as_str(), asked["open"].as_bool()), (Some("awaiting_papers"), Some(true)));
    assert_eq!(asked["steps"][1]["named"], json!(["application", "proof"]), "all that is missing");
    assert_eq!(asked["due_on"], "2026-07-01", "ten working days for the applicant, over 端午");
    let letter = second.letter(&own, case, "correction").is(200).text();
    for text in ["补正通知书", "信用修复申请书", "证明材料", "10个工作日内补正", "行政许可法"]
    {
        assert!(letter.contains(text), "{text}: {letter}");
    }
    second.letter(&second.office, case, "deadline").is_problem(409, "wrong_state");
    second.step(&second.office, case, "accepted").is_problem(409, "wrong_state");
    let early = second.step(&second.office, case, "refused");
    early.is_problem(409, "wrong_state");
    assert!(early.text().contains("2026-07-01"), "{}", early.text());

    let third = town.on(6, 23);
    third.paper(&own, case, "application").is(201);
    let left = third.step(&own, case, "corrected");
    left.is_problem(400, "bad_request");
    assert!(left.text().contains("证明材料") && !left.text().contains("申请书"), "{}", left.text());
    third.paper(&own, case, "proof").is(201);
    let corrected = third.step(&own, case, "corrected").is(200).json();
    // One of three days was used before; two are left.
    assert_eq!((corrected["state"].as_str(), corrected["due_on"].as_str()), (Some("filed"), Some("2026-06-25")));
    third.step(&third.office, case, "correction_asked").is_problem(409, "wrong_state");
    third.step(&third.office, case, "accepted").is(200);
    third.take(&third.unit, case, &granting()).is(200);
}

#[test]
fn who_does_not_correct_is_refused_after_the_term_and_a_paper_that_does_not_serve_is_named() {
    let town = Town::new().on(4, 15);
    let body = json!({"subject": CODE, "records": [town.record()], "ground": "wrong", "reason": "金额有误"});
    let case = id(&town.file(&town.office, "objections", &body).is(201).json());
    town.paper(&town.office, case, "application").is(201);
    town.step(&town.office, case, "correction_asked").is_problem(400, "bad_request");
    let named = json!({"step": "correction_asked", "reason": "决定书缺页", "papers": ["evidence", "evidence"]});
    let asked = town.take(&town.office, case, &named).is(200).json();
    assert_eq!((&asked["steps"][1]["named"], &asked["due_on"]), (&json!(["evidence"]), &json!("2026-04-29")));
    let stray = json!({"step": "retracted", "reason": "不再申请", "papers": ["evidence"]});
    town.take(&town.office, case, &stray).is_problem(400, "bad_request");
    let shown = town.app.get("", &format!("/api/v1/public/subjects/{CODE}/standing")).is(200).json();
    assert_eq!(shown["records"][0]["objected"], true, "the mark stays");
    let last = town.on(4, 29);
    last.step(&last.office, case, "refused").is_problem(409, "wrong_state");
    let late = town.on(4, 30);
    let view = late.app.get(&late.office, "/api/v1/warnings?level=red").is(200).json();
    assert_eq!(view["items"][0]["overdue"], true);
    assert_eq!(late.step(&late.office, case, "refused").is(200).json()["state"], "refused");
}

#[test]
fn nobody_is_asked_for_papers_after_the_term_to_accept_is_over() {
    let town = Town::new().on(6, 15);
    let case = town.repair();
    let late = town.on(6, 22);
    let refused = late.step(&late.office, case, "correction_asked");
    refused.is_problem(409, "wrong_state");
    assert!(refused.text().contains("2026-06-18"), "{}", refused.text());
}
