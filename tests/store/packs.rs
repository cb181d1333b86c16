//! Rule packs: proposed, simulated, put in force by a second person; every past day keeps its own rules.

use std::sync::Arc;

use chrono::NaiveDateTime;
use credence::{
    affairs::{AffairError, packs},
    dossier, jobs,
    policy::{Pack, Packs},
    store::{StoreError, packs::PackState, standings},
};

use crate::world::{
    World,
    penalty::{FIRM, OTHER, penalty, table},
};

const OWN: &str = include_str!("../../schemas/policy/packs/scorecard.credence.toml");

/// The default scorecard with a middle fine at 150 points, as another version.
fn harder(world: &World, version: u32) -> Pack {
    let text = OWN.replacen("version = 1", &format!("version = {version}"), 1).replacen(
        "title = \"罚款一千元以上不满一万元\"\npoints = -30",
        "title = \"罚款一千元以上不满一万元\"\npoints = -150",
        1,
    );
    packs::validate(&world.shop, "test", &text).unwrap_or_else(|it| panic!("{it:#?}"))
}

fn simulate(world: &World, pack: &Pack) -> credence::standing::Simulation {
    dossier::simulate(&world.shop, pack, world.shop.clock.day(), 2, 10).unwrap()
}

fn propose(world: &World, pack: &Pack, by: &str) -> Result<PackState, AffairError> {
    world.shop.database.write(|conn| packs::propose(conn, &world.shop, pack, by)).map(|it| it.state)
}

fn activate(world: &World, pack: &Pack, by: &str) -> Result<PackState, AffairError> {
    let key = (pack.head.id.as_str(), pack.head.version);
    world.shop.database.write(|conn| packs::activate(conn, &world.shop, key, &pack.hash, by)).map(|it| it.state)
}

fn keep(world: &World, pack: &Pack) -> Result<(), AffairError> {
    let simulation = simulate(world, pack);
    world.shop.database.write(|conn| packs::keep_simulation(conn, &world.shop, &simulation, "信用办/1"))
}

/// Points and level of the firm by what was known at a moment.
fn told(world: &World, known_at: Option<NaiveDateTime>) -> String {
    let (shop, day) = (&world.shop, world.shop.clock.day());
    let asked = shop.database.read(|conn| {
        let id = standings::by_credit_code(conn, FIRM.1)?.unwrap().kept.subject_id;
        dossier::ask(conn, shop, id, day, known_at)
    });
    let standing = asked.unwrap().unwrap().standing;
    let it = standing.scores.iter().find(|it| it.default).unwrap();
    format!("{}@{} {} {}", it.pack.id, it.pack.version, it.points.unwrap(), it.level)
}

fn refresh(world: &World) {
    while dossier::refresh(&world.shop, world.shop.clock.day()).unwrap() > 0 {}
}

#[test]
fn a_pack_is_put_in_force_by_a_second_person_after_a_simulation_of_its_very_text() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER).fined("0.05", "罚款500元")]));
    let pack = harder(&world, 2);
    assert!(matches!(activate(&world, &pack, "信用办/2"), Err(AffairError::NotFound(_))));
    assert_eq!(propose(&world, &pack, "信用办/1").unwrap(), PackState::Proposed);
    let refused = activate(&world, &pack, "信用办/2").unwrap_err().to_string();
    assert!(refused.contains("模拟"), "{refused}");
    keep(&world, &pack).unwrap();
    let refused = activate(&world, &pack, "信用办/1").unwrap_err().to_string();
    assert!(refused.contains("另一人"), "{refused}");
    let unnamed = Pack { hash: [0; 32], ..pack.clone() };
    let refused = activate(&world, &unnamed, "信用办/2").unwrap_err().to_string();
    assert!(refused.contains("另一文本"), "{refused}");
    // Another text under the same version is another pack: what was simulated does not count for it.
    let other = Pack { text: format!("{} ", pack.text), ..pack.clone() };
    let other = packs::validate(&world.shop, "test", &other.text).unwrap();
    propose(&world, &other, "信用办/1").unwrap();
    assert!(activate(&world, &pack, "信用办/2").unwrap_err().to_string().contains("另一文本"));
    assert!(activate(&world, &other, "信用办/2").is_err());
    let stale = world
        .shop
        .database
        .write(|conn| packs::keep_simulation(conn, &world.shop, &simulate(&world, &pack), "信用办/1"));
    assert!(matches!(stale, Err(AffairError::WrongState(_))));
    keep(&world, &other).unwrap();
    assert_eq!(activate(&world, &other, "信用办/2").unwrap(), PackState::Active);
    assert!(activate(&world, &other, "信用办/2").is_err() && propose(&world, &other, "信用办/1").is_err());
    let mut findings = Vec::new();
    jobs::verify(&world.shop.database, &[], &mut |it| findings.push(it.clone())).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn a_change_of_rules_makes_all_standings_due_and_past_days_keep_their_rules() {
    let mut world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    refresh(&world);
    let first = world.shop.clock.now();
    assert_eq!(told(&world, None), "scorecard.credence@1 790 C");
    // What the program brings is in force since ever: writing it down changes no answer.
    assert!(world.shop.database.write(|conn| packs::install(conn, &world.shop)).unwrap() > 3);
    assert_eq!(world.shop.database.write(|conn| packs::install(conn, &world.shop)).unwrap(), 0);
    assert_eq!(told(&world, Some(first)), "scorecard.credence@1 790 C");

    world.at(2026, 3, 25);
    let pack = harder(&world, 2);
    propose(&world, &pack, "信用办/1").unwrap();
    keep(&world, &pack).unwrap();
    assert_eq!(told(&world, None), "scorecard.credence@1 790 C");
    activate(&world, &pack, "信用办/2").unwrap();
    let due = world.shop.database.read(|conn| standings::count_due(conn, world.shop.clock.day())).unwrap();
    assert_eq!((due, told(&world, None).as_str()), (1, "scorecard.credence@2 670 C"));
    assert_eq!(told(&world, Some(first)), "scorecard.credence@1 790 C");
    refresh(&world);

    world.at(2026, 3, 28);
    let second = world.shop.clock.now() - chrono::Duration::days(1);
    let key = ("scorecard.credence", 2);
    let propose =
        |by: &str| world.shop.database.write(|conn| packs::propose_retiring(conn, &world.shop, key, by, true));
    let retire = |by: &str| world.shop.database.write(|conn| packs::retire(conn, &world.shop, key, by));
    assert!(matches!(retire("信用办/1"), Err(AffairError::WrongState(_))));
    propose("信用办/1").unwrap();
    assert!(matches!(retire("信用办/1"), Err(AffairError::SamePerson(_))));
    assert_eq!(told(&world, None), "scorecard.credence@2 670 C");
    retire("信用办/2").unwrap();
    assert_eq!(told(&world, None), "scorecard.credence@1 790 C");
    assert_eq!(told(&world, Some(second)), "scorecard.credence@2 670 C");
    let day = world.shop.clock.day();
    refresh(&world);
    assert_eq!(dossier::rebuild(&world.shop, day, 2, true).unwrap().differing, 0);
}

#[test]
fn a_simulation_counts_the_changes_of_level_and_names_who_changes_most() {
    let world = World::new();
    let fined = [penalty(1), penalty(2).on(OTHER).fined("0.05", "罚款500元")];
    world.deliver("penalty", table(&fined));
    let found = simulate(&world, &harder(&world, 2));
    assert_eq!((found.subjects, found.levels_changed, found.points_changed), (2, 0, 1));
    let harshest =
        OWN.replacen("version = 1", "version = 2", 1).replacen("from = 800\nto = 899", "from = 780\nto = 899", 1);
    let harshest = harshest.replacen("from = 600\nto = 799", "from = 600\nto = 779", 1);
    let pack = packs::validate(&world.shop, "test", &harshest).unwrap();
    let found = simulate(&world, &pack);
    let changes: Vec<String> = found
        .transitions
        .iter()
        .map(|it| format!("{}→{} {}", it.from.as_deref().unwrap_or("-"), it.to.as_deref().unwrap_or("-"), it.subjects))
        .collect();
    assert_eq!(changes, ["B→B 1", "C→B 1"]);
    assert_eq!(found.against.as_ref().map(|it| (it.id.as_str(), it.version)), Some(("scorecard.credence", 1)));
    assert_eq!(found.most.iter().map(|it| it.credit_code.as_deref()).collect::<Vec<_>>(), [Some(FIRM.1)]);
}

#[test]
fn two_default_scorecards_cannot_be_in_force_together() {
    let world = World::new();
    let text = OWN.replacen("id = \"scorecard.credence\"", "id = \"scorecard.other\"", 1);
    let pack = packs::validate(&world.shop, "test", &text).unwrap();
    propose(&world, &pack, "信用办/1").unwrap();
    keep(&world, &pack).unwrap();
    let refused = activate(&world, &pack, "信用办/2").unwrap_err().to_string();
    assert!(refused.contains("默认评分卡"), "{refused}");
}

#[test]
fn a_version_a_later_program_brings_waits_for_a_simulation_and_a_person() {
    let mut world = World::new();
    world.deliver("penalty", table(&[penalty(1)]));
    assert!(packs::begin(&world.shop).unwrap() > 3);
    let later: Vec<Arc<Pack>> = world.shop.shipped.iter().cloned().chain([Arc::new(harder(&world, 2))]).collect();
    world.shop.shipped = Arc::new(Packs::of(later));
    assert_eq!((packs::begin(&world.shop).unwrap(), packs::begin(&world.shop).unwrap()), (1, 0));
    assert_eq!(told(&world, None), "scorecard.credence@1 790 C");
    let pack = harder(&world, 2);
    assert!(activate(&world, &pack, "信用办/2").is_err());
    keep(&world, &pack).unwrap();
    // Nobody proposed it, so whoever simulated it is the first of the two.
    let alone = activate(&world, &pack, "信用办/1").unwrap_err();
    assert!(matches!(alone, AffairError::SamePerson(_)), "{alone}");
    activate(&world, &pack, "信用办/2").unwrap();
    assert_eq!(told(&world, None), "scorecard.credence@2 670 C");
}

#[test]
fn a_second_default_scorecard_of_a_folder_waits_when_an_installation_begins() {
    let mut world = World::new();
    let text = OWN.replacen("id = \"scorecard.credence\"", "id = \"scorecard.zzz\"", 1);
    let pack = packs::validate(&world.shop, "test", &text).unwrap();
    let both: Vec<Arc<Pack>> = world.shop.shipped.iter().cloned().chain([Arc::new(pack)]).collect();
    world.shop.shipped = Arc::new(Packs::of(both));
    packs::begin(&world.shop).unwrap();
    let all = world.shop.database.read(credence::store::packs::all).unwrap();
    let state = |id: &str| all.iter().find(|it| it.id == id).unwrap().state;
    assert_eq!(state("scorecard.credence"), PackState::Active);
    assert_eq!(state("scorecard.zzz"), PackState::Proposed);
}

#[test]
fn an_earlier_version_that_would_change_nothing_is_not_put_in_force() {
    let world = World::new();
    for (version, expected) in [(9, true), (5, false)] {
        let pack = harder(&world, version);
        propose(&world, &pack, "信用办/1").unwrap();
        keep(&world, &pack).unwrap();
        let done = activate(&world, &pack, "信用办/2");
        assert_eq!(done.is_ok(), expected, "version {version}: {done:?}");
    }
    let pack = harder(&world, 5);
    assert_eq!(simulate(&world, &pack).points_changed, 0, "and its simulation says so");
}

#[test]
fn what_was_simulated_is_what_comes_of_it() {
    let world = World::new();
    world.deliver("penalty", table(&[penalty(1), penalty(2).on(OTHER)]));
    let before = told(&world, None);
    // The same text as another version changes nothing.
    let same = OWN.replacen("version = 1", "version = 2", 1);
    let same = packs::validate(&world.shop, "test", &same).unwrap();
    let found = simulate(&world, &same);
    assert_eq!((found.levels_changed, found.points_changed, found.records_changed), (0, 0, 0));
    // Orders of publicity are told by what they change of records.
    const ORDER: &str = include_str!("../../schemas/policy/packs/publicity.market107.toml");
    let hidden = ORDER.replacen("version = 2", "version = 3", 1).replace("publish = true", "publish = false");
    let hidden = packs::validate(&world.shop, "test", &hidden).unwrap();
    let found = simulate(&world, &hidden);
    assert_eq!((found.records_changed, found.levels_changed, found.lists_changed), (2, 0, 0));
    propose(&world, &hidden, "信用办/1").unwrap();
    keep(&world, &hidden).unwrap();
    activate(&world, &hidden, "信用办/2").unwrap();
    assert_eq!(told(&world, None), before);
    let shop = &world.shop;
    let shown = shop.database.read(|conn| {
        let id = standings::by_credit_code(conn, FIRM.1)?.unwrap().kept.subject_id;
        Ok::<_, StoreError>(dossier::ask(conn, shop, id, shop.clock.day(), None)?.unwrap().standing)
    });
    assert!(shown.unwrap().records.iter().all(|it| !it.state.is_shown()));
}
