//! Gradings of sectors beside the own result.

use serde_json::json;

use super::*;

#[test]
fn each_sector_has_its_latest_grading_and_a_d_of_the_public_result_bars_the_best() {
    let grading = |id, on: &str, sector: &str, level: &str| {
        fact(id, "sector_evaluation", on, json!({"HYLY": sector, "PJDJ": level}))
    };
    let mut facts = vec![
        grading(1, "2025-04-01", "示例运输", "B"),
        grading(2, "2026-01-01", "示例运输", "AA级"),
        grading(3, "2026-01-01", "示例环保", "黄牌"),
        grading(4, "2026-01-01", "示例旅游", "不在对照中"),
    ];
    let on = day("2026-03-01");
    let told = |facts: &[Fact]| -> Vec<(Option<String>, String, Option<i64>)> {
        let dossier = dossier(facts.to_vec());
        let (scores, _) = crate::standing::score::of(&dossier, &standings(&dossier, on), &PACKS, on);
        scores.into_iter().map(|it| (it.group, it.level, it.points)).collect()
    };
    let sector = |name: &str, level: &str| (Some(name.to_owned()), level.to_owned(), None);
    assert_eq!(told(&facts), [(None, "B".into(), Some(820)), sector("示例环保", "C"), sector("示例运输", "A")]);
    facts.push(fact(5, "listing", "2026-02-01", json!({"MDLX": "黑名单"})));
    assert_eq!(told(&facts), [(None, "D".into(), Some(599)), sector("示例环保", "C"), sector("示例运输", "B")]);
    // A newer grading of an unknown level does not leave the older one standing.
    facts.push(grading(6, "2026-02-15", "示例环保", "不在对照中"));
    assert_eq!(told(&facts), [(None, "D".into(), Some(599)), sector("示例运输", "B")]);
}
