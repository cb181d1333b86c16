//! One connection type over the two databases, the pool, and the one way a transaction that may write is opened.

use std::{path::Path, sync::Arc, time::Duration};

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{SimpleConnection, TransactionManager},
    r2d2::{self, ManageConnection, Pool, PooledConnection, R2D2Connection},
};

use super::{error::StoreError, packs::RememberedPacks};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// The embedded database: one file.
    Sqlite(SqliteConnection),
    /// PostgreSQL, alone or with Citus.
    Postgres(PgConnection),
}

/// Runs one query body against either database.
///
/// `Conn` itself covers what both share. Upserts and batch inserts are not in that share, though their source is
/// the same: this compiles it once for each.
macro_rules! on_either {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($inner) => $body,
            $crate::store::Conn::Postgres($inner) => $body,
        }
    };
}

/// Runs a query over a list of values: for each database by a statement of its own, which is prepared once for a
/// connection however long the list. The hottest queries go this way: they also read rows without asking whose they are.
macro_rules! over_ids {
    ($conn:expr, $ids:expr, $column:expr, |$inner:ident, $own:ident| $query:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($inner) => {
                let $own = $crate::store::among::among($column, $ids);
                $query
            }
            $crate::store::Conn::Postgres($inner) => {
                let $own = $column.eq_any($ids);
                $query
            }
        }
    };
}

/// Which database stands behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, embedded.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Set on every connection. 16 KiB pages: load speed is decided by the index pages touched per row. Cache and mapping
/// bound what a connection holds, however large the database grows: 128 MiB of its own, and 2 GiB (SQLite's most) of the
/// system's pages, which are read in place.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 60000; PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -131072; \
    PRAGMA mmap_size = 2147418112; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 24000; \
    PRAGMA journal_size_limit = 536870912;";

/// How long a caller waits for a free connection.
const POOL_WAIT: Duration = Duration::from_secs(10);

struct Manager {
    url: String,
    engine: Engine,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Conn, r2d2::Error> {
        match self.engine {
            Engine::Sqlite => {
                let mut conn = SqliteConnection::establish(&self.url).map_err(r2d2::Error::ConnectionError)?;
                conn.batch_execute(SQLITE_SETTINGS).map_err(r2d2::Error::QueryError)?;
                Ok(Conn::Sqlite(conn))
            }
            Engine::Postgres => {
                let mut conn = PgConnection::establish(&self.url).map_err(r2d2::Error::ConnectionError)?;
                conn.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning")
                    .map_err(r2d2::Error::QueryError)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        conn.ping().map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

/// The database: a pool of connections. Cloning shares the pool.
#[derive(Clone)]
pub struct Database {
    pool: Pool<Manager>,
    engine: Engine,
    url: Arc<str>,
    packs: Arc<RememberedPacks>,
}

impl Database {
    /// Opens a pool of at most `size` connections. `postgres://…` and `postgresql://…` are PostgreSQL; anything else
    /// is the path of an SQLite file, which is made when it is not there.
    ///
    /// # Errors
    /// [`StoreError::Address`] or [`StoreError::Connection`], with what the database said.
    pub fn open(url: &str, size: u32) -> Result<Self, StoreError> {
        let engine = engine(url)?;
        let manager = Manager { url: url.to_owned(), engine };
        // One attempt first: the pool would only say that it timed out.
        manager.connect().map_err(|err| StoreError::Connection(err.to_string()))?;
        let pool = Pool::builder()
            .max_size(size.max(1))
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(POOL_WAIT)
            .build(manager)
            .map_err(|err| StoreError::Connection(err.to_string()))?;
        Ok(Self { pool, engine, url: url.into(), packs: Arc::default() })
    }

    /// Which database it is.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// How many connections the pool has at the most.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.pool.max_size()
    }

    /// The address it was opened with; it may hold a password and is never shown.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The rule packs in force as they were last read.
    #[must_use]
    pub fn remembered_packs(&self) -> &RememberedPacks {
        &self.packs
    }

    /// A connection of the pool.
    ///
    /// # Errors
    /// [`StoreError::Connection`] when none is free in time or none can be made.
    pub fn get(&self) -> Result<impl std::ops::DerefMut<Target = Conn> + use<>, StoreError> {
        let conn: PooledConnection<Manager> = self.pool.get().map_err(|err| StoreError::Connection(err.to_string()))?;
        Ok(conn)
    }

    /// A connection of its own, outside the pool, on which a commit is on the disk before it returns. On the pool's
    /// SQLite connections the last commits may be lost with the power; nothing that was told to a caller may.
    ///
    /// # Errors
    /// [`StoreError::Connection`] when none can be made.
    pub fn durable(&self) -> Result<Conn, StoreError> {
        let mut conn = self.own()?;
        let told = match self.engine {
            Engine::Sqlite => "PRAGMA synchronous = FULL",
            Engine::Postgres => "SET synchronous_commit = on",
        };
        conn.batch_execute(told).map_err(|it| StoreError::Connection(it.to_string()))?;
        Ok(conn)
    }

    /// A connection of its own, outside the pool.
    ///
    /// # Errors
    /// [`StoreError::Connection`] when none can be made.
    pub fn own(&self) -> Result<Conn, StoreError> {
        let manager = Manager { url: self.url.to_string(), engine: self.engine };
        manager.connect().map_err(|it| StoreError::Connection(it.to_string()))
    }

    /// Runs a query that only reads.
    ///
    /// # Errors
    /// What the work gives, or [`StoreError::Connection`].
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        work(&mut *self.get()?)
    }

    /// Runs several queries that only read in one transaction, so that they see one state; see [`read()`].
    ///
    /// # Errors
    /// What the work gives, or [`StoreError::Connection`].
    pub fn snapshot<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        read(&mut *self.get()?, work)
    }

    /// Runs work in one transaction that may write; see [`write()`]. It is on the disk before this returns.
    ///
    /// # Errors
    /// What the work gives, or [`StoreError::Connection`].
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.get()?;
        wait_for_the_disk(&mut conn, true)?;
        let done = write(&mut conn, work);
        if let Err(err) = wait_for_the_disk(&mut conn, false) {
            tracing::warn!(error = %err, "a connection goes on waiting for the disk");
        }
        done
    }

    /// The same, done again while it is contended, at most `ATTEMPTS` times: the work must be repeatable.
    ///
    /// # Errors
    /// The last failure.
    pub fn write_again<T>(&self, mut work: impl FnMut(&mut Conn) -> Result<T, StoreError>) -> Result<T, StoreError> {
        repeat(|| self.write(&mut work))
    }

    /// The same, but on SQLite the commit does not wait for the disk: only for what is done again by itself when the last
    /// commits are lost with the power. Chunks of a delivery go on from its progress mark, which is lost with them; what
    /// is derived is derived again. A commit that waits, as every other does, brings all before it to the disk.
    ///
    /// # Errors
    /// The last failure.
    pub fn write_resumable<T>(
        &self,
        mut work: impl FnMut(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        repeat(|| self.get().and_then(|mut conn| write(&mut conn, &mut work)))
    }
}

fn repeat<T>(mut once: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut attempt = 1;
    loop {
        match once() {
            Err(StoreError::Contended(err)) if attempt < ATTEMPTS => {
                tracing::debug!(attempt, error = %err, "a transaction is done again");
                attempt += 1;
            }
            done => return done,
        }
    }
}

/// How often a contended transaction is tried.
pub const ATTEMPTS: u32 = 12;

pub(super) fn engine(url: &str) -> Result<Engine, StoreError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(Engine::Postgres)
    } else if url.is_empty() || url.contains("://") || url == ":memory:" {
        Err(StoreError::Address(url.to_owned()))
    } else if Path::new(url).parent().is_some_and(|it| !it.as_os_str().is_empty() && !it.is_dir()) {
        Err(StoreError::Connection(format!("the folder of {url} does not exist")))
    } else {
        Ok(Engine::Sqlite)
    }
}

/// Runs several queries that only read in one transaction, so that they see one state.
///
/// # Errors
/// What the work gives.
pub fn read<T, E: From<StoreError>>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    begin_reading(conn)?;
    finish(conn, work)
}

/// Begins such a transaction; the first query fixes what it sees.
pub(super) fn begin_reading(conn: &mut Conn) -> Result<(), StoreError> {
    begin(conn, "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
}

/// Ends it.
pub(super) fn end_reading(conn: &mut Conn) -> Result<(), StoreError> {
    finish(conn, |_| Ok(()))
}

/// Runs `work` in one transaction that may write.
///
/// SQLite takes its write lock at once: a transaction that reads first and writes later can fail there with
/// "database is locked", however long it may wait.
///
/// # Errors
/// What the work gives; then nothing of it is kept.
pub fn write<T, E: From<StoreError>>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    begin(conn, "BEGIN IMMEDIATE", "BEGIN")?;
    finish(conn, work)
}

/// Whether a commit of a pooled connection returns only when it is on the disk; PostgreSQL always waits. It takes no
/// effect within a transaction.
fn wait_for_the_disk(conn: &mut Conn, waits: bool) -> Result<(), StoreError> {
    if let Conn::Sqlite(inner) = conn {
        inner.batch_execute(if waits { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" })?;
    }
    Ok(())
}

fn begin(conn: &mut Conn, sqlite: &str, postgres: &str) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(inner) => diesel::connection::AnsiTransactionManager::begin_transaction_sql(inner, sqlite)?,
        Conn::Postgres(inner) => diesel::connection::AnsiTransactionManager::begin_transaction_sql(inner, postgres)?,
    }
    Ok(())
}

fn finish<T, E: From<StoreError>>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    use diesel::connection::AnsiTransactionManager as Manager;
    match work(conn) {
        Ok(done) => {
            on_either!(conn, inner => Manager::commit_transaction(inner)).map_err(StoreError::from)?;
            Ok(done)
        }
        Err(err) => {
            if let Err(rollback) = on_either!(conn, inner => Manager::rollback_transaction(inner)) {
                tracing::warn!(error = %rollback, "a transaction could not be rolled back");
            }
            Err(err)
        }
    }
}
