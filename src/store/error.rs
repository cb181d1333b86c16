//! What can go wrong with the database, told apart by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error};

/// A failure of the store. "Not there" is never a failure: it is `Ok(None)` or an empty list.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database is not understood.
    #[error("{0:?} is neither a postgres:// address nor a file")]
    Address(String),
    /// No connection could be made or had in time.
    #[error("no connection to the database: {0}")]
    Connection(String),
    /// Two transactions stood in each other's way: the work can be done again.
    #[error("another transaction came in between: {0}")]
    Contended(#[source] Error),
    /// A query failed.
    #[error("a query failed: {0}")]
    Query(#[source] Error),
    /// A stored value does not parse: the database was changed from outside or by a newer program.
    #[error("a stored value of {place} is spoiled: {value:?}")]
    Spoiled {
        /// Table and column.
        place: &'static str,
        /// What stands there.
        value: String,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be changed: {0}")]
    Migration(String),
    /// The lease on a delivery was lost to another process; what was not committed is not done.
    #[error("the lease on delivery {0} was lost")]
    LeaseLost(i64),
    /// Work in a transaction panicked; nothing of it is kept.
    #[error("work in a transaction panicked")]
    Panicked,
}

impl From<Error> for StoreError {
    fn from(err: Error) -> Self {
        match &err {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure, _) => {
                Self::Contended(err)
            }
            // diesel has no kind of its own for deadlocks and for SQLite's busy.
            Error::DatabaseError(_, info)
                if info.message().contains("deadlock detected") || info.message().contains("database is locked") =>
            {
                Self::Contended(err)
            }
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Connection(info.message().to_owned())
            }
            _ => Self::Query(err),
        }
    }
}

impl From<crate::record::UnknownName> for StoreError {
    fn from(err: crate::record::UnknownName) -> Self {
        Self::Spoiled { place: err.set, value: err.name }
    }
}
