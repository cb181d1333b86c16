//! Rule packs through the API: checked with all faults, proposed, simulated, put in force by a second person.

use credence::web::Role;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    world::{
        UNIT,
        penalty::{FIRM, penalty, table},
    },
};

const OWN: &str = include_str!("../../schemas/policy/packs/scorecard.credence.toml");

/// A second version: such a fine takes so many points, and 差 begins at 649.
fn second(points: &str) -> String {
    let fine = "title = \"罚款一千元以上不满一万元\"\npoints = ";
    let text = OWN.replacen("version = 1", "version = 2", 1).replacen("from = 600", "from = 650", 1);
    text.replacen("to = 599", "to = 649", 1).replacen(&format!("{fine}-30"), &format!("{fine}{points}"), 1)
}

fn with_a_penalty() -> (TestApp, String, String) {
    let app = TestApp::new();
    let unit = app.key(UNIT, Role::Unit);
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    let (one, other) = (app.key("XYB", Role::Office), app.key("XYB", Role::Office));
    (app, one, other)
}

fn level(app: &TestApp, key: &str) -> Value {
    let standing = app.get(key, &format!("/api/v1/subjects/{}/standing", FIRM.1)).is(200).json();
    let score = standing["scores"].as_array().unwrap().iter().find(|it| it["default"] == true).unwrap().clone();
    json!([score["level"], score["points"], score["pack"]["version"]])
}

#[test]
fn a_pack_is_checked_proposed_simulated_and_put_in_force_by_another() {
    let (app, one, other) = with_a_penalty();
    assert_eq!(level(&app, &one), json!(["C", 790, 1]));
    let proposal = json!({"text": second("-240")});
    let checked = app.post_json(&one, "/api/v1/packs?dry_run=true", &proposal).is(200).json();
    assert_eq!((checked["pack"]["version"].clone(), checked["faults"].clone()), (json!(2), json!([])));
    app.get(&one, "/api/v1/packs/scorecard.credence/2").is_problem(404, "not_found");

    let made = app.post_json(&one, "/api/v1/packs", &proposal).is(201).json();
    assert_eq!(made["state"], "proposed");
    let path = "/api/v1/packs/scorecard.credence/2";
    let activation = json!({"hash": made["hash"]});
    let activate = |key: &str, body: &Value| app.post_json(key, &format!("{path}/activate"), body);
    activate(&other, &activation).is_problem(409, "wrong_state");
    let found = app.post_json(&one, &format!("{path}/simulations"), &json!({"most": 5})).is(201).json();
    assert_eq!((&found["subjects"], &found["levels_changed"]), (&json!(1), &json!(1)));
    assert_eq!(found["most"][0]["to_level"], "D");
    activate(&one, &activation).is_problem(409, "same_person");
    activate(&other, &json!({})).is_problem(400, "bad_request");
    activate(&other, &json!({"hash": "00"})).is_problem(400, "bad_request");
    activate(&other, &json!({"hash": "00".repeat(32)})).is_problem(409, "wrong_state");
    let active = activate(&other, &activation).is(200).json();
    assert_eq!(active["state"], "active");
    assert_eq!(level(&app, &one), json!(["D", 600, 2]));
    let shown = app.get(&one, path).is(200).json();
    assert_eq!((&shown["simulation"], shown["text"].as_str()), (&found, Some(second("-240").as_str())));
    assert_ne!(shown["proposed_by"], shown["activated_by"]);

    let (proposal, retire) = (format!("{path}/retirement"), format!("{path}/retire"));
    app.post_json(&one, &retire, &json!({})).is_problem(409, "wrong_state");
    app.post_json(&other, &proposal, &json!({})).is(201);
    app.post_json(&one, &proposal, &json!({})).is_problem(409, "wrong_state");
    app.post_json(&other, &retire, &json!({})).is_problem(409, "same_person");
    assert_eq!(level(&app, &one), json!(["D", 600, 2]), "it is in force until it is confirmed");
    app.delete(&one, &proposal).is(204);
    app.delete(&one, &proposal).is_problem(409, "wrong_state");
    app.post_json(&one, &retire, &json!({})).is_problem(409, "wrong_state");
    app.post_json(&other, &proposal, &json!({})).is(201);
    let retired = app.post_json(&one, &retire, &json!({})).is(200).json();
    assert_eq!(retired["retiring_by"], retired["activated_by"], "two persons are enough");
    assert_eq!(level(&app, &one), json!(["C", 790, 1]));
    let unit = app.key(UNIT, Role::Unit);
    assert_eq!(app.get(&unit, path).is(200).json()["simulation"], Value::Null, "it names subjects");
    let list = app.get(&unit, "/api/v1/packs").is(200).json();
    let states: Vec<&Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["id"] == "scorecard.credence")
        .map(|it| &it["state"])
        .collect();
    assert_eq!(states, ["retired", "active"]);
}

#[test]
fn a_pack_with_faults_is_refused_with_all_of_them() {
    let (app, one, _) = with_a_penalty();
    let bad = second("-9000000").replacen("to = 649", "to = 660", 1).replacen("[\"penalty\"]", "[\"water\"]", 1);
    let checked = app.post_json(&one, "/api/v1/packs?dry_run=true", &json!({"text": bad})).is(200).json();
    let keys: Vec<&str> = checked["faults"].as_array().unwrap().iter().filter_map(|it| it["key"].as_str()).collect();
    for key in ["level.D", "characteristic.penalty.penalty_middle_fine", "characteristic.penalty.penalty_revoked"] {
        assert!(keys.contains(&key), "{keys:?}");
    }
    app.post_json(&one, "/api/v1/packs", &json!({"text": bad})).is_problem(400, "bad_request");
    app.post_json(&one, "/api/v1/packs", &json!({"text": OWN})).is_problem(409, "wrong_state");
    let unit = app.key(UNIT, Role::Unit);
    app.post_json(&unit, "/api/v1/packs", &json!({"text": OWN})).is_problem(403, "not_permitted");
}

#[test]
fn a_scorecard_goes_out_as_pmml_and_comes_back_as_another_version() {
    let (app, one, _) = with_a_penalty();
    let answer = app.get(&one, "/api/v1/packs/scorecard.credence/1/pmml").is(200);
    assert!(answer.header("content-type").starts_with("application/xml"));
    let document = answer.text().replacen("&quot;version&quot;:1", "&quot;version&quot;:3", 1);
    let body = json!({"text": document, "format": "pmml"});
    let made = app.post_json(&one, "/api/v1/packs", &body).is(201).json();
    assert_eq!((&made["id"], &made["version"]), (&json!("scorecard.credence"), &json!(3)));
    let found = app.post_json(&one, "/api/v1/packs/scorecard.credence/3/simulations", &json!({})).is(201).json();
    assert_eq!((&found["levels_changed"], &found["points_changed"]), (&json!(0), &json!(0)));
    app.get(&one, "/api/v1/packs/scorecard.sector/1/pmml").is_problem(409, "wrong_state");
    app.get(&one, "/api/v1/packs/scorecard.nothing/1/pmml").is_problem(404, "not_found");
}
