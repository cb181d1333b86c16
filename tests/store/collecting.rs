//! Rows become records once, whatever happens.

use credence::{
    record::DeliveryState,
    store::{self, doubts, records},
};

use crate::world::{
    World, counts,
    penalty::{FIRM, OTHER, penalty, table},
};

#[test]
fn every_row_is_counted_once_and_the_same_bytes_make_no_second_record() {
    let world = World::new();
    let bytes = table(&[
        penalty(1),
        penalty(2).on(OTHER),
        penalty(1),
        penalty(3).on((FIRM.0, "91350100M000100Y44")),
        penalty(4).decided("2026/02/30"),
    ]);
    let done = world.deliver("penalty", &bytes);
    assert_eq!((done.state, done.message.as_deref()), (DeliveryState::Done, None));
    assert_eq!(counts(done.tally), "rows 5, new 2, repeated 1, rejected 2");
    let again = world.deliver("penalty", &bytes);
    assert_eq!(again.id, done.id);
    assert_eq!(world.shop.database.read(store::records::count).unwrap(), 2);
}

#[test]
fn a_later_file_repeats_revises_and_withdraws_and_every_version_is_kept() {
    let mut world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2), penalty(3)]));
    world.at(2026, 3, 21);
    let rows = [penalty(1), penalty(2).fined("0.3", "罚款3000元"), penalty(3).withdrawn(), penalty(4)];
    let done = world.deliver("penalty", table(&rows));
    assert_eq!(counts(done.tally), "rows 4, new 1, revised 1, repeated 1, withdrawn 1");
    let conn = &mut world.shop.database.get().unwrap();
    let question = records::Question {
        subjects: vec![credence::resolve::subject_id(&format!("credit_code:{}", FIRM.1))],
        exposures: vec!["public".to_owned()],
        ..records::Question::default()
    };
    let now = records::of_subject(conn, &question).unwrap();
    assert_eq!(now.len(), 4);
    let before = records::Question { known_at: Some(crate::world::moment(2026, 3, 20)), ..question };
    let then = records::of_subject(conn, &before).unwrap();
    assert_eq!(then.len(), 3);
    assert!(then.iter().all(|it| it.revision == 1 && it.state.as_str() == "in_force"));
    let revised = now.iter().find(|it| it.payload.contains("3000")).unwrap();
    let history = records::history(conn, &[revised.subject], &revised.key).unwrap();
    assert_eq!(history.iter().map(|it| it.revision).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(history[1].known_until, Some(history[0].known_from));
}

#[test]
fn two_rows_of_one_file_that_contradict_each_other_are_held_back() {
    let world = World::new();
    let done = world.deliver("penalty", table(&[penalty(1), penalty(1).fined("0.3", "罚款3000元")]));
    assert_eq!(counts(done.tally), "rows 2, new 1, conflicting 1");
}

#[test]
fn a_doubtful_row_is_reported_once_and_closed_by_its_correction() {
    let world = World::new();
    let wrong = penalty(7).fined("罚款", "罚款2000元");
    let first = world.deliver("penalty", table(&[wrong.clone(), penalty(8)]));
    assert_eq!(counts(first.tally), "rows 2, new 1, rejected 1");
    let second = world.deliver("penalty", table(&[wrong, penalty(9)]));
    assert_eq!(counts(second.tally), "rows 2, new 1, rejected 1");
    let conn = &mut world.shop.database.get().unwrap();
    assert_eq!(doubts::of_delivery(conn, first.id, (0, 0), 10).unwrap().len(), 1);
    assert_eq!(doubts::of_delivery(conn, second.id, (0, 0), 10).unwrap().len(), 0);
    world.deliver("penalty", table(&[penalty(7)]));
    let (doubt, _) = doubts::of_delivery(conn, first.id, (0, 0), 10).unwrap().remove(0);
    assert_eq!(doubt.state.as_str(), "corrected");
}
