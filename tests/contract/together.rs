//! Who asks at the same time is read together; nobody is told of another's subject, nor fails with another.

use std::{sync::atomic::Ordering, thread};

use credence::{store::Conn, web::Role};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    world::{UNIT, penalty::FIRM, penalty::OTHER, penalty::penalty, penalty::table},
};

const UNKNOWN: &str = "91430100MA0000090C";

struct Street {
    app: TestApp,
    bank: String,
    window: String,
    reader: String,
}

fn street() -> Street {
    let app = TestApp::new();
    let unit = app.key(UNIT, Role::Unit);
    app.deliver(&unit, "penalty", table(&[penalty(1), penalty(2).on(OTHER), penalty(3).on(OTHER)]));
    let (bank, window, reader) =
        (app.key("BANK", Role::Bank), app.key("HALL", Role::Window), app.key("FGW", Role::Reader));
    Street { app, bank, window, reader }
}

impl Street {
    fn scan(&self, code: &str) -> Answer {
        self.app.post_json(&self.bank, "/api/v1/bank/scan", &json!({"code": code, "purpose": "before_loan"}))
    }

    fn decide(&self, code: &str) -> Answer {
        let body = json!({"code": code, "item": "GGCSWS", "missing": ["PMT"], "promised": "2026-03-27"});
        self.app.post_json(&self.window, "/api/v1/window/decisions", &body)
    }

    fn standing(&self, code: &str) -> Answer {
        self.app.get(&self.reader, &format!("/api/v1/subjects/{code}/standing"))
    }
}

fn hits(scan: &Value) -> Vec<u64> {
    let dimensions = scan["body"]["dimensions"].as_array().unwrap_or_else(|| panic!("{scan}"));
    dimensions.iter().filter_map(|it| it["count"].as_u64()).filter(|it| *it > 0).collect()
}

#[test]
fn of_many_who_ask_at_once_each_is_told_of_its_own_subject() {
    let street = street();
    thread::scope(|scope| {
        for n in 0..24 {
            let street = &street;
            let (code, own) = [(FIRM.1, 1), (OTHER.1, 2), (UNKNOWN, 0)][n % 3];
            scope.spawn(move || {
                let scan = street.scan(code).is(200).json();
                assert_eq!(hits(&scan).first().copied().unwrap_or(0), own, "{scan}");
            });
            scope.spawn(move || {
                let decision = street.decide(code).is(200).json();
                let applicant = &decision["body"]["applicant"]["credit_code"];
                assert_eq!(applicant.as_str(), (own > 0).then_some(code), "{decision}");
            });
            scope.spawn(move || match own {
                0 => street.standing(code).is_problem(404, "unknown_subject"),
                own => {
                    let told = street.standing(code).is(200).json();
                    assert_eq!(told["subject"]["credit_code"], code);
                    assert_eq!(told["records"].as_array().map(|it| it.len() as u64), Some(own), "{told}");
                }
            });
        }
    });
}

#[test]
fn a_subject_whose_records_cannot_be_read_fails_only_those_who_ask_about_it() {
    let street = street();
    street.app.world.is_tampered.store(true, Ordering::Relaxed);
    {
        let mut conn = street.app.world.shop.database.get().unwrap();
        let spoil = format!(
            "UPDATE record SET payload = '{{' WHERE subject_id = (SELECT subject_id FROM identifier WHERE value = '{}')",
            FIRM.1
        );
        match &mut *conn {
            Conn::Sqlite(conn) => conn.batch_execute(&spoil).unwrap(),
            Conn::Postgres(conn) => conn.batch_execute(&spoil).unwrap(),
        }
    }
    thread::scope(|scope| {
        for n in 0..24 {
            let street = &street;
            scope.spawn(move || match n % 2 {
                0 => street.decide(FIRM.1).is_problem(500, "inside"),
                _ => drop(street.decide(OTHER.1).is(200)),
            });
        }
    });
}

#[test]
fn who_goes_away_keeps_nobody_waiting() {
    use std::{io::Write, net::TcpStream};

    let street = street();
    let body = json!({"code": FIRM.1, "item": "GGCSWS", "missing": ["PMT"], "promised": "2026-03-27"}).to_string();
    thread::scope(|scope| {
        for _ in 0..24 {
            let (street, body) = (&street, &body);
            scope.spawn(move || {
                let mut gone = TcpStream::connect(street.app.address()).unwrap();
                let head = format!(
                    "POST /api/v1/window/decisions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
                     Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                    street.window,
                    body.len()
                );
                gone.write_all(head.as_bytes()).unwrap();
            });
            scope.spawn(move || street.decide(OTHER.1).is(200));
        }
    });
    street.decide(FIRM.1).is(200);
}

#[test]
fn what_comes_between_two_questions_is_in_the_second_answer() {
    let street = street();
    let unit = street.app.key(UNIT, Role::Unit);
    for n in 1..8 {
        assert_eq!(hits(&street.scan(FIRM.1).is(200).json()), [n], "before the next delivery");
        street.app.deliver(&unit, "penalty", table(&[penalty(100 + u32::try_from(n).unwrap())]));
    }
}
