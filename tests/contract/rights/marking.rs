//! The mark of an objection is seen by everybody who decides by the record: banks, windows, whoever reads lists.

use credence::{sample::Format, web::Role};
use serde_json::{Value, json};

use super::{CODE, Town};
use crate::{app::synthetic, world::penalty::FIRM};

impl Town {
    /// Objects to the record of a resource of a subject.
    fn object(&self, code: &str, resource: &str) {
        let path = format!("/api/v1/subjects/{code}/records?resource={resource}");
        let page = self.app.get(&self.office, &path).is(200).json();
        let body =
            json!({"subject": code, "records": [page["items"][0]["key"]], "ground": "wrong", "reason": "认定有误"});
        self.file(&self.office, "objections", &body).is(201);
    }

    fn bank(&self, what: &str, code: &str) -> Value {
        let key = self.app.key("BANK", Role::Bank);
        let body = json!({"code": code, "purpose": "before_loan"});
        self.app.post_json(&key, &format!("/api/v1/bank/{what}"), &body).is(200).json()["body"].clone()
    }

    fn screened(&self, code: &str) -> Value {
        let key = self.app.key("BANK", Role::Bank);
        let answer = self.app.post(&key, "/api/v1/bank/screenings?purpose=before_loan", "text/plain", code).is(200);
        let line: Value = serde_json::from_str(answer.text().lines().nth(1).unwrap()).unwrap();
        line["summary"].clone()
    }
}

fn part(list: &Value, code: &str) -> Value {
    list.as_array().unwrap().iter().find(|it| it["code"] == code).unwrap_or_else(|| panic!("no {code}: {list}")).clone()
}

#[test]
fn a_bank_sees_in_profile_scan_and_screening_that_a_record_is_objected_to() {
    let town = Town::new();
    for expected in [false, true] {
        let item = part(&town.bank("profile", CODE)["blocks"], "penalties")["items"][0].clone();
        assert_eq!(item["objected"], expected, "{item}");
        let counted = part(&town.bank("scan", CODE)["dimensions"], "penalty");
        assert_eq!(counted["objected"], u8::from(expected), "{counted}");
        assert_eq!(town.screened(CODE)["objected"], u8::from(expected));
        if !expected {
            town.object(CODE, "penalty");
        }
    }
}

#[test]
fn an_entry_of_a_list_that_is_objected_to_is_told_as_such_and_counted_once() {
    for resource in ["abnormal", "executed_person"] {
        let town = Town::new();
        let bytes = synthetic(&town.app, resource, 1, Format::Csv);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let is_code = |it: &&str| it.len() == 18 && it.starts_with('9') && it.is_ascii();
        let code = text.split([',', '\n', '"']).find(is_code).unwrap().to_owned();
        let done = town.app.deliver(&town.unit, resource, bytes);
        assert_eq!(done["counts"]["stored"], 1, "{done}");
        assert_eq!(town.screened(&code)["objected"], 0);
        town.object(&code, resource);
        assert_eq!(town.screened(&code)["objected"], 1, "{resource}");
        let view = town.app.get(&town.office, &format!("/api/v1/subjects/{code}/standing")).is(200).json();
        for listed in view["lists"].as_array().unwrap() {
            assert_eq!(listed["objected"], true, "{view}");
        }
        let listed = !view["lists"].as_array().unwrap().is_empty();
        assert_eq!(listed, resource == "abnormal", "{view}");
        let brief = town.app.get("", &format!("/api/v1/public/subjects/{code}/standing")).is(200).json();
        for listed in brief["brief"]["lists"].as_array().into_iter().flatten() {
            assert_eq!((&listed["objected"], &listed["resource"]), (&json!(true), &json!(resource)), "{brief}");
        }
    }
}

#[test]
fn a_window_that_refuses_for_a_level_is_told_that_its_record_is_objected_to() {
    let town = Town::new();
    let register = "主体名称,主体类别,统一社会信用代码,登记状态\n";
    town.app.deliver(&town.unit, "register", format!("{register}{},法人及非法人组织,{},存续\n", FIRM.0, FIRM.1));
    for it in ["dishonest_executed", "listing"] {
        town.app.world.collect(it);
    }
    let window = town.app.key("HALL", Role::Window);
    let body = json!({"code": CODE, "item": "GGCSWS", "missing": ["PMT"], "promised": "2026-03-27"});
    let level = || {
        let answer = town.app.post_json(&window, "/api/v1/window/decisions", &body).is(200).json();
        assert_eq!(answer["outcome"], "not_deferrable", "{answer}");
        let check = part(&answer["body"]["checks"], "level");
        assert_eq!(check["result"], "failed", "{answer}");
        check["reason"]["text"].as_str().unwrap().to_owned()
    };
    assert!(!level().contains("异议"));
    town.object(CODE, "penalty");
    assert!(level().contains("正在异议处理"), "{}", level());
}

#[test]
fn the_unit_s_word_on_performance_decides_whether_a_penalty_can_be_repaired() {
    let town = Town::new();
    let path = format!("/api/v1/subjects/{CODE}/records/{}/class", town.record());
    let say = |town: &Town, performed: bool| {
        let body = json!({"performed": performed, "reason": "经核查"});
        town.app.post_json(&town.unit, &path, &body).is(200);
    };
    let town = town.on(6, 15);
    let outcome = |town: &Town| {
        let view = town.app.get(&town.office, &format!("/api/v1/subjects/{CODE}/repairability")).is(200).json();
        let conditions = view["records"][0]["conditions"].as_array().unwrap().clone();
        conditions.into_iter().find(|it| it["condition"] == "performed").unwrap()["outcome"].clone()
    };
    assert_eq!(outcome(&town), "unknown");
    let case = town.repair();
    for kind in ["application", "commitment", "proof"] {
        town.paper(&town.office, case, kind).is(201);
    }
    say(&town, false);
    assert_eq!(outcome(&town), "not_met");
    let refused = town.step(&town.office, case, "accepted");
    refused.is_problem(409, "wrong_state");
    assert!(refused.text().contains("尚未履行"), "{}", refused.text());
    let later = town.on(6, 16);
    say(&later, true);
    assert_eq!(outcome(&later), "met");
    later.step(&later.office, case, "accepted").is(200);
    let granting = json!({"step": "granted", "reason": "罚款已缴清", "source": "示市监信修〔2026〕1号"});
    assert_eq!(later.take(&later.unit, case, &granting).is(200).json()["state"], "granted");
}
