//! Papers and letters: what is handed in is kept and given back only to be saved; letters print and carry no markup of
//! others.

use serde_json::json;

use super::{CODE, Town};

#[test]
fn a_paper_comes_back_as_it_was_handed_in_and_only_to_be_saved() {
    let town = Town::new().on(6, 15);
    let case = town.repair();
    town.paper(&town.office, case, "commitment").is(201);
    let twice = town.paper(&town.office, case, "commitment").is(201).json();
    assert_eq!(twice["items"].as_array().unwrap().len(), 1);
    assert_eq!(twice["items"][0]["file_name"], "commitment.pdf");
    let answer = town.app.get(&town.unit, &format!("/api/v1/cases/{case}/papers/1")).is(200);
    assert_eq!(answer.body, b"%PDF-1.7 commitment");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert!(answer.header("content-disposition").starts_with("attachment"));
    for path in ["papers/0", "papers/2"] {
        town.app.get(&town.unit, &format!("/api/v1/cases/{case}/{path}")).is_problem(404, "not_found");
    }
}

#[test]
fn hostile_papers_are_refused() {
    let town = Town::new().on(6, 15);
    let case = town.repair();
    let path = |kind: &str| format!("/api/v1/cases/{case}/papers?kind={kind}&file_name=../../x.pdf");
    let send = |kind: &str, bytes: Vec<u8>| town.app.post(&town.office, &path(kind), "application/octet-stream", bytes);
    for bytes in [b"".to_vec(), b"MZ\x90\0".to_vec(), b"<html><script>".to_vec(), b"%PD".to_vec(), vec![0; 1000]] {
        send("proof", bytes).is_problem(400, "bad_request");
    }
    send("nonsense", b"%PDF-1.7".to_vec()).is_problem(400, "bad_request");
    let mut large = b"%PDF-1.7".to_vec();
    large.resize(2 << 20, b' ');
    send("proof", large).is_problem(413, "too_large");
    let kept = send("proof", b"%PDF-1.7".to_vec()).is(201).json();
    assert_eq!(kept["items"][0]["file_name"], "x.pdf");
    town.step(&town.office, case, "refused").is(200);
    send("commitment", b"%PDF-1.7".to_vec()).is_problem(409, "wrong_state");
}

#[test]
fn every_letter_of_a_repair_is_a_page_of_its_own_without_markup_of_others() {
    let town = Town::new().on(6, 15);
    let notice = format!("/api/v1/subjects/{CODE}/records/{}/repair-notice", town.record());
    let page = town.app.get(&town.unit, &notice).is(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    for text in [
        "信用修复告知书",
        "示例甲贸易有限公司",
        "示市监罚〔2026〕1号",
        "3个工作日内决定是否受理",
        "<th scope=\"row\">罚款金额</th><td>20000 元</td>",
        "10个工作日内告知结果",
    ] {
        assert!(page.text().contains(text), "{text}");
    }
    let stranger = town.app.key("YJJ", credence::web::Role::Unit);
    town.app.get(&stranger, &notice).is_problem(404, "not_found");
    let case = town.repair();
    town.letter(&town.office, case, "acceptance").is_problem(409, "wrong_state");
    town.letter(&town.office, case, "nonsense").is_problem(400, "bad_request");
    town.accepted(case);
    assert!(town.letter(&town.unit, case, "acceptance").is(200).text().contains("信用修复受理通知书"));
    let hostile = json!({"step": "denied", "reason": "<script>alert(1)</script>身份证11010519491231002X"});
    town.take(&town.unit, case, &hostile).is(200);
    let page = town.letter(&town.office, case, "decision").is(200).text();
    assert!(page.contains("不予信用修复决定书") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!page.contains("<script") && !page.contains("11010519491231002X"), "{page}");
}

#[test]
fn whoever_looks_at_a_case_its_papers_or_letters_is_known_to_the_subject() {
    let town = Town::new().on(6, 15);
    let case = town.repair();
    town.paper(&town.office, case, "proof").is(201);
    town.case(case);
    town.app.get(&town.unit, &format!("/api/v1/cases/{case}/papers/1")).is(200);
    town.letter(&town.unit, case, "notice").is(200);
    let record = town.record();
    town.app.get(&town.unit, &format!("/api/v1/subjects/{CODE}/records/{record}/repair-notice")).is(200);
    town.app.get(&town.unit, &format!("/api/v1/subjects/{CODE}/repairability")).is(200);
    // Who may not look is told nothing, and nothing is noted.
    town.app.get(&town.app.key("YJJ", credence::web::Role::Unit), &format!("/api/v1/cases/{case}")).is(404);
    let asked = town.app.get(&town.own_key(CODE), "/api/v1/me/queries").is(200).json();
    let seen: Vec<(&str, &str)> = asked["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["kind"].as_str().unwrap(), it["unit"].as_str().unwrap()))
        .filter(|(kind, _)| kind.starts_with("case") || kind.starts_with("repair"))
        .collect();
    let expected = [
        ("repairability", "SJJ"),
        ("repair_notice", "SJJ"),
        ("case.letter", "SJJ"),
        ("case.paper", "SJJ"),
        ("case", "XYB"),
    ];
    assert_eq!(seen, expected, "{asked}");
}
