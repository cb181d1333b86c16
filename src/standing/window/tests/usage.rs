//! Until when a record is used: told ahead, and as long as nothing new is known the last day it is.

use super::*;

fn used_until(file: &Dossier, on: &str) -> Option<String> {
    one(file, on).used_until.map(|it| it.to_string())
}

#[test]
fn the_last_day_of_use_is_known_from_the_first_and_after_it() {
    let told = |text: &str| Some(text.to_owned());
    let minor = || with(penalty("2026-10-06", &["罚款"]), "CF_NR_FK", json!(200_000));
    let deadline = |end: &str| with(penalty("2026-07-10", &["责令停产停业"]), "CF_GSJZQ", json!(end));
    let abnormal = fact("abnormal", "2026-04-15", json!({"LRYY": "未按期公示年度报告"}));
    let table = [
        (minor(), told("2027-01-06"), "three months though it is not published"),
        (penalty("2026-04-15", &["罚款"]), told("2027-04-15"), "as long as it is published"),
        (deadline("2027-09-10"), told("2027-09-10"), "to the department's own day"),
        (with(penalty("2026-04-15", &["罚款"]), "BZ", json!("罚款未缴纳")), told("2031-04-15"), "not performed"),
        (penalty("2024-06-01", &["罚款"]), told("2029-06-01"), "under order 58 until it goes into the archive"),
        (abnormal, None, "while it is on the list"),
        (fact("honour", "2026-04-15", json!({"RYMC": "x"})), None, "nothing ends it"),
    ];
    for (fact, until, why) in table {
        let first = fact.fact_on.unwrap();
        let file = dossier(vec![fact]);
        for on in [first, first + Days::new(40), first + Days::new(1_000), first + Days::new(2_500)] {
            let it = one(&file, &on.to_string());
            assert_eq!(it.used_until.map(|it| it.to_string()), until, "{why}");
            assert_eq!(it.usable, it.used_until.is_none_or(|it| on <= it), "{why}");
        }
    }
}

#[test]
fn what_was_performed_late_was_used_until_then() {
    let open = with(penalty("2026-04-15", &["罚款"]), "BZ", json!("罚款未缴纳"));
    let mut file = dossier(vec![open]);
    let performed = |told, from| confirmed(None, Some(told), from);
    for (said, until) in [
        (vec![performed(true, "2026-09-01")], "2027-04-15"),
        (vec![performed(true, "2027-08-01")], "2027-07-31"),
        (vec![performed(true, "2027-08-01"), performed(true, "2027-09-01")], "2027-07-31"),
        (
            vec![performed(true, "2026-09-01"), performed(false, "2027-05-01"), performed(true, "2027-06-01")],
            "2027-05-31",
        ),
    ] {
        file.classes = said;
        assert_eq!(used_until(&file, "2027-10-01").as_deref(), Some(until));
        assert!(one(&file, until).usable && !one(&file, "2027-10-01").usable);
    }
}

#[test]
fn nothing_is_told_of_what_has_no_basis_and_of_a_repaired_record_only_how_long_it_is_kept() {
    let mut file = dossier(vec![penalty("2026-04-15", &["罚款"])]);
    let repaired =
        Mark { case: 1, key: RecordKey::default(), effect: Effect::Repaired, from: day("2026-08-01"), until: None };
    file.marks = vec![repaired];
    assert_eq!(used_until(&file, "2026-07-31").as_deref(), Some("2027-04-15"));
    assert_eq!(used_until(&file, "2026-08-01").as_deref(), Some("2031-04-15"));
    let listed = fact("listing", "2020-04-15", json!({"MDLX": "黑名单", "MDMC": "甲黑榜"}));
    assert_eq!(used_until(&dossier(vec![listed]), "2030-01-01"), None);
}

proptest! {
    #[test]
    fn a_record_is_used_to_the_day_that_was_told(file in any_dossier(), on in any_day(), later in 0_u64..4000) {
        // Cases, confirmations and withdrawals are new knowledge; terms are not.
        let mut file = Dossier { marks: Vec::new(), classes: Vec::new(), ..file };
        for it in &mut file.facts {
            it.version.ended_on = None;
        }
        let later = on + Days::new(later);
        let both = publicity::of(&file, packs(), on).0.into_iter().zip(publicity::of(&file, packs(), later).0);
        for (fact, (now, then)) in file.facts.iter().zip(both) {
            prop_assert_eq!(now.used_until, then.used_until);
            let has_begun = fact.fact_on.is_none_or(|it| it <= later);
            if has_begun && now.usable {
                prop_assert_eq!(then.usable, now.used_until.is_none_or(|it| later <= it));
            }
        }
    }
}
