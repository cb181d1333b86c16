//! What holds for any records: the same answer, in any order, within bounds, changing on announced days only.

use chrono::Days;
use proptest::prelude::*;
use serde_json::json;

use super::{super::Counted, *};

/// A record of some kind, formed within three years, perhaps with an end.
fn any_fact() -> impl Strategy<Value = (usize, u64, Option<u64>, i64)> {
    (0..14_usize, 0..1_100_u64, proptest::option::of(0..500_u64), 1..400_i64)
}

/// The records end with the terms of order 36, or before there was one.
fn made(proof: bool, rows: &[(usize, u64, Option<u64>, i64)]) -> Vec<Fact> {
    let first = day("2025-01-01");
    let make = |(at, (kind, offset, length, amount)): (usize, &(usize, u64, Option<u64>, i64))| {
        let id = i64::try_from(at).unwrap() + 1;
        let on = first + Days::new(*offset);
        let mut it = if proof { proof_fact(id, *kind, *amount, on) } else { own_fact(id, *kind, *amount, on) };
        it.version.valid_until = length.map(|it| on + Days::new(it));
        match it.version.valid_until {
            Some(end) if it.resource == "penalty" => shown_until(it, &end.to_string()),
            _ => it,
        }
    };
    rows.iter().enumerate().map(make).collect()
}

fn letter(amount: i64, n: i64) -> &'static str {
    ["A", "B", "C", "D"][usize::try_from(amount % n).unwrap()]
}

fn listing(black: bool) -> Value {
    let (kind, name) = if black {
        ("黑名单", "市场监督管理严重违法失信名单")
    } else {
        ("红名单", "守信激励对象名单")
    };
    json!({"MDLX": kind, "MDMC": name, "JDWSH": "示市监〔2026〕1号"})
}

fn own_fact(id: i64, kind: usize, amount: i64, on: NaiveDate) -> Fact {
    let (resource, fields) = match kind {
        0..4 => ("penalty", json!({"CF_CFLB": ["罚款"], "CF_NR_FK": amount * amount * 100})),
        4 => ("penalty", json!({"CF_CFLB": ["警告"]})),
        5 => ("listing", json!({"MDLX": "重点关注名单", "JDWSH": "示监〔2026〕1号"})),
        6 => ("listing", listing(amount % 5 == 0)),
        7 => ("abnormal", json!({"LRYY": "通过登记的住所或者经营场所无法联系"})),
        8 => ("tax_rating", json!({"XYJB": letter(amount, 4)})),
        9 => ("honour", json!({"RYJB": "省部级"})),
        10 => ("contract", json!({"LYZT": if amount % 2 == 0 { "违约" } else { "已履约" }})),
        11 => ("commitment", json!({"LXZT": "全部未履行"})),
        12 => ("public_evaluation", json!({"PJCJ": "国家", "PJDJ": letter(amount, 3)})),
        _ => ("executed_person", json!({"AH": format!("{}", amount % 3), "ZXBD": amount})),
    };
    fact(id, resource, &on.to_string(), fields)
}

fn proof_fact(id: i64, kind: usize, amount: i64, on: NaiveDate) -> Fact {
    let code = match kind {
        0..3 => "WD-L-061".to_owned(),
        3 => "WD-L-109".to_owned(),
        4 => "WD-L-011".to_owned(),
        5 => format!("WD-Z-{}", ["B", "C", "D", "SX"][usize::try_from(amount % 4).unwrap()]),
        6 => "WD-L-130".to_owned(),
        _ => format!("WD-L-{:03}", amount % 130 + 1),
    };
    let fields =
        json!({"DM": code, "JE": amount * 100_000, "FZ": amount.to_string(), "XW": format!("x{}", amount % 7)});
    fact(id, "criterion", &on.to_string(), fields)
}

fn all(pack: &Pack, dossier: &Dossier, on: NaiveDate) -> (Vec<Score>, Option<NaiveDate>) {
    by(pack, card(pack).unwrap(), dossier, &standings(dossier, on), on)
}

fn packs() -> &'static [Pack; 2] {
    static PACKS: std::sync::OnceLock<[Pack; 2]> = std::sync::OnceLock::new();
    PACKS.get_or_init(|| [built_in("scorecard.credence"), proof()])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_order_of_the_facts_does_not_matter(rows in proptest::collection::vec(any_fact(), 0..9), which in 0..2_usize, offset in 0..1_500_u64) {
        let pack = &packs()[which];
        let on = day("2025-01-01") + Days::new(offset);
        let facts = made(which == 1, &rows);
        let mut turned = facts.clone();
        turned.reverse();
        let (one, other) = (all(pack, &dossier(facts), on), all(pack, &dossier(turned), on));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn points_stay_within_bounds_and_the_level_is_theirs_or_says_why_not(rows in proptest::collection::vec(any_fact(), 0..9), offset in 0..1_500_u64) {
        let pack = &packs()[0];
        let card = card(pack).unwrap();
        let on = day("2025-01-01") + Days::new(offset);
        for it in all(pack, &dossier(made(false, &rows)), on).0 {
            let points = it.points.unwrap();
            prop_assert!((0..=1000).contains(&points));
            let own = it.own_level.as_ref().unwrap_or(&it.level);
            prop_assert_eq!(&card.levels[card.rank_of(points)].code, own);
            prop_assert!(it.grounds.iter().any(|it| !it.text.is_empty()));
            for partial in it.partials.iter().filter(|it| it.points != 0) {
                prop_assert!(partial.reasons.iter().all(|it| !it.records.is_empty() && !it.source.is_empty()));
            }
        }
    }

    #[test]
    fn more_deductions_never_give_a_better_level(rows in proptest::collection::vec(any_fact(), 0..7), fine in 1..400_i64, offset in 0..1_100_u64) {
        let pack = &packs()[0];
        let card = card(pack).unwrap();
        let mut facts = made(false, &rows);
        let on = day("2025-01-01") + Days::new(offset);
        let rank = |facts: &[Fact]| all(pack, &dossier(facts.to_vec()), on).0.first().and_then(|it| card.rank(&it.level));
        let before = rank(&facts);
        facts.push(fact(99, "penalty", &on.to_string(), json!({"CF_CFLB": ["罚款"], "CF_NR_FK": fine * 10_000})));
        prop_assert!(rank(&facts) >= before);
    }

    #[test]
    fn it_changes_on_announced_days_only(rows in proptest::collection::vec(any_fact(), 0..6), which in 0..2_usize, offset in 0..1_200_u64) {
        let pack = &packs()[which];
        let firm = dossier(made(which == 1, &rows));
        let mut on = day("2025-01-01") + Days::new(offset);
        let (mut told, mut next) = in_use(pack, &firm, on);
        for _ in 0..400 {
            on = on + Days::new(1);
            let (now, after) = in_use(pack, &firm, on);
            if Some(on) == next {
                (told, next) = (now, after);
            } else {
                prop_assert_eq!(&told, &now, "{} before {:?}", on, next);
                prop_assert_eq!(next, after);
            }
        }
    }

    #[test]
    fn points_last_to_the_day_that_is_told_and_no_longer(rows in proptest::collection::vec(any_fact(), 1..6), offset in 0..120_u64) {
        let pack = &packs()[0];
        let firm = dossier(made(false, &rows));
        let on = firm.facts[0].fact_on.unwrap() + Days::new(offset);
        let counted = |on: NaiveDate| -> Vec<Counted> {
            in_use(pack, &firm, on).0.into_iter().flat_map(|it| it.partials).flat_map(|it| it.counted).collect()
        };
        let levelled = |on: NaiveDate| in_use(pack, &firm, on).0.iter().any(|it| it.mark.is_some());
        for it in counted(on) {
            let Some(until) = it.until else { continue };
            let on_the_day = |day: NaiveDate| counted(day).into_iter().find(|other| other.record == it.record);
            let then = on_the_day(until);
            // A list that holds by then may take the place of the points of its own case.
            prop_assert!(then.is_some() || levelled(until), "{:?}", it);
            prop_assert!(then.is_none_or(|other| (other.points, other.until) == (it.points, it.until)));
            prop_assert!(on_the_day(until + Days::new(1)).is_none(), "{:?}", it);
        }
        for it in in_use(pack, &firm, on).0.into_iter().flat_map(|it| it.improve.steps) {
            let Some(over) = it.expires_on else { continue };
            let steps = |on| in_use(pack, &firm, on).0.into_iter().flat_map(|it| it.improve.steps);
            prop_assert!(steps(over).all(|other| (&other.rule, other.record) != (&it.rule, it.record)));
        }
    }
}
