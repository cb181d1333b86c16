//! A file is taken in once, in any format, by raw body or form, and its fate can be followed.

use credence::{sample::Format, web::Role};
use serde_json::json;

use crate::{
    app::{TestApp, form, synthetic},
    world::{
        UNIT, World,
        penalty::{OTHER, penalty, table},
    },
};

#[test]
fn a_delivery_is_taken_in_and_its_five_counts_add_up() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let wrong = penalty(4).decided("2026/02/30");
    let bytes = table(&[penalty(1), penalty(2).on(OTHER), penalty(1), wrong]);
    let taken = app.post(&key, "/api/v1/deliveries?resource=penalty&file_name=三月.csv", "text/csv", &bytes).is(202);
    assert_eq!(taken.header("location"), taken.json()["href"]);
    assert_eq!((&taken.json()["state"], &taken.json()["fresh"]), (&json!("received"), &json!(true)));
    let waiting = app.get(&key, taken.header("location")).is(200).json();
    assert_eq!(waiting["progress"], json!({"done": 0, "of": null}));

    app.finish(&taken.json());

    let done = app.get(&key, taken.header("location")).is(200).json();
    let expected = json!({"reported": 4, "stored": 2, "updated": 0, "repeated": 1, "doubtful": 1, "unlinked": 0});
    assert_eq!(done["counts"], expected);
    assert_eq!(
        (&done["state"], &done["file_name"], &done["format"]),
        (&json!("done"), &json!("三月.csv"), &json!("csv"))
    );
    assert_eq!(done["progress"], json!({"done": 4, "of": 4}));
}

#[test]
fn the_same_bytes_twice_are_one_delivery() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let bytes = table(&[penalty(1)]);
    let first = app.deliver(&key, "penalty", &bytes);
    let again = app.post(&key, "/api/v1/deliveries?resource=penalty", "text/csv", &bytes).is(202).json();
    assert_eq!((&again["id"], &again["fresh"], &again["state"]), (&first["id"], &json!(false), &json!("done")));
    let listed = app.get(&key, "/api/v1/deliveries").is(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[test]
fn all_four_formats_are_recognised_from_their_bytes_and_hold_the_same_records() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let mut known = 0;
    for (format, name) in [(Format::Xml, "xml"), (Format::Csv, "csv"), (Format::Xlsx, "xlsx"), (Format::Json, "json")] {
        let done = app.deliver(&key, "penalty", synthetic(&app, "penalty", 20, format));
        assert_eq!((&done["state"], &done["format"]), (&json!("done"), &json!(name)), "{done}");
        assert_eq!(done["tally"]["rows"], 20, "{done}");
        known += done["tally"]["new"].as_u64().unwrap();
    }
    assert_eq!(known, 20, "the three later formats repeat the first");
}

#[test]
fn a_form_carries_the_file_and_its_resource() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let bytes = table(&[penalty(1)]);
    let (kind, body) = form(&[("resource", None, b"penalty"), ("file", Some("处罚.csv"), bytes.as_bytes())]);
    let taken = app.post(&key, "/api/v1/deliveries", &kind, body).is(202).json();
    let view = app.get(&key, taken["href"].as_str().unwrap()).json();
    assert_eq!((&view["resource"], &view["file_name"]), (&json!("penalty"), &json!("处罚.csv")));
    assert_eq!(view["size"], bytes.len());

    let (kind, body) = form(&[("file", Some("a.csv"), b"x"), ("file", Some("b.csv"), b"y")]);
    app.post(&key, "/api/v1/deliveries?resource=penalty", &kind, body).is_problem(400, "bad_request");
    let (kind, body) = form(&[("resource", None, b"penalty")]);
    app.post(&key, "/api/v1/deliveries", &kind, body).is_problem(400, "empty_body");
    let (kind, body) = form(&[("file", Some("a.csv"), b"x"), ("colour", None, b"red")]);
    app.post(&key, "/api/v1/deliveries?resource=penalty", &kind, body).is_problem(400, "bad_request");
}

#[test]
fn what_cannot_be_taken_in_is_told_before_anything_is_kept() {
    let app = TestApp::limited(2000);
    let key = app.key(UNIT, Role::Unit);
    let post = |path: &str, body: &[u8]| app.post(&key, path, "text/csv", body);
    post("/api/v1/deliveries?resource=nonsense", b"x").is_problem(404, "unknown_resource");
    post("/api/v1/deliveries", b"x").is_problem(400, "bad_request");
    post("/api/v1/deliveries?resource=penalty", b"").is_problem(400, "empty_body");
    post("/api/v1/deliveries?resource=penalty", &[b'x'; 2001]).is_problem(413, "too_large");
    post("/api/v1/checks?resource=penalty", &[b'x'; 2001]).is_problem(413, "too_large");
    let listed = app.get(&key, "/api/v1/deliveries").json();
    assert_eq!(listed["items"], json!([]));
}

#[test]
fn a_unit_delivers_for_itself_and_the_office_for_any() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    let path = "/api/v1/deliveries?resource=penalty&unit=";
    let bytes = table(&[penalty(1)]);
    app.post(&unit, &format!("{path}XYB"), "text/csv", &bytes).is_problem(403, "not_permitted");
    let taken = app.post(&office, &format!("{path}{UNIT}"), "text/csv", &bytes).is(202).json();
    assert_eq!(app.get(&unit, taken["href"].as_str().unwrap()).is(200).json()["unit"], UNIT);
    app.post(&office, &format!("{path}NOBODY"), "text/csv", &bytes).is_problem(409, "wrong_state");
}

#[test]
fn deliveries_are_listed_by_pages_and_narrowed() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    for n in 1..=5 {
        app.deliver(&key, "penalty", table(&[penalty(n)]));
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/deliveries?limit=2".to_owned());
    loop {
        let page = app.get(&key, &path).is(200);
        let body = page.json();
        seen.extend(body["items"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()));
        let Some(next) = body["next"].as_str() else { break };
        let link = format!("</api/v1/deliveries?limit=2&cursor={next}>; rel=\"next\"");
        assert_eq!(page.header("link"), link);
        path = format!("/api/v1/deliveries?limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    let count = |query: &str| {
        let page = app.get(&key, &format!("/api/v1/deliveries?{query}")).is(200).json();
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count("state=done"), 5);
    assert_eq!(count("state=held"), 0);
    assert_eq!(count("resource=licence"), 0);
    assert_eq!(count("since=2026-03-20T04:00:00Z"), 5);
    assert_eq!(count("before=2026-03-20T04:00:00Z"), 0);
    for bad in ["state=asleep", "limit=0", "limit=501", "since=yesterday", "cursor=x", "limit=many"] {
        let answer = app.get(&key, &format!("/api/v1/deliveries?{bad}"));
        assert_eq!(answer.status, 400, "{bad}");
    }
}

#[test]
fn the_servers_own_workers_bring_a_delivery_to_its_end() {
    let app = TestApp::of(World::new(), 1 << 20, 2);
    let key = app.key(UNIT, Role::Unit);
    let taken = app.post(&key, "/api/v1/deliveries?resource=penalty", "text/csv", table(&[penalty(1)])).is(202);
    let done = app.wait(&key, taken.json()["id"].as_i64().unwrap());
    assert_eq!(done["tally"]["new"], 1, "{done}");
}

#[test]
fn a_held_delivery_goes_on_or_is_discarded_by_the_office() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    let many = |from: u32| {
        let rows: Vec<_> = (from..from + 120).map(|n| penalty(n).decided("2026/02/30")).collect();
        table(&rows)
    };
    let held = app.deliver(&unit, "penalty", many(1));
    assert_eq!(held["state"], "held", "{held}");
    let address = format!("/api/v1/deliveries/{}", held["id"]);
    let post = |key: &str, what: &str| app.post_json(key, &format!("{address}/{what}"), &json!({"reason": "已核实"}));
    post(&unit, "release").is_problem(403, "not_permitted");
    assert_eq!(post(&office, "release").is(200).json()["released"], true);
    post(&office, "release").is_problem(409, "wrong_state");
    app.finish(&held);
    assert_eq!(app.get(&unit, &address).json()["counts"]["doubtful"], 120);

    let other = app.deliver(&unit, "penalty", many(1000));
    let address = format!("/api/v1/deliveries/{}/discard", other["id"]);
    app.post_json(&office, &address, &json!({"reason": " "})).is_problem(400, "bad_request");
    let gone = app.post_json(&office, &address, &json!({"reason": "导出有误"})).is(200).json();
    assert_eq!(gone["state"], "refused");
    assert!(gone["message"].as_str().unwrap().starts_with("导出有误"));
}

#[test]
fn a_zero_report_is_kept_once() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let body = json!({"resource": "penalty", "period": "2026-03"});
    app.post_json(&key, "/api/v1/zero-reports", &body).is(201);
    app.post_json(&key, "/api/v1/zero-reports", &body).is(200);
    let bad = json!({"resource": "penalty", "period": "March"});
    app.post_json(&key, "/api/v1/zero-reports", &bad).is_problem(400, "bad_request");
    let listed = app.get(&key, "/api/v1/zero-reports?period=2026-03").is(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let other = app.key("OTHER", Role::Unit);
    assert_eq!(app.get(&other, "/api/v1/zero-reports?period=2026-03").json()["items"], json!([]));
}

#[test]
fn the_same_bytes_at_the_same_moment_through_two_servers_are_one_delivery_worked_on_once() {
    let app = TestApp::of(World::new(), 1 << 20, 2);
    let beside = app.beside(2);
    let key = app.key(UNIT, Role::Unit);
    let bytes = table(&(1..=60).map(penalty).collect::<Vec<_>>());
    let path = "/api/v1/deliveries?resource=penalty";
    let ids: Vec<i64> = std::thread::scope(|scope| {
        let send = |n: usize| {
            let (app, key, bytes) = (if n.is_multiple_of(2) { &app } else { &beside }, &key, &bytes);
            scope.spawn(move || app.post(key, path, "text/csv", bytes).is(202).json()["id"].as_i64().unwrap())
        };
        let senders: Vec<_> = (0..8).map(send).collect();
        senders.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|it| *it == ids[0]), "{ids:?}");
    let done = app.wait(&key, ids[0]);
    assert_eq!((&done["state"], &done["tally"]["new"]), (&json!("done"), &json!(60)), "{done}");
    let listed = beside.get(&key, "/api/v1/deliveries").is(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[test]
fn two_servers_on_one_database_share_the_work() {
    let app = TestApp::of(World::new(), 1 << 20, 1);
    let beside = app.beside(1);
    let key = app.key(UNIT, Role::Unit);
    let path = "/api/v1/deliveries?resource=penalty";
    let ids: Vec<i64> = (0..6_u32)
        .map(|n| {
            let bytes = table(&(n * 20..n * 20 + 20).map(penalty).collect::<Vec<_>>());
            let server = if n.is_multiple_of(2) { &app } else { &beside };
            server.post(&key, path, "text/csv", bytes).is(202).json()["id"].as_i64().unwrap()
        })
        .collect();
    for id in ids {
        let done = beside.wait(&key, id);
        assert_eq!((&done["state"], &done["tally"]["new"]), (&json!("done"), &json!(20)), "{done}");
    }
}
