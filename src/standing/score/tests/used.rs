//! Points and the publicity of their records: they last no longer than the records are used, and say so from the first.

use super::{default_card::penalty, *};

fn of(dossier: &Dossier, on: &str) -> Score {
    in_use(&built_in("scorecard.credence"), dossier, day(on)).0.remove(0)
}

fn points(dossier: &Dossier, on: &str) -> i64 {
    of(dossier, on).points.unwrap()
}

/// The points of one record, and until when they are said to count.
fn counted(dossier: &Dossier, record: i64, on: &str) -> Option<(i64, CountState, Option<String>)> {
    let mut all = of(dossier, on).partials.into_iter().flat_map(|it| it.counted);
    let it = all.find(|it| it.record == record)?;
    Some((it.points, it.state, it.until.map(|it| it.to_string())))
}

/// A fine of 2,000 yuan: 30 points for a year; of order 36 minor, so that it is used for three months only.
fn minor(id: i64, on: &str) -> Fact {
    penalty(id, on, &["罚款"], Some(200_000))
}

/// A fine of 5,000 yuan: 30 points for a year, and used so long.
fn ordinary(id: i64, on: &str) -> Fact {
    penalty(id, on, &["罚款"], Some(500_000))
}

#[test]
fn points_end_with_the_use_of_their_record_and_are_told_so_from_the_first() {
    let deadline = shown_until(penalty(1, "2026-07-10", &["责令停产停业"], None), "2027-07-10");
    let table =
        [(minor(1, "2026-10-06"), -30, "2027-01-06", "2027-01-07"), (deadline, -100, "2027-07-10", "2027-07-11")];
    for (fact, minus, last, over) in table {
        let first = fact.fact_on.unwrap().to_string();
        let firm = dossier(vec![fact]);
        for on in [first.as_str(), last] {
            assert_eq!(counted(&firm, 1, on), Some((minus, CountState::Counted, Some(last.to_owned()))), "{on}");
            let it = of(&firm, on);
            let partial = it.partials.iter().find(|it| it.points != 0).unwrap();
            assert!(partial.reasons[0].text.ends_with(&format!("计至{last}")), "{}", partial.reasons[0].text);
            let relief = &it.improve.steps[0];
            assert_eq!(relief.expires_on, Some(day(over)));
            assert!(relief.text.ends_with(&format!("自{over}起不再计入")), "{}", relief.text);
        }
        assert_eq!((counted(&firm, 1, over), points(&firm, over)), (None, 820));
    }
}

#[test]
fn what_was_a_repeat_when_it_was_made_stays_one_after_the_earlier_has_ended() {
    let firm = dossier(vec![shown_until(ordinary(1, "2026-10-01"), "2027-02-01"), ordinary(2, "2026-11-16")]);
    let doubled = Some((-60, CountState::Repeated, Some("2027-11-15".to_owned())));
    for (on, sum) in [("2026-11-16", 730), ("2027-02-01", 730), ("2027-02-02", 760), ("2027-11-15", 760)] {
        assert_eq!((counted(&firm, 2, on), points(&firm, on)), (doubled.clone(), sum), "{on}");
    }
    assert_eq!(points(&firm, "2027-11-16"), 820);
}

#[test]
fn nothing_is_a_repeat_of_what_is_used_no_longer() {
    let firm = dossier(vec![minor(1, "2026-10-06"), ordinary(2, "2027-01-07")]);
    assert_eq!(points(&firm, "2027-01-07"), 790, "its points would count a year, but it is used three months");
    let firm = dossier(vec![minor(1, "2026-10-06"), ordinary(2, "2027-01-06")]);
    assert_eq!(points(&firm, "2027-01-06"), 730);
    assert_eq!(points(&firm, "2027-01-07"), 760);
}

#[test]
fn what_is_repaired_withdrawn_or_shielded_makes_nothing_a_repeat_not_even_after_its_term() {
    let firm = || dossier(vec![ordinary(1, "2026-10-01"), ordinary(2, "2026-11-16")]);
    assert_eq!([points(&firm(), "2027-02-01"), points(&firm(), "2027-10-05")], [730, 760]);
    let mark = |effect, until: Option<&str>| {
        let mut firm = firm();
        let key = firm.facts[0].key;
        firm.marks = vec![Mark { case: 1, key, effect, from: day("2027-02-01"), until: until.map(day) }];
        firm
    };
    let repaired = mark(Effect::Repaired, None);
    let told = ["2027-01-31", "2027-02-01", "2027-10-05"].map(|on| points(&repaired, on));
    assert_eq!(told, [730, 790, 790]);
    let shielded = mark(Effect::Shielded, Some("2027-03-01"));
    let told = ["2027-02-01", "2027-02-28", "2027-03-01", "2027-10-05"].map(|on| points(&shielded, on));
    assert_eq!(told, [790, 790, 730, 760]);
    let mut withdrawn = firm();
    withdrawn.facts[0].version.state = RecordState::Withdrawn;
    withdrawn.facts[0].version.ended_on = Some(day("2027-02-01"));
    let told = ["2027-01-31", "2027-02-01", "2027-10-05"].map(|on| points(&withdrawn, on));
    assert_eq!(told, [730, 790, 790]);
}

#[test]
fn departments_are_told_the_points_of_a_repeat_but_not_what_it_repeats_once_that_has_ended() {
    let firm = dossier(vec![shown_until(ordinary(1, "2026-10-01"), "2027-02-01"), ordinary(2, "2026-11-16")]);
    let whole = derive(&firm, &PACKS, day("2027-02-02"));
    let (known, told) = whole.told(firm, &PACKS);
    assert_eq!(known.facts.iter().map(|it| it.id).collect::<Vec<_>>(), [2]);
    let score = told.scores.iter().find(|it| it.default).unwrap();
    let partials = score.partials.iter().filter(|it| it.points != 0);
    let partials: Vec<_> = partials.map(|it| (it.characteristic.as_str(), it.points)).collect();
    assert_eq!((score.points, partials), (Some(760), vec![("penalty", -30), ("withheld", -30)]));
}
