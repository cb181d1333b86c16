//! Answers stand in the ledger before they are given, each once, and a subject finds every one that was about it.

use std::collections::HashSet;

use chrono::Duration;
use credence::{
    ledger::EventKind,
    store::{
        self,
        answers::{self, Given},
        idempotency::{self, Claim, Known},
    },
};
use serde_json::json;

use crate::world::{World, moment};

fn given(kind: &str, subjects: &[i64]) -> Given {
    Given {
        asked_at: moment(2026, 3, 20),
        unit: "BANK".into(),
        caller: "0123456789ab".into(),
        role: "bank".into(),
        kind: kind.into(),
        purpose: Some("before".into()),
        consent: None,
        subjects: subjects.to_vec(),
        question: json!({"block": "base"}),
        outcome: "found".into(),
        digest: [7; 32],
    }
}

#[test]
fn every_answer_has_a_place_of_its_own_in_the_ledger() {
    let world = World::new();
    let mut durable = world.shop.database.durable().unwrap();
    let answers: Vec<Given> = (1..=300).map(|n| given("bank.verify", &[n])).collect();
    let answers: Vec<&Given> = answers.iter().collect();
    let recorded = store::write(&mut durable, |conn| answers::record(conn, &answers)).unwrap();
    let places: HashSet<String> = recorded.iter().map(|it| it.receipt.to_string()).collect();
    assert_eq!((recorded.len(), places.len()), (300, 300));
    let logged = world.shop.database.read(|conn| answers::about(conn, &[42], i64::MAX, 10)).unwrap();
    assert_eq!(logged.len(), 1);
    assert_eq!((logged[0].id, logged[0].seq), (recorded[41].id, recorded[41].receipt.seq));
    assert_eq!(EventKind::Answer.as_str(), "answer");
}

#[test]
fn a_subject_finds_answers_about_it_alone_and_among_others_the_latest_first() {
    let world = World::new();
    let record = |it: &Given| world.shop.database.write_again(|conn| answers::record(conn, &[it])).unwrap()[0].id;
    let alone = record(&given("bank.verify", &[5]));
    let among = record(&given("bank.screening", &[9, 5, 5, 7]));
    record(&given("bank.screening", &[7, 9]));
    let last = record(&given("window.decision", &[5]));
    let about = |below, limit| {
        let found = world.shop.database.read(|conn| answers::about(conn, &[5], below, limit)).unwrap();
        found.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(about(i64::MAX, 10), [last, among, alone]);
    assert_eq!(about(i64::MAX, 2), [last, among]);
    assert_eq!(about(among, 10), [alone]);
    let found = world.shop.database.read(|conn| answers::find(conn, &[5], last)).unwrap();
    assert_eq!(found.unwrap().kind, "window.decision");
    assert_eq!(world.shop.database.read(|conn| answers::find(conn, &[6], last)).unwrap(), None);
}

fn claim(digest: u8, minute: i64) -> Claim {
    let at = moment(2026, 3, 20) + Duration::minutes(minute);
    Claim { holder: "BANK".into(), key: "k".into(), digest: [digest; 32], at }
}

#[test]
fn a_claim_is_one_requests_until_it_is_settled_released_or_left_behind() {
    let world = World::new();
    let ask = |claim: &Claim, stale: i64| {
        let stale = moment(2026, 3, 20) + Duration::minutes(stale);
        world.shop.database.write(|conn| idempotency::claim(conn, claim, stale)).unwrap()
    };
    assert_eq!(ask(&claim(1, 0), 0), Known::Claimed);
    assert_eq!(ask(&claim(1, 1), 0), Known::Underway);
    assert_eq!(ask(&claim(2, 1), 0), Known::Other);
    assert_eq!(ask(&claim(1, 10), 5), Known::Claimed, "its process died");
    world.shop.database.write(|conn| idempotency::release(conn, &claim(1, 10))).unwrap();
    assert_eq!(ask(&claim(2, 11), 0), Known::Claimed);
    world.shop.database.write(|conn| idempotency::settle(conn, &claim(2, 11), 201, b"made")).unwrap();
    assert_eq!(ask(&claim(2, 90), 80), Known::Answered { status: 201, body: b"made".to_vec() });
    world.shop.database.write(|conn| idempotency::release(conn, &claim(2, 11))).unwrap();
    assert_eq!(ask(&claim(1, 90), 0), Known::Other, "what is settled stays");
    let forget = |minute| {
        let before = moment(2026, 3, 20) + Duration::minutes(minute);
        world.shop.database.write(|conn| idempotency::forget(conn, before)).unwrap()
    };
    assert_eq!((forget(11), forget(12)), (0, 1));
}
