//! What is wrong is told once, completely, in a form that can be corrected and sent again.

use std::io::Cursor;

use calamine::{Reader, Xlsx, open_workbook_from_rs};
use credence::web::Role;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::{
    app::TestApp,
    world::{
        UNIT,
        penalty::{FIRM, penalty, table},
    },
};

fn sheet(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range("待更正数据").unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn book(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(row) {
            sheet.write_string(at, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn the_report_is_corrected_sent_again_and_closes_its_doubts() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let bad = [penalty(1), penalty(2).decided("2026/02/30"), penalty(3).fined("贰仟", "罚款2000元")];
    let first = app.deliver(&key, "penalty", table(&bad));
    assert_eq!(first["counts"]["doubtful"], 2, "{first}");
    let address = format!("/api/v1/deliveries/{}", first["id"]);
    let report = app.get(&key, &format!("{address}/report.xlsx")).is(200);
    assert_eq!(report.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let mut rows = sheet(&report.body);
    assert_eq!(rows.len(), 3, "the headings and the two bad rows");
    assert_eq!(rows[0][rows[0].len() - 3..], ["问题说明", "修改建议", "原始行号"]);
    let column = |heading: &str| rows[0].iter().position(|it| it == heading).unwrap();
    let (day, fine) = (column("处罚决定日期"), column("罚款金额(万元)"));
    assert!(rows[1][rows[0].len() - 3].contains("处罚决定日期"), "{:?}", rows[1]);
    rows[1][day] = "2026/02/28".to_owned();
    rows[2][fine] = "0.2".to_owned();

    let second = app.deliver(&key, "penalty", book(&rows));

    assert_eq!((&second["counts"]["stored"], &second["counts"]["doubtful"]), (&json!(2), &json!(0)), "{second}");
    let survey = app.get(&key, &format!("/api/v1/deliveries/{}/report.json", second["id"])).is(200).json();
    assert_eq!(survey["survey"]["headings"], json!([]), "the report's own columns are known");
    let faults = app.get(&key, &format!("{address}/faults")).is(200).json();
    let states: Vec<_> = faults["items"].as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["corrected", "corrected"]);
    assert_eq!(sheet(&app.get(&key, &format!("{address}/report.xlsx")).body).len(), 1, "nothing is left to correct");
}

#[test]
fn faults_are_paged_by_row_and_a_resend_tells_only_what_is_new() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let wrong: Vec<_> = (1..=5).map(|n| penalty(n).decided("2026/02/30")).collect();
    let first = app.deliver(&key, "penalty", table(&wrong));
    let (mut rows, mut path) = (Vec::new(), format!("/api/v1/deliveries/{}/faults?limit=2", first["id"]));
    loop {
        let page = app.get(&key, &path).is(200).json();
        assert_eq!(page["known"], 0);
        for item in page["items"].as_array().unwrap() {
            assert_eq!(item["faults"][0]["code"], "impossible_date", "{item}");
            rows.push(item["row"].as_i64().unwrap());
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/deliveries/{}/faults?limit=2&cursor={next}", first["id"]);
    }
    assert_eq!(rows, [2, 3, 4, 5, 6]);

    let mut again = wrong.clone();
    again.push(penalty(6).decided("2026/02/31"));
    let second = app.deliver(&key, "penalty", table(&again));
    let page = app.get(&key, &format!("/api/v1/deliveries/{}/faults", second["id"])).is(200).json();
    assert_eq!((&page["known"], page["items"].as_array().unwrap().len()), (&json!(5), 1), "{page}");
}

#[test]
fn a_pre_check_gives_the_report_of_the_delivery_and_stores_nothing() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let bytes = table(&[penalty(1), penalty(2).decided("2026/02/30")]);
    let checked = app.post(&key, "/api/v1/checks?resource=penalty", "text/csv", &bytes).is(200).json();
    assert_eq!((&checked["report"]["rows"], &checked["report"]["rejected"]), (&json!(2), &json!(1)), "{checked}");
    assert_eq!(checked["faults"][0]["code"], "impossible_date");
    assert_eq!(app.get(&key, "/api/v1/deliveries").json()["items"], json!([]));
    let done = app.deliver(&key, "penalty", &bytes);
    assert_eq!(done["report_hash"], checked["report"]["hash"]);
    app.post(&key, "/api/v1/checks?resource=penalty", "text/csv", b"PK\x03\x04 and nothing")
        .is_problem(422, "unreadable");
}

#[test]
fn a_refused_file_says_why() {
    let app = TestApp::new();
    let key = app.key(UNIT, Role::Unit);
    let refused = app.deliver(&key, "penalty", "这不是,处罚\n1,2\n");
    assert_eq!(refused["state"], "refused", "{refused}");
    assert!(refused["message"].as_str().is_some_and(|it| !it.is_empty()));
}

#[test]
fn a_doubtful_row_is_shown_with_masked_cells_and_ignored_with_a_reason() {
    let app = TestApp::new();
    let (key, other) = (app.key(UNIT, Role::Unit), app.key("OTHER", Role::Unit));
    let number = "11010519491231002X";
    let row = penalty(1).fined("x", &format!("当事人身份证号{number}"));
    app.deliver(&key, "penalty", table(&[row]));
    let listed = app.get(&key, "/api/v1/doubts?state=open").is(200).json();
    let id = listed["items"][0]["id"].as_i64().unwrap();
    let shown = app.get(&key, &format!("/api/v1/doubts/{id}")).is(200);
    assert!(!shown.text().contains(number) && shown.text().contains("110105********002X"), "{}", shown.text());
    app.get(&other, &format!("/api/v1/doubts/{id}")).is_problem(404, "not_found");
    let ignore = |key: &str, body| app.post_json(key, &format!("/api/v1/doubts/{id}/ignore"), &body);
    ignore(&other, json!({"reason": "无关"})).is_problem(404, "not_found");
    ignore(&key, json!({})).is_problem(400, "bad_request");
    assert_eq!(ignore(&key, json!({"reason": "系统演练数据"})).is(200).json()["state"], "ignored");
    ignore(&key, json!({"reason": "再次"})).is_problem(409, "wrong_state");
    assert_eq!(app.get(&key, "/api/v1/doubts?state=open").json()["items"], json!([]));
}

#[test]
fn an_unlinked_row_is_linked_to_its_subject_by_the_office() {
    let app = TestApp::new();
    let (key, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    app.deliver(&key, "penalty", table(&[penalty(1)]));
    let listed = "企业名称,工商注册号,组织机构代码,统一信用代码,失信领域\n示例甲贸易有限公司,,,,失信被执行人名单\n";
    let done = app.deliver(&key, "listing", listed);
    if done["counts"]["unlinked"] != 1 {
        panic!("{done}");
    }
    let doubt = &app.get(&office, "/api/v1/doubts?kind=unlinked").is(200).json()["items"][0];
    let body = json!({"subject": doubt["candidates"][0], "reason": "核对营业执照"});
    let address = format!("/api/v1/doubts/{}/link", doubt["id"]);
    app.post_json(&key, &address, &body).is_problem(403, "not_permitted");
    assert_eq!(app.post_json(&office, &address, &body).is(200).json()["state"], "linked");
    let records = app.get(&office, &format!("/api/v1/subjects/{}/records?resource=listing", FIRM.1)).is(200).json();
    assert_eq!(records["items"].as_array().unwrap().len(), 1, "{records}");
}

#[test]
fn a_report_holds_every_bad_row_however_many_they_are() {
    let app = TestApp::limited(4 << 20);
    let (key, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    let bad: Vec<_> = (1..=1100).map(|n| penalty(n).decided("2026/02/30")).collect();
    let held = app.deliver(&key, "penalty", table(&bad));
    let address = format!("/api/v1/deliveries/{}", held["id"]);
    app.post_json(&office, &format!("{address}/release"), &json!({})).is(200);
    app.finish(&held);
    assert_eq!(sheet(&app.get(&key, &format!("{address}/report.xlsx")).is(200).body).len(), 1101);
    let report = app.get(&key, &format!("{address}/report.json")).is(200).json();
    assert_eq!((report["rows"].as_array().unwrap().len(), &report["truncated"]), (1100, &json!(false)));
}
