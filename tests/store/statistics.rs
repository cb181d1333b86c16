//! What the planner knows of tables that have just grown.

use credence::store::{
    Engine,
    statistics::{FEW, Grown, refresh},
};

use crate::world::{
    World,
    penalty::{penalty, table},
};

#[test]
fn the_planner_looks_again_when_much_has_come_at_once() {
    let world = World::new();
    let database = &world.shop.database;
    let is_postgres = database.engine() == Engine::Postgres;
    assert!(!refresh(database, Grown::Records, FEW - 1), "a few rows change no plan");
    assert_eq!(refresh(database, Grown::Standings, FEW), is_postgres);
    let rows: Vec<_> = (0..u32::try_from(3 * FEW).unwrap()).map(penalty).collect();
    world.deliver("penalty", table(&rows));
    assert!(!refresh(database, Grown::Records, FEW), "the delivery had it look at more than twice as many");
    assert_eq!(refresh(database, Grown::Records, 3 * FEW), is_postgres);
}
