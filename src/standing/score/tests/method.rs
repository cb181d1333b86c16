//! The parts of the published method: validity, repeats, one conduct, direct levels, what freezes, what goes on.

use serde_json::json;

use super::*;

#[test]
fn up_to_40_points_count_one_year_and_more_two() {
    let pack = proof();
    let minor = dossier(vec![criterion(1, "WD-L-073", "2024-02-29")]);
    assert_eq!(told(&pack, &minor, "2025-02-27"), "970 A");
    assert_eq!(told(&pack, &minor, "2025-02-28"), "1000 A");
    let major = dossier(vec![criterion(1, "WD-L-074", "2024-02-29"), criterion(2, "WD-L-075", "2024-02-29")]);
    assert_eq!(told(&pack, &major, "2025-02-28"), "940 B");
    assert_eq!(told(&pack, &major, "2026-02-28"), "1000 A");
}

#[test]
fn a_repeat_within_validity_counts_twice_and_lasts_as_its_size_says() {
    let pack = proof();
    let firm = dossier(vec![criterion(1, "WD-L-061", "2024-03-01"), criterion(2, "WD-L-061", "2024-09-01")]);
    for (on, expected) in
        [("2024-10-01", "910 B"), ("2025-03-01", "940 B"), ("2026-08-31", "940 B"), ("2026-09-01", "1000 A")]
    {
        assert_eq!(told(&pack, &firm, on), expected, "{on}");
    }
    let apart = dossier(vec![criterion(1, "WD-L-061", "2024-03-01"), criterion(2, "WD-L-061", "2025-03-01")]);
    assert_eq!(told(&pack, &apart, "2025-03-01"), "970 A");
    // A third time is twice the points of the table, not four times.
    let third = dossier((1..=3).map(|n| criterion(n, "WD-L-061", "2024-03-01")).collect());
    assert_eq!(told(&pack, &third, "2024-03-01"), "850 B");
}

#[test]
fn of_one_conduct_the_largest_deduction_counts_and_of_one_good_deed_the_highest_addition() {
    let pack = proof();
    let same = |id, code: &str, conduct: &str| {
        let mut it = criterion(id, code, "2024-05-10");
        it.fields = Fields::from(json!({"DM": code, "XW": conduct}).as_object().unwrap().clone());
        it
    };
    let one = dossier(vec![same(1, "WD-L-061", "x"), same(2, "WD-L-075", "x"), same(3, "WD-L-081", "x")]);
    assert_eq!(told(&pack, &one, "2024-06-01"), "940 B");
    let two = dossier(vec![same(1, "WD-L-061", "x"), same(2, "WD-L-075", "y")]);
    assert_eq!(told(&pack, &two, "2024-06-01"), "910 B");
    let good = dossier(vec![same(1, "WD-L-125", "x"), same(2, "WD-L-124", "x")]);
    assert_eq!(told(&pack, &good, "2024-06-01"), "1060 AAA");
    // What gives a level directly is not deducted as well.
    let direct = dossier(vec![same(1, "WD-Z-B", "x"), same(2, "WD-L-093", "x")]);
    assert_eq!(told(&pack, &direct, "2024-06-01"), "850 BA");
}

#[test]
fn a_direct_level_takes_its_lowest_points_and_ends_after_its_years() {
    let pack = proof();
    for (code, points, years, mark) in [("WD-Z-B", 850, 2, "BA"), ("WD-Z-C", 600, 3, "CA"), ("WD-Z-D", 599, 5, "DA")] {
        let firm = dossier(vec![criterion(1, code, "2020-07-01")]);
        let (last, over) = (format!("{}-06-30", 2020 + years), format!("{}-07-01", 2020 + years));
        assert_eq!(told(&pack, &firm, &last), format!("{points} {mark}"));
        assert_eq!(told(&pack, &firm, &over), "1000 A");
    }
    let from_b = dossier(vec![criterion(1, "WD-Z-D", "2024-05-10"), criterion(2, "WD-L-062", "2024-05-10")]);
    assert_eq!(told(&pack, &from_b, "2024-06-01"), "599 DB");
    let from_c = dossier(vec![
        criterion(1, "WD-Z-D", "2024-05-10"),
        criterion(2, "WD-L-093", "2024-05-10"),
        criterion(3, "WD-L-097", "2024-05-10"),
    ]);
    assert_eq!(told(&pack, &from_c, "2024-06-01"), "599 DC");
}

#[test]
fn additions_are_written_down_but_change_nothing_while_the_conduct_goes_on() {
    let pack = proof();
    let mut conduct = criterion(1, "WD-Z-B", "2024-01-10");
    conduct.version.valid_until = Some(day("2024-03-31"));
    let firm = dossier(vec![conduct, criterion(2, "WD-L-093", "2024-01-10"), criterion(3, "WD-L-128", "2024-02-01")]);
    let frozen = score(&pack, &firm, "2024-03-30");
    assert_eq!((frozen.points, frozen.level.as_str()), (Some(850), "B"));
    let states: Vec<CountState> = frozen.partials.iter().flat_map(|it| &it.counted).map(|it| it.state).collect();
    assert_eq!(states, [CountState::Counted, CountState::Frozen]);
    let after = score(&pack, &firm, "2024-03-31");
    assert!(after.partials.iter().flat_map(|it| &it.counted).all(|it| it.state == CountState::Counted));
    let sum: i64 = after.partials.iter().map(|it| it.points).sum();
    assert_eq!(sum, -90);
}

#[test]
fn a_conduct_that_goes_on_counts_until_its_years_after_its_end_and_anew_each_period() {
    let pack = proof();
    let mut arrears = criterion(1, "WD-L-021", "2023-01-10");
    arrears.version.valid_until = None;
    let open = dossier(vec![arrears.clone()]);
    assert_eq!(told(&pack, &open, "2033-01-10"), "950 B");
    arrears.version.valid_until = Some(day("2024-06-30"));
    let ended = dossier(vec![arrears]);
    assert_eq!(told(&pack, &ended, "2026-06-29"), "950 B");
    assert_eq!(told(&pack, &ended, "2026-06-30"), "1000 A");

    let mut loan = criterion(1, "WD-L-011", "2024-01-15");
    loan.version.valid_until = Some(day("2024-04-01"));
    let monthly = dossier(vec![loan]);
    for (on, expected) in
        [("2024-01-15", "980 A"), ("2024-02-15", "960 A"), ("2024-04-30", "940 B"), ("2025-01-15", "960 A")]
    {
        assert_eq!(told(&pack, &monthly, on), expected, "{on}");
    }

    // From the end of a short month the next period is more than a month away, and announced all the same.
    let mut loan = criterion(1, "WD-L-011", "2024-01-31");
    loan.version.valid_until = None;
    let open = dossier(vec![loan]);
    for (on, next) in [("2024-02-28", "2024-02-29"), ("2024-02-29", "2024-03-31"), ("2024-03-31", "2024-04-30")] {
        let (_, change) = by(&pack, card(&pack).unwrap(), &open, &standings(&open, day(on)), day(on));
        assert_eq!(change, Some(day(next)));
    }
}
