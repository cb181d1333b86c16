//! Snapshots that are kept for one question after the other, while nothing but answers has been committed.
//!
//! SQLite forgets its pages and its mapping of the file whenever anybody has committed, and answers are committed all the
//! time. Whatever can change an answer is told to the ledger in the same transaction; so while the heads of all other chains
//! stand where they stood, an earlier snapshot says what a new one would.

use std::{
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

use diesel::{connection::SimpleConnection, prelude::*, sql_types::BigInt};

use super::{Conn, Database, Engine, StoreError, connection, schema::ledger_head};
use crate::ledger::Lane;

/// SQLite's log cannot begin again under a snapshot, and every page is looked for in it first: so after so long all are let
/// go at once, and what stands in the log is written to the file. A thousand answers are some thirty megabytes there.
pub const LONGEST: Duration = Duration::from_secs(4);

/// How long the log waits for others who read or write before it goes on growing until the next time.
const PATIENCE: &str = "PRAGMA busy_timeout = 50";

/// Snapshots that are kept, one for each thread that reads. On PostgreSQL, which forgets nothing, each look has one of its
/// own.
pub struct KeptSnapshots {
    database: Database,
    places: Vec<Mutex<Option<Kept>>>,
    longest: Duration,
    /// Who writes the log to the file holds this.
    folding: Mutex<Option<Conn>>,
}

/// The connection of a thread.
struct Kept {
    conn: Conn,
    /// Looks at the heads as they are now; only where a snapshot is kept.
    look: Option<Conn>,
    seen: Option<Seen>,
}

/// What was seen when the snapshot began.
struct Seen {
    heads: i64,
    since: Instant,
}

impl KeptSnapshots {
    /// For so many threads, each snapshot for so long at the most; [`LONGEST`] suits.
    #[must_use]
    pub fn new(database: Database, threads: usize, longest: Duration) -> Self {
        let places = (0..threads).map(|_| Mutex::default()).collect();
        Self { database, places, longest, folding: Mutex::default() }
    }

    /// Runs queries that only read; they see one state, and everything that could change an answer and was committed before.
    /// The next look after a failure begins with a new connection.
    ///
    /// # Errors
    /// What the work gives, or [`StoreError`].
    ///
    /// # Panics
    /// When there is no such thread.
    pub fn read<T, E: From<StoreError>>(
        &self,
        thread: usize,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.place(thread).as_ref().is_some_and(|it| it.is_older_than(self.longest))
            && let Err(err) = self.fold()
        {
            tracing::warn!(error = %err, "the database's log could not be written to its file and grows");
        }
        let mut place = self.place(thread);
        let kept = match &mut *place {
            Some(kept) => kept,
            None => place.insert(Kept::open(&self.database)?),
        };
        let done = kept.read(work);
        if done.is_err() {
            *place = None;
        }
        done
    }

    /// Whether a thread keeps a snapshot.
    #[must_use]
    pub fn is_kept(&self, thread: usize) -> bool {
        self.place(thread).as_ref().is_some_and(|it| it.seen.is_some())
    }

    /// Lets a thread's snapshot go: whoever asks for nothing more holds nothing back.
    pub fn let_go(&self, thread: usize) {
        end(&mut self.place(thread));
    }

    /// A thread's place; where one panicked, whatever is wrong with its connection ends with it.
    fn place(&self, thread: usize) -> MutexGuard<'_, Option<Kept>> {
        let place = &self.places[thread];
        place.lock().unwrap_or_else(|poisoned| {
            place.clear_poison();
            let mut place = poisoned.into_inner();
            *place = None;
            place
        })
    }

    /// Writes SQLite's log to the file and lets it begin again. Most of it is written while the others go on reading, by
    /// snapshots that began just now; nobody reads only while the rest is.
    fn fold(&self) -> Result<(), StoreError> {
        let Ok(mut folding) = self.folding.try_lock() else { return Ok(()) };
        let conn = match &mut *folding {
            Some(conn) => conn,
            None => {
                let mut conn = self.database.own()?;
                conn.batch_execute(PATIENCE)?;
                folding.insert(conn)
            }
        };
        (0..self.places.len()).for_each(|it| self.let_go(it));
        conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")?;
        let mut all: Vec<_> = (0..self.places.len()).map(|it| self.place(it)).collect();
        all.iter_mut().for_each(|it| end(it));
        Ok(conn.batch_execute("PRAGMA wal_checkpoint(RESTART)")?)
    }
}

/// Ends a snapshot, or the connection when that fails.
fn end(place: &mut Option<Kept>) {
    if let Some(Err(err)) = place.as_mut().map(Kept::end) {
        tracing::warn!(error = %err, "a snapshot could not be ended; its connection is");
        *place = None;
    }
}

impl Kept {
    fn open(database: &Database) -> Result<Self, StoreError> {
        let look = match database.engine() {
            Engine::Sqlite => {
                let mut look = database.own()?;
                // It looks at one page, and a mapping is made anew after each commit.
                look.batch_execute("PRAGMA mmap_size = 0")?;
                Some(look)
            }
            Engine::Postgres => None,
        };
        Ok(Self { conn: database.own()?, look, seen: None })
    }

    fn is_older_than(&self, longest: Duration) -> bool {
        self.seen.as_ref().is_some_and(|it| it.since.elapsed() >= longest)
    }

    fn read<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let Some(look) = &mut self.look else { return connection::read(&mut self.conn, work) };
        let holds = match &self.seen {
            Some(seen) => heads(look)? == seen.heads,
            None => false,
        };
        if !holds {
            self.end()?;
            connection::begin_reading(&mut self.conn)?;
            // The first look fixes the snapshot.
            self.seen = Some(Seen { heads: heads(&mut self.conn)?, since: Instant::now() });
        }
        work(&mut self.conn)
    }

    fn end(&mut self) -> Result<(), StoreError> {
        if self.seen.take().is_some() {
            connection::end_reading(&mut self.conn)?;
        }
        Ok(())
    }
}

diesel::define_sql_function! {
    /// The sum of places, as SQLite gives it.
    #[aggregate]
    #[sql_name = "sum"]
    fn summed(places: BigInt) -> BigInt;
}

/// How many entries all chains have but those of answers. Chains only grow: while the number is the same, so are they.
fn heads(conn: &mut Conn) -> Result<i64, StoreError> {
    let answers = format!("{}-%", Lane::Answers);
    let others = ledger_head::table.filter(ledger_head::chain.not_like(answers));
    Ok(others.select(summed(ledger_head::seq)).get_result(conn)?)
}
