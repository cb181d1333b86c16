//! A snapshot that is kept says what a new one would of everything an answer follows from.

use credence::store::{KeptSnapshot, StoreError, ledger, standings};

use crate::{
    tampering::answer,
    world::{
        World,
        penalty::{FIRM, OTHER, penalty, table},
    },
};

/// How many answers were recorded, and how many subjects are known, as the snapshot sees them.
fn seen(kept: &mut KeptSnapshot) -> (i64, usize) {
    let look = kept.read(|conn| {
        let heads = ledger::heads(conn)?;
        let answers = heads.iter().filter(|it| it.chain.starts_with("answers-")).map(|it| it.seq).sum();
        let known = [FIRM, OTHER].map(|it| standings::by_credit_code(conn, it.1));
        let known = known.into_iter().collect::<Result<Vec<_>, StoreError>>()?;
        Ok::<_, StoreError>((answers, known.iter().flatten().count()))
    });
    look.unwrap()
}

#[test]
fn what_can_change_an_answer_is_seen_at_once_and_answers_alone_end_no_snapshot() {
    let world = World::new();
    let mut kept = KeptSnapshot::open(&world.shop.database).unwrap();
    assert_eq!(seen(&mut kept), (0, 0));
    world.deliver("penalty", table(&[penalty(1)]));
    assert_eq!(seen(&mut kept), (0, 1));
    answer(&world, &[7]);
    let sqlite = kept.is_kept();
    assert_eq!(seen(&mut kept), (i64::from(!sqlite), 1));
    world.deliver("penalty", table(&[penalty(2).on(OTHER)]));
    assert_eq!(seen(&mut kept), (1, 2));
    answer(&world, &[8]);
    kept.end().unwrap();
    assert!(!kept.is_kept());
    assert_eq!(seen(&mut kept), (2, 2));
}
