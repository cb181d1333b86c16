//! The published method for legal persons: its worked examples come out exactly.

use serde_json::json;

use super::*;

#[test]
fn the_table_has_all_130_rows_and_each_gives_its_points() {
    let pack = proof();
    let card = card(&pack).unwrap();
    let mut rows = 0;
    for it in card.characteristics.iter().flat_map(|it| &it.attributes) {
        rows += it.steps.as_ref().map_or(1, |it| it.tiers.len());
        if it.steps.is_some() || it.points_field.is_some() {
            continue;
        }
        let dossier = dossier(vec![criterion(1, &it.id, "2024-05-10")]);
        assert_eq!(score(&pack, &dossier, "2024-05-10").points, Some(1000 + it.points), "{}", it.id);
    }
    assert_eq!(rows, 130);
}

#[test]
fn e3_a_fine_of_20_000_yuan_counts_two_years() {
    let pack = proof();
    let firm = dossier(vec![criterion(1, "WD-L-062", "2023-05-10")]);
    for (on, expected) in
        [("2023-05-09", "1000 A"), ("2023-05-10", "950 B"), ("2025-05-09", "950 B"), ("2025-05-10", "1000 A")]
    {
        assert_eq!(told(&pack, &firm, on), expected, "{on}");
    }
}

#[test]
fn e4_a_dishonest_executed_firm_is_d_and_keeps_minus_80_for_two_years_after_its_repair() {
    let pack = proof();
    let mut entry = criterion(1, "WD-Z-SX", "2022-12-01");
    entry.version.valid_until = None;
    let mut firm = dossier(vec![entry]);
    repair(&mut firm, 0, "2023-06-01");
    for (on, expected) in
        [("2023-05-31", "599 DA"), ("2023-06-01", "920 B"), ("2025-05-31", "920 B"), ("2025-06-01", "1000 A")]
    {
        assert_eq!(told(&pack, &firm, on), expected, "{on}");
    }
    // The same by the row of the table that writes the repair down.
    let row = dossier(vec![criterion(1, "WD-L-096", "2023-06-01")]);
    assert_eq!(told(&pack, &row, "2025-05-31"), "920 B");
    assert_eq!(told(&pack, &row, "2025-06-01"), "1000 A");
}

#[test]
fn e6_the_bounds_of_the_levels_include_their_numbers() {
    let pack = proof();
    // Rows with the points that stand in the record, 0 where the table fixes them.
    let rows: &[(&[(&str, i64)], &str)] = &[
        (&[("WD-L-108", 0)], "1050 AAA"),
        (&[("WD-L-130", 49)], "1049 AA"),
        (&[("WD-L-125", 0)], "1030 AA"),
        (&[("WD-L-130", 29)], "1029 A"),
        (&[("WD-L-039", 0)], "960 A"),
        (&[("WD-L-106", 41)], "959 B"),
        (&[("WD-L-093", 0), ("WD-L-002", 0)], "850 B"),
        (&[("WD-L-093", 0), ("WD-L-106", 51)], "849 C"),
        (&[("WD-L-093", 0), ("WD-L-097", 0), ("WD-L-102", 0), ("WD-L-104", 0)], "600 C"),
        (&[("WD-L-093", 0), ("WD-L-097", 0), ("WD-L-102", 0), ("WD-L-090", 51), ("WD-L-106", 50)], "599 D"),
    ];
    for (records, expected) in rows {
        let facts = records.iter().zip(1..).map(|((code, points), id)| {
            let mut it = criterion(id, code, "2024-05-10");
            it.fields = Fields::from(json!({"DM": code, "FZ": points.to_string()}).as_object().unwrap().clone());
            it
        });
        assert_eq!(told(&pack, &dossier(facts.collect()), "2024-06-01"), *expected);
    }
}

#[test]
fn e7_donations_are_summed_up_over_the_year_and_stepped() {
    let pack = proof();
    let given = |id, yuan: i64, on: &str| {
        let mut it = criterion(id, "WD-L-109", on);
        it.fields = Fields::from(json!({"DM": "WD-L-109", "JE": yuan * 100}).as_object().unwrap().clone());
        it
    };
    let rows = [
        (999, 0),
        (1_000, 1),
        (10_000, 10),
        (14_000, 11),
        (50_000, 20),
        (75_000, 25),
        (100_000, 30),
        (150_000, 35),
        (200_000, 40),
        (900_000, 40),
    ];
    for (yuan, plus) in rows {
        let firm = dossier(vec![given(1, yuan, "2024-03-01")]);
        assert_eq!(score(&pack, &firm, "2024-03-01").points, Some(1000 + plus), "{yuan}");
    }
    let firm = dossier(vec![given(1, 600, "2024-01-10"), given(2, 9_400, "2024-03-01"), given(3, 4_000, "2024-04-01")]);
    for (on, plus) in [("2024-01-10", 0), ("2024-03-01", 10), ("2024-04-01", 11), ("2025-03-01", 1), ("2025-04-01", 0)]
    {
        assert_eq!(score(&pack, &firm, on).points, Some(1000 + plus), "{on}");
    }
}
