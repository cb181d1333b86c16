//! Claims that cannot be, that are not so, and that nobody can decide; and sums that always add up.

use proptest::prelude::*;

use super::*;

fn claim(text: &str, count: u64, scope: Scope) -> Claim {
    Claim { text: text.to_owned(), count, scope, parts: Vec::new(), complete: false }
}

fn of_kind(kind: ListKind) -> Scope {
    Scope { kind: Some(kind), subject: Some(SubjectKind::Organisation), ..Scope::default() }
}

/// What a district reported for 2022.
fn reported() -> Claim {
    let parts =
        vec![claim("法人红名单", 526, of_kind(ListKind::Red)), claim("法人黑名单", 842, of_kind(ListKind::Serious))];
    Claim { parts, ..claim("诚信红黑名单", 1167, Scope::default()) }
}

#[test]
fn parts_that_are_more_than_their_whole_are_told() {
    let found = check(&[reported()], None);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind.as_str(), found[0].claimed, found[0].found), ("parts_exceed_whole", 1167, 1368));
    assert_eq!(found[0].text, "“诚信红黑名单”各项 526＋842＝1368，大于全部 1167，多出 201");
    let mut overlapping = reported();
    overlapping.parts[1].scope = Scope { subject: Some(SubjectKind::Organisation), ..Scope::default() };
    assert_eq!(check(&[overlapping], None), [], "an entry may be in both");
    let mut more = reported();
    let own = Scope { unit: Some("SJJ".to_owned()), ..Scope::default() };
    more.parts.insert(1, claim("司法局报送", 3, own));
    let found = check(&[more], None);
    assert_eq!((found[0].kind.as_str(), found[0].found), ("parts_exceed_whole", 1368), "those that are apart suffice");
    let mut larger = reported();
    larger.parts[0].count = 1168;
    assert_eq!(check(&[larger], None)[0].kind, "part_exceeds_whole");
    let mut short = Claim { count: 1400, complete: true, ..reported() };
    assert_eq!(check(std::slice::from_ref(&short), None)[0].kind, "parts_fall_short");
    short.count = 1368;
    assert_eq!(check(&[short], None), []);
}

#[test]
fn parts_of_which_nobody_knows_whether_they_overlap_are_never_said_to_agree() {
    let bare = |complete, counts: &[u64]| Claim {
        parts: counts.iter().map(|it| claim("其中", *it, Scope::default())).collect(),
        complete,
        ..claim("诚信红黑名单", 1167, Scope::default())
    };
    let found = check(&[bare(false, &[526, 842])], None);
    assert_eq!((found[0].kind.as_str(), agree(&found)), ("undecided", None));
    assert!(found[0].text.contains("scope"), "{}", found[0].text);
    let found = check(&[bare(true, &[526, 842])], None);
    assert_eq!((found[0].kind.as_str(), agree(&found)), ("parts_exceed_whole", Some(false)));
    assert_eq!(agree(&check(&[bare(false, &[526, 600])], None)), Some(true));
    assert_eq!(agree(&check(&[bare(true, &[526, 641])], None)), Some(true));
}

#[test]
fn a_claim_that_is_not_what_the_rows_say_is_told_with_both_numbers() {
    let cell = |kind, n| Cell {
        list: "x".to_owned(),
        kind,
        subject: SubjectKind::Organisation,
        unit: "SJJ".to_owned(),
        year: Some(2022),
        n,
    };
    let cells = [cell(ListKind::Red, 526), cell(ListKind::Serious, 641)];
    let found = check(&[reported()], Some(&cells));
    let told: Vec<(&str, u64, u64)> = found.iter().map(|it| (it.claim.as_str(), it.claimed, it.found)).collect();
    assert_eq!(told, [("诚信红黑名单", 1167, 1368), ("法人黑名单", 842, 641)]);
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let kind = proptest::sample::select(ListKind::ALL);
    let subject = proptest::sample::select(SubjectKind::ALL);
    let year = proptest::option::of(2020..2026_i32);
    ("[ab]", kind, subject, "[uvw]", year, 0..500_u64).prop_map(|(list, kind, subject, unit, year, n)| Cell {
        list,
        kind,
        subject,
        unit,
        year,
        n,
    })
}

proptest! {
    #[test]
    fn sums_add_up_in_every_direction(cells in proptest::collection::vec(any_cell(), 0..40)) {
        let all = Sums::of(&cells);
        for parts in [&all.subjects, &all.units, &all.years] {
            prop_assert_eq!(parts.values().sum::<u64>(), all.total);
        }
        let by_list = |list: &str| Sums::of(cells.iter().filter(|it| it.list == list)).total;
        prop_assert_eq!(by_list("a") + by_list("b"), all.total);
    }

    #[test]
    fn figures_made_of_rows_never_contradict_them(cells in proptest::collection::vec(any_cell(), 0..40)) {
        let part = |subject: SubjectKind| {
            let scope = Scope { subject: Some(subject), ..Scope::default() };
            claim(subject.as_str(), scope.count(&cells), scope)
        };
        let parts = SubjectKind::ALL.iter().copied().map(part).collect();
        let whole = Claim { parts, complete: true, ..claim("全部", Scope::default().count(&cells), Scope::default()) };
        prop_assert_eq!(check(&[whole], Some(&cells)), vec![]);
    }
}
