//! What needs a consent: departments and windows are told nothing of it, not even through a score.

use credence::web::Role;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    world::{
        UNIT,
        insurance::insurance,
        penalty::{FIRM, penalty, table},
    },
};

/// All versions of records an answer names, wherever.
fn named(answer: &Value) -> Vec<i64> {
    match answer {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, it)| match (key.as_str(), it) {
                ("record", Value::Number(id)) => id.as_i64().into_iter().collect(),
                ("records", Value::Array(ids)) => ids.iter().filter_map(Value::as_i64).chain(named(it)).collect(),
                _ => named(it),
            })
            .collect(),
        Value::Array(all) => all.iter().flat_map(named).collect(),
        _ => Vec::new(),
    }
}

fn default(standing: &Value) -> &Value {
    standing["scores"].as_array().unwrap().iter().find(|it| it["default"] == true).unwrap()
}

fn partial<'s>(score: &'s Value, code: &str) -> Option<&'s Value> {
    score["partials"].as_array().unwrap().iter().find(|it| it["characteristic"] == code)
}

#[test]
fn arrears_of_contributions_count_and_are_named_to_nobody_but_the_office() {
    let app = TestApp::new();
    let (unit, office, reader, window) = (
        app.key(UNIT, Role::Unit),
        app.key("XYB", Role::Office),
        app.key("FGW", Role::Reader),
        app.key("HALL", Role::Window),
    );
    let register =
        format!("主体名称,主体类别,统一社会信用代码,登记状态\n{},法人及非法人组织,{},存续\n", FIRM.0, FIRM.1);
    app.deliver(&unit, "register", register);
    app.deliver(&unit, "penalty", table(&[penalty(1)]));
    let done = app.deliver(&unit, "social_insurance", insurance(&[(FIRM, true)]));
    assert_eq!(done["counts"]["stored"], 1, "{done} {}", app.get(&unit, "/api/v1/doubts").text());
    for it in ["dishonest_executed", "listing"] {
        app.world.collect(it);
    }

    let path = format!("/api/v1/subjects/{}/standing", FIRM.1);
    let whole = app.get(&office, &path).is(200).json();
    let arrears = partial(default(&whole), "contributions").unwrap();
    assert_eq!(arrears["points"], -30, "{arrears}");
    let secret = arrears["reasons"][0]["records"][0].as_i64().unwrap();
    let penalty = partial(default(&whole), "penalty").unwrap()["reasons"][0]["records"][0].as_i64().unwrap();

    for key in [&reader, &window] {
        let told = app.get(key, &path).is(200).json();
        let score = default(&told);
        for same in ["points", "level", "level_name"] {
            assert_eq!(score[same], default(&whole)[same]);
        }
        assert!(!named(&told).contains(&secret), "{told}");
        assert!(named(&told).contains(&penalty), "{told}");
        let neutral = partial(score, "contributions").unwrap();
        assert_eq!((&neutral["points"], &neutral["reasons"], &neutral["counted"]), (&json!(0), &json!([]), &json!([])));
        let withheld = partial(score, "withheld").unwrap();
        assert_eq!((&withheld["points"], &withheld["title"]), (&json!(-30), &json!("不予显示的信息")), "{withheld}");
        assert!(!told.to_string().contains("社会保险费：减"), "{told}");
        let sum = |it: &Value, list: &str| -> i64 {
            it[list].as_array().unwrap().iter().map(|it| it["points"].as_i64().unwrap()).sum()
        };
        assert_eq!(sum(score, "dimensions") - 30, score["points"].as_i64().unwrap(), "the parts add up");
    }

    // A better level is asked for here: the window is told that it is not reached, and by which public records.
    let body = json!({"code": FIRM.1, "item": "SPXKBG", "missing": ["YYZZ"], "promised": "2026-03-25"});
    let decision = app.post_json(&window, "/api/v1/window/decisions", &body).is(200).json();
    let level = decision["reasons"].as_array().unwrap().iter().find(|it| it["rule"]["rule"] == "level").unwrap();
    assert_eq!(level["records"], json!([penalty]), "{decision}");
    assert!(!named(&decision).contains(&secret), "{decision}");
}
