//! Letters of a window: the notice and the promise of a decision, why another was refused, and the signed paper's digest.

use serde_json::{Value, json};

use super::{FIRM, Hall, REGISTER, hall};
use crate::app::Answer;
use credence::{jobs, web::Role};

impl Hall {
    fn letter(&self, answer: &Value, kind: &str) -> Answer {
        let id = &answer["receipt"]["id"];
        let path = format!("/api/v1/window/decisions/{id}/letters/{kind}?code={}", FIRM.1);
        self.app.get(&self.window, &path)
    }
}

/// What is read on the page: without its style, a line an element.
fn read(page: &str) -> String {
    let body = page.split_once("<body>").expect("a page").1;
    let mut text = String::new();
    for part in body.split('<').skip(1) {
        let (_, said) = part.split_once('>').expect("a tag ends");
        if !said.trim().is_empty() {
            text.push_str(said.trim());
            text.push('\n');
        }
    }
    text
}

#[test]
fn what_may_be_deferred_has_a_notice_and_a_promise_to_sign() {
    let hall = hall();
    let decision = hall.ask(FIRM.1, "2026-03-26");
    let notice = hall.letter(&decision, "notice").is(200);
    assert!(notice.header("content-type").starts_with("text/html"));
    insta::assert_snapshot!("notice", read(&notice.text()));
    insta::assert_snapshot!("promise", read(&hall.letter(&decision, "promise").is(200).text()));
    hall.letter(&decision, "decision").is_problem(409, "wrong_state");
    hall.letter(&decision, "nothing").is_problem(400, "bad_request");
    // Another window does not see it; the office does.
    let other = hall.app.key("HALL2", Role::Window);
    let path = format!("/api/v1/window/decisions/{}/letters/notice?code={}", decision["receipt"]["id"], FIRM.1);
    hall.app.get(&other, &path).is_problem(404, "not_found");
    hall.app.get(&hall.office, &path).is(200);
    hall.app.get(&hall.unit, &path).is_problem(403, "not_permitted");
}

#[test]
fn what_is_refused_or_left_to_a_person_has_a_letter_with_its_reasons() {
    let hall = hall();
    let refused = hall.ask(FIRM.1, "2026-03-30");
    insta::assert_snapshot!("refused", read(&hall.letter(&refused, "decision").is(200).text()));
    hall.letter(&refused, "promise").is_problem(409, "wrong_state");
    // Of somebody nobody knows.
    let manual = hall.ask("91430100MA0000090C", "2026-03-26");
    let path = format!("/api/v1/window/decisions/{}/letters/decision", manual["receipt"]["id"]);
    insta::assert_snapshot!("manual", read(&hall.app.get(&hall.window, &path).is(200).text()));
}

#[test]
fn a_letter_says_what_was_decided_then_whatever_has_become_known_since() {
    let hall = hall();
    let good = hall.ask(FIRM.1, "2026-03-26");
    let case = hall.open(&good["receipt"]["id"]).is(201).json();
    let before = hall.letter(&good, "notice").is(200).text();
    let late = hall.on((2026, 3, 30));
    let waiting = late.ask(FIRM.1, "2026-04-01");
    let next = hall.on((2026, 3, 31));
    next.overdue();
    next.step(&case, "fulfilled", None).is(200);
    let gone = format!("{REGISTER}{},法人及非法人组织,{},注销\n", FIRM.0, FIRM.1);
    let path = "/api/v1/deliveries?resource=register";
    let taken = next.app.post(&hall.unit, path, "application/octet-stream", gone).is(202).json();
    next.app.wait(&hall.unit, taken["id"].as_i64().expect("an id"));
    let after = hall.on((2026, 4, 10));
    assert_eq!(after.overdue(), jobs::Overdue::default());
    assert_eq!(after.letter(&good, "notice").is(200).text(), before);
    // What stopped it was a case that was overdue then, and is not any more.
    let told = read(&after.letter(&waiting, "decision").is(200).text());
    assert!(told.contains("有容缺件逾期未补正") && told.contains("台州"), "{told}");
}

#[test]
fn a_case_keeps_the_digest_of_the_promise_that_was_signed() {
    let hall = hall();
    let decision = hall.ask(FIRM.1, "2026-03-26");
    let open = |signed: &str| {
        let body = json!({"code": FIRM.1, "answer": decision["receipt"]["id"], "signed": signed});
        hall.app.post_json(&hall.window, "/api/v1/window/cases", &body)
    };
    open("abc").is_problem(400, "bad_request");
    let digest = "ab".repeat(32);
    let case = open(&digest).is(201).json();
    assert_eq!(case["signed"], digest.as_str());
    assert_eq!(hall.case(&case)["signed"], digest.as_str());
}
