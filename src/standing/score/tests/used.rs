//! Scores beside real publicity: what is used no longer counts no longer, and every day that is told is the right one.

use std::sync::LazyLock;

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::standing::{Standing, derive};

static PACKS: LazyLock<Packs> = LazyLock::new(|| Packs::embedded(&Catalog::embedded()));

/// A fine of 50,000 yuan: 一般 by order 36, published and used for a year.
fn fine(id: i64, on: &str) -> Fact {
    let fields = json!({"CF_CFLB": ["罚款"], "CF_NR_FK": 5_000_000, "CF_CFJG": "示例市交通运输局"});
    fact(id, "penalty", on, fields)
}

fn on(dossier: &Dossier, text: &str) -> Standing {
    derive(dossier, &PACKS, day(text))
}

/// The default result: its points, and of each record that counts its points and its last day.
fn counted(dossier: &Dossier, text: &str) -> (i64, Vec<(i64, i64, Option<NaiveDate>)>) {
    let score = on(dossier, text).scores.into_iter().find(|it| it.default).unwrap();
    let all = score.partials.iter().flat_map(|it| &it.counted);
    (score.points.unwrap(), all.map(|it| (it.record, it.points, it.until)).collect())
}

#[test]
fn points_end_with_the_use_of_their_record_and_say_so_before() {
    let firm = dossier(vec![fine(1, "2026-04-15")]);
    let (points, told) = counted(&firm, "2026-06-01");
    assert_eq!(told.iter().map(|it| it.2).collect::<Vec<_>>(), [Some(day("2027-04-15"))]);
    let standing = on(&firm, "2026-06-01");
    assert_eq!(standing.records[0].used_until, Some(day("2027-04-15")));
    let score = standing.scores.iter().find(|it| it.default).unwrap();
    assert_eq!(score.improve.steps[0].expires_on, Some(day("2027-04-16")));
    assert!(score.partials.iter().flat_map(|it| &it.reasons).any(|it| it.text.contains("计至2027-04-15")));
    assert_eq!(counted(&firm, "2027-04-15").0, points);
    let (after, left) = counted(&firm, "2027-04-16");
    assert!(after > points && left.is_empty(), "{after} {left:?}");
}

#[test]
fn what_is_not_performed_is_used_and_counts_as_long_as_its_points_are_valid() {
    let open = fine(1, "2026-04-15");
    let mut fields = open.fields.map();
    fields.insert("BZ".into(), json!("罚款尚未履行"));
    let firm = dossier(vec![Fact { version: open.version, fields: fields.into() }]);
    assert_eq!(on(&firm, "2026-06-01").records[0].used_until, None);
    assert!(counted(&firm, "2026-06-01").1[0].2 > Some(day("2027-04-15")));
}

#[test]
fn a_doubled_deduction_stays_doubled_when_the_one_before_it_is_over() {
    let firm = dossier(vec![fine(1, "2026-04-15"), fine(2, "2027-01-15")]);
    let second = |text: &str| counted(&firm, text).1.into_iter().find(|it| it.0 == 2).map(|it| (it.1, it.2));
    let single = counted(&dossier(vec![fine(2, "2027-01-15")]), "2027-02-01").1[0].1;
    let doubled = Some((single * 2, Some(day("2028-01-15"))));
    for text in ["2027-02-01", "2027-04-15", "2027-04-16", "2028-01-15"] {
        assert_eq!(second(text), doubled, "{text}");
    }
    assert_eq!(second("2028-01-16"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_standing_changes_on_announced_days_only(
        rows in proptest::collection::vec((0..700_u64, 0..4_usize, proptest::bool::ANY), 1..4),
        offset in 0..900_u64,
    ) {
        let first = day("2025-06-01");
        let make = |(at, (days, kind, unperformed)): (usize, &(u64, usize, bool))| {
            let amount = [100_000, 2_000_000, 20_000_000, 200_000_000][*kind];
            let note = if *unperformed { "尚未履行" } else { "已履行" };
            let fields = json!({"CF_CFLB": ["罚款"], "CF_NR_FK": amount, "CF_CFJG": "示例市交通运输局", "BZ": note});
            fact(i64::try_from(at).unwrap() + 1, "penalty", &(first + Days::new(*days)).to_string(), fields)
        };
        let firm = dossier(rows.iter().enumerate().map(make).collect());
        let mut now = first + Days::new(offset);
        let mut told = derive(&firm, &PACKS, now);
        for _ in 0..300 {
            now = now + Days::new(1);
            let after = derive(&firm, &PACKS, now);
            if Some(now) == told.next {
                told = after;
            } else {
                prop_assert_eq!(told.digest(), after.digest(), "{} before {:?}", now, told.next);
            }
        }
    }
}
