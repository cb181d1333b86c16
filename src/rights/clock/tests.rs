//! The clocks across the long holidays of 2026: 春节 (15–23 February, work on the 14th and 28th) and 国庆 (1–7 October,
//! work on 20 September and 10 October).

use super::*;
use crate::{
    catalog::Catalog,
    policy::Packs,
    rights::{Channel, Opening, RulesAt, Step, rules_for},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

type Taken = (StepKind, &'static str);

/// A case whose steps were taken on these days.
fn case(kind: CaseKind, steps: &[Taken]) -> Case {
    let step = |(kind, text): &Taken| Step {
        kind: *kind,
        at: day(text).and_hms_opt(4, 0, 0).unwrap(),
        day: day(text),
        actor: "XYB/1".into(),
        reason: String::new(),
        source: None,
        delivery: None,
        named: vec![],
    };
    let opening = Opening {
        id: 1,
        kind,
        subject: 1,
        keys: vec![[1; 16]],
        unit: "SJJ".into(),
        rules: RulesAt { id: String::new(), version: 1 },
        ground: None,
        missing: None,
        channel: Channel::CreditSite,
        filed_by: "XYB".into(),
    };
    Case::fold(opening, steps.iter().map(step).collect()).unwrap()
}

fn due_on(case: &Case, region: Option<&str>) -> Option<String> {
    let packs = Packs::embedded(&Catalog::embedded());
    let (_, rules) = rules_for(&packs, case.opening.kind, None, region, case.filing().day).unwrap();
    due(case, rules, &Calendar::embedded()).map(|it| it.day.to_string())
}

#[test]
fn the_days_of_a_repair_are_counted_over_holidays_and_make_up_days() {
    use StepKind::{Accepted, Extended, Filed, Granted};
    let rows: &[(&[Taken], Option<&str>)] = &[
        // 12 and 13 February are left before the holiday, and Saturday the 14th is worked.
        (&[(Filed, "2026-02-11")], Some("2026-02-14")),
        (&[(Filed, "2026-02-12")], Some("2026-02-24")),
        (&[(Filed, "2026-02-11"), (Accepted, "2026-02-13")], Some("2026-03-03")),
        (&[(Filed, "2026-09-28")], Some("2026-10-08")),
        (&[(Filed, "2026-09-28"), (Accepted, "2026-09-29")], Some("2026-10-16")),
        (&[(Filed, "2026-09-28"), (Accepted, "2026-09-29"), (Extended, "2026-10-16")], Some("2026-10-30")),
        (&[(Filed, "2026-09-28"), (Accepted, "2026-09-29"), (Granted, "2026-09-30")], None),
    ];
    for (steps, due) in rows {
        assert_eq!(due_on(&case(CaseKind::Repair, steps), None), due.map(str::to_owned), "{steps:?}");
    }
}

#[test]
fn the_clock_stands_still_while_the_applicant_corrects_its_papers() {
    use StepKind::{Accepted, Corrected, CorrectionAsked, Filed, Forwarded};
    let asked: &[Taken] = &[(Filed, "2026-04-13"), (CorrectionAsked, "2026-04-14")];
    let then = |steps: &[Taken]| asked.iter().chain(steps).copied().collect::<Vec<_>>();
    let rows: &[(CaseKind, &[Taken], &str)] = &[
        // Ten working days for the applicant, over 1 to 5 May (work on 9 May).
        (CaseKind::Repair, &[], "2026-04-28"),
        // One of three days was gone; two are left after the day of correction.
        (CaseKind::Repair, &[(Corrected, "2026-04-22")], "2026-04-24"),
        (CaseKind::Repair, &[(Corrected, "2026-04-14")], "2026-04-16"),
        (CaseKind::Repair, &[(Corrected, "2026-04-22"), (Accepted, "2026-04-23")], "2026-05-08"),
        (CaseKind::Objection, &[(Corrected, "2026-04-22")], "2026-04-24"),
        (CaseKind::Objection, &[(Corrected, "2026-04-22"), (Forwarded, "2026-04-23")], "2026-04-28"),
        (CaseKind::Shield, &[(Corrected, "2026-04-22")], "2026-04-24"),
    ];
    for (kind, steps, due) in rows {
        assert_eq!(due_on(&case(*kind, &then(steps)), None).as_deref(), Some(*due), "{kind} {steps:?}");
    }
}

#[test]
fn the_days_of_an_objection_are_those_of_its_place() {
    use StepKind::{Corrects, Extended, Filed, Forwarded, Keeps, Review};
    let filed: &[Taken] = &[(Filed, "2026-09-28")];
    let forwarded: &[Taken] = &[(Filed, "2026-09-28"), (Forwarded, "2026-09-30")];
    for (region, first, second) in [
        (None, "2026-10-08", "2026-10-10"),
        (Some("431100"), "2026-10-08", "2026-10-10"),
        (Some("410100"), "2026-10-08", "2026-10-10"),
        (Some("440300"), "2026-09-29", "2026-10-09"),
        (Some("310100"), "2026-09-30", "2026-10-13"),
        (Some("370100"), "2026-10-08", "2026-10-13"),
        (Some("440100"), "2026-10-09", "2026-10-20"),
    ] {
        assert_eq!(due_on(&case(CaseKind::Objection, filed), region).unwrap(), first, "{region:?}");
        assert_eq!(due_on(&case(CaseKind::Objection, forwarded), region).unwrap(), second, "{region:?}");
    }
    let more = |steps: &[Taken]| {
        let all: Vec<_> = forwarded.iter().chain(steps).copied().collect();
        due_on(&case(CaseKind::Objection, &all), None)
    };
    assert_eq!(more(&[(Extended, "2026-10-10")]).unwrap(), "2026-10-16");
    assert_eq!(more(&[(Corrects, "2026-10-09")]).unwrap(), "2026-10-13");
    assert_eq!(more(&[(Keeps, "2026-10-09"), (Review, "2026-10-12")]).unwrap(), "2026-10-21");
    assert_eq!(more(&[(Keeps, "2026-10-09")]), None);
}

#[test]
fn a_warning_grows_from_blue_to_red_and_stays_red_when_it_is_late() {
    let calendar = Calendar::embedded();
    let due = day("2026-10-08");
    let level_on = |today: &str| {
        let left = days_left(due, &calendar, day(today));
        (left, level(left, day(today) > due, WarningDays { blue: 2, yellow: 1, red: 0 }))
    };
    assert_eq!(level_on("2026-09-28"), (3, None));
    assert_eq!(level_on("2026-09-29"), (2, Some(Urgency::Blue)));
    assert_eq!(level_on("2026-09-30"), (1, Some(Urgency::Yellow)));
    assert_eq!(level_on("2026-10-05"), (1, Some(Urgency::Yellow)));
    assert_eq!(level_on("2026-10-08"), (0, Some(Urgency::Red)));
    assert_eq!(level_on("2026-10-09"), (-1, Some(Urgency::Red)));
    // Due on a Friday, it is late on the Saturday, though no working day has passed.
    let late = days_left(day("2026-10-16"), &calendar, day("2026-10-17"));
    assert_eq!((late, level(late, true, WarningDays { blue: 0, yellow: 0, red: 0 })), (0, Some(Urgency::Red)));
}
