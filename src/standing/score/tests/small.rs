//! What no shipped scorecard uses, or not alone: points that lessen, one record of several, yearly bounds, a mild direct level.

use serde_json::json;

use super::*;

const CARD: &str = r#"
subjects = ["organisation"]
initial_score = 100
repeat_factor = 2
[pack]
id = "scorecard.small"
version = 1
kind = "scorecard"
title = "示例"
from = 2020-01-01
sources = ["示例"]
certainty = "general"
[[reason]]
code = "R"
text = "示例"
source = "示例"
[[level]]
code = "A"
name = "优"
from = 90
[[level]]
code = "B"
name = "良"
from = 80
to = 89
[[level]]
code = "C"
name = "中"
to = 79
[[characteristic]]
code = "lessening"
title = "递减"
reason = "R"
[[characteristic.attribute]]
id = "fine"
title = "罚款"
points = -20
months = 36
decay = [{ after_months = 12, points = -10 }, { after_months = 24, points = -5 }]
given = { resources = ["penalty"] }
[[characteristic]]
code = "worst"
title = "取最低"
reason = "R"
combine = "worst"
[[characteristic.attribute]]
id = "broken"
title = "全部未履行承诺"
points = -30
months = 12
given = { resources = ["commitment"], when = [{ field = "LXZT", is = ["全部未履行"] }] }
[[characteristic.attribute]]
id = "partly"
title = "部分履行承诺"
points = -10
months = 24
given = { resources = ["commitment"], when = [{ field = "LXZT", is = ["部分履行"] }] }
[[characteristic]]
code = "best"
title = "取最高"
reason = "R"
combine = "best"
[[characteristic.attribute]]
id = "national"
title = "国家级荣誉"
points = 20
months = 12
given = { resources = ["honour"], when = [{ field = "RYJB", is = ["国家级"] }] }
[[characteristic.attribute]]
id = "city"
title = "地市级荣誉"
points = 5
months = 24
given = { resources = ["honour"], when = [{ field = "RYJB", is = ["地市级"] }] }
[[characteristic]]
code = "yearly"
title = "每年有限"
reason = "R"
per_year = 15
[[characteristic.attribute]]
id = "kept"
title = "全部履行"
points = 10
months = 36
given = { resources = ["contract"], when = [{ field = "LYZT", is = ["已履约"] }] }
[[characteristic.attribute]]
id = "breached"
title = "违约"
points = -12
months = 36
kind = "breached"
given = { resources = ["contract"], when = [{ field = "LYZT", is = ["违约"] }] }
[[direct]]
id = "mild"
title = "被执行"
level = "B"
start = "in_force"
reason = "R"
given = { resources = ["executed_person"] }
[[imported]]
id = "national_result"
title = "国家评价"
field = "PJDJ"
months = 12
reason = "R"
given = { resources = ["public_evaluation"] }
levels = [{ is = ["A"], level = "A" }, { is = ["B"], level = "B" }, { is = ["C"], level = "C" }]
"#;

fn small() -> Pack {
    Pack::parse("scorecard.small.toml", CARD, &Catalog::embedded()).unwrap_or_else(|it| panic!("{it:#?}"))
}

fn points(facts: &[Fact], on: &str) -> i64 {
    score(&small(), &dossier(facts.to_vec()), on).points.unwrap() - 100
}

fn fine(id: i64, on: &str) -> Fact {
    fact(id, "penalty", on, json!({"CF_CFLB": ["罚款"]}))
}

#[test]
fn points_lessen_with_time_on_days_that_are_announced_and_a_repeated_deduction_with_them() {
    let (pack, firm) = (small(), dossier(vec![fine(1, "2024-02-29")]));
    let next = |on: &str| by(&pack, card(&pack).unwrap(), &firm, &standings(&firm, day(on)), day(on)).1;
    for (on, expected, change) in [
        ("2024-02-29", -20, Some("2025-02-28")),
        ("2025-02-27", -20, Some("2025-02-28")),
        ("2025-02-28", -10, Some("2026-02-28")),
        ("2026-02-28", -5, Some("2027-02-28")),
        ("2027-02-28", 0, None),
    ] {
        assert_eq!((points(&firm.facts, on), next(on)), (expected, change.map(day)), "{on}");
    }
    let again = [fine(1, "2024-03-01"), fine(2, "2024-09-01")];
    let told = ["2024-09-01", "2025-03-01", "2025-09-01", "2026-09-01", "2027-03-01"].map(|on| points(&again, on));
    assert_eq!(told, [-60, -50, -30, -15, -10]);
}

#[test]
fn of_several_records_the_worst_or_the_best_counts_and_the_others_are_told_as_superseded() {
    let promise = |id, on: &str, how: &str| fact(id, "commitment", on, json!({ "LXZT": how }));
    let broken = [promise(1, "2024-01-10", "部分履行"), promise(2, "2024-03-10", "全部未履行")];
    let told = ["2024-01-10", "2024-03-10", "2025-03-10", "2026-01-10"].map(|on| points(&broken, on));
    assert_eq!(told, [-10, -30, -10, 0]);
    let honour = |id, on: &str, level: &str| fact(id, "honour", on, json!({ "RYJB": level }));
    let honours =
        [honour(1, "2024-01-10", "地市级"), honour(2, "2024-03-10", "国家级"), honour(3, "2024-03-10", "国家级")];
    let told = ["2024-01-10", "2024-03-10", "2025-03-10", "2026-01-10"].map(|on| points(&honours, on));
    assert_eq!(told, [5, 20, 5, 0]);
    let it = score(&small(), &dossier(honours.to_vec()), "2024-03-10");
    let counted = it.partials.iter().flat_map(|it| &it.counted).map(|it| (it.record, it.state));
    let expected = [(1, CountState::Superseded), (2, CountState::Counted), (3, CountState::Superseded)];
    assert_eq!(counted.collect::<Vec<_>>(), expected, "of two alike the older record");
}

#[test]
fn a_calendar_year_adds_and_takes_no_more_than_its_bound() {
    let contract = |id, on: &str, how: &str| fact(id, "contract", on, json!({ "LYZT": how }));
    let kept =
        [contract(1, "2024-01-10", "已履约"), contract(2, "2024-12-31", "已履约"), contract(3, "2025-01-01", "已履约")];
    assert_eq!([1, 2, 3].map(|n| points(&kept[..n], "2025-06-01")), [10, 15, 25]);
    let breached = [contract(1, "2024-01-10", "违约"), contract(2, "2025-01-10", "违约")];
    assert_eq!([1, 2].map(|n| points(&breached[..n], "2025-06-01")), [-12, -27], "doubled, but bounded");
}

#[test]
fn a_direct_level_no_worse_than_the_imported_one_lets_no_older_deduction_through() {
    let executed = fact(1, "executed_person", "2024-01-10", json!({"AH": "x"}));
    let old = [fine(2, "2024-02-10"), fine(3, "2024-02-11")];
    let result = |level: &str| fact(4, "public_evaluation", "2024-06-30", json!({ "PJDJ": level }));
    let told = |facts: Vec<Fact>| {
        let it = score(&small(), &dossier(facts), "2024-07-01");
        (it.level, it.origin)
    };
    let all = |level: &str| vec![executed.clone(), old[0].clone(), old[1].clone(), result(level)];
    assert_eq!(told(all("B")), ("B".to_owned(), Origin::Imported));
    assert_eq!(told(all("A")), ("C".to_owned(), Origin::Own), "the direct level is worse: the own result as a whole");
}

#[test]
fn a_latest_result_of_an_unknown_level_is_not_used_and_no_older_one_in_its_place() {
    let result = |id, on: &str, level: &str| fact(id, "public_evaluation", on, json!({ "PJDJ": level }));
    let firm = dossier(vec![result(1, "2024-03-31", "C"), result(2, "2024-06-30", "五星")]);
    assert_eq!(score(&small(), &firm, "2024-06-29").level, "C");
    let it = score(&small(), &firm, "2024-07-01");
    assert_eq!((it.level.as_str(), it.origin, it.own_level), ("A", Origin::Own, None));
    let told = it.grounds.iter().find(|it| it.records == [2]).unwrap();
    assert_eq!(told.text, "国家评价（2024-06-30作出）的等级“五星”未列入对照，不采用");
}
