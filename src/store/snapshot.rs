//! A snapshot that is kept for one question after the other, while nothing but answers has been committed.
//!
//! SQLite forgets its pages and its mapping of the file whenever anybody has committed, and answers are committed all the
//! time. Whatever can change an answer is told to the ledger in the same transaction; so while the heads of all other chains
//! stand where they stood, an earlier snapshot says what a new one would.

use std::time::{Duration, Instant};

use diesel::prelude::*;

use super::{Conn, Database, Engine, StoreError, connection, schema::ledger_head};
use crate::ledger::Lane;

/// A snapshot is kept no longer: it holds back what SQLite's log may forget.
const LONGEST: Duration = Duration::from_secs(5);

/// A snapshot that is kept. On PostgreSQL, which forgets nothing, each look has one of its own.
pub struct KeptSnapshot {
    conn: Conn,
    /// Looks at the heads as they are now; only where a snapshot is kept.
    look: Option<Conn>,
    seen: Option<Seen>,
}

/// What was seen when the snapshot began.
struct Seen {
    heads: Vec<(String, i64)>,
    since: Instant,
}

impl KeptSnapshot {
    /// Opens connections of its own.
    ///
    /// # Errors
    /// [`StoreError::Connection`].
    pub fn open(database: &Database) -> Result<Self, StoreError> {
        let look = match database.engine() {
            Engine::Sqlite => Some(database.own()?),
            Engine::Postgres => None,
        };
        Ok(Self { conn: database.own()?, look, seen: None })
    }

    /// Runs queries that only read; they see one state, and everything that could change an answer and was committed before.
    ///
    /// # Errors
    /// What the work gives, or [`StoreError`]. Drop it then.
    pub fn read<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let Some(look) = &mut self.look else { return connection::read(&mut self.conn, work) };
        let holds = match &self.seen {
            Some(seen) if seen.since.elapsed() < LONGEST => heads(look)? == seen.heads,
            Some(_) | None => false,
        };
        if !holds {
            self.end()?;
            connection::begin_reading(&mut self.conn)?;
            // The first look fixes the snapshot.
            self.seen = Some(Seen { heads: heads(&mut self.conn)?, since: Instant::now() });
        }
        work(&mut self.conn)
    }

    /// Whether a snapshot is kept.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.seen.is_some()
    }

    /// Lets the snapshot go: whoever asks for nothing more holds nothing back.
    ///
    /// # Errors
    /// [`StoreError`]. Drop it then.
    pub fn end(&mut self) -> Result<(), StoreError> {
        if self.seen.take().is_some() {
            connection::end_reading(&mut self.conn)?;
        }
        Ok(())
    }
}

/// Where every chain ends but those of answers, by chain.
fn heads(conn: &mut Conn) -> Result<Vec<(String, i64)>, StoreError> {
    let answers = format!("{}-%", Lane::Answers);
    let others = ledger_head::table.filter(ledger_head::chain.not_like(answers)).order(ledger_head::chain);
    Ok(others.select((ledger_head::chain, ledger_head::seq)).load(conn)?)
}
