//! Who may do what: every route is asked without a key and with every role, and answers as the document says.

use credence::web::{self, Role};
use serde_json::{Value, json};

use crate::{app::TestApp, world::UNIT};

/// Every operation: method, address with its parts filled in, roles the document names.
fn operations() -> Vec<(String, String, Vec<String>)> {
    let document = web::document();
    let mut found = Vec::new();
    for (address, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(_, it)| it["responses"].is_object()) {
            let roles = operation["security"][0]["key"].as_array().into_iter().flatten();
            let roles = roles.map(|it| it.as_str().unwrap().to_owned()).collect();
            found.push((method.to_uppercase(), address.clone(), roles));
        }
    }
    found
}

#[test]
fn the_routes_and_their_guards_are_these() {
    let lines = operations().into_iter().map(|(method, address, roles)| {
        let roles = if roles.is_empty() { "everybody".to_owned() } else { roles.join(", ") };
        format!("{method:6} {address}  — {roles}")
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_route_refuses_whom_the_document_does_not_name() {
    let app = TestApp::new();
    let keys: Vec<(Role, String)> =
        Role::ALL.iter().map(|role| (*role, app.key(&format!("U-{role}"), *role))).collect();
    for (method, address, roles) in operations() {
        let path = address
            .replace("{id}", "987654")
            .replace("{code}", "none")
            .replace("{list}", "none")
            .replace("{unit}", "none")
            .replace("{key}", "none")
            .replace("{seq}", "1")
            .replace("{kind}", "decision");
        let ask = |key: &str| match method.as_str() {
            "GET" => app.get(key, &path),
            "DELETE" => app.delete(key, &path),
            _ => app.post(key, &path, "application/json", "{}"),
        };
        if roles.is_empty() {
            assert!(!matches!(ask("").status, 401 | 403), "{method} {address} is open");
            continue;
        }
        ask("").is_problem(401, if method == "DELETE" { "bad_key" } else { "no_key" });
        for (role, key) in &keys {
            let answer = ask(key);
            if roles.iter().any(|it| it == role.as_str()) {
                assert!(!matches!(answer.status, 401 | 403), "{method} {address} is for {role}: {}", answer.text());
            } else {
                answer.is_problem(403, "not_permitted");
            }
        }
    }
}

#[test]
fn only_a_whole_live_key_of_an_active_unit_opens() {
    let app = TestApp::new();
    let (key, admin) = (app.key(UNIT, Role::Unit), app.key("ADMIN", Role::Admin));
    app.get("", "/api/v1/deliveries").is_problem(401, "no_key");
    let last = if key.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{last}", &key[..key.len() - 1]);
    for bad in ["nonsense", "ck_000000000000_", &key[..key.len() - 1], &other] {
        let answer = app.get(bad, "/api/v1/deliveries");
        answer.is_problem(401, "bad_key");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    app.get(&key, "/api/v1/deliveries").is(200);
    let unit = json!({"code": UNIT, "name": "示例市市场监督管理局", "active": false});
    app.post_json(&admin, "/api/v1/units", &unit).is(200);
    app.get(&key, "/api/v1/deliveries").is_problem(403, "inactive_unit");
}

#[test]
fn a_key_is_shown_once_and_revoked_for_good() {
    let app = TestApp::new();
    let admin = app.key("ADMIN", Role::Admin);
    app.post_json(&admin, "/api/v1/units", &json!({"code": "FGW", "name": "示例市发展和改革委员会"})).is(200);
    let new = json!({"unit": "FGW", "role": "office", "label": "业务系统"});
    let made = app.post_json(&admin, "/api/v1/keys", &new).is(201).json();
    let key = made["key"].as_str().unwrap();
    app.get(key, "/api/v1/units").is(200);
    let listed = app.get(&admin, "/api/v1/keys").is(200);
    assert!(!listed.text().contains(&key[16..]), "the secret is not in the list");
    app.delete(&admin, &format!("/api/v1/keys/{}", made["id"].as_str().unwrap())).is(204);
    app.get(key, "/api/v1/units").is_problem(401, "bad_key");
    app.delete(&admin, "/api/v1/keys/000000000000").is_problem(404, "not_found");
    for bad in [
        json!({"unit": "FGW", "role": "king", "label": "x"}),
        json!({"unit": "FGW", "role": "unit", "label": "x", "extra": 1}),
        Value::Null,
    ] {
        app.post_json(&admin, "/api/v1/keys", &bad).is_problem(400, "bad_request");
    }
    let nobody = json!({"unit": "NOBODY", "role": "unit", "label": "x"});
    app.post_json(&admin, "/api/v1/keys", &nobody).is_problem(404, "not_found");
}

#[test]
fn a_unit_sees_only_its_own_matters() {
    use crate::world::penalty::{penalty, table};
    let app = TestApp::new();
    let (own, other) = (app.key(UNIT, Role::Unit), app.key("OTHER", Role::Unit));
    let done = app.deliver(&own, "penalty", table(&[penalty(1), penalty(2).decided("2026/02/30")]));
    let address = format!("/api/v1/deliveries/{}", done["id"]);
    for part in ["", "/faults", "/warnings", "/report.xlsx", "/report.json"] {
        app.get(&own, &format!("{address}{part}")).is(200);
        app.get(&other, &format!("{address}{part}")).is_problem(404, "not_found");
    }
    for list in ["deliveries", "doubts", &format!("deliveries?unit={UNIT}")] {
        assert_eq!(app.get(&other, &format!("/api/v1/{list}")).is(200).json()["items"], json!([]), "{list}");
    }
    let office = app.key("XYB", Role::Office);
    app.get(&office, &address).is(200);
    // Its cells are as they were delivered: the office reads the masked ones.
    let refused = app.get(&office, &format!("{address}/report.xlsx"));
    refused.is_problem(403, "not_permitted");
    assert!(refused.text().contains("只有报送单位可以下载"), "{}", refused.text());
    app.get(&office, &format!("{address}/report.json")).is(200);
    app.deliver(&office, "penalty", table(&[penalty(3).decided("2026/02/30")]));
    let newest = app.get(&office, "/api/v1/deliveries?unit=XYB").is(200).json()["items"][0]["id"].clone();
    app.get(&office, &format!("/api/v1/deliveries/{newest}/report.xlsx")).is(200);
}
