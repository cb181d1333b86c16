//! The ledger over HTTP: roots for everybody, proofs for whom they concern, entries for the office.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use credence::{
    ledger::{Proof, ProofFault, hex, unhex},
    store::{Conn, ledger},
    web::Role,
};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    world::{
        UNIT,
        penalty::{FIRM, penalty, table},
    },
};

fn root(app: &TestApp) {
    let shop = &app.world.shop;
    shop.database.write_again(|conn| ledger::make_root(conn, shop.clock.now())).unwrap().expect("there are entries");
}

fn proof(answer: Answer) -> Proof {
    serde_json::from_value(answer.is(200).json()).unwrap()
}

/// The address of the firm's only record, and its fields as they are kept.
fn record(app: &TestApp, key: &str) -> String {
    let records = app.get(key, &format!("/api/v1/subjects/{}/records", FIRM.1)).is(200).json();
    format!("/api/v1/subjects/{}/records/{}/proof", FIRM.1, records["items"][0]["key"].as_str().unwrap())
}

#[test]
fn a_record_is_proved_under_a_public_root_to_whom_it_concerns() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    app.deliver(&unit, "penalty", table(&(1..=7).map(penalty).collect::<Vec<_>>()));
    let address = record(&app, &unit);
    app.get(&unit, &address).is_problem(409, "wrong_state");
    root(&app);
    let roots = app.get("", "/api/v1/ledger/roots").is(200).json();
    let published = unhex(roots["items"][0]["hash"].as_str().unwrap()).unwrap();
    for key in [&unit, &office] {
        let proof = proof(app.get(key, &address));
        assert_eq!(proof.check(&published), Ok(()));
        assert!(proof.version.as_ref().unwrap().1.path.len() <= 3, "short paths only");
    }
    for (name, role) in [("YH", Role::Bank), ("CX", Role::Reader), ("YJJ", Role::Unit)] {
        app.get(&app.key(name, role), &address).is_problem(404, "not_found");
    }
    app.get(&office, &format!("{address}?revision=1")).is(200);
    app.get(&office, &format!("{address}?revision=2")).is_problem(404, "not_found");
}

#[test]
fn what_contradicts_the_ledger_is_not_proved() {
    let app = TestApp::new();
    let unit = app.key(UNIT, Role::Unit);
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    root(&app);
    let address = record(&app, &unit);
    app.get(&unit, &address).is(200);
    app.world.is_tampered.store(true, Ordering::Relaxed);
    let change = "UPDATE record SET exposure = 'shared'";
    match &mut *app.world.shop.database.get().unwrap() {
        Conn::Sqlite(conn) => conn.batch_execute(change).unwrap(),
        Conn::Postgres(conn) => conn.batch_execute(change).unwrap(),
    }
    app.get(&unit, &address).is_problem(409, "wrong_state");
}

/// What a cheat might change in a proof.
const CHANGES: &[(&str, &str)] = &[
    ("/version/0/subject", "1"),
    ("/version/0/unit", "\"X\""),
    ("/version/0/state", "\"withdrawn\""),
    ("/version/0/fact_on", "\"2026-03-11\""),
    ("/version/0/revision", "2"),
    ("/version/0/id", "3"),
    ("/version/1/index", "1"),
    ("/version/1/size", "8"),
    ("/entry/seq", "7"),
    ("/entry/actor", "\"X\""),
    ("/entry/moment", "\"2026-03-20T04:00:01\""),
    ("/entry/subject", "4"),
    ("/entry/first_id", "2"),
    ("/way/index", "0"),
    ("/way/size", "9"),
    ("/root/no", "2"),
    ("/root/entries", "9"),
    ("/root/made_at", "\"2026-03-20T04:00:01\""),
];

#[test]
fn a_proof_in_which_anything_is_changed_proves_nothing() {
    let app = TestApp::new();
    let unit = app.key(UNIT, Role::Unit);
    app.deliver(&unit, "penalty", table(&(1..=7).map(penalty).collect::<Vec<_>>()));
    root(&app);
    let roots = app.get("", "/api/v1/ledger/roots").is(200).json();
    let published = unhex(roots["items"][0]["hash"].as_str().unwrap()).unwrap();
    let whole = app.get(&unit, &record(&app, &unit)).is(200).json();
    for (place, value) in CHANGES {
        let mut changed = whole.clone();
        let target = changed.pointer_mut(place).unwrap_or_else(|| panic!("{place}"));
        assert_ne!(target.to_string(), *value, "{place}");
        *target = serde_json::from_str(value).unwrap();
        let changed: Proof = serde_json::from_value(changed).unwrap();
        assert!(changed.check(&published).is_err(), "{place}");
    }
    let mut fraction: Proof = serde_json::from_value(whole.clone()).unwrap();
    fraction.root.made_at += TimeDelta::nanoseconds(1);
    assert_eq!(fraction.check(&published), Err(ProofFault::Malformed("root.made_at")));
    let proof: Proof = serde_json::from_value(whole).unwrap();
    let mut other = published;
    other[0] ^= 1;
    assert!(matches!(proof.check(&other), Err(ProofFault::Root { no: 1, found }) if found == hex(&published)));
}

#[test]
fn nothing_can_be_added_to_the_proof_of_a_plain_entry() {
    let app = TestApp::new();
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    root(&app);
    let roots = app.get("", "/api/v1/ledger/roots").is(200).json();
    let published = unhex(roots["items"][0]["hash"].as_str().unwrap()).unwrap();
    let chains = app.get(&office, "/api/v1/ledger/chains").is(200).json();
    let written =
        |it: &&Value| it["entries"].as_i64() > Some(0) && it["chain"].as_str().unwrap().starts_with("collect");
    let chain = chains["items"].as_array().unwrap().iter().find(written).unwrap()["chain"].as_str().unwrap();
    let entries = app.get(&office, &format!("/api/v1/ledger/entries?chain={chain}")).is(200).json();
    let plain = entries["items"].as_array().unwrap().iter().find(|it| it["kind"] == "delivery").unwrap();
    let path = format!("/api/v1/ledger/proofs/{chain}/{}", plain["seq"]);
    let whole = app.get(&office, &path).is(200).json();
    let proof: Proof = serde_json::from_value(whole.clone()).unwrap();
    assert_eq!((proof.check(&published), &proof.version, proof.entry.first_id), (Ok(()), &None, None));
    let digest = json!("0".repeat(64));
    for (place, value) in [
        ("/entry/first_id", json!(1)),
        ("/entry/leaves", digest),
        ("/entry/moment", json!("2026-03-20T04:00:00.000000001")),
        ("/entry/body", json!("{}")),
        ("/entry/chain", json!("collect-7")),
        ("/entry/kind", json!("answer")),
        ("/entry/prev", json!("0".repeat(64))),
        ("/root/spans", json!("0".repeat(64))),
        ("/root/prev", json!("1".repeat(64))),
        ("/format", json!("credence-proof-2")),
    ] {
        let mut changed = whole.clone();
        let target = changed.pointer_mut(place).unwrap_or_else(|| panic!("{place}"));
        assert_ne!(*target, value, "{place}");
        *target = value;
        let changed: Proof = serde_json::from_value(changed).unwrap();
        assert!(changed.check(&published).is_err(), "{place}");
    }
}

#[test]
fn an_entry_is_proved_to_who_made_it_and_listed_for_the_office() {
    let app = TestApp::new();
    let (admin, office) = (app.key("ADMIN", Role::Admin), app.key("XYB", Role::Office));
    let body = serde_json::json!({"code": "NEW", "name": "示例市新单位"});
    app.post_json(&admin, "/api/v1/units", &body).is(200);
    root(&app);
    let chains = app.get(&office, "/api/v1/ledger/chains").is(200).json();
    let written = |it: &&Value| it["entries"].as_i64() > Some(0);
    let chain = chains["items"].as_array().unwrap().iter().find(written).unwrap()["chain"].as_str().unwrap();
    let entries = app.get(&office, &format!("/api/v1/ledger/entries?chain={chain}")).is(200).json();
    let entry = &entries["items"][0];
    assert_eq!((entry["kind"].as_str(), entry["body"]["unit"].as_str()), (Some("account"), Some("NEW")));
    assert!(!entry.to_string().contains("示例"), "no name is in the ledger: {entry}");
    let address = format!("/api/v1/ledger/proofs/{chain}/{}", entry["seq"]);
    let roots = app.get("", "/api/v1/ledger/roots?limit=1").is(200).json();
    let published = unhex(roots["items"][0]["hash"].as_str().unwrap()).unwrap();
    assert_eq!(proof(app.get(&office, &address)).check(&published), Ok(()));
    app.get(&app.key("YH", Role::Bank), &address).is_problem(404, "not_found");
    app.get(&office, &format!("/api/v1/ledger/proofs/{chain}/99")).is_problem(404, "not_found");
    app.get(&admin, &address).is_problem(403, "not_permitted");
}
