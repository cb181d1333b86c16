//! Figures of reporting can be traced to their rows, by each unit for itself and by the office for all.

use credence::web::Role;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    world::{
        UNIT, World,
        penalty::{penalty, table},
    },
};

/// Two penalties in time, one late, one wrong, delivered on 2026-03-20.
fn delivered() -> (TestApp, String) {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let rows = [penalty(1), penalty(2), penalty(3).decided("2026/02/10"), penalty(4).decided("2026/02/30")];
    app.deliver(&key, "penalty", table(&rows));
    (app, key)
}

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().unwrap_or_else(|| panic!("{body}"))
}

#[test]
fn the_figures_of_a_month_are_exact() {
    let (app, key) = delivered();
    let report = app.get(&key, "/api/v1/quality?month=2026-03").is(200).json();
    let figures = &report["units"][0]["figures"];
    assert_eq!((&figures["reported"], &figures["stored"]), (&json!(4), &json!(3)), "{report}");
    assert_eq!(figures["compliance"], json!({"part": 3, "whole": 4, "percent": "75.00%"}));
    assert_eq!(figures["lateness"], json!({"part": 1, "whole": 3, "percent": "33.33%"}));
    assert_eq!(figures["open_doubts"], 1);
    let empty = app.get(&key, "/api/v1/quality?month=2025-03").is(200).json();
    assert_eq!(empty["total"]["reported"], 0);
    assert_eq!(empty["total"]["compliance"]["percent"], Value::Null);
    app.get(&key, "/api/v1/quality?month=March").is_problem(400, "bad_request");
}

#[test]
fn behind_every_figure_stand_its_rows() {
    let (app, key) = delivered();
    let rows = |figure: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/quality/{UNIT}/rows?month=2026-03&figure={figure}&limit=1{cursor}");
            let page = app.get(&key, &path).is(200).json();
            found.extend(items(&page).clone());
            let Some(next) = page["next"].as_str() else { return found };
            cursor = format!("&cursor={next}");
        }
    };
    let column = |rows: &[Value], name: &str| rows.iter().map(|it| it[name].clone()).collect::<Vec<_>>();
    assert_eq!(column(&rows("delivered"), "file_name").len(), 1);
    assert_eq!(column(&rows("timed"), "row"), [json!(2), json!(3), json!(4)]);
    let late = rows("late");
    assert_eq!((column(&late, "row"), column(&late, "fact_on")), (vec![json!(4)], vec![json!("2026-02-10")]));
    assert_eq!(column(&rows("doubtful"), "row"), [json!(5)]);
    assert_eq!(rows("owed").len(), 1);
    let wrong = format!("/api/v1/quality/{UNIT}/rows?figure=beauty");
    app.get(&key, &wrong).is_problem(400, "bad_request");
}

#[test]
fn a_unit_sees_its_own_figures_and_all_see_the_ranking() {
    let (app, key) = delivered();
    let (other, office) = (app.key("OTHER", Role::Unit), app.key("XYB", Role::Office));
    let own = app.get(&key, &format!("/api/v1/quality/{UNIT}?month=2026-03")).is(200).json();
    assert_eq!(own["lines"][0]["resource"], "penalty");
    assert_eq!(own["owed"][0]["outcome"], "delivered", "{own}");
    for part in [String::new(), "/rows?figure=late".to_owned()] {
        app.get(&other, &format!("/api/v1/quality/{UNIT}{part}")).is_problem(404, "not_found");
        app.get(&office, &format!("/api/v1/quality/{UNIT}{part}")).is(200);
    }
    assert_eq!(app.get(&other, "/api/v1/quality?month=2026-03").json()["units"], json!([]));
    app.get(&office, "/api/v1/quality/NOBODY").is_problem(404, "not_found");
    let ranking = app.get(&other, "/api/v1/quality/ranking?month=2026-03").is(200).json();
    assert_eq!((&ranking["items"][0]["place"], &ranking["items"][0]["unit"]), (&json!(1), &json!(UNIT)));
}

#[test]
fn a_warning_tells_of_a_period_that_was_missed() {
    let mut world = World::new();
    world.at(2026, 1, 10).deliver("penalty", table(&[penalty(1).decided("2026/01/08")]));
    world.at(2026, 3, 20);
    let app = TestApp::of(world, 1 << 20, 0);
    let (key, office, other) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office), app.key("OTHER", Role::Unit));
    let warnings = app.get(&office, "/api/v1/quality/warnings").is(200).json();
    let is_missed = |it: &Value| it["level"] == "red" && it["matter"] == "period" && it["period"] == "2026-02";
    assert!(items(&warnings).iter().any(is_missed), "{warnings}");
    assert_eq!(app.get(&key, "/api/v1/quality/warnings").json(), warnings);
    assert_eq!(app.get(&other, "/api/v1/quality/warnings").json()["items"], json!([]));
}
