//! Lists and designations by the API: who may see and step, what the public sees, figures and claims.

use credence::web::Role;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    world::{
        UNIT, World,
        penalty::{FIRM, OTHER, penalty, table},
    },
};

/// A server on a day, over a world with two firms of which a unit has delivered penalties.
pub fn on(world: World) -> TestApp {
    TestApp::of(world, 1 << 20, 0)
}

pub fn firms() -> World {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    world
}

pub fn document(app: &TestApp, key: &str, number: &str) -> Value {
    let path = "/api/v1/designations/documents";
    let kept = app.post(key, path, "application/octet-stream", number.as_bytes()).is(201).json();
    json!({"document": number, "digest": kept["digest"]})
}

pub fn body(step: &str, day: &str, document: &Value) -> Value {
    let mut body = json!({"step": step, "day": day, "reason": "理由"});
    for (key, value) in document.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    body
}

/// The firm on the list of serious market offences, published on 2026-03-18, by the unit's key.
pub fn designated(app: &TestApp, key: &str) -> i64 {
    let new = json!({"list": "serious.market", "subject": FIRM.1, "reason": "性质恶劣、情节严重"});
    let made = app.post_json(key, "/api/v1/designations", &new).is(201).json();
    let path = format!("/api/v1/designations/{}/steps", made["id"]);
    // It is proposed today, so that all its steps are of today: the party has waived its statement.
    for (step, number) in [("notified", "告〔2026〕1号"), ("waived", "放〔2026〕1号"), ("consented", "复〔2026〕1号")]
    {
        app.post_json(key, &path, &body(step, "2026-03-20", &document(app, key, number))).is(200);
    }
    let decided = document(app, key, "示市监列〔2026〕1号");
    let done = app.post_json(key, &path, &body("designated", "2026-03-20", &decided)).is(200).json();
    assert_eq!(
        (&done["state"], &done["owed"], &done["until"]),
        (&json!("designated"), &json!(false), &json!("2029-03-20"))
    );
    let open = app.get("", "/api/v1/public/lists/serious.market/entries").is(200).json();
    assert_eq!(open["items"], json!([]), "it is not published yet");
    app.post_json(key, &path, &body("published", "2026-03-20", &Value::Null)).is_problem(400, "bad_request");
    app.post_json(key, &path, &body("published", "2026-03-20", &document(app, key, "示市监公〔2026〕1号"))).is(200);
    made["id"].as_i64().unwrap()
}

#[test]
fn a_designation_by_the_api_is_an_entry_everybody_may_see() {
    let app = on(firms());
    let (unit, office) = (app.key(UNIT, Role::Unit), app.key("XYB", Role::Office));
    app.world.unit(UNIT, "示例市市场监督管理局");
    let id = designated(&app, &unit);
    let entries = app.get(&office, "/api/v1/lists/serious.market/entries").is(200).json();
    assert_eq!(entries["items"].as_array().unwrap().len(), 1, "{entries}");
    let entry = &entries["items"][0];
    assert_eq!((&entry["kind"], &entry["effect"]), (&json!("serious"), &json!("full")));
    assert!(entry["measures"].as_array().unwrap().contains(&json!("key_supervision")));
    assert!(entry["reason"]["source"].as_str().unwrap().contains("总局令第44号"));
    let open = app.get("", "/api/v1/public/lists/serious.market/entries").is(200).json();
    assert_eq!(open["items"][0]["subject"]["credit_code"], FIRM.1, "{open}");
    let figures = app.get(&office, "/api/v1/lists/statistics").is(200);
    assert!(figures.header("credence-receipt").contains("seq"), "the question is in the log");
    let figures = figures.json();
    assert_eq!(
        (&figures["all"]["total"], &figures["lists"]["serious.market"]["years"]["2026"]),
        (&json!(1), &json!(1))
    );
    let shown = app.get(&office, &format!("/api/v1/designations/{id}")).is(200).json();
    assert_eq!((&shown["state"], &shown["steps"][0]["kind"]), (&json!("published"), &json!("proposed")));
    assert_eq!(shown["next"], json!(["removed"]));
    app.get(&office, &format!("/api/v1/designations/{id}?known_at=2026-03-01T00:00:00Z")).is_problem(404, "not_found");
}

#[test]
fn nobody_leaves_a_list_of_dishonesty_with_a_paper_that_revoked_nothing() {
    let app = on(firms());
    let unit = app.key(UNIT, Role::Unit);
    app.world.unit(UNIT, "示例市市场监督管理局");
    let path = format!("/api/v1/designations/{}/steps", designated(&app, &unit));
    let removed = |removal: &str, number: &str, reason: &str| {
        let mut body = body("removed", "2026-03-20", &document(&app, &unit, number));
        body["removal"] = json!(removal);
        body["reason"] = json!(reason);
        app.post_json(&unit, &path, &body)
    };
    removed("exit", "移〔2026〕1号", "主体申请退出").is_problem(409, "wrong_state");
    let why = "示市监列〔2026〕1号经复议撤销";
    let refused = removed("revoked", "移〔2026〕1号", "情况有变").is(400).json();
    assert!(refused["detail"].as_str().unwrap().contains("“示市监列〔2026〕1号”"), "{refused}");
    removed("revoked", "示市监列〔2026〕1号", why).is_problem(400, "bad_request");
    let open = app.get("", "/api/v1/public/lists/serious.market/entries").is(200).json();
    assert_eq!(open["items"].as_array().unwrap().len(), 1, "it is on the list still");
    let done = removed("revoked", "复议〔2026〕1号", why).is(200).json();
    assert_eq!(done["state"], "removed");
}

#[test]
fn another_body_sees_and_steps_in_nothing_that_is_not_its_own() {
    let app = on(firms());
    let (unit, other) = (app.key(UNIT, Role::Unit), app.key("WLJ", Role::Unit));
    app.world.unit(UNIT, "示例市市场监督管理局");
    app.world.unit("WLJ", "示例市文化和旅游局");
    let new = json!({"list": "serious.market", "subject": FIRM.1, "reason": "性质恶劣"});
    app.post_json(&other, "/api/v1/designations", &new).is_problem(409, "wrong_state");
    let made = app.post_json(&unit, "/api/v1/designations", &new).is(201).json();
    let path = format!("/api/v1/designations/{}", made["id"]);
    let notified = body("notified", "2026-03-20", &document(&app, &other, "告〔2026〕1号"));
    app.get(&other, &path).is_problem(404, "not_found");
    app.post_json(&other, &format!("{path}/steps"), &notified).is_problem(404, "not_found");
    assert_eq!(app.get(&other, "/api/v1/designations").is(200).json()["items"], json!([]));
    let office = app.key("XYB", Role::Office);
    app.get(&office, &path).is(200);
    app.post_json(&office, &format!("{path}/steps"), &notified).is_problem(404, "not_found");
    let early = body("designated", "2026-03-20", &document(&app, &unit, "列〔2026〕1号"));
    app.post_json(&unit, &format!("{path}/steps"), &early).is_problem(409, "wrong_state");
    let bare = json!({"step": "notified", "reason": "理由"});
    app.post_json(&unit, &format!("{path}/steps"), &bare).is_problem(400, "bad_request");
    let unknown = json!({"step": "notified", "reason": "理由", "document": "x", "digest": "00".repeat(32)});
    app.post_json(&unit, &format!("{path}/steps"), &unknown).is_problem(400, "bad_request");
}

#[test]
fn the_public_sees_no_past_no_watch_list_and_nothing_without_basis() {
    let world = firms();
    let headings =
        "名单类型,名单名称,主体名称,统一社会信用代码,认定机关,认定文书号,列入事由,列入依据,列入日期,数据来源单位\n";
    let row = |kind: &str, name: &str, number: u32| {
        format!(
            "{kind},{name},{},{},示例市市场监督管理局,示〔2026〕{number}号,违法,依据,2026-03-01,示例市市场监督管理局\n",
            FIRM.0, FIRM.1
        )
    };
    let rows = [row("重点关注名单", "重点关注名单", 1), row("黑名单", "甲黑榜", 2)].concat();
    world.deliver("listing", format!("{headings}{rows}"));
    let app = on(world);
    let (office, unit) = (app.key("XYB", Role::Office), app.key("OTHER", Role::Unit));
    let n = |key: &str, path: &str| app.get(key, path).is(200).json()["items"].as_array().unwrap().len();
    assert_eq!(n(&office, "/api/v1/lists/watch/entries"), 1);
    assert_eq!(n(&office, "/api/v1/lists/unconfirmed/entries"), 1);
    assert_eq!(n(&unit, "/api/v1/lists/watch/entries"), 0);
    assert_eq!(n("", "/api/v1/public/lists/watch/entries"), 0);
    app.get("", "/api/v1/public/lists/unconfirmed/entries").is_problem(404, "not_found");
    app.get("", "/api/v1/public/lists/serious.market/entries?as_of=2026-03-01").is_problem(403, "not_permitted");
    app.get(&unit, "/api/v1/lists/watch/entries?as_of=2026-03-01").is_problem(403, "not_permitted");
    let cells = |key: &str| app.get(key, "/api/v1/lists/statistics").is(200).json()["cells"].as_array().unwrap().len();
    assert_eq!((cells(&office), cells(&unit)), (2, 0));
    app.get(&unit, "/api/v1/lists/statistics?as_of=2026-03-01").is_problem(403, "not_permitted");
    app.get(&office, "/api/v1/lists/nothing/entries").is_problem(404, "not_found");
    assert_eq!(n(&office, "/api/v1/lists/watch/entries?as_of=2026-02-28"), 0);
    let lists = app.get("", "/api/v1/lists").is(200).json();
    assert!(lists["items"].as_array().unwrap().iter().all(|it| !it["bases"].as_array().unwrap().is_empty()));
    let measures = app.get("", "/api/v1/lists/watch/measures").is(200).json();
    assert_eq!(measures["items"][0]["class"], "managing");
}

#[test]
fn a_candidate_nobody_may_take_up_is_assigned_by_the_office_and_by_no_unit() {
    let world = World::new();
    world.unit("YJJ", "示例市应急管理局");
    world.unit(UNIT, "示例市信用信息中心");
    world.deliver_as("YJJ", "penalty", table(&[penalty(1)]).replace(",罚款,", ",责令停产停业,"));
    while credence::affairs::designation::propose_new_candidates(&world.shop).unwrap().is_some() {}
    world.unit("SJ2", "示例市市场监督管理局");
    let app = on(world);
    let (office, unit) = (app.key("XYB", Role::Office), app.key("YJJ", Role::Unit));
    let waiting = app.get(&office, "/api/v1/designations?unit=").is(200).json();
    assert_eq!((waiting["items"].as_array().unwrap().len(), &waiting["items"][0]["unit"]), (1, &Value::Null));
    assert_eq!(app.get(&unit, "/api/v1/designations").is(200).json()["items"], json!([]), "it may not designate");
    let path = format!("/api/v1/designations/{}", waiting["items"][0]["id"]);
    let to = |unit: &str| json!({"unit": unit, "reason": "处罚机关是市场监管部门"});
    app.post_json(&unit, &format!("{path}/unit"), &to("YJJ")).is_problem(403, "not_permitted");
    app.post_json(&office, &format!("{path}/unit"), &to("YJJ")).is_problem(409, "wrong_state");
    app.post_json(&office, &format!("{path}/unit"), &json!({"unit": "SJ2", "reason": " "}))
        .is_problem(400, "bad_request");
    let done = app.post_json(&office, &format!("{path}/unit"), &to("SJ2")).is(200).json();
    assert_eq!((&done["unit"], &done["steps"][1]["kind"]), (&json!("SJ2"), &json!("assigned")));
    assert!(!done["next"].as_array().unwrap().contains(&json!("assigned")), "{done}");
    app.get(&app.key("SJ2", Role::Unit), &path).is(200);
}

/// Two live firms on black lists: the first on one no pack knows, the other on one with a basis.
fn town() -> TestApp {
    let world = World::new();
    let register = [FIRM, OTHER].map(|(name, code)| format!("{name},法人及非法人组织,{code},存续\n")).concat();
    world.deliver("register", format!("主体名称,主体类别,统一社会信用代码,登记状态\n{register}"));
    let headings =
        "名单类型,名单名称,主体名称,统一社会信用代码,认定机关,认定文书号,列入事由,列入依据,列入日期,数据来源单位\n";
    let row = |list: &str, (name, code): (&str, &str)| {
        format!(
            "黑名单,{list},{name},{code},示例市市场监督管理局,示〔2026〕1号,违法,依据,2026-03-01,示例市市场监督管理局\n"
        )
    };
    let rows = [row("甲黑榜", FIRM), row("市场监督管理严重违法失信名单", OTHER)].concat();
    let done = world.deliver("listing", format!("{headings}{rows}"));
    assert_eq!(done.tally.new, 2, "{:?}", done.tally);
    on(world)
}

#[test]
fn from_an_entry_without_a_basis_nothing_follows_for_anybody() {
    let app = town();
    let (office, reader) = (app.key("XYB", Role::Office), app.key("CXBM", Role::Reader));
    let (bank, window) = (app.key("BANK", Role::Bank), app.key("HALL", Role::Window));
    let get = |key: &str, path: String| app.get(key, &path).is(200).json();
    let n = |list: &Value| list.as_array().unwrap_or_else(|| panic!("no list: {list}")).len();
    for ((_, code), founded) in [(FIRM, false), (OTHER, true)] {
        let one = usize::from(founded);
        let whole = get(&office, format!("/api/v1/subjects/{code}/standing"));
        let level = whole["scores"].as_array().unwrap().iter().find(|it| it["default"] == true).unwrap();
        assert_eq!(level["level"], if founded { "D" } else { "B" }, "{whole}");
        let entry = &whole["records"].as_array().unwrap().iter().find(|it| it["record"] == whole["lists"][0]["record"]);
        let entry = entry.unwrap();
        assert_eq!((&entry["state"] == "published", &entry["usable"]), (founded, &json!(founded)), "{entry}");
        let said = entry["reason"]["text"].as_str().unwrap();
        assert_eq!(said.contains("“甲黑榜”没有写入规则包的设立依据"), !founded, "the office sees why: {said}");

        let shared = get(&reader, format!("/api/v1/subjects/{code}/standing"));
        assert_eq!((n(&shared["lists"]), n(&shared["brief"]["lists"])), (one, one), "{shared}");
        assert_eq!(shared["brief"]["records"].get("listing").is_some(), founded, "{shared}");
        let records =
            |key: &str, place: &str| n(&get(key, format!("/api/v1/{place}/{code}/records?resource=listing"))["items"]);
        assert_eq!((records(&office, "subjects"), records(&reader, "subjects")), (1, one));
        assert_eq!(records("", "public/subjects"), one);
        for brief in ["", "?brief=true"] {
            let open = get("", format!("/api/v1/public/subjects/{code}/standing{brief}"));
            assert_eq!(n(&open["brief"]["lists"]), one, "{open}");
            assert_eq!(open["brief"]["records"].get("listing").is_some(), founded, "{open}");
        }

        let asked = json!({"code": code, "purpose": "before_loan"});
        let scan = app.post_json(&bank, "/api/v1/bank/scan", &asked).is(200).json();
        let dimensions = scan["body"]["dimensions"].as_array().unwrap();
        let risk = dimensions.iter().find(|it| it["code"] == "serious_dishonesty").unwrap();
        assert_eq!((risk["count"].as_u64(), risk["status"] == "found"), (Some(one as u64), founded), "{risk}");
        let profile = app.post_json(&bank, "/api/v1/bank/profile", &asked).is(200).json();
        assert_eq!(n(&profile["body"]["lists"]), one, "{profile}");
        let decided = json!({"code": code, "item": "GGCSWS", "missing": ["PMT"], "promised": "2026-03-27"});
        let decided = app.post_json(&window, "/api/v1/window/decisions", &decided).is(200).json();
        assert_eq!(decided["outcome"], if founded { "not_deferrable" } else { "manual" }, "{decided}");
    }
}

#[test]
fn a_reported_breakdown_larger_than_its_whole_is_found() {
    let app = on(World::new());
    let office = app.key("XYB", Role::Office);
    let claims = json!({"claims": [{"text": "诚信红黑名单", "count": 1167, "part": [
        {"text": "法人红名单", "count": 526, "scope": {"kind": "red", "subject": "organisation"}},
        {"text": "法人黑名单", "count": 842, "scope": {"kind": "serious", "subject": "organisation"}},
    ]}], "rows": false});
    let checked = app.post_json(&office, "/api/v1/lists/statistics/check", &claims).is(200).json();
    assert_eq!((&checked["agrees"], &checked["findings"][0]["kind"]), (&json!(false), &json!("parts_exceed_whole")));
    let mut with_rows = claims;
    with_rows["rows"] = json!(true);
    let checked = app.post_json(&office, "/api/v1/lists/statistics/check", &with_rows).is(200).json();
    let kinds: Vec<&str> =
        checked["findings"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["parts_exceed_whole", "differs_from_rows", "differs_from_rows", "differs_from_rows"]);
}

#[test]
fn a_page_goes_on_where_the_last_one_ended_and_a_repeated_request_is_done_once() {
    let world = firms();
    let headings =
        "名单类型,名单名称,主体名称,统一社会信用代码,认定机关,认定文书号,列入事由,列入依据,列入日期,数据来源单位\n";
    let row = |(name, code): (&str, &str), number: u32| {
        format!(
            "黑名单,市场监督管理严重违法失信名单,{name},{code},示例市市场监督管理局,示〔2026〕{number}号,违法,依据,2026-03-01,示例市市场监督管理局\n"
        )
    };
    let rows = [row(FIRM, 1), row(FIRM, 2), row(OTHER, 3)].concat();
    world.deliver("listing", format!("{headings}{rows}"));
    let app = on(world);
    let office = app.key("XYB", Role::Office);
    let (mut records, mut cursor) = (Vec::new(), String::new());
    for _ in 0..3 {
        let path = format!("/api/v1/lists/serious.market/entries?limit=1{cursor}");
        let page = app.get(&office, &path).is(200).json();
        records.push(page["items"][0]["record"].as_i64().unwrap());
        cursor = page["next"].as_str().map_or_else(String::new, |it| format!("&cursor={it}"));
    }
    records.sort_unstable();
    records.dedup();
    assert_eq!((records.len(), cursor.as_str()), (3, ""));
}
