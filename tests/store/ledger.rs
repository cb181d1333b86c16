//! The ledger: every event in its place, in the transaction that does what it says.

use std::thread;

use credence::{
    ledger::{Event, EventKind, Lane, Receipt},
    store::{StoreError, ledger},
};
use serde_json::json;

use crate::world::{World, moment};

fn event(lane: Lane, subject: i64) -> Event {
    Event::new(lane, EventKind::Case, moment(2026, 3, 20), "XYB/1").about(subject).saying(json!({"case": subject}))
}

fn append(world: &World, events: &[Event]) -> Vec<Receipt> {
    world.shop.database.write_again(|conn| ledger::append(conn, events)).unwrap()
}

#[test]
fn events_of_one_family_stand_together_in_their_order() {
    let world = World::new();
    let events: Vec<Event> = (1..=300).map(|n| event(if n % 3 == 0 { Lane::Acts } else { Lane::Answers }, n)).collect();
    let receipts = append(&world, &events);
    let places: Vec<String> = receipts[..4].iter().map(ToString::to_string).collect();
    assert_eq!(places, ["answers-1/1", "answers-1/2", "acts-3/1", "answers-1/3"]);
    assert_eq!(receipts[299].to_string(), "acts-3/100");
    let next = append(&world, &[event(Lane::Acts, 7)]);
    assert_eq!(next[0].to_string(), "acts-3/101");
}

#[test]
fn what_is_undone_was_never_appended() {
    let world = World::new();
    let undone: Result<(), StoreError> = world.shop.database.write(|conn| {
        ledger::append(conn, &[event(Lane::Acts, 1)])?;
        Err(StoreError::LeaseLost(1))
    });
    assert!(undone.is_err());
    assert_eq!(append(&world, &[event(Lane::Acts, 1)])[0].to_string(), "acts-1/1");
}

#[test]
fn writers_at_the_same_time_leave_one_chain_without_gap_or_double() {
    let world = World::new();
    let mut seqs: Vec<i64> = thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| (0..25).map(|_| append(&world, &[event(Lane::Acts, 2)])[0].seq).collect::<Vec<_>>())
            })
            .collect();
        writers.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=100).collect::<Vec<i64>>());
}
