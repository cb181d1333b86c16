//! What is told to a person as done is on the disk before it is told; what does not wait for the disk heals by itself.

use std::{fs, path::Path};

use credence::store::{self, Conn, Engine, StoreError};
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};

use crate::world::World;

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Whether a commit of this connection waits for the disk.
fn waits(conn: &mut Conn) -> Result<bool, StoreError> {
    let (found, wanted): (Setting, &str) = match conn {
        Conn::Sqlite(conn) => {
            let query = "SELECT CAST(synchronous AS TEXT) AS said FROM pragma_synchronous";
            (diesel::sql_query(query).get_result(conn)?, "2")
        }
        Conn::Postgres(conn) => {
            let query = "SELECT current_setting('synchronous_commit') AS said";
            (diesel::sql_query(query).get_result(conn)?, "on")
        }
    };
    Ok(found.said == wanted)
}

#[test]
fn acts_and_answers_are_on_the_disk_before_they_are_told_and_only_what_heals_is_not() {
    let world = World::new();
    let database = &world.shop.database;
    // PostgreSQL waits everywhere, unless its server is set up not to, as that of the tests is.
    let (acts, chunks) = match database.engine() {
        Engine::Sqlite => (true, false),
        Engine::Postgres => {
            let as_set_up = database.read(waits).unwrap();
            (as_set_up, as_set_up)
        }
    };
    assert_eq!(database.write(waits).unwrap(), acts);
    assert_eq!(database.write_again(waits).unwrap(), acts);
    let failed = database.write_again(|_| Err::<(), _>(StoreError::LeaseLost(1)));
    assert!(matches!(failed, Err(StoreError::LeaseLost(1))));
    assert!(store::write(&mut database.durable().unwrap(), waits).unwrap());
    assert_eq!(database.write_resumable(waits).unwrap(), chunks);
    assert_eq!(database.write_again(waits).unwrap(), acts);
}

/// Who may write without waiting for the disk, and what heals a loss.
const HEALING: &[(&str, &str)] = &[
    ("src/affairs/designation/candidates.rs", "rules look again behind the mark, which is lost with the proposals"),
    ("src/dossier/lists.rs", "the entries are filled from the position, which is lost with them"),
    ("src/dossier/rebuild.rs", "derived again"),
    ("src/dossier/refresh.rs", "derived again"),
    ("src/ingest/apply.rs", "a delivery goes on from its progress, which is lost with the chunk"),
    ("src/ingest/run.rs", "leases lapse, and an end that was lost is reached again from the same bytes"),
    ("src/store/connection.rs", "it is made there"),
];

#[test]
fn nobody_else_writes_without_waiting_for_the_disk() {
    let mut found = Vec::new();
    look(Path::new("src"), &mut found);
    found.sort();
    assert_eq!(found, HEALING.iter().map(|(path, _)| *path).collect::<Vec<_>>());
}

fn look(folder: &Path, found: &mut Vec<String>) {
    for it in fs::read_dir(folder).unwrap() {
        let path = it.unwrap().path();
        if path.is_dir() {
            look(&path, found);
        } else if fs::read_to_string(&path).unwrap().contains("write_resumable") {
            found.push(path.to_str().unwrap().replace('\\', "/"));
        }
    }
}
