//! The terms of the orders as a table, what stops a record, and that nothing changes on a day that was not announced.

mod classes;
mod retention;
mod usage;

use std::sync::LazyLock;

use chrono::{Days, NaiveDateTime};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    catalog::Catalog,
    record::{ConfirmedClass, Mark, RecordKey, Subject, SubjectKind, Version},
    standing::publicity,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fact(resource: &str, fact_on: &str, fields: Value) -> Fact {
    let Value::Object(fields) = fields else { panic!("fields") };
    let version = Version {
        id: 7,
        subject: 1,
        key: RecordKey::default(),
        resource: resource.into(),
        unit: "u".into(),
        delivery: 1,
        row: 1,
        revision: 1,
        state: RecordState::InForce,
        exposure: "public".into(),
        fact_on: Some(day(fact_on)),
        valid_from: Some(day(fact_on)),
        valid_until: None,
        ended_on: None,
        stamp: None,
        known_from: NaiveDateTime::default(),
        known_until: None,
        payload: String::new(),
        note: None,
    };
    Fact { version, fields: fields.into() }
}

fn penalty(decided: &str, kinds: &[&str]) -> Fact {
    fact("penalty", decided, json!({"CF_CFLB": kinds, "CF_CFJG": "示例市交通运输局", "CF_NR_FK": 5_000_000}))
}

fn with(mut fact: Fact, field: &str, value: Value) -> Fact {
    let mut map = fact.fields.map().clone();
    map.insert(field.into(), value);
    fact.fields = map.into();
    fact
}

fn dossier(facts: Vec<Fact>) -> Dossier {
    let subject = Subject {
        id: 1,
        origin: "credit_code:x".into(),
        kind: SubjectKind::Organisation,
        name: Some("示例有限公司".into()),
        registered: true,
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

/// Reading them takes longer than all that is tested.
static PACKS: LazyLock<Packs> = LazyLock::new(|| Packs::embedded(&Catalog::embedded()));

fn packs() -> &'static Packs {
    &PACKS
}

fn one(dossier: &Dossier, on: &str) -> RecordStanding {
    publicity::of(dossier, packs(), day(on)).0.remove(0)
}

fn confirmed(class: Option<&str>, performed: Option<bool>, from: &str) -> ConfirmedClass {
    ConfirmedClass { key: RecordKey::default(), class: class.map(str::to_owned), performed, from: day(from) }
}

#[test]
fn the_terms_of_the_orders_are_calendar_months_clamped_to_the_end_of_the_month() {
    let abnormal = |on: &str| fact("abnormal", on, json!({"LRYY": "未按期公示年度报告"}));
    let fined = |on: &str| penalty(on, &["罚款"]);
    let closed = |on: &str| penalty(on, &["罚款", "责令停产停业"]);
    let food = |on: &str| with(fined(on), "CF_YJ", json!("《食品安全法》第一百二十四条"));
    let market = |on: &str| with(fined(on), "CF_CFJG", json!("示例市市场监督管理局"));
    let table: &[(Fact, &str, &str, &str, Option<&str>)] = &[
        (fined("2026-04-15"), "publicity.ndrc36", "ordinary", "2026-07-15", Some("2027-04-15")),
        (closed("2026-04-15"), "publicity.ndrc36", "serious", "2027-04-15", Some("2029-04-15")),
        (abnormal("2026-04-15"), "publicity.ndrc36", "abnormal", "2026-04-15", Some("2026-07-15")),
        (fined("2024-11-30"), "publicity.ndrc58", "ordinary", "2025-02-28", Some("2027-11-30")),
        (fined("2024-08-31"), "publicity.ndrc58", "ordinary", "2024-11-30", Some("2027-08-31")),
        (food("2024-08-31"), "publicity.ndrc58", "safety", "2025-08-31", Some("2027-08-31")),
        (fined("2026-03-31"), "publicity.ndrc58", "ordinary", "2026-06-30", Some("2029-03-31")),
        (fined("2023-05-01"), "publicity.ndrc58", "ordinary", "2023-08-01", Some("2026-05-01")),
        (fined("2023-04-30"), "publicity.before2023", "ordinary", "2023-07-30", Some("2024-04-30")),
        (closed("2023-04-30"), "publicity.before2023", "serious", "2023-10-30", Some("2026-04-30")),
        (market("2025-12-24"), "publicity.ndrc58", "ordinary", "2026-03-24", Some("2028-12-24")),
        (market("2025-12-25"), "publicity.market107", "ordinary", "2026-03-25", Some("2026-12-25")),
        (market("2026-04-15"), "publicity.market107", "ordinary", "2026-07-15", Some("2027-04-15")),
    ];
    for (fact, pack, class, repairable, until) in table {
        let on = fact.fact_on.unwrap();
        let dossier = dossier(vec![fact.clone()]);
        let (found, _) = publicity::of(&dossier, packs(), on);
        let it = &found[0];
        assert_eq!((it.reason.rule.pack.as_str(), it.reason.rule.rule.as_str()), (*pack, *class), "{on}");
        assert_eq!((it.state, it.usable, it.from), (PublicityState::Published, true, Some(on)), "{on}");
        assert_eq!((it.repairable_from, it.until), (Some(day(repairable)), until.map(day)), "{on} {class}");
        assert_eq!(it.reason.records, [7]);
        assert!(!it.reason.source.is_empty() && !it.reason.text.is_empty());
    }
}

#[test]
fn what_is_not_grave_enough_is_not_published_and_the_gravest_kind_decides() {
    let fine = |fen: i64| with(penalty("2026-05-01", &["罚款"]), "CF_NR_FK", json!(fen));
    let warned = |on: &str, kinds: &[&str]| with(penalty(on, kinds), "CF_NR_FK", json!(0));
    let simple = with(fine(200_000), "CF_WSH", json!("示交简罚〔2026〕3号"));
    let no_amount = fact("penalty", "2026-05-01", json!({"CF_CFLB": "罚款", "CF_CFJG": "示例局"}));
    let table = [
        (warned("2026-05-01", &["警告"]), "minor", PublicityState::Unpublished),
        (warned("2026-05-01", &["警告", "通报批评"]), "minor", PublicityState::Unpublished),
        (penalty("2026-05-01", &["警告", "罚款"]), "ordinary", PublicityState::Published),
        (penalty("2026-05-01", &["警告", "吊销许可证件"]), "serious", PublicityState::Published),
        (fine(300_000), "minor", PublicityState::Unpublished),
        (fine(300_001), "ordinary", PublicityState::Published),
        (fine(99_999_999), "ordinary", PublicityState::Published),
        (fine(100_000_000), "serious", PublicityState::Published),
        (no_amount.clone(), "ordinary", PublicityState::Published),
        (with(no_amount, "CF_SXYZCD", json!("严重")), "serious", PublicityState::Published),
        (simple, "minor", PublicityState::Unpublished),
        (warned("2024-05-01", &["警告"]), "minor", PublicityState::Unpublished),
    ];
    for (fact, class, state) in table {
        let on = if fact.fact_on == Some(day("2024-05-01")) { "2024-06-01" } else { "2026-06-01" };
        let it = one(&dossier(vec![fact]), on);
        assert_eq!((it.reason.rule.rule.as_str(), it.state, it.usable), (class, state, true));
        assert_eq!(it.from.is_some(), state == PublicityState::Published);
    }
}

#[test]
fn a_term_ends_with_its_last_day_and_goes_on_for_what_is_not_performed() {
    let done = dossier(vec![penalty("2026-04-15", &["罚款"])]);
    assert_eq!(one(&done, "2027-04-15").state, PublicityState::Published);
    let over = one(&done, "2027-04-16");
    assert_eq!((over.state, over.usable, over.until), (PublicityState::Ended, false, Some(day("2027-04-15"))));
    let open = dossier(vec![with(done.facts[0].clone(), "BZ", json!("罚款尚未履行"))]);
    let it = one(&open, "2027-04-16");
    assert_eq!((it.state, it.usable, it.until), (PublicityState::Unperformed, true, None));
    let told = Dossier { classes: vec![confirmed(None, Some(true), "2027-06-01")], ..open };
    assert_eq!(one(&told, "2027-05-31").state, PublicityState::Unperformed);
    assert_eq!(one(&told, "2027-06-01").state, PublicityState::Ended);
    // Under order 58 only publicity ended, and with the longest term in any case.
    let old = one(&dossier(vec![with(penalty("2023-06-01", &["罚款"]), "BZ", json!("未履行"))]), "2026-06-02");
    assert_eq!((old.state, old.usable), (PublicityState::Ended, true));
}

#[test]
fn the_departments_own_deadline_counts_within_the_shortest_and_the_longest_term() {
    let with_end = |end: &str| with(penalty("2026-04-15", &["罚款"]), "CF_GSJZQ", json!(end));
    for (end, until) in [
        ("2026-12-31", "2026-12-31"),
        ("2026-05-01", "2026-07-15"),
        ("2029-04-15", "2027-04-15"),
        ("9999-12-31", "2027-04-15"),
    ] {
        assert_eq!(one(&dossier(vec![with_end(end)]), "2026-05-01").until, Some(day(until)), "{end}");
    }
}

#[test]
fn a_department_confirms_the_class_from_a_day_on_and_the_last_word_holds() {
    let mut file = dossier(vec![penalty("2026-04-15", &["罚款"])]);
    file.classes = vec![
        confirmed(Some("serious"), None, "2026-05-01"),
        confirmed(Some("minor_published"), None, "2026-06-01"),
        confirmed(Some("unknown"), None, "2026-07-01"),
    ];
    for (on, class, until) in [
        ("2026-04-30", "ordinary", "2027-04-15"),
        ("2026-05-01", "serious", "2029-04-15"),
        ("2026-06-30", "minor_published", "2026-07-15"),
        ("2026-07-02", "ordinary", "2027-04-15"),
    ] {
        let it = one(&file, on);
        assert_eq!((it.reason.rule.rule.as_str(), it.until), (class, Some(day(until))), "{on}");
    }
}

#[test]
fn a_later_word_on_the_performance_leaves_the_class_and_the_other_way_round() {
    let mut file = dossier(vec![penalty("2026-04-15", &["罚款"])]);
    let (class, done) = (confirmed(Some("serious"), None, "2026-05-01"), confirmed(None, Some(true), "2026-06-01"));
    for classes in [vec![class.clone(), done.clone()], vec![done, class]] {
        file.classes = classes;
        let it = one(&file, "2026-06-02");
        assert_eq!((it.reason.rule.rule.as_str(), it.until), ("serious", Some(day("2029-04-15"))));
    }
}

#[test]
fn a_watch_list_is_for_departments_and_never_published() {
    let watched = fact("listing", "2026-05-01", json!({"MDLX": "重点关注名单", "JDWSH": "示监〔2026〕1号"}));
    let it = one(&dossier(vec![watched]), "2026-05-02");
    assert_eq!((it.reason.rule.rule.as_str(), it.state, it.usable), ("watch", PublicityState::Unpublished, true));
}

#[test]
fn marks_withdrawals_exposure_and_persons_stop_publicity_and_only_some_stop_use() {
    let base = || dossier(vec![penalty("2026-04-15", &["罚款"])]);
    let marked = |effect, until: Option<&str>| {
        let key = RecordKey::default();
        let mark = Mark { case: 1, key, effect, from: day("2026-08-01"), until: until.map(day) };
        Dossier { marks: vec![mark], ..base() }
    };
    let repaired = marked(Effect::Repaired, None);
    assert_eq!(one(&repaired, "2026-07-31").state, PublicityState::Published);
    let it = one(&repaired, "2026-08-01");
    assert_eq!((it.state, it.usable, it.reason.rule.rule.as_str()), (PublicityState::Repaired, false, "repaired"));
    let shielded = marked(Effect::Shielded, Some("2026-09-01"));
    assert_eq!(
        (one(&shielded, "2026-08-31").state, one(&shielded, "2026-08-31").usable),
        (PublicityState::Shielded, false)
    );
    assert_eq!(one(&shielded, "2026-09-01").state, PublicityState::Published);
    let unannounced = marked(Effect::Unannounced, Some("2026-09-01"));
    let it = one(&unannounced, "2026-08-31");
    assert_eq!(
        (it.state, it.usable, it.reason.rule.rule.as_str()),
        (PublicityState::Unpublished, true, "unannounced"),
        "departments know it, the public does not"
    );
    assert_eq!(one(&unannounced, "2026-09-01").state, PublicityState::Published);
    let objected = one(&marked(Effect::Objected, None), "2026-08-01");
    assert_eq!((objected.state, objected.usable, objected.objected), (PublicityState::Published, true, true));
    assert!(one(&dossier(vec![with(base().facts[0].clone(), "CF_ZT", json!("异议"))]), "2026-05-01").objected);

    let mut withdrawn = base();
    withdrawn.facts[0].version.state = RecordState::Withdrawn;
    withdrawn.facts[0].version.ended_on = Some(day("2026-06-01"));
    assert_eq!(one(&withdrawn, "2026-05-31").state, PublicityState::Published);
    let it = one(&withdrawn, "2026-06-01");
    assert_eq!((it.state, it.usable), (PublicityState::Withdrawn, false));

    let mut closed = base();
    closed.facts[0].version.exposure = "shared".into();
    let it = one(&closed, "2026-05-01");
    assert_eq!((it.state, it.usable, it.from, it.until), (PublicityState::Unpublished, true, None, None));
    assert!(!one(&closed, "2027-04-16").usable, "shared no longer than the class allows");
    let mut person = base();
    person.subject.kind = SubjectKind::Person;
    let it = one(&person, "2026-05-01");
    assert_eq!((it.state, it.usable, it.reason.rule.rule.as_str()), (PublicityState::Unpublished, true, "person"));
    let it = one(&base(), "2026-04-14");
    assert_eq!((it.state, it.usable, it.reason.rule.rule.as_str()), (PublicityState::Unpublished, false, "not_yet"));
}

#[test]
fn every_resource_of_the_catalogue_has_its_rule() {
    for resource in Catalog::embedded().iter() {
        let it = one(
            &dossier(vec![fact(
                &resource.code,
                "2026-05-01",
                json!({"MDLX": "红名单", "MDMC": "守信激励对象名单", "AH": "x"}),
            )]),
            "2026-05-02",
        );
        assert_ne!(it.reason.rule.rule, "unregulated", "{}", resource.code);
        assert_ne!(it.reason.rule.version, 0, "{}", resource.code);
    }
    let mut licence = fact("licence", "2026-05-01", json!({}));
    licence.version.valid_until = Some(day("2027-04-30"));
    let file = dossier(vec![licence]);
    assert_eq!(
        (one(&file, "2027-04-30").state, one(&file, "2027-05-01").state),
        (PublicityState::Published, PublicityState::Ended)
    );
    assert!(one(&file, "2027-05-01").usable);
}

prop_compose! {
    fn any_day()(days in 0_u64..5000) -> NaiveDate { day("2018-01-01") + Days::new(days) }
}

prop_compose! {
    fn any_fact(key: u8)(
        on in any_day(),
        resource in prop::sample::select(vec!["penalty", "licence", "listing", "abnormal", "honour", "judgment"]),
        kinds in prop::sample::subsequence(vec!["警告", "罚款", "吊销许可证件"], 1..=3),
        fen in prop::option::of(0_i64..200_000_000),
        (until, ended, deadline) in (prop::option::of(any_day()), prop::option::of(any_day()), prop::option::of(any_day())),
        exposure in prop::sample::select(vec!["public", "public", "shared"]),
        (open, food, founded) in (any::<bool>(), any::<bool>(), prop::bool::weighted(0.8)),
    ) -> Fact {
        let mut fields = json!({"CF_CFLB": kinds, "CF_CFJG": "示例市交通运输局", "MDLX": "黑名单"});
        if let Some(fen) = fen { fields["CF_NR_FK"] = json!(fen); }
        if let Some(day) = deadline { fields["CF_GSJZQ"] = json!(day.to_string()); }
        if founded {
            (fields["MDMC"], fields["JDWSH"]) = (json!("市场监督管理严重违法失信名单"), json!("示市监列〔2022〕1号"));
        }
        if open { fields["BZ"] = json!("未履行"); }
        if food { fields["CF_SY"] = json!("经营不符合食品安全标准的食品"); }
        let mut fact = fact(resource, "2020-01-01", fields);
        fact.version.key = [key; 16];
        fact.version.fact_on = Some(on);
        fact.version.valid_from = Some(on);
        fact.version.valid_until = until;
        fact.version.ended_on = ended;
        fact.version.exposure = exposure.into();
        fact
    }
}

prop_compose! {
    fn any_dossier()(
        facts in (any_fact(1), any_fact(2), any_fact(3)),
        marks in prop::collection::vec((1_u8..4, prop::sample::select(Effect::ALL), any_day(), prop::option::of(any_day())), 0..3),
        classes in prop::collection::vec((1_u8..4, prop::option::of(prop::sample::select(vec!["serious", "ordinary", "minor_published"])), any::<Option<bool>>(), any_day()), 0..2),
    ) -> Dossier {
        let mut file = dossier(vec![facts.0, facts.1, facts.2]);
        file.marks = marks.into_iter().map(|(key, effect, from, until)| Mark { case: 1, key: [key; 16], effect, from, until }).collect();
        file.classes = classes
            .into_iter()
            .map(|(key, class, performed, from)| ConfirmedClass { key: [key; 16], class: class.map(str::to_owned), performed, from })
            .collect();
        file
    }
}

proptest! {
    #[test]
    fn nothing_changes_before_the_day_that_was_announced(file in any_dossier(), on in any_day(), later in 0_u64..4000) {
        let packs = packs();
        let (now, next) = publicity::of(&file, packs, on);
        let end = next.map_or(on + Days::new(4000), |it| it.pred_opt().unwrap());
        prop_assert!(next.is_none_or(|it| it > on));
        let between = on + Days::new(later % (end - on).num_days().max(1).unsigned_abs());
        for day in [between, end] {
            prop_assert_eq!(&publicity::of(&file, packs, day).0, &now, "{} {}", on, day);
        }
    }

    #[test]
    fn the_shortest_term_lies_within_the_longest(file in any_dossier(), on in any_day()) {
        for (fact, it) in file.facts.iter().zip(publicity::of(&file, packs(), on).0) {
            prop_assert_eq!(it.record, fact.id);
            if let (Some(from), Some(until)) = (it.from, it.until) && fact.valid_until.is_none() {
                prop_assert!(from <= until && it.repairable_from.is_none_or(|it| from <= it && it <= until));
            }
            if it.state == PublicityState::Published {
                prop_assert!(it.usable && fact.exposure == "public");
                prop_assert!(it.from.is_some_and(|it| it <= on) && it.until.is_none_or(|it| on <= it));
            }
        }
    }
}
