//! What is an entry, of which list, from when to when, and what may follow from it.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::*;
use crate::{
    catalog::Catalog,
    record::{Mark, Subject, Version},
    standing::{Standing, derive, publicity},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn packs() -> Packs {
    Packs::embedded(&Catalog::embedded())
}

/// A record as collecting would store it: the days are those of its fields.
fn fact(id: i64, resource: &str, fields: Value) -> Fact {
    let of = |code: &str| fields.get(code).and_then(Value::as_str).map(day);
    let is_out = [fields.get("MDZT"), fields.get("SFLR")].into_iter().flatten().any(|it| it == "移出" || it == "否");
    let version = Version {
        id,
        subject: 1,
        key: [u8::try_from(id).unwrap(); 16],
        resource: resource.to_owned(),
        unit: "SJJ".to_owned(),
        delivery: 1,
        row: 1,
        revision: 1,
        state: if is_out { RecordState::Withdrawn } else { RecordState::InForce },
        exposure: "public".to_owned(),
        fact_on: of("LRRQ").or(of("LARQ")),
        valid_from: of("FBRQ"),
        valid_until: of("YXQZI"),
        ended_on: of("YCRQ"),
        stamp: None,
        known_from: NaiveDateTime::default(),
        known_until: None,
        payload: fields.to_string(),
        note: None,
    };
    Fact::of(version).unwrap()
}

fn dossier(facts: Vec<Fact>) -> Dossier {
    let subject = Subject {
        id: 1,
        origin: "credit_code:x".to_owned(),
        kind: SubjectKind::Organisation,
        name: None,
        registered: false,
        credit_code: None,
        representative: None,
        region: None,
        industry: None,
        status: None,
        former_names: None,
        merged_into: None,
    };
    Dossier { subject, facts, marks: Vec::new(), classes: Vec::new() }
}

/// The entries in force on a day, and the next day one changes.
fn entries(dossier: &Dossier, text: &str) -> (Vec<Listed>, Option<NaiveDate>) {
    let packs = packs();
    let records = publicity::of(dossier, &packs, day(text)).0;
    of(dossier, &records, &packs, day(text))
}

/// Code, kind and effect of what is in force on a day.
fn on(dossier: &Dossier, text: &str) -> Vec<String> {
    let listed = entries(dossier, text).0;
    listed.iter().map(|it| format!("{} {} {}", it.list, it.kind, it.effect)).collect()
}

fn market() -> Value {
    json!({"MDLX": "黑名单", "MDMC": "市场监督管理严重违法失信名单", "JDJG": "示例市市场监督管理局",
        "JDWSH": "示市监列〔2023〕1号", "LRRQ": "2023-01-31"})
}

fn with(mut fields: Value, code: &str, value: &str) -> Value {
    fields[code] = value.into();
    fields
}

fn without(mut fields: Value, code: &str) -> Value {
    fields.as_object_mut().unwrap().remove(code);
    fields
}

#[test]
fn a_record_is_an_entry_of_the_list_the_policy_says() {
    let red = |name: &str| json!({"MDLX": "红名单", "MDMC": name, "JDJG": "甲局", "LRRQ": "2025-01-01"});
    let black = |name: &str| with(market(), "MDMC", name);
    let by = |body: &str, fields: Value| with(fields, "JDJG", body);
    let rows: &[(&str, Value, &str)] = &[
        ("listing", market(), "serious.market serious full"),
        ("listing", black("严重违法失信企业名单"), "serious.market serious full"),
        (
            "listing",
            by("示例市人力资源和社会保障局", black("拖欠农民工工资失信联合惩戒名单")),
            "serious.wages serious full",
        ),
        ("listing", by("国家税务总局示例市税务局", black("重大税收违法案件当事人名单")), "serious.tax serious full"),
        // A body under the short name it is known by, or with gaps.
        ("listing", by("示例市市监局", market()), "serious.market serious full"),
        ("listing", by("示例市 市场监督管理局", market()), "serious.market serious full"),
        ("listing", by("市市场监管局", market()), "serious.market serious full"),
        ("listing", by("示例市市场监管局稽查支队", market()), "serious.market serious full"),
        ("listing", by("示例市药监局", market()), "serious.market serious full"),
        ("listing", by("国家市场监管总局", market()), "serious.market serious full"),
        ("listing", by("示例市市场监管委", market()), "serious.market serious full"),
        ("listing", by("示例省人社厅", black("拖欠农民工工资失信联合惩戒名单")), "serious.wages serious full"),
        (
            "listing",
            by("示例省人力资源社会保障厅", black("拖欠农民工工资失信联合惩戒名单")),
            "serious.wages serious full",
        ),
        ("abnormal", json!({"LRJG": "示例市市场监督管理委员会", "LRRQ": "2023-01-01"}), "abnormal abnormal full"),
        // Only a body that the basis of the list names may designate.
        ("listing", by("示例市教育局", market()), "serious.market unconfirmed without_basis"),
        (
            "listing",
            by("示例市交通运输局", black("交通运输严重违法失信名单")),
            "serious.market unconfirmed without_basis",
        ),
        ("listing", without(market(), "JDJG"), "serious.market serious full"),
        ("listing", with(with(market(), "MDLX", "重点关注名单"), "LRRQ", "2025-01-31"), "watch watch full"),
        ("listing", by("示例海关", red("海关高级认证企业名单")), "red.customs red full"),
        ("listing", red("海关高级认证企业名单"), "red.customs unconfirmed without_basis"),
        ("listing", red("2024年度诚信示范企业"), "red.incentive red full"),
        ("listing", red("优秀企业"), "unconfirmed unconfirmed without_basis"),
        ("listing", black("环保黑榜"), "unconfirmed unconfirmed without_basis"),
        ("listing", without(market(), "JDWSH"), "serious.market unconfirmed without_document"),
        ("listing", json!({"MDLX": "黑名单", "MDMC": "失信主体汇总名单"}), "unconfirmed unconfirmed without_basis"),
        ("dishonest_executed", json!({"AH": "(2024)示1234执1号", "FBRQ": "2024-09-01"}), "executed executed full"),
        ("abnormal", json!({"LRYY": "无法联系", "LRRQ": "2020-01-01"}), "abnormal abnormal full"),
        ("a_taxpayer", json!({"PJND": "2024"}), "red.tax_a red full"),
    ];
    for (resource, fields, expected) in rows {
        let dossier = dossier(vec![fact(1, resource, fields.clone())]);
        assert_eq!(on(&dossier, "2025-06-01"), [*expected], "{fields}");
    }
    assert_eq!(on(&dossier(vec![fact(1, "penalty", json!({"CF_WSH": "x"}))]), "2025-06-01"), Vec::<String>::new());
}

#[test]
fn an_entry_lasts_from_its_first_day_to_its_last() {
    let rows: &[(&str, Value, &[&str], &[&str])] = &[
        // Three years by the rules, to the corresponding day.
        ("listing", market(), &["2023-01-31", "2026-01-31"], &["2023-01-30", "2026-02-01"]),
        ("listing", with(market(), "LRRQ", "2024-02-29"), &["2027-02-28"], &["2027-03-01"]),
        ("listing", with(market(), "YXQZI", "2024-01-31"), &["2024-01-31"], &["2024-02-01"]),
        ("dishonest_executed", json!({"AH": "x", "FBRQ": "2024-09-01"}), &["2026-09-01"], &["2026-09-02"]),
        // Before 2017 there was no term.
        ("dishonest_executed", json!({"AH": "x", "FBRQ": "2015-09-01"}), &["2026-09-02"], &["2015-08-31"]),
        ("abnormal", json!({"LRRQ": "2015-01-01"}), &["2026-01-01"], &["2014-12-31"]),
        (
            "abnormal",
            json!({"LRRQ": "2015-01-01", "SFLR": "否", "YCRQ": "2016-05-05"}),
            &["2016-05-04"],
            &["2016-05-05"],
        ),
        ("a_taxpayer", json!({"PJND": "2024"}), &["2025-04-01", "2026-04-30"], &["2025-03-31", "2026-05-01"]),
        ("listing", with(with(market(), "MDZT", "移出"), "YCRQ", "2024-02-01"), &["2024-01-31"], &["2024-02-01"]),
        ("listing", with(market(), "MDZT", "移出"), &[], &["2023-01-31", "2024-01-31"]),
    ];
    for (resource, fields, inside, outside) in rows {
        let dossier = dossier(vec![fact(1, resource, fields.clone())]);
        for text in *inside {
            assert_eq!(on(&dossier, text).len(), 1, "{text} {fields}");
        }
        for text in *outside {
            assert_eq!(on(&dossier, text), Vec::<String>::new(), "{text} {fields}");
        }
    }
}

#[test]
fn a_repaired_entry_ends_and_a_shielded_one_has_no_measures() {
    let mut dossier = dossier(vec![fact(1, "listing", market())]);
    let found = entries(&dossier, "2024-03-01").0;
    assert!(found[0].measures.iter().any(|it| it == "key_supervision"), "{:?}", found[0].measures);
    assert!(found[0].reason.source.contains("总局令第44号"));
    let mark = |effect, until: Option<&str>| Mark {
        case: 1,
        key: [1; 16],
        effect,
        from: day("2024-02-01"),
        until: until.map(day),
    };
    dossier.marks = vec![mark(Effect::Shielded, Some("2024-06-01"))];
    let found = entries(&dossier, "2024-03-01");
    assert_eq!((found.0[0].effect, found.0[0].measures.len()), (ListEffect::Shielded, 0));
    assert_eq!(found.1, Some(day("2024-06-01")));
    assert_eq!(on(&dossier, "2024-06-01"), ["serious.market serious full"]);
    dossier.marks = vec![mark(Effect::Repaired, None)];
    assert_eq!(on(&dossier, "2024-01-31"), ["serious.market serious full"]);
    assert_eq!(on(&dossier, "2024-02-01"), Vec::<String>::new());
}

#[test]
fn nothing_may_follow_from_an_entry_without_basis_or_document() {
    for fields in [with(market(), "MDMC", "黑榜"), without(market(), "JDWSH")] {
        let found = entries(&dossier(vec![fact(1, "listing", fields)]), "2024-01-01").0;
        assert_eq!((found[0].kind, found[0].measures.len()), (ListKind::Unconfirmed, 0));
    }
    let mut of_person = dossier(vec![fact(1, "listing", with(market(), "MDLX", "重点关注名单"))]);
    of_person.subject.kind = SubjectKind::Person;
    assert_eq!(on(&of_person, "2023-06-01"), ["watch unconfirmed without_basis"]);
}

#[test]
fn the_next_day_is_the_first_on_which_an_entry_begins_or_ends() {
    let dossier = dossier(vec![fact(1, "listing", market()), fact(2, "a_taxpayer", json!({"PJND": "2023"}))]);
    let next = |text: &str| entries(&dossier, text).1;
    assert_eq!(next("2022-01-01"), Some(day("2023-01-31")));
    assert_eq!(next("2023-01-31"), Some(day("2024-04-01")));
    assert_eq!(next("2024-04-01"), Some(day("2025-05-01")));
    assert_eq!(next("2025-05-01"), Some(day("2026-02-01")));
    assert_eq!(next("2026-02-01"), None);
}

/// The level of the default scorecard.
fn level(standing: &Standing) -> &str {
    &standing.scores.iter().find(|it| it.default).unwrap().level
}

#[test]
fn an_entry_without_basis_or_document_is_neither_published_nor_used_and_says_why() {
    let rows = [
        (with(market(), "MDMC", "甲黑榜"), "lists.basis@1#unconfirmed", "“甲黑榜”没有写入规则包的设立依据"),
        (without(market(), "JDWSH"), "lists.market@2#serious.market", "没有认定文书"),
        (with(with(market(), "MDMC", "甲红榜"), "MDLX", "红名单"), "lists.basis@1#unconfirmed", "不得据以采取措施"),
        (without(with(market(), "MDLX", "重点关注名单"), "JDWSH"), "lists.watch@2#watch", "不予公示，也不共享和使用"),
    ];
    for (fields, rule, text) in rows {
        let mut of_firm = dossier(vec![fact(1, "listing", fields.clone())]);
        let standing = derive(&of_firm, &packs(), day("2023-06-01"));
        let it = &standing.records[0];
        assert_eq!((it.state, it.usable, it.from), (PublicityState::Unpublished, false, None), "{fields}");
        assert_eq!((it.reason.rule.to_string().as_str(), it.repairable_from), (rule, None));
        assert!(it.reason.text.contains(text), "{:?}", it.reason);
        let score = standing.scores.iter().find(|it| it.default).unwrap();
        assert_eq!((score.points, score.level.as_str()), (Some(820), "B"), "{fields}");
        let brief = standing.brief(&of_firm);
        assert_eq!((brief.records.len(), brief.lists.len(), brief.usable().lists.len()), (0, 1, 0));
        // A repair of what has no effect leaves none.
        let key = of_firm.facts[0].key;
        of_firm.marks = vec![Mark { case: 1, key, effect: Effect::Repaired, from: day("2023-03-01"), until: None }];
        let repaired = derive(&of_firm, &packs(), day("2023-06-01"));
        assert_eq!((level(&repaired), repaired.lists.len(), repaired.records[0].usable), ("B", 0, false));
    }
}

#[test]
fn what_follows_from_an_entry_ends_with_the_term_of_its_list_or_by_a_case() {
    let mut firm = dossier(vec![fact(1, "listing", market())]);
    let told = |firm: &Dossier, text: &str| {
        let it = derive(firm, &packs(), day(text));
        let record = &it.records[0];
        (level(&it).to_owned(), it.lists.len(), record.usable, record.in_force(&firm.facts[0], day(text)), it.next)
    };
    let (listed, free) = (("D".to_owned(), 1, true, true), ("B".to_owned(), 0, false, false));
    let four = |it: (String, usize, bool, bool, Option<NaiveDate>)| (it.0, it.1, it.2, it.3);
    // Three years by the rules, and the record does not say until when.
    assert_eq!(told(&firm, "2026-01-31").4, Some(day("2026-02-01")));
    assert_eq!(four(told(&firm, "2026-01-31")), listed);
    assert_eq!(four(told(&firm, "2026-02-01")), free);
    let standing = derive(&firm, &packs(), day("2026-01-31"));
    assert_eq!(
        (standing.records[0].state, standing.records[0].until),
        (PublicityState::Published, Some(day("2026-01-31")))
    );
    firm.marks = vec![Mark { case: 1, key: [1; 16], effect: Effect::Repaired, from: day("2024-02-01"), until: None }];
    assert_eq!(four(told(&firm, "2024-01-31")), listed);
    assert_eq!(four(told(&firm, "2024-02-01")), free);
    // A court's list, too: two years by the rules.
    let court = dossier(vec![fact(1, "dishonest_executed", json!({"AH": "(2024)示1234执1号", "FBRQ": "2024-09-01"}))]);
    assert_eq!(four(told(&court, "2026-09-01")), listed);
    assert_eq!(four(told(&court, "2026-09-02")), free);
}
