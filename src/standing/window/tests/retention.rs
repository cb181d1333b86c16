//! When a record goes into the archive, what keeps it longer, and that nothing brings it back.

use super::*;

/// An entry of a serious list, with its basis and document.
fn stay(key: u8, entered: &str, until: Option<&str>) -> Fact {
    let fields = json!({"MDLX": "黑名单", "MDMC": "市场监督管理严重违法失信名单", "JDWSH": "示市监列〔2022〕1号"});
    let mut list = fact("listing", entered, fields);
    list.version.key = [key; 16];
    list.version.valid_until = until.map(day);
    list
}

#[test]
fn after_five_years_a_record_is_archived_unless_its_subject_is_still_on_a_serious_list() {
    let old = penalty("2020-02-29", &["罚款"]);
    let it = one(&dossier(vec![old.clone()]), "2025-03-01");
    assert_eq!((it.state, it.usable, it.reason.rule.rule.as_str()), (PublicityState::Archived, false, "decided"));
    assert_eq!(one(&dossier(vec![old.clone()]), "2025-02-28").state, PublicityState::Ended);

    let listed = dossier(vec![old, stay(1, "2022-01-01", Some("2026-01-01"))]);
    assert_eq!(one(&listed, "2026-01-01").state, PublicityState::Ended);
    let (found, next) = publicity::of(&listed, packs(), day("2026-01-01"));
    assert_eq!((found[1].state, next), (PublicityState::Published, Some(day("2026-01-02"))));
    assert_eq!(one(&listed, "2026-01-02").state, PublicityState::Archived);
    assert_eq!(publicity::of(&listed, packs(), day("2031-01-02")).0[1].state, PublicityState::Archived);
}

#[test]
fn only_a_stay_on_a_list_when_the_five_years_end_keeps_a_record_and_none_brings_it_back() {
    // Decided on 2018-03-01, so its term ends with 2023-03-01.
    let last = |facts: Vec<Fact>, marks: Vec<Mark>| {
        let mut file = dossier([vec![penalty("2018-03-01", &["罚款"])], facts].concat());
        file.marks = marks;
        let is_archived = |on: NaiveDate| publicity::of(&file, packs(), on).0[0].state == PublicityState::Archived;
        let days = || day("2023-02-01").iter_days().take(3000);
        let first = days().find(|it| is_archived(*it));
        // Once in the archive, it stays there.
        assert!(first.is_none_or(|first| days().skip_while(|it| *it < first).all(is_archived)), "{first:?}");
        first.and_then(|it| it.pred_opt()).map(|it| it.to_string())
    };
    let kept = |facts: Vec<Fact>| last(facts, Vec::new());
    let told = |text: &str| Some(text.to_owned());
    let named = |fact: Fact, name: &str| with(fact, "MDMC", json!(name));
    assert_eq!(kept(Vec::new()), told("2023-03-01"));
    assert_eq!(kept(vec![stay(1, "2025-06-01", None)]), told("2023-03-01"), "listed later");
    assert_eq!(kept(vec![stay(1, "2023-03-02", None)]), told("2023-03-01"), "listed a day later");
    assert_eq!(kept(vec![stay(1, "2021-10-01", Some("2023-02-28"))]), told("2023-03-01"), "removed before");
    assert_eq!(kept(vec![stay(1, "2023-03-01", None)]), told("2026-03-01"), "to the end by the rules of the list");
    assert_eq!(kept(vec![named(stay(1, "2022-01-01", None), "甲黑榜")]), told("2023-03-01"), "no basis");
    let executed =
        fact("dishonest_executed", "2022-06-01", json!({"ZXFY": "示例市人民法院", "AH": "（2022）示01执1号"}));
    let executed = Fact { version: Version { key: [4; 16], ..executed.version }, fields: executed.fields };
    assert_eq!(kept(vec![executed]), told("2024-06-01"), "a court's list keeps it as well");
    let mut removed = stay(1, "2022-01-01", None);
    removed.version.ended_on = Some(day("2024-05-01"));
    assert_eq!(kept(vec![removed.clone()]), told("2024-04-30"));
    let chain = [stay(2, "2024-04-30", Some("2025-01-31")), stay(3, "2025-01-01", Some("2026-07-31"))];
    assert_eq!(
        kept([vec![removed.clone()], chain.to_vec()].concat()),
        told("2026-07-31"),
        "one goes over into the next"
    );
    let gap = stay(2, "2024-05-02", Some("2025-01-31"));
    assert_eq!(kept(vec![removed, gap, chain[1].clone()]), told("2024-04-30"), "a gap ends it");
    // A repair ends the stay; one that is reversed does not bring back what went into the archive meanwhile.
    let repaired = |until: Option<&str>| {
        let (key, effect) = ([1; 16], Effect::Repaired);
        vec![Mark { case: 1, key, effect, from: day("2023-01-01"), until: until.map(day) }]
    };
    let listed = || vec![stay(1, "2022-01-01", None)];
    assert_eq!(last(listed(), repaired(None)), told("2023-03-01"));
    assert_eq!(last(listed(), repaired(Some("2023-06-01"))), told("2023-03-01"));
    assert_eq!(last(listed(), repaired(Some("2023-02-01"))), told("2025-01-01"));
}
