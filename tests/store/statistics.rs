//! What the planner knows of tables that have just grown.

use credence::store::{
    Engine,
    statistics::{FEW, refresh},
};

use crate::world::{
    World,
    penalty::{penalty, table},
};

#[test]
fn the_planner_looks_again_when_much_has_come_at_once() {
    let world = World::new();
    let database = &world.shop.database;
    assert!(!refresh(database, FEW - 1), "a few rows change no plan");
    if database.engine() == Engine::Sqlite {
        assert!(!refresh(database, u64::MAX), "its plans follow no statistics");
        return;
    }
    let rows: Vec<_> = (0..u32::try_from(3 * FEW).unwrap()).map(penalty).collect();
    world.deliver("penalty", table(&rows));
    assert!(!refresh(database, FEW), "the delivery had it look at more than twice as many");
    world.deliver("penalty", table(&rows));
    assert!(refresh(database, 3 * FEW));
}
