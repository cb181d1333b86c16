//! Whatever happens in whatever order: what is kept equals a rebuild, and a past day is answered as it was then.

use chrono::{Days, NaiveDate, NaiveDateTime};
use credence::{
    affairs::{self, AffairError, Filing, Hand, Taking, packs, publicity::Confirming},
    dossier,
    ingest::Clock,
    record::RecordKey,
    rights::{CaseKind, CaseState, Channel, Ground, StepKind},
    store::{
        merges::{self, Merging},
        records,
        rights::{self, Filter},
        standings,
    },
};
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
    /// A department confirms that one of the records is of another class, or was performed.
    Confirmation(usize, Option<&'static str>),
    /// A case about one of the records is filed.
    Filing(usize, CaseKind),
    /// Somebody takes a step in the latest open case, if it allows it.
    Step(StepKind),
    /// The two firms are found to be one, or that is undone.
    Merge,
    /// A second person puts another version of the scorecard in force: so many points off for a middle fine.
    Pack(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    let row = (0_u32..6, any::<bool>(), 0_u8..48, prop::bool::weighted(0.2));
    prop_oneof![
        3 => prop::collection::vec(row, 1..4).prop_map(Happening::Delivery),
        2 => Just(Happening::Refresh),
        3 => (1_u64..400).prop_map(Happening::Days),
        1 => (0_usize..6, prop::sample::select(vec![None, Some("minor"), Some("serious")]))
            .prop_map(|(n, class)| Happening::Confirmation(n, class)),
        1 => (0_usize..6, prop::sample::select(vec![CaseKind::Repair, CaseKind::Objection, CaseKind::Shield]))
            .prop_map(|(n, kind)| Happening::Filing(n, kind)),
        2 => prop::sample::select(StepKind::ALL.to_vec()).prop_map(Happening::Step),
        1 => Just(Happening::Merge),
        1 => (31_u8..120).prop_map(Happening::Pack),
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
        // Who was found to be another is answered with that one.
        .filter(|it| it.dossier.subject.merged_into.is_none())
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
        Happening::Confirmation(n, class) => confirm(world, *n, *class),
        Happening::Filing(n, kind) => file(world, *n, *kind),
        Happening::Step(kind) => take(world, *kind),
        Happening::Merge => merge(world),
        Happening::Pack(points) => activate(world, *points),
    }
}

/// One of the records that are known, with its subject.
fn record(world: &World, n: usize) -> Option<(i64, RecordKey)> {
    let mut found = world
        .shop
        .database
        .read(|conn| {
            let ids: Vec<i64> = standings::after(conn, -1, 100)?.iter().map(|it| it.subject_id).collect();
            records::of_subjects(conn, &ids, None)
        })
        .unwrap();
    found.sort_by_key(|it| it.key);
    found.get(n).map(|it| (it.subject, it.key))
}

/// What the rules refuse does not happen; nothing else may go wrong.
fn allowed<T>(done: Result<T, AffairError>) {
    match done {
        Ok(_) => {}
        Err(AffairError::Store(err)) => panic!("{err}"),
        Err(AffairError::Ingest(err)) => panic!("{err}"),
        Err(_) => {}
    }
}

fn confirm(world: &World, n: usize, class: Option<&str>) {
    let Some((subject, key)) = record(world, n) else { return };
    let performed = class.is_none().then_some(true);
    let what = Confirming { class: class.map(str::to_owned), performed, reason: "核实".to_owned() };
    let shop = &world.shop;
    allowed(shop.database.write(|conn| {
        affairs::publicity::confirm_class(conn, shop, &Hand::office("信用办/1"), (subject, &key), &what)
    }));
}

fn file(world: &World, n: usize, kind: CaseKind) {
    let Some((subject, key)) = record(world, n) else { return };
    let filing = Filing {
        kind,
        subject,
        keys: vec![key],
        channel: Channel::CreditSite,
        ground: (kind == CaseKind::Objection).then_some(Ground::ALL[0]),
        reason: "申请".to_owned(),
        source: Some("（2026）示01破1号".to_owned()),
        unit: None,
        missing: None,
    };
    allowed(affairs::file(&world.shop, &filing, &Hand::office("信用办/1")));
}

fn take(world: &World, kind: StepKind) {
    let open = Filter { open: Some(true), ..Filter::default() };
    let granted = Filter { state: Some(CaseState::Granted), ..Filter::default() };
    let latest = |filter| world.shop.database.read(|conn| rights::list(conn, filter, i64::MAX, 1)).unwrap().pop();
    let Some(it) = latest(&open).or_else(|| latest(&granted)) else { return };
    let taking = Taking {
        kind,
        reason: "办理".to_owned(),
        source: Some("示信用办〔2026〕1号".to_owned()),
        delivery: None,
        confirmed: ["performed", "commitment"].map(str::to_owned).to_vec(),
        papers: Vec::new(),
    };
    allowed(affairs::take(&world.shop, it.case.opening.id, &taking, &Hand::office("信用办/2")));
}

fn merge(world: &World) {
    let (database, at) = (&world.shop.database, world.shop.clock.now());
    let kept = database.read(|conn| standings::after(conn, -1, 100)).unwrap();
    let [one, other] = &kept[..] else { return };
    let (loser, winner) = (one.subject_id, other.subject_id);
    let (reason, actor) = ("更名".to_owned(), "信用办/1".to_owned());
    let new = Merging { id: 0, loser, winner, reason, actor, made_at: at, undone_at: None };
    let done = database.write(|conn| match merges::of(conn, loser)?.iter().find(|it| it.undone_at.is_none()) {
        Some(open) => merges::undo(conn, open.id, at).map(drop),
        None => merges::merge(conn, new.clone()).map(drop),
    });
    done.unwrap();
}

/// The program's scorecard with another number of points for a middle fine, as the next version.
fn activate(world: &World, points: u8) {
    const OWN: &str = include_str!("../../schemas/policy/packs/scorecard.credence.toml");
    let (shop, old) = (&world.shop, "title = \"罚款一千元以上不满一万元\"\npoints = -30");
    let version = shop.database.read(credence::store::packs::all).unwrap().iter().map(|it| it.version).max();
    let text = OWN.replacen("version = 1", &format!("version = {}", version.unwrap_or(0) + 1), 1);
    let text = text.replacen(old, &old.replace("30", &points.to_string()), 1);
    let pack = packs::validate(shop, "test", &text).unwrap_or_else(|it| panic!("{it:#?}"));
    shop.database.write(|conn| packs::propose(conn, shop, &pack, "信用办/1")).unwrap();
    let simulation = dossier::simulate(shop, &pack, shop.clock.day(), 1, 10).unwrap();
    shop.database.write(|conn| packs::keep_simulation(conn, shop, &simulation, "信用办/1")).unwrap();
    let key = (pack.head.id.as_str(), pack.head.version);
    shop.database.write(|conn| packs::activate(conn, shop, key, &pack.hash, "信用办/2")).unwrap();
}

#[test]
fn what_is_confirmed_of_a_merged_subject_marks_whom_it_was_found_to_be() {
    let mut world = World::new();
    packs::begin(&world.shop).unwrap();
    happen(&mut world, &Happening::Delivery(vec![(2, true, 0, false), (4, false, 0, false)]));
    happen(&mut world, &Happening::Merge);
    for n in 0..2 {
        happen(&mut world, &Happening::Refresh);
        happen(&mut world, &Happening::Confirmation(n, Some("minor")));
        let checked = dossier::rebuild(&world.shop, world.shop.clock.day(), 1, true).unwrap();
        assert!(checked.differing == 0 && checked.due > 0, "what is kept may not hold, after record {n}: {checked:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rebuild_equals_what_was_kept_and_a_replay_what_was_answered(story in prop::collection::vec(happening(), 1..14)) {
        let mut world = World::new();
        packs::begin(&world.shop).unwrap();
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
