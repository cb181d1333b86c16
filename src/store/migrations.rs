//! The schema, brought up to date: the same names in both folders, each laid out for its engine.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, StoreError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what has not been run and says how many that were. Safe to call from two processes at once.
///
/// # Errors
/// [`StoreError::Migration`].
pub fn migrate(conn: &mut Conn) -> Result<usize, StoreError> {
    let mut attempt = 0;
    loop {
        let done = match conn {
            Conn::Sqlite(inner) => inner.run_pending_migrations(SQLITE).map(|it| it.len()),
            Conn::Postgres(inner) => inner.run_pending_migrations(POSTGRES).map(|it| it.len()),
        };
        match done {
            Ok(n) => return Ok(n),
            // Another process ran the same migration in the same moment; the second look finds it done.
            Err(_) if attempt < 3 => attempt += 1,
            Err(err) => return Err(StoreError::Migration(err.to_string())),
        }
    }
}

/// Takes every migration back: for the test that goes up, down and up again.
///
/// # Errors
/// [`StoreError::Migration`].
pub fn revert_all(conn: &mut Conn) -> Result<usize, StoreError> {
    match conn {
        Conn::Sqlite(inner) => inner.revert_all_migrations(SQLITE).map(|it| it.len()),
        Conn::Postgres(inner) => inner.revert_all_migrations(POSTGRES).map(|it| it.len()),
    }
    .map_err(|err| StoreError::Migration(err.to_string()))
}
