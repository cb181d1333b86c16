//! What is published, until when and by which rule; what the privacy self-check holds back, and how that ends.

use credence::{dossier, web::Role};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    world::{
        UNIT, World,
        penalty::{FIRM, penalty, table},
    },
};

fn records() -> String {
    format!("/api/v1/subjects/{}/records", FIRM.1)
}

fn public() -> String {
    format!("/api/v1/public/subjects/{}/records", FIRM.1)
}

fn items(app: &TestApp, key: &str, address: &str) -> Vec<Value> {
    app.get(key, address).is(200).json()["items"].as_array().unwrap().clone()
}

fn on(year: i32, month: u32, day: u32) -> TestApp {
    let mut world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    world.at(year, month, day);
    TestApp::of(world, 1 << 20, 0)
}

#[test]
fn a_summary_that_is_told_again_from_memory_changes_with_the_next_delivery() {
    let app = on(2026, 6, 12);
    let refresh = |app: &TestApp| dossier::refresh(&app.world.shop, app.world.shop.clock.day()).unwrap();
    let address = format!("/api/v1/public/subjects/{}/standing?brief=true", FIRM.1);
    let ask = |app: &TestApp| {
        let answer = app.get("", &address).is(200);
        (answer.header("etag").to_owned(), answer.json()["brief"]["records"]["penalty"]["published"].clone())
    };
    assert!(refresh(&app) > 0);
    let (tag, published) = ask(&app);
    assert_eq!((ask(&app), published), ((tag.clone(), json!(1)), json!(1)), "asked again, the same is told");
    app.get_with("", &address, &[("If-None-Match", &tag)]).is(304);

    app.world.deliver("penalty", table(&[penalty(2)]));
    assert_eq!(ask(&app).1, 2, "at once, though nothing is derived again yet");
    assert!(refresh(&app) > 0);
    assert_eq!((ask(&app).1, ask(&app).1), (json!(2), json!(2)));
}

#[test]
fn a_record_is_public_until_its_last_day_and_then_not_even_by_asking_as_of_before() {
    let app = on(2026, 6, 12);
    let shown = items(&app, "", &public());
    let it = &shown[0]["publicity"];
    assert_eq!(
        (&it["state"], &it["from"], &it["until"]),
        (&json!("published"), &json!("2026-03-12"), &json!("2026-06-12"))
    );
    assert_eq!(it["reason"]["rule"], json!({"pack": "publicity.market107", "version": 2, "rule": "minor"}));
    assert_eq!(shown[0]["objected"], false);

    let app = on(2026, 6, 13);
    assert_eq!(items(&app, "", &public()), Vec::<Value>::new());
    for moment in ["as_of=2026-05-01", "known_at=2026-03-21T00:00:00Z"] {
        app.get("", &format!("{}?{moment}", public())).is_problem(403, "not_permitted");
    }
    let (reader, other) = (app.key("R", Role::Reader), app.key("OTHER", Role::Unit));
    for key in [&reader, &other] {
        let answer = app.get(key, &records()).is(200).json();
        assert_eq!(answer["items"], json!([]));
        assert_eq!(answer["withheld"], json!({"not_permitted": 0}), "it is not told either");
    }
    let (office, unit) = (app.key("XYB", Role::Office), app.key(UNIT, Role::Unit));
    for key in [&office, &unit] {
        let it = &items(&app, key, &records())[0]["publicity"];
        assert_eq!((&it["state"], &it["usable"]), (&json!("ended"), &json!(false)));
        let then = &items(&app, key, &format!("{}?as_of=2026-05-01", records()))[0]["publicity"];
        assert_eq!((&then["state"], &then["usable"]), (&json!("published"), &json!(true)));
    }
}

#[test]
fn a_department_confirms_the_class_of_its_own_record() {
    let app = on(2026, 3, 21);
    let (unit, other) = (app.key(UNIT, Role::Unit), app.key("OTHER", Role::Unit));
    let key = items(&app, &unit, &records())[0]["key"].as_str().unwrap().to_owned();
    let address = format!("{}/{key}/class", records());
    let body = json!({"class": "serious", "reason": "多次违法，从重处罚"});
    app.post_json(&other, &address, &body).is_problem(404, "not_found");
    app.post_json(&unit, &address, &json!({"class": "nonsense", "reason": "x"})).is_problem(400, "bad_request");
    app.post_json(&unit, &address, &json!({"reason": "x"})).is_problem(400, "bad_request");
    app.post_json(&unit, &address, &body).is(200);
    let it = &items(&app, "", &public())[0]["publicity"];
    assert_eq!((&it["until"], &it["repairable_from"]), (&json!("2029-03-12"), &json!("2027-03-12")));
    assert_eq!(it["reason"]["rule"]["rule"], "serious");
}

#[test]
fn what_the_self_check_finds_is_masked_until_it_is_kept_or_corrected() {
    let app = TestApp::new();
    let (unit, other, office) = (app.key(UNIT, Role::Unit), app.key("OTHER", Role::Unit), app.key("XYB", Role::Office));
    let content = "罚款2000元。法定代表人：钱示例，举报电话13812345678";
    app.deliver(&unit, "penalty", table(&[penalty(1).fined("0.2", content)]));
    let shown = |key: &str, address: &str| items(&app, key, address)[0].clone();
    let open = shown("", &public());
    assert_eq!(open["fields"]["CF_NR"], "罚款2000元。法定代表人：钱*例，举报电话138****5678");
    assert_eq!(open["held_back"], json!(["CF_NR"]));
    let own = shown(&unit, &records());
    assert_eq!((&own["held_back"], own["fields"]["CF_NR"].as_str().unwrap().contains("钱示例")), (&json!([]), true));

    let tasks = app.get(&unit, "/api/v1/corrections?state=open").is(200).json();
    let tasks = tasks["items"].as_array().unwrap().clone();
    assert_eq!(tasks.len(), 2, "{tasks:?}");
    assert!(!Value::from(tasks.clone()).to_string().contains("钱示例"));
    assert_eq!(app.get(&other, "/api/v1/corrections").is(200).json()["items"], json!([]));
    assert_eq!(app.get(&office, "/api/v1/corrections?limit=1").is(200).json()["items"].as_array().unwrap().len(), 1);
    let mobile = tasks.iter().find(|it| it["kind"] == "mobile").unwrap();
    let keep = format!("/api/v1/corrections/{}/keep", mobile["id"]);
    let reason = json!({"reason": "系本机关公开的举报电话"});
    app.post_json(&other, &keep, &reason).is_problem(404, "not_found");
    assert_eq!(app.post_json(&unit, &keep, &reason).is(200).json()["state"], "kept");
    app.post_json(&unit, &keep, &reason).is_problem(409, "wrong_state");
    assert_eq!(shown("", &public())["fields"]["CF_NR"], "罚款2000元。法定代表人：钱*例，举报电话13812345678");

    let scan = app.post_json(&office, "/api/v1/privacy/scans", &json!({})).is(200).json();
    assert_eq!((&scan["opened"], &scan["done"]), (&json!(0), &json!(true)));
    assert_eq!(scan["open"], json!([{"unit": UNIT, "kind": "name", "count": 1}]));
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    assert_eq!(app.get(&unit, "/api/v1/corrections?state=open").json()["items"], json!([]));
    assert_eq!(shown("", &public())["held_back"], json!([]));
}

#[test]
fn a_citizens_number_is_never_kept() {
    let app = TestApp::new();
    let unit = app.key(UNIT, Role::Unit);
    app.deliver(&unit, "penalty", table(&[penalty(1).fined("0.2", "罚款2000元（11010519491231002X）")]));
    let task = app.get(&unit, "/api/v1/corrections").is(200).json()["items"][0].clone();
    assert_eq!(task["kind"], "citizen");
    let keep = format!("/api/v1/corrections/{}/keep", task["id"]);
    app.post_json(&unit, &keep, &json!({"reason": "已核实"})).is_problem(409, "wrong_state");
}
