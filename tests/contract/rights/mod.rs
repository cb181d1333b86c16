//! Repair, objection and shield over the API: whole stories, whose turn it is, clocks, letters and papers.

mod answering;
mod correction;
mod marking;
mod objection;
mod papers;
mod repair;
mod shield;

use credence::web::{self, Role};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    world::{
        UNIT, moment,
        penalty::{FIRM, penalty, table},
    },
};

const CODE: &str = FIRM.1;

/// A firm with one ordinary penalty of 2026-03-12, the unit that decided it, the office, and a department that asks.
struct Town {
    app: TestApp,
    unit: String,
    office: String,
    reader: String,
}

impl Town {
    fn new() -> Self {
        let app = TestApp::new();
        let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
        let reader = app.key("ZJJ", Role::Reader);
        app.deliver(&unit, "penalty", table(&[penalty(1).fined("2", "罚款20000元")]));
        Self { app, unit, office, reader }
    }

    /// The same town on another day.
    fn on(&self, month: u32, day: u32) -> Self {
        let app = self.app.on((2026, month, day));
        Self { app, unit: self.unit.clone(), office: self.office.clone(), reader: self.reader.clone() }
    }

    /// A key of the subject with a code.
    fn own_key(&self, code: &str) -> String {
        let id = self.subject(code).trim_start_matches('@').parse().unwrap();
        let database = &self.app.world.shop.database;
        let made = database.write(|conn| web::issue_subject_key(conn, "XYB", id, "本人", moment(2026, 1, 1)));
        made.unwrap().text
    }

    fn subject(&self, code: &str) -> String {
        let view = self.app.get(&self.office, &format!("/api/v1/subjects/{code}")).is(200).json();
        view["id"].as_str().unwrap().to_owned()
    }

    /// The keys of the firm's records, as the office sees them.
    fn records(&self) -> Vec<String> {
        let page = self.app.get(&self.office, &format!("/api/v1/subjects/{CODE}/records")).is(200).json();
        page["items"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap().to_owned()).collect()
    }

    fn record(&self) -> String {
        self.records().remove(0)
    }

    /// What the public, a department and the office see of the firm: its records, and the whole standing.
    fn seen(&self) -> (usize, usize, Value) {
        let public = self.app.get("", &format!("/api/v1/public/subjects/{CODE}/standing")).is(200).json();
        let shared = self.app.get(&self.reader, &format!("/api/v1/subjects/{CODE}/standing")).is(200).json();
        let whole = self.app.get(&self.office, &format!("/api/v1/subjects/{CODE}/standing")).is(200).json();
        let count = |it: &Value| it["records"].as_array().unwrap().len();
        (count(&public), count(&shared), whole)
    }

    fn file(&self, key: &str, what: &str, body: &Value) -> Answer {
        self.app.post_json(key, &format!("/api/v1/cases/{what}"), body)
    }

    /// Files a repair of the firm's first record through the office.
    fn repair(&self) -> i64 {
        let body = json!({"subject": CODE, "record": self.record(), "reason": "已缴纳罚款"});
        id(&self.file(&self.office, "repairs", &body).is(201).json())
    }

    fn take(&self, key: &str, case: i64, body: &Value) -> Answer {
        self.app.post_json(key, &format!("/api/v1/cases/{case}/steps"), body)
    }

    fn step(&self, key: &str, case: i64, step: &str) -> Answer {
        self.take(key, case, &json!({"step": step, "reason": "经核查"}))
    }

    fn paper(&self, key: &str, case: i64, kind: &str) -> Answer {
        let path = format!("/api/v1/cases/{case}/papers?kind={kind}&file_name={kind}.pdf");
        self.app.post(key, &path, "application/octet-stream", format!("%PDF-1.7 {kind}"))
    }

    fn case(&self, id: i64) -> Value {
        self.app.get(&self.office, &format!("/api/v1/cases/{id}")).is(200).json()
    }

    fn letter(&self, key: &str, case: i64, kind: &str) -> Answer {
        self.app.get(key, &format!("/api/v1/cases/{case}/letters/{kind}"))
    }

    /// Hands in all papers and has the case accepted.
    fn accepted(&self, case: i64) {
        for kind in ["application", "commitment", "proof"] {
            self.paper(&self.office, case, kind).is(201);
        }
        self.step(&self.office, case, "accepted").is(200);
    }

    /// Files, has accepted and granted.
    fn repaired(&self) -> i64 {
        let case = self.repair();
        self.accepted(case);
        self.take(&self.unit, case, &granting()).is(200);
        case
    }
}

fn granting() -> Value {
    json!({"step": "granted", "reason": "罚款已缴清", "source": "示市监信修〔2026〕1号", "confirmed": ["performed"]})
}

fn id(case: &Value) -> i64 {
    case["id"].as_i64().unwrap()
}

/// The points of the default scorecard.
fn points(standing: &Value) -> i64 {
    standing["scores"][0]["points"].as_i64().unwrap()
}
