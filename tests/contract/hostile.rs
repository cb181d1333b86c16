//! Bodies that mean harm end as problems or refusals, and the server goes on.

use std::{
    io::{Cursor, Read, Write},
    net::TcpStream,
};

use credence::web::Role;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    app::TestApp,
    world::{
        UNIT,
        penalty::{penalty, table},
    },
};

/// Bytes that look random and are the same each time.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

fn bomb() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..300 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn hostile_files_are_refused_and_the_server_goes_on() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let mut bodies: Vec<Vec<u8>> = (1..20).map(|seed| noise(seed, 3000)).collect();
    bodies.push(bomb());
    bodies.push(b"PK\x03\x04 and nothing".to_vec());
    bodies.push(b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_vec());
    bodies.push("[".repeat(100_000).into_bytes());
    bodies.push([&[0xFF, 0xFE][..], &noise(7, 99)].concat());
    for (at, body) in bodies.iter().enumerate() {
        let done = app.deliver(&key, "penalty", body);
        assert_eq!(done["state"], "refused", "body {at}: {done}");
        let checked = app.post(&key, "/api/v1/checks?resource=penalty", "application/octet-stream", body);
        assert!(matches!(checked.status, 200 | 422), "body {at}: {}", checked.text());
    }
    let done = app.deliver(&key, "penalty", table(&[penalty(1)]));
    assert_eq!(done["counts"]["stored"], 1);
}

#[test]
fn broken_forms_are_problems() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let path = "/api/v1/deliveries?resource=penalty";
    for kind in ["multipart/form-data", "multipart/form-data; boundary=x"] {
        for body in [&b""[..], b"--x", b"--x\r\n\r\n\r\n--x--", b"--y\r\n", b"\0\0\0"] {
            let answer = app.post(&key, path, kind, body);
            assert_eq!(answer.status, 400, "{kind} {body:?}: {}", answer.text());
        }
    }
}

#[test]
fn a_sender_that_goes_away_leaves_no_delivery() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let mut stream = TcpStream::connect(app.address()).unwrap();
    let head = format!(
        "POST /api/v1/deliveries?resource=penalty HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\
         Content-Length: 1000\r\n\r\nonly this"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    // The server may close without a word; whatever it says is no success.
    if stream.read_to_string(&mut answer).is_ok() {
        assert!(!answer.contains(" 202 "), "{answer}");
    }
    assert_eq!(app.get(&key, "/api/v1/deliveries").is(200).json()["items"], serde_json::json!([]));
}

#[test]
fn json_bodies_are_bounded() {
    let app = TestApp::new();
    let admin = app.key("ADMIN", Role::Admin);
    let long = format!("{{\"code\": \"A\", \"name\": \"{}\"}}", "长".repeat(200_000));
    let refused = app.post(&admin, "/api/v1/units", "application/json", long);
    refused.is_problem(413, "too_large");
    assert_eq!(refused.json()["detail"], "请求体超过 512 KB 的上限");
    let bank = app.key("BANK", Role::Bank);
    let list = "91110000MA00000000\n".repeat(500_000);
    let refused = app.post(&bank, "/api/v1/bank/screenings?purpose=before_loan", "text/plain", list);
    refused.is_problem(413, "too_large");
    assert!(refused.text().contains("请求体超过 8 MB 的上限"), "{}", refused.text());
    app.post(&admin, "/api/v1/units", "text/plain", "{}").is_problem(400, "bad_request");
    app.post(&admin, "/api/v1/units", "application/json", "{").is_problem(400, "bad_request");
    let bad = r#"{"code": "a/../b", "name": "x"}"#;
    app.post(&admin, "/api/v1/units", "application/json", bad).is_problem(400, "bad_request");
}

#[test]
fn no_question_with_a_nul_reaches_the_database() {
    let app = TestApp::new();
    let (office, admin) = (app.key("XYB", Role::Office), app.key("ADMIN", Role::Admin));
    for path in
        ["subjects?q=%00ab", "subjects/a%00b", "deliveries?resource=%00", "quality/S%00J", "doubts?resource=%00"]
    {
        app.get(&office, &format!("/api/v1/{path}")).is_problem(400, "bad_request");
    }
    let label = serde_json::json!({"unit": "XYB", "role": "unit", "label": "a\0b"});
    app.post_json(&admin, "/api/v1/keys", &label).is_problem(400, "bad_request");
}
