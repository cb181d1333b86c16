//! What everybody is told of lists before and after their entries: proposals that are open to objections, and exits.

use credence::web::Role;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    lists::{body, designated, document, firms, on},
    world::{
        UNIT,
        penalty::{FIRM, OTHER},
    },
};

/// A step of a designation by the unit's key, on a day.
fn go(app: &TestApp, key: &str, id: &Value, (step, day): (&str, &str), more: Value) -> Value {
    let mut body = body(step, day, &document(app, key, &format!("{step}〔2026〕1号")));
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    app.post_json(key, &format!("/api/v1/designations/{id}/steps"), &body).is(200).json()
}

#[test]
fn a_red_proposal_is_public_with_the_last_day_for_objections_and_never_a_person_s() {
    let app = on(firms());
    let unit = app.key(UNIT, Role::Unit);
    app.world.unit(UNIT, "示例市市场监督管理局");
    let path = "/api/v1/public/lists/red.incentive/proposals";
    let items = |path: &str| app.get("", path).is(200).json()["items"].clone();
    let new = |subject: &str| json!({"list": "red.incentive", "subject": subject, "reason": "诚信示范"});
    let made = app.post_json(&unit, "/api/v1/designations", &new(FIRM.1)).is(201).json();
    assert_eq!(items(path), json!([]), "proposed is not yet public");
    go(&app, &unit, &made["id"], ("publicised", "2026-03-20"), json!({}));
    let told = items(path);
    let (one, keys) = (&told[0], told[0].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((&one["subject"]["credit_code"], &one["body"]), (&json!(FIRM.1), &json!("示例市市场监督管理局")));
    // Seven working days after Friday the 20th.
    assert_eq!((&one["since"], &one["until"]), (&json!("2026-03-20"), &json!("2026-03-31")));
    assert_eq!(one["document"], "publicised〔2026〕1号");
    assert!(keys.iter().all(|it| !["reason", "id"].contains(it)), "{keys:?}");
    go(&app, &unit, &made["id"], ("objected", "2026-03-20"), json!({}));
    assert_eq!(items(path).as_array().unwrap().len(), 1, "while it is looked into others may object");
    go(&app, &unit, &made["id"], ("heard", "2026-03-20"), json!({}));
    go(&app, &unit, &made["id"], ("dropped", "2026-03-20"), json!({}));
    assert_eq!(items(path), json!([]));
    assert_eq!(items("/api/v1/public/lists/serious.market/proposals"), json!([]));
    app.get("", "/api/v1/public/lists/nothing/proposals").is_problem(404, "not_found");
    app.get("", "/api/v1/public/lists/unconfirmed/proposals").is_problem(404, "not_found");
    app.get("", &format!("{path}?limit=0")).is_problem(400, "bad_request");
}

#[test]
fn a_published_entry_that_left_its_list_is_told_with_its_day_and_ground_and_nothing_else() {
    let app = on(firms());
    let unit = app.key(UNIT, Role::Unit);
    app.world.unit(UNIT, "示例市市场监督管理局");
    let id = json!(designated(&app, &unit));
    let path = "/api/v1/public/lists/serious.market/exits";
    let items = |path: &str| app.get("", path).is(200).json()["items"].as_array().unwrap().clone();
    assert_eq!(items(path), [] as [Value; 0]);
    go(
        &app,
        &unit,
        &id,
        ("removed", "2026-03-20"),
        json!({"removal": "revoked", "reason": "示市监列〔2026〕1号经复议撤销"}),
    );
    assert_eq!(items(path), [] as [Value; 0], "it was never seen on a day before this one");
    app.get("", "/api/v1/public/lists/nothing/exits").is_problem(404, "not_found");
    app.get("", &format!("{path}?cursor=x")).is_problem(400, "bad_cursor");
}

#[test]
fn exits_of_delivered_entries_are_told_for_the_days_and_grounds_of_the_pack() {
    let world = firms();
    let headings = "名单类型,名单名称,主体名称,统一社会信用代码,认定机关,认定文书号,列入事由,列入依据,列入日期,有效期至,名单状态,移出日期,移出事由,数据来源单位\n";
    let body = "示例市市场监督管理局";
    let row = |(name, code): (&str, &str), number: u32, (until, state, out, why): (&str, &str, &str, &str)| {
        format!(
            "黑名单,市场监督管理严重违法失信名单,{name},{code},{body},示〔2025〕{number}号,违法,依据,2025-06-01,{until},{state},{out},{why},{body}\n"
        )
    };
    let rows = [
        row(FIRM, 1, ("", "移出", "2026-03-10", "信用修复")),
        row(OTHER, 2, ("", "移出", "2026-03-11", "期限届满，予以移出")),
        row(OTHER, 3, ("", "撤销", "2026-03-12", "")),
        row(OTHER, 4, ("2026-03-15", "在列", "", "")),
        row(OTHER, 5, ("", "移出", "2026-02-18", "信用修复")),
        row(OTHER, 6, ("", "在列", "", "")),
    ];
    let foreign = row(FIRM, 7, ("", "移出", "2026-03-10", "信用修复")).replace(body, "示例市教育局");
    let done = world.deliver("listing", format!("{headings}{}{foreign}", rows.concat()));
    assert_eq!(done.tally.rejected, 0, "{:?}", done.tally);
    let app = on(world);
    let (mut told, mut cursor) = (Vec::new(), String::new());
    for _ in 0..9 {
        let page = app.get("", &format!("/api/v1/public/lists/serious.market/exits?limit=1{cursor}")).is(200).json();
        for it in page["items"].as_array().unwrap() {
            let mut keys: Vec<&str> = it.as_object().unwrap().keys().map(String::as_str).collect();
            keys.sort_unstable();
            assert_eq!(keys, ["ground", "ground_name", "left_on", "list", "name", "subject"], "{it}");
            told.push(format!("{} {}", it["left_on"].as_str().unwrap(), it["ground"].as_str().unwrap()));
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let expected = ["2026-03-16 term_over", "2026-03-12 revoked", "2026-03-11 term_over", "2026-03-10 repaired"];
    assert_eq!(told, expected, "neither the old one, nor the one in force, nor the one without basis");
    let open = app.get("", "/api/v1/public/lists/abnormal/exits").is(200).json();
    assert_eq!(open["items"], json!([]), "a list whose pack tells of none");
}
