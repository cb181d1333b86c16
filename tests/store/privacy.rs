//! The privacy self-check: tasks are opened with the rows, closed by corrected ones, and found again over what is published.

use std::sync::Arc;

use credence::{
    affairs::{self, DutyKind},
    ingest::privacy,
    policy::{PackKind, Packs},
    record::CorrectionState,
    record::Urgency,
    standards::privacy::Leak,
    store::corrections::{self, Correction, Filter},
};

use crate::world::{
    UNIT, World,
    penalty::{OTHER, Penalty, penalty, table},
};

fn tasks(world: &World) -> Vec<Correction> {
    let mut found = world.shop.database.read(|conn| corrections::list(conn, &Filter::default(), None, 100)).unwrap();
    found.sort_by_key(|it| (it.record, it.kind));
    found
}

fn leaking(n: u32) -> Penalty {
    penalty(n).fined("0.2", "罚款2000元。法定代表人：钱示例，电话13812345678")
}

#[test]
fn a_hit_opens_one_task_a_kind_and_a_corrected_delivery_closes_it() {
    let world = World::new();
    world.deliver("penalty", table(&[leaking(1), penalty(2)]));
    let found = tasks(&world);
    let kinds: Vec<(Leak, &str, i32)> = found.iter().map(|it| (it.kind, it.field.as_str(), it.hits)).collect();
    assert_eq!(kinds, [(Leak::Mobile, "CF_NR", 1), (Leak::Name, "CF_NR", 1)]);
    assert!(found.iter().all(|it| it.state == CorrectionState::Open && it.unit == UNIT));

    let due = |day: &str| {
        let day = day.parse().unwrap();
        let found = world.shop.database.read(|conn| affairs::warnings(conn, &world.shop, None, day)).unwrap();
        found.into_iter().map(|it| (it.kind, it.level, it.due_on.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(due("2026-03-20"), []);
    let (kind, on) = (DutyKind::Correction, "2026-03-27".to_owned());
    assert_eq!(due("2026-03-25"), vec![(kind, Urgency::Blue, on.clone()); 2]);
    assert_eq!(due("2026-03-30"), vec![(kind, Urgency::Red, on); 2]);

    // The same rows again change nothing; a row that is still wrong keeps what is still wrong.
    world.deliver("penalty", table(&[penalty(2), leaking(1)]));
    assert_eq!(tasks(&world), found);
    world.deliver("penalty", table(&[penalty(1).fined("0.2", "罚款2000元。法定代表人：钱示例")]));
    let states = |world: &World| {
        let mut states: Vec<_> = tasks(world).iter().map(|it| (it.kind, it.state)).collect();
        states.sort();
        states
    };
    use CorrectionState::{Corrected, Open};
    assert_eq!(states(&world), [(Leak::Mobile, Corrected), (Leak::Name, Open), (Leak::Name, Corrected)]);
    world.deliver("penalty", table(&[penalty(1)]));
    assert!(tasks(&world).iter().all(|it| it.state == Corrected && it.closed_at.is_some()));
}

#[test]
fn a_withdrawn_record_has_nothing_left_to_correct() {
    let world = World::new();
    world.deliver("penalty", table(&[leaking(1)]));
    world.deliver("penalty", table(&[leaking(1).withdrawn()]));
    assert!(tasks(&world).iter().all(|it| it.state == CorrectionState::Corrected));
    let fresh = World::new();
    fresh.deliver("penalty", table(&[leaking(1).withdrawn()]));
    assert_eq!(tasks(&fresh), []);
}

#[test]
fn what_is_published_already_is_looked_over_once_and_a_scan_goes_on_where_it_stopped() {
    let mut world = World::new();
    let all = Arc::clone(&world.shop.packs);
    let others = all.iter().filter(|it| it.head.kind != PackKind::Privacy).cloned().collect();
    world.shop.packs = Arc::new(Packs::of(others));
    world.deliver("penalty", table(&[leaking(1), penalty(2), leaking(3).on(OTHER)]));
    assert_eq!(tasks(&world), [], "no words, no hits");

    world.shop.packs = all;
    let first = privacy::scan(&world.shop, Some(0), &|_| {}).unwrap();
    assert_eq!((first.records, first.opened, first.done), (0, 0, false));
    let whole = privacy::scan(&world.shop, None, &|_| {}).unwrap();
    assert_eq!((whole.records, whole.opened, whole.done), (3, 4, true));
    assert_eq!(whole.open, [(UNIT.to_owned(), Leak::Mobile, 2), (UNIT.to_owned(), Leak::Name, 2)]);
    let again = privacy::scan(&world.shop, None, &|_| {}).unwrap();
    assert_eq!((again.records, again.opened, tasks(&world).len()), (3, 0, 4));
}
