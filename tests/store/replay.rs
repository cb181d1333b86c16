//! Whatever happens in whatever order: what is kept equals a rebuild, and a past day is answered as it was then.

use chrono::{Days, NaiveDate, NaiveDateTime};
use credence::{dossier, ingest::Clock, store::standings};
use proptest::prelude::*;

use crate::world::{
    World,
    penalty::{FIRM, OTHER, Penalty, penalty, table},
};

/// Something that happens.
#[derive(Debug, Clone)]
enum Happening {
    /// A delivery of these penalties: number, whether of the other firm, months since the decision, withdrawn.
    Delivery(Vec<(u32, bool, u8, bool)>),
    /// The job derives what is due.
    Refresh,
    /// So many days go by.
    Days(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let row = (0_u32..6, any::<bool>(), 0_u8..48, prop::bool::weighted(0.2));
    prop_oneof![
        3 => prop::collection::vec(row, 1..4).prop_map(Happening::Delivery),
        2 => Just(Happening::Refresh),
        3 => (1_u64..400).prop_map(Happening::Days),
    ]
}

/// What was answered: of whom, for which day, known at which moment, and the digest of the answer.
struct Answered {
    subject: i64,
    day: NaiveDate,
    moment: NaiveDateTime,
    digest: [u8; 32],
}

fn answers(world: &World) -> Vec<Answered> {
    let shop = &world.shop;
    let (day, moment) = (shop.clock.day(), shop.clock.now());
    shop.database
        .read(|conn| {
            let kept = standings::after(conn, -1, 100)?;
            let ids: Vec<i64> = kept.iter().map(|it| it.subject_id).collect();
            let asked = dossier::ask_many(conn, shop, &ids, day, None)?;
            Ok::<_, credence::store::StoreError>(asked)
        })
        .unwrap()
        .into_iter()
        .map(|it| Answered { subject: it.dossier.subject.id, day, moment, digest: it.standing.digest() })
        .collect()
}

fn rows(world: &World, rows: &[(u32, bool, u8, bool)]) -> Vec<Penalty> {
    let day = world.shop.clock.day();
    let one = |(n, other, months, withdrawn): &(u32, bool, u8, bool)| {
        let decided = day.checked_sub_months(chrono::Months::new(u32::from(*months))).unwrap();
        let text: &'static str = decided.format("%Y/%m/%d").to_string().leak();
        let it = penalty(*n).on(if *other { OTHER } else { FIRM }).decided(text);
        if *withdrawn { it.withdrawn() } else { it }
    };
    rows.iter().map(one).collect()
}

fn happen(world: &mut World, what: &Happening) {
    // Every happening has a moment of its own.
    let mut moment = world.shop.clock.now() + chrono::TimeDelta::seconds(1);
    if let Happening::Days(n) = what {
        moment = moment.checked_add_days(Days::new(*n)).unwrap();
    }
    world.shop.clock = Clock::Fixed(moment);
    match what {
        Happening::Delivery(told) => {
            world.deliver("penalty", table(&rows(world, told)));
        }
        Happening::Refresh => while dossier::refresh(&world.shop, world.shop.clock.day()).unwrap() > 0 {},
        Happening::Days(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rebuild_equals_what_was_kept_and_a_replay_what_was_answered(story in prop::collection::vec(happening(), 1..10)) {
        let mut world = World::new();
        let mut answered = Vec::new();
        for what in &story {
            happen(&mut world, what);
            answered.extend(answers(&world));
            // What is kept and holds on the day is what is derived on the day.
            let checked = dossier::rebuild(&world.shop, world.shop.clock.day(), 1, true).unwrap();
            prop_assert_eq!(checked.differing, 0, "after {:?}", what);
        }
        let shop = &world.shop;
        for then in answered {
            let again = shop.database.read(|conn| dossier::ask(conn, shop, then.subject, then.day, Some(then.moment)));
            prop_assert_eq!(again.unwrap().unwrap().standing.digest(), then.digest, "{} as known at {}", then.day, then.moment);
        }
    }
}
