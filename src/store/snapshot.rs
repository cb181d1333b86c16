//! Snapshots that are kept for one question after the other, while nothing but answers has been committed.
//!
//! SQLite forgets its pages and its mapping of the file whenever anybody has committed, and answers are committed all the
//! time. Whatever can change an answer is told to the ledger in the same transaction; so while the heads of all other chains
//! stand where they stood, an earlier snapshot says what a new one would.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use diesel::{connection::SimpleConnection, prelude::*, sql_types::BigInt};

use super::{Conn, Database, Engine, StoreError, connection, schema::ledger_head};
use crate::ledger::Lane;

/// How long the log waits for others who read or write, in milliseconds, before it goes on growing until the next time.
const PATIENCE: &str = "PRAGMA busy_timeout = 20";

/// Pages of a log that somebody should know of: a gigabyte of 16 KiB each.
const MANY: i64 = 65_536;

/// Snapshots that are kept, one for each thread that reads. On PostgreSQL, which forgets nothing, each look has one of its
/// own.
///
/// SQLite's log grows while snapshots are kept, by some thirty megabytes for a thousand answers, and every page is looked
/// for in it first: whoever keeps snapshots calls [`KeptSnapshots::fold`] every few seconds.
pub struct KeptSnapshots {
    database: Database,
    places: Vec<Mutex<Option<Kept>>>,
    /// Whether anybody has looked since the log was folded.
    is_used: AtomicBool,
    folder: Mutex<Option<Conn>>,
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
    heads: Option<i64>,
}

/// What became of writing the log to the file.
#[derive(QueryableByName)]
struct Folded {
    /// Not 0 when somebody else reads or writes by it.
    #[diesel(sql_type = BigInt)]
    busy: i64,
    /// Pages in it.
    #[diesel(sql_type = BigInt)]
    log: i64,
}

impl KeptSnapshots {
    /// For so many threads.
    #[must_use]
    pub fn new(database: Database, threads: usize) -> Self {
        let places = (0..threads).map(|_| Mutex::default()).collect();
        Self { database, places, is_used: AtomicBool::new(false), folder: Mutex::default() }
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
        self.is_used.store(true, Ordering::Relaxed);
        let mut place = unpoisoned(&self.places[thread]);
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
        unpoisoned(&self.places[thread]).as_ref().is_some_and(|it| it.seen.is_some())
    }

    /// Lets a thread's snapshot go: whoever asks for nothing more holds nothing back.
    pub fn let_go(&self, thread: usize) {
        end(&mut unpoisoned(&self.places[thread]));
    }

    /// Writes SQLite's log to the file and lets it begin again, if anybody has looked since it last did; whether it begins
    /// again. Most of it is written while the threads go on reading, by snapshots that began just now. For the rest all wait
    /// until each has ended what it was reading, and for two writes to the disk.
    ///
    /// # Errors
    /// [`StoreError`]. That others read or write by the log for long is none: it then grows until the next time.
    pub fn fold(&self) -> Result<bool, StoreError> {
        if self.database.engine() == Engine::Postgres || !self.is_used.swap(false, Ordering::Relaxed) {
            return Ok(false);
        }
        let mut folder = unpoisoned(&self.folder);
        let conn = match &mut *folder {
            Some(conn) => conn,
            None => folder.insert(self.database.own()?),
        };
        let done = self.fold_by(conn);
        if done.is_err() {
            *folder = None;
        }
        done
    }

    fn fold_by(&self, conn: &mut Conn) -> Result<bool, StoreError> {
        conn.batch_execute(PATIENCE)?;
        (0..self.places.len()).for_each(|it| self.let_go(it));
        conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")?;
        let mut all: Vec<_> = self.places.iter().map(unpoisoned).collect();
        all.iter_mut().for_each(|it| end(it));
        let folded: Folded = diesel::sql_query("PRAGMA wal_checkpoint(RESTART)").get_result(conn)?;
        drop(all);
        if folded.busy != 0 && folded.log > MANY {
            tracing::warn!(pages = folded.log, "somebody reads for long, and the log of the database grows");
        }
        Ok(folded.busy == 0)
    }
}

/// What a lock holds; where somebody panicked with it, nothing: whatever is wrong with a connection ends with it.
fn unpoisoned<T>(place: &Mutex<Option<T>>) -> MutexGuard<'_, Option<T>> {
    place.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
        place.clear_poison();
        let mut inner = poisoned.into_inner();
        *inner = None;
        inner
    })
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
            self.seen = Some(Seen { heads: heads(&mut self.conn)? });
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
    /// The sum of places, whole as SQLite gives it; nothing of none.
    #[aggregate]
    #[sql_name = "sum"]
    fn summed(places: BigInt) -> Nullable<BigInt>;
}

/// How many entries all chains have but those of answers. Chains only grow: while the number is the same, so are they.
fn heads(conn: &mut Conn) -> Result<Option<i64>, StoreError> {
    let answers = format!("{}-%", Lane::Answers);
    let others = ledger_head::table.filter(ledger_head::chain.not_like(answers));
    Ok(others.select(summed(ledger_head::seq)).get_result(conn)?)
}
