//! Windows: a deferral is decided, opened, fulfilled, or becomes one record of a broken promise that closes the gate.

mod breaches;
mod closing;
mod letters;

use std::thread;

use credence::{
    ingest::{Clock, Workshop},
    jobs,
    sample::Format,
    web::Role,
};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp, synthetic},
    world::{UNIT, moment, penalty::FIRM},
};

const REGISTER: &str = "主体名称,主体类别,统一社会信用代码,登记状态\n";

struct Hall {
    app: TestApp,
    shop: Workshop,
    window: String,
    office: String,
    unit: String,
}

fn hall() -> Hall {
    let hall = hall_without_lists();
    for it in ["dishonest_executed", "listing"] {
        hall.app.world.collect(it);
    }
    hall
}

/// Nobody has ever delivered a list.
fn hall_without_lists() -> Hall {
    let app = TestApp::new();
    let (unit, window, office) =
        (app.key(UNIT, Role::Unit), app.key("HALL", Role::Window), app.key("XYB", Role::Office));
    let register = format!("{REGISTER}{},法人及非法人组织,{},存续\n", FIRM.0, FIRM.1);
    let done = app.deliver(&unit, "register", register);
    assert_eq!(done["counts"]["stored"], 1, "{done} {}", app.get(&unit, "/api/v1/doubts").text());
    Hall { shop: app.world.shop.clone(), app, window, office, unit }
}

impl Hall {
    fn on(&self, day: (i32, u32, u32)) -> Self {
        let (window, office, unit) = (self.window.clone(), self.office.clone(), self.unit.clone());
        let shop = Workshop { clock: Clock::Fixed(moment(day.0, day.1, day.2)), ..self.shop.clone() };
        Self { app: self.app.on(day), shop, window, office, unit }
    }

    fn ask(&self, code: &str, promised: &str) -> Value {
        let body = json!({"code": code, "item": "GGCSWS", "missing": ["PMT"], "promised": promised});
        self.app.post_json(&self.window, "/api/v1/window/decisions", &body).is(200).json()
    }

    fn open(&self, answer: &Value) -> Answer {
        let body = json!({"code": FIRM.1, "answer": answer});
        self.app.post_json(&self.window, "/api/v1/window/cases", &body)
    }

    fn opened(&self) -> Value {
        let decision = self.ask(FIRM.1, "2026-03-27");
        assert_eq!(decision["outcome"], "deferrable", "{decision}");
        self.open(&decision["receipt"]["id"]).is(201).json()
    }

    fn step(&self, case: &Value, kind: &str, until: Option<&str>) -> Answer {
        let path = format!("/api/v1/window/cases/{}/steps", case["id"]);
        self.app.post_json(&self.window, &path, &json!({"kind": kind, "reason": "窗口办理", "until": until}))
    }

    fn overdue(&self) -> jobs::Overdue {
        jobs::overdue(&self.shop, "test").unwrap()
    }

    fn case(&self, case: &Value) -> Value {
        self.app.get(&self.window, &format!("/api/v1/window/cases/{}", case["id"])).is(200).json()
    }

    fn promises(&self) -> Vec<Value> {
        let path = format!("/api/v1/subjects/{}/records?resource=commitment", FIRM.1);
        self.app.get(&self.office, &path).is(200).json()["items"].as_array().unwrap().clone()
    }
}

#[test]
fn a_decision_opens_one_case_however_often_it_is_asked_to() {
    let hall = hall();
    assert_eq!(hall.ask("91430100MA0000090C", "2026-03-27")["outcome"], "manual");
    let decision = hall.ask(FIRM.1, "2026-03-27");
    let answer = &decision["receipt"]["id"];
    let ids: Vec<Value> = thread::scope(|scope| {
        let asking: Vec<_> = (0..6).map(|_| scope.spawn(|| hall.open(answer).is(201).json()["id"].clone())).collect();
        asking.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|it| *it == ids[0]), "{ids:?}");
    let case = hall.case(&json!({"id": ids[0]}));
    assert_eq!((case["due_on"].as_str(), case["steps"].as_array().unwrap().len()), (Some("2026-03-27"), 1));
    assert!(case["number"].as_str().unwrap().starts_with("43110020260320"), "{case}");
    // Of another window, of another day, or of a no, none is opened.
    let other = hall.app.key("HALL2", Role::Window);
    let body = json!({"code": FIRM.1, "answer": answer});
    hall.app.post_json(&other, "/api/v1/window/cases", &body).is_problem(404, "not_found");
    hall.app.get(&other, &format!("/api/v1/window/cases/{}", ids[0])).is_problem(404, "not_found");
    let refused = hall.ask(FIRM.1, "2026-03-30");
    assert_eq!(refused["outcome"], "not_deferrable");
    hall.open(&refused["receipt"]["id"]).is_problem(409, "wrong_state");
    let stale = hall.ask(FIRM.1, "2026-03-26");
    hall.on((2026, 3, 23)).open(&stale["receipt"]["id"]).is_problem(409, "wrong_state");
}

#[test]
fn who_is_on_no_list_because_there_are_none_is_a_persons_to_judge() {
    let hall = hall_without_lists();
    let decision = hall.ask(FIRM.1, "2026-03-27");
    assert_eq!(decision["outcome"], "manual", "{decision}");
    let missing: Vec<&str> =
        decision["not_available"].as_array().unwrap().iter().map(|it| it["block"].as_str().unwrap()).collect();
    assert_eq!(missing, ["commitment", "dishonest_executed", "listing", "penalty"]);
    let failed: Vec<&Value> = decision["reasons"].as_array().unwrap().iter().map(|it| &it["rule"]["rule"]).collect();
    assert_eq!(failed, ["stop.serious_list"]);
    assert_eq!(decision["body"]["benefits"], json!([]));
    hall.open(&decision["receipt"]["id"]).is_problem(409, "wrong_state");

    // Later a court's list comes; what was decided before is still printed as it was told.
    let later = hall.on((2026, 3, 23));
    let bring = |resource: &str| {
        let rows = synthetic(&later.app, resource, 3, Format::Csv);
        let path = format!("/api/v1/deliveries?resource={resource}");
        let taken = later.app.post(&later.unit, &path, "text/csv", rows).is(202).json();
        assert_eq!(later.app.wait(&later.unit, taken["id"].as_i64().unwrap())["state"], "done");
    };
    bring("dishonest_executed");
    let path = format!("/api/v1/window/decisions/{}/letters/decision?code={}", decision["receipt"]["id"], FIRM.1);
    let letter = later.app.get(&later.window, &path).is(200).text();
    assert!(letter.contains("无法判断有无：严重失信主体名单、失信被执行人"), "{letter}");
    // One list says nothing of the other, which nobody delivers.
    let again = later.ask(FIRM.1, "2026-03-27");
    assert_eq!(again["outcome"], "manual", "{again}");
    assert!(again["not_available"].as_array().unwrap().iter().any(|it| it["block"] == "listing"), "{again}");
    bring("listing");
    let again = later.ask(FIRM.1, "2026-03-27");
    assert_eq!(again["outcome"], "deferrable", "{again}");
    let looked = again["looked_at"].as_array().unwrap();
    let list = looked.iter().find(|it| it["block"] == "dishonest_executed").unwrap();
    assert_eq!((&list["units"], &list["records"]), (&json!([UNIT]), &json!(0)));
    later.open(&again["receipt"]["id"]).is(201);
}

#[test]
fn a_decision_that_no_longer_holds_opens_nothing() {
    let hall = hall();
    let decision = hall.ask(FIRM.1, "2026-03-27");
    let register = format!("{REGISTER}{},法人及非法人组织,{},注销\n", FIRM.0, FIRM.1);
    hall.app.deliver(&hall.unit, "register", register);
    let refused = hall.open(&decision["receipt"]["id"]);
    refused.is_problem(409, "wrong_state");
    assert!(refused.text().contains("注销"), "{}", refused.text());
}

#[test]
fn what_is_brought_in_time_ends_a_case_and_a_day_can_be_moved_within_the_rules() {
    let hall = hall();
    let decision = hall.ask(FIRM.1, "2026-03-25");
    let case = hall.open(&decision["receipt"]["id"]).is(201).json();
    hall.step(&case, "extended", Some("2026-03-28")).is_problem(400, "bad_request");
    hall.step(&case, "extended", Some("2026-03-27")).is(200);
    hall.step(&case, "suspended", None).is_problem(409, "wrong_state");
    let list = hall.app.get(&hall.window, "/api/v1/window/cases?state=open").is(200).json();
    assert_eq!(list["items"][0]["due_on"], "2026-03-27");
    assert_eq!(hall.on((2026, 3, 26)).case(&case)["warning"], "yellow");
    assert_eq!(hall.step(&case, "fulfilled", None).is(200).json()["state"], "fulfilled");
    hall.step(&case, "fulfilled", None).is_problem(409, "wrong_state");
    let later = hall.on((2026, 4, 10));
    assert_eq!(later.overdue(), jobs::Overdue::default());
    assert!(hall.promises().is_empty());
}

#[test]
fn an_overdue_promise_becomes_one_record_and_closes_the_gate() {
    let hall = hall();
    let case = hall.opened();
    let due = |hall: &Hall| {
        let told = hall.app.get(&hall.office, "/api/v1/warnings").is(200).json();
        (told["items"][0]["kind"].clone(), told["items"][0]["level"].clone())
    };
    assert_eq!(due(&hall.on((2026, 3, 26))), (json!("deferral"), json!("yellow")), "as the case itself says");
    assert_eq!(due(&hall.on((2026, 3, 30))), (json!("deferral"), json!("red")));
    assert_eq!(hall.on((2026, 3, 27)).overdue(), jobs::Overdue::default(), "the promised day is not over");
    let late = hall.on((2026, 3, 30));
    let open = late.ask(FIRM.1, "2026-04-01");
    let failed = open["reasons"].as_array().unwrap().iter().map(|it| it["rule"]["rule"].as_str().unwrap());
    assert_eq!(failed.collect::<Vec<_>>(), ["stop.overdue_deferral"], "before the job has run: {open}");
    assert_eq!(late.overdue(), jobs::Overdue { suspended: 1, recorded: 1, ..jobs::Overdue::default() });
    assert_eq!(late.overdue(), jobs::Overdue::default());
    let promises = hall.promises();
    assert_eq!(promises.len(), 1, "{promises:?}");
    assert_eq!(promises[0]["fields"]["CNBM"], case["number"]);
    assert_eq!(promises[0]["fields"]["LXZT"], "全部未履行");
    assert_eq!(promises[0]["unit"], "HALL");
    let suspended = late.case(&case);
    assert_eq!((suspended["state"].as_str(), suspended["warning"].as_str()), (Some("suspended"), Some("red")));

    // What comes late ends the case; the broken promise stays, and the gate stays closed until it is repaired.
    assert_eq!(late.step(&case, "fulfilled", None).is(200).json()["state"], "fulfilled");
    let closed = late.ask(FIRM.1, "2026-04-01");
    assert_eq!(closed["outcome"], "not_deferrable", "{closed}");
    let stop = closed["reasons"].as_array().unwrap().iter().find(|it| it["rule"]["rule"] == "stop.broken_promise");
    assert_eq!(stop.unwrap()["records"].as_array().unwrap().len(), 1, "{closed}");
}

#[test]
fn a_job_that_died_after_the_record_finds_it_and_a_case_that_nobody_fulfils_is_returned() {
    let hall = hall();
    let case = hall.opened();
    let late = hall.on((2026, 3, 30));
    // Two at once, as two processes would.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| jobs::overdue(&late.shop, "test").unwrap());
        }
    });
    assert_eq!(hall.promises().len(), 1);
    assert_eq!(late.case(&case)["steps"].as_array().unwrap().len(), 2);
    assert_eq!(hall.on((2026, 4, 17)).overdue().returned, 0);
    let after = hall.on((2026, 4, 30));
    assert_eq!(after.overdue().returned, 1);
    assert_eq!(after.case(&case)["state"], "returned");
    assert_eq!(hall.promises().len(), 1);
}
