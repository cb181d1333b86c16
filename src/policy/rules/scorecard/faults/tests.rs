//! Every fault of a scorecard is told, each under its key.

use crate::{catalog::Catalog, policy::Pack};

const HEAD: &str = "[pack]\nid = \"scorecard.t\"\nversion = 1\nkind = \"scorecard\"\ntitle = \"示例\"\nfrom = 2026-01-01\n\
                    sources = [\"示例\"]\ncertainty = \"general\"\n";

const REST: &str = r#"
subjects = ["organisation"]
initial_score = 100
[[reason]]
code = "R"
text = "示例"
source = "示例"
[[level]]
code = "A"
name = "优"
from = 60
[[level]]
code = "D"
name = "差"
to = 59
[[characteristic]]
code = "penalty"
title = "行政处罚"
reason = "R"
[[characteristic.attribute]]
id = "fine"
title = "罚款"
points = -10
given = { resources = ["penalty"], when = [{ field = "CF_CFLB", is = ["罚款"] }] }
"#;

/// The faults of the scorecard with one text changed for another.
fn faults(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(from.is_empty() || REST.contains(from), "{from}");
    let text = format!("{}{HEAD}", REST.replacen(from, to, 1).replacen("\n[[reason]]", "\nX\n[[reason]]", 1));
    // The head goes behind the plain keys: TOML wants tables last.
    let (plain, tables) = text.split_once("\nX\n").unwrap();
    match Pack::parse("t.toml", &format!("{plain}\n{tables}"), &Catalog::embedded()) {
        Ok(_) => Vec::new(),
        Err(found) => found.into_iter().map(|it| (it.key, it.message)).collect(),
    }
}

#[test]
fn a_scorecard_without_fault_is_taken() {
    assert_eq!(faults("\n", "\n"), []);
}

#[test]
fn every_fault_is_told_under_its_key() {
    let cases = [
        ("\"organisation\"", "\"firm\"", "subjects", "没有主体类别"),
        ("[\"organisation\"]", "[\"person\"]\ndefault = true", "subjects", "自然人不设默认评分"),
        ("[\"organisation\"]", "[]", "subjects", "须写明"),
        ("to = 59", "to = 60", "level.D", "重叠"),
        ("to = 59", "to = 50", "level.D", "空档"),
        ("to = 59", "from = 1", "level", "最低等级不设 from"),
        ("from = 60", "from = 60\nto = 100", "level", "最高等级不设 to"),
        ("code = \"D\"", "code = \"A\"", "level.A", "等级重复"),
        ("source = \"示例\"", "source = \"\"", "reason.R", "依据"),
        ("reason = \"R\"", "reason = \"S\"", "characteristic.penalty", "没有原因代码 S"),
        ("reason = \"R\"", "reason = \"R\"\ndimension = \"x\"", "characteristic.penalty", "没有这一维度"),
        ("reason = \"R\"", "reason = \"R\"\nfloor = 1\nceiling = 0", "characteristic.penalty", "floor 大于 ceiling"),
        ("points = -10", "points = -10000000", "characteristic.penalty.fine", "分值不得超过"),
        ("points = -10", "points = -10\nmonths = 0", "characteristic.penalty.fine", "months"),
        ("points = -10", "points = -10\nstart = \"in_force\"\nmonths = 3", "characteristic.penalty.fine", "in_force"),
        ("points = -10", "points = -10\nreason = \"S\"", "characteristic.penalty.fine", "没有原因代码 S"),
        ("CF_CFLB", "CF_X", "characteristic.penalty.fine", "没有字段 CF_X"),
        ("is = [\"罚款\"]", "is = [\"罰款\"]", "characteristic.penalty.fine", "不在代码表"),
        ("is = [\"罚款\"]", "is = []", "characteristic.penalty.fine", "空列表"),
        ("is = [\"罚款\"]", "since = 2026-01-01", "characteristic.penalty.fine", "不是日期"),
        ("[\"penalty\"]", "[\"nothing\"]", "characteristic.penalty.fine", "没有资源 nothing"),
        ("initial_score = 100", "initial_score = 100\nfloor = 200", "initial_score", "不在 floor 与 ceiling 之间"),
        ("initial_score = 100", "initial_score = 100\nrepeat_factor = 0", "repeat_factor", "1—10"),
    ];
    for (from, to, key, message) in cases {
        let found = faults(from, to);
        assert!(found.iter().any(|it| it.0 == key && it.1.contains(message)), "{from} → {to}: {found:?}");
    }
}

#[test]
fn no_number_of_points_is_without_bound() {
    let least = i64::MIN.to_string();
    let fine = "characteristic.penalty.fine";
    let tier = |more: &str| {
        format!("steps = {{ field = \"CF_NR_FK\", tiers = [{{ id = \"t\", step = 1, points = 1, {more} }}] }}")
    };
    let direct = "[[direct]]\nid = \"d\"\ntitle = \"x\"\nlevel = \"D\"\nreason = \"R\"\n\
                  given = { resources = [\"penalty\"] }\nrepair = { points = 1000001, months = 0 }\n[[characteristic]]";
    let cases = [
        ("points = -10", format!("points = -10\nrepair = {{ points = {least}, months = 12 }}"), fine, "分值不得超过"),
        ("points = -10", "points = -10\nrepair = { points = -1, months = 0 }".to_owned(), fine, "months"),
        ("points = -10", tier("at_most = 1000001"), fine, "分值不得超过"),
        ("points = -10", tier("at_most = -1"), fine, "不得为负"),
        ("[[characteristic]]", direct.to_owned(), "direct.d", "分值不得超过"),
        ("[[characteristic]]", direct.to_owned(), "direct.d", "months"),
        ("reason = \"R\"", "reason = \"R\"\nper_year = 1000001".to_owned(), "characteristic.penalty", "分值不得超过"),
        ("from = 60", format!("from = {}", i64::MAX), "level.A", "分值不得超过"),
        ("to = 59", format!("to = {}", i64::MAX), "level.D", "分值不得超过"),
        ("to = 59", format!("to = {least}"), "level.D", "空档"),
    ];
    for (from, to, key, message) in cases {
        let found = faults(from, &to);
        assert!(found.iter().any(|it| it.0 == key && it.1.contains(message)), "{from} → {to}: {found:?}");
    }
}

#[test]
fn nothing_that_has_to_do_with_no_credit_can_be_configured() {
    for resource in ["water", "electricity", "gas", "loan"] {
        let given = format!("given = {{ resources = [\"{resource}\"], when = [] }}");
        let own = "given = { resources = [\"penalty\"], when = [{ field = \"CF_CFLB\", is = [\"罚款\"] }] }";
        let found = faults(own, &given);
        assert!(found.iter().any(|it| it.1.contains("不得纳入评价")), "{resource}: {found:?}");
    }
}

#[test]
fn a_characteristic_without_attributes_and_a_second_rule_of_one_name_are_faults() {
    let found = faults(
        "[[characteristic.attribute]]",
        "[[characteristic]]\ncode = \"x\"\ntitle = \"x\"\nreason = \"R\"\n[[characteristic.attribute]]",
    );
    assert!(found.iter().any(|it| it.0 == "characteristic.penalty" && it.1.contains("没有评价要素")), "{found:?}");
    let again = "id = \"fine\"\ntitle = \"x\"\ngiven = { resources = [\"penalty\"] }\n[[characteristic.attribute]]\nid = \"fine\"";
    let found = faults("id = \"fine\"", again);
    assert!(found.iter().any(|it| it.1.contains("规则 fine 重复")), "{found:?}");
}
