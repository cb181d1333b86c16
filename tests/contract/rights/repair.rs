//! Repair: refused before the term, granted after it, felt everywhere at once, reversed when the papers were false.

use credence::store::rights as kept;
use serde_json::{Value, json};

use super::{CODE, Town, granting, id, points};
use crate::world::penalty::{OTHER, penalty, table};

#[test]
fn a_repair_is_felt_by_everybody_in_the_next_request_and_the_day_before_is_still_answered_as_it_was() {
    let town = Town::new().on(6, 15);
    let (public, shared, before) = town.seen();
    assert_eq!((public, shared, before["records"][0]["state"].as_str()), (1, 1, Some("published")));
    let case = town.repair();
    town.accepted(case);
    assert_eq!(town.seen().0, 1, "an application changes nothing");
    let granted = town.take(&town.unit, case, &granting()).is(200).json();
    assert_eq!((granted["state"].as_str(), granted["open"].as_bool()), (Some("granted"), Some(false)));
    let (public, shared, after) = town.seen();
    assert_eq!((public, shared, after["records"][0]["state"].as_str()), (0, 0, Some("repaired")));
    assert_eq!(after["records"][0]["usable"], false);
    assert!(points(&after) > points(&before), "{} {}", points(&after), points(&before));
    for path in ["public/subjects", "subjects"] {
        let key = if path == "subjects" { town.reader.as_str() } else { "" };
        let page = town.app.get(key, &format!("/api/v1/{path}/{CODE}/records")).is(200).json();
        assert_eq!(page["items"], json!([]), "{path}");
    }
    let past = town.app.get(&town.office, &format!("/api/v1/subjects/{CODE}/standing?as_of=2026-06-14")).is(200).json();
    assert_eq!(past["records"][0]["state"], "published");
    assert_eq!(points(&past), points(&before));
    let known = "known_at=2026-06-14T12:00:00Z";
    let then = town.app.get(&town.office, &format!("/api/v1/subjects/{CODE}/standing?{known}")).is(200).json();
    assert_eq!(then["records"][0]["state"], "published");
    // A month later nothing has come back, and the platform above has been told once.
    let later = town.on(7, 15);
    assert_eq!(later.seen().0, 0);
    let conn = &mut town.app.world.shop.database.get().unwrap();
    let told: Vec<String> = kept::waiting(conn, 0, 9).unwrap().into_iter().map(|it| it.kind).collect();
    assert_eq!(told, ["repair_granted"]);
}

#[test]
fn nothing_is_repaired_before_its_term_and_the_reason_is_told_with_the_day() {
    let town = Town::new();
    let early = town.on(4, 15);
    let view = early.app.get(&early.office, &format!("/api/v1/subjects/{CODE}/repairability")).is(200).json();
    let record = &view["records"][0];
    assert_eq!((record["outcome"].as_str(), record["earliest"].as_str()), (Some("not_met"), Some("2026-06-12")));
    assert_eq!(record["pack"]["id"], "rights.market107");
    let conditions = record["conditions"].as_array().unwrap();
    let term = conditions.iter().find(|it| it["condition"] == "minimum_term").unwrap();
    assert_eq!((term["outcome"].as_str(), term["from"].as_str()), (Some("not_met"), Some("2026-06-12")));
    assert_eq!(term["reason"]["rule"]["rule"], "minimum_term");
    assert!(term["reason"]["source"].as_str().unwrap().contains("107"));
    for it in conditions {
        assert!(!it["reason"]["text"].as_str().unwrap().is_empty() && !it["name"].as_str().unwrap().is_empty());
    }
    let case = early.repair();
    for kind in ["application", "commitment", "proof"] {
        early.paper(&early.office, case, kind).is(201);
    }
    let refused = early.step(&early.office, case, "accepted");
    refused.is_problem(409, "wrong_state");
    assert!(refused.text().contains("2026-06-12起可以申请"), "{}", refused.text());
    early.step(&early.office, case, "refused").is(200);
    assert!(early.letter(&early.office, case, "refusal").is(200).text().contains("不予受理"));
    let due = town.on(6, 12);
    let view = due.app.get(&due.office, &format!("/api/v1/subjects/{CODE}/repairability")).is(200).json();
    assert_eq!(view["records"][0]["outcome"], "unknown");
    assert_eq!(due.repaired(), case + 1);
}

#[test]
fn a_repair_needs_its_papers_and_a_confirmation_of_what_the_records_do_not_say() {
    let town = Town::new().on(6, 15);
    let case = town.repair();
    let missing = town.step(&town.office, case, "accepted");
    missing.is_problem(400, "bad_request");
    assert!(missing.text().contains("守信承诺书"), "{}", missing.text());
    town.accepted(case);
    let unconfirmed = town.take(&town.unit, case, &json!({"step": "granted", "reason": "同意"}));
    unconfirmed.is_problem(400, "bad_request");
    assert!(unconfirmed.text().contains("已纠正失信行为"), "{}", unconfirmed.text());
    let nonsense = json!({"step": "granted", "reason": "同意", "confirmed": ["anything"]});
    town.take(&town.unit, case, &nonsense).is_problem(400, "bad_request");
    town.take(&town.unit, case, &granting()).is(200);
    let again = town.take(&town.unit, case, &granting());
    again.is_problem(409, "wrong_state");
    assert!(again.text().contains("已修复"), "{}", again.text());
}

#[test]
fn a_false_paper_brings_everything_back_and_bars_for_three_years() {
    let town = Town::new().on(6, 15);
    let before = town.seen().2;
    let case = town.repaired();
    let later = town.on(7, 1);
    let body = json!({"step": "reversed", "reason": "缴款凭证系伪造"});
    later.take(&later.unit, case, &body).is_problem(400, "bad_request");
    let body = json!({"step": "reversed", "reason": "缴款凭证系伪造", "source": "示市监信撤〔2026〕1号"});
    assert_eq!(later.take(&later.unit, case, &body).is(200).json()["state"], "reversed");
    let (public, shared, after) = later.seen();
    assert_eq!((public, shared), (1, 1));
    assert_eq!(points(&after), points(&before));
    // While it was repaired it was not shown, and that day is still answered so.
    let between = format!("/api/v1/subjects/{CODE}/standing?as_of=2026-06-20");
    let between = later.app.get(&later.office, &between).is(200).json();
    assert_eq!(between["records"][0]["state"], "repaired");
    let view = later.app.get(&later.office, &format!("/api/v1/subjects/{CODE}/repairability")).is(200).json();
    let conditions = view["records"][0]["conditions"].as_array().unwrap();
    let bar = conditions.iter().find(|it| it["condition"] == "false_papers").unwrap();
    assert_eq!((bar["outcome"].as_str(), bar["from"].as_str()), (Some("not_met"), Some("2029-07-01")));
    assert_eq!(view["records"][0]["earliest"], "2029-07-01");
    let second = later.repair();
    for kind in ["application", "commitment", "proof"] {
        later.paper(&later.office, second, kind).is(201);
    }
    assert!(later.step(&later.office, second, "accepted").text().contains("2029-07-01以前不予修复"));
}

#[test]
fn who_decided_repairs_the_office_accepts_and_the_subject_asks_in_its_own_matters_only() {
    let town = Town::new();
    town.app.deliver(&town.unit, "penalty", table(&[penalty(2).on(OTHER)]));
    let town = town.on(6, 15);
    let (own, other) = (town.own_key(CODE), town.own_key(OTHER.1));
    let stranger = town.app.key("YJJ", credence::web::Role::Unit);
    let body = json!({"record": town.record(), "reason": "已缴纳罚款"});
    town.file(&other, "repairs", &body).is_problem(404, "not_found");
    let theirs = json!({"subject": CODE, "record": town.record(), "reason": "已缴纳罚款"});
    town.file(&other, "repairs", &theirs).is_problem(404, "not_found");
    town.file(&town.unit, "repairs", &theirs).is_problem(403, "not_permitted");
    let case = id(&town.file(&own, "repairs", &body).is(201).json());
    town.file(&own, "repairs", &body).is_problem(409, "wrong_state");
    for key in [&other, &stranger] {
        town.app.get(key, &format!("/api/v1/cases/{case}")).is_problem(404, "not_found");
        town.step(key, case, "retracted").is_problem(404, "not_found");
        town.paper(key, case, "proof").is_problem(404, "not_found");
        town.letter(key, case, "notice").is_problem(404, "not_found");
        assert_eq!(town.app.get(key, "/api/v1/cases").is(200).json()["items"], json!([]));
    }
    town.app.get(&town.reader, &format!("/api/v1/cases/{case}")).is_problem(403, "not_permitted");
    town.step(&own, case, "accepted").is_problem(409, "wrong_state");
    town.step(&town.unit, case, "accepted").is_problem(409, "wrong_state");
    town.accepted(case);
    town.take(&own, case, &granting()).is_problem(409, "wrong_state");
    // The office only writes down what the unit answered on paper.
    let bare = json!({"step": "granted", "reason": "同意", "confirmed": ["performed"]});
    town.take(&town.office, case, &bare).is_problem(400, "bad_request");
    town.take(&town.office, case, &granting()).is(200);
    for key in [&own, &town.unit, &town.office] {
        assert_eq!(town.app.get(key, "/api/v1/cases").is(200).json()["items"][0]["id"], case);
    }
}

#[test]
fn the_same_request_again_is_the_same_case_and_the_same_step() {
    let town = Town::new().on(6, 15);
    let body = json!({"subject": CODE, "record": town.record(), "reason": "已缴纳罚款"}).to_string();
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "r-1")];
    let first = town.app.post_with(&town.office, "/api/v1/cases/repairs", &headers, &body).is(201);
    let again = town.app.post_with(&town.office, "/api/v1/cases/repairs", &headers, &body).is(201);
    assert_eq!(first.body, again.body);
    let case = id(&first.json());
    town.accepted(case);
    let (path, body) = (format!("/api/v1/cases/{case}/steps"), granting().to_string());
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "s-1")];
    let first = town.app.post_with(&town.unit, &path, &headers, &body).is(200);
    assert_eq!(town.app.post_with(&town.unit, &path, &headers, &body).is(200).body, first.body);
    assert_eq!(town.case(case)["steps"].as_array().unwrap().len(), 3);
}

#[test]
fn warnings_grow_over_the_long_holiday_as_working_days_pass() {
    let town = Town::new();
    let start = town.on(9, 28);
    let case = start.repair();
    let level = |month, day, key: Option<&str>| {
        let town = town.on(month, day);
        let view = town.app.get(key.unwrap_or(&town.office), "/api/v1/warnings").is(200).json();
        (view["items"][0]["level"].clone(), view["items"][0]["days_left"].clone(), view["counts"].clone())
    };
    assert_eq!(start.case(case)["due_on"], "2026-10-08");
    assert_eq!(level(9, 28, None).0, Value::Null);
    assert_eq!((level(9, 29, None).0, level(9, 29, None).1), (json!("blue"), json!(2)));
    assert_eq!((level(10, 6, None).0, level(10, 6, None).1), (json!("yellow"), json!(1)));
    assert_eq!(level(10, 8, Some(&town.unit)).2, json!({"red": 1, "yellow": 0, "blue": 0}));
    let late = town.on(10, 9);
    let view = late.app.get(&late.office, "/api/v1/warnings?level=red").is(200).json();
    assert_eq!((view["items"][0]["overdue"].as_bool(), view["items"][0]["days_left"].as_i64()), (Some(true), Some(-1)));
    assert_eq!(view["items"][0]["href"], format!("/api/v1/cases/{case}"));
    assert!(late.letter(&late.office, case, "deadline").is(200).text().contains("已经逾期"));
    late.app.get(&late.office, "/api/v1/warnings?level=green").is_problem(400, "bad_request");
}

#[test]
fn warnings_come_by_pages_in_the_order_of_their_days_and_are_counted_whole() {
    let town = Town::new().on(6, 15);
    town.repair();
    let body = json!({"subject": CODE, "records": [town.record()], "ground": "wrong", "reason": "金额有误"});
    town.on(6, 16).file(&town.office, "objections", &body).is(201);
    let late = town.on(7, 15);
    let all = late.app.get(&late.office, "/api/v1/warnings").is(200).json();
    assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (2, &Value::Null));
    let first = late.app.get(&late.office, "/api/v1/warnings?limit=1").is(200);
    assert!(first.header("link").contains("limit=1&cursor="), "{}", first.header("link"));
    let first = first.json();
    let second = format!("/api/v1/warnings?limit=1&cursor={}", first["next"].as_str().unwrap());
    let second = late.app.get(&late.office, &second).is(200).json();
    assert_eq!([&first["items"][0], &second["items"][0]], [&all["items"][0], &all["items"][1]]);
    assert_eq!((&first["counts"]["red"], &second["counts"]["red"]), (&json!(2), &json!(2)));
    assert_eq!(second["next"], Value::Null);
    late.app.get(&late.office, "/api/v1/warnings?cursor=c1").is_problem(400, "bad_cursor");
    late.app.get(&late.office, "/api/v1/warnings?limit=501").is_problem(400, "bad_request");
}

#[test]
fn a_notice_is_said_to_be_sent_once_however_often_the_request_comes() {
    let town = Town::new().on(6, 15);
    town.repaired();
    let waiting = || town.app.get(&town.office, "/api/v1/upward-notices").is(200).json()["items"].clone();
    let before = waiting();
    let path = format!("/api/v1/upward-notices/{}/sent", before[0]["id"]);
    let sent = |key: &str, body: &str| town.app.post_with(&town.office, &path, &[("Idempotency-Key", key)], body);
    let first = sent("k-1", "").is(204);
    assert!(first.body.is_empty() && first.headers.get("idempotency-replayed").is_none());
    let again = sent("k-1", "").is(204);
    assert!(again.body.is_empty());
    assert_eq!(again.header("idempotency-replayed"), "true");
    sent("k-1", "{}").is_problem(422, "other_request");
    sent("k-2", "").is_problem(404, "not_found");
    assert_eq!(waiting().as_array().unwrap().len() + 1, before.as_array().unwrap().len());
}
