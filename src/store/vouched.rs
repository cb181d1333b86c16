//! Rows the ledger vouches for one by one: how they are digested when they are written, and read again to be verified.
//!
//! Both go through one function over the same struct, so that what is written and what is verified cannot fall apart.

use super::{Conn, StoreError};
use crate::ledger::{Change, Digest, Table};

/// A row of a table the ledger vouches for.
pub(super) trait Vouched: Sized {
    /// The table.
    const TABLE: Table;

    /// The columns of the primary key, by which rows are paged through.
    type Key: Clone;

    /// The primary key.
    fn key(&self) -> Self::Key;

    /// How a row is named in entries and findings: ids, numbers and digests only.
    fn named(key: &Self::Key) -> String;

    /// SHA-256 over every column.
    fn digest(&self) -> Digest;

    /// The row with a key; on PostgreSQL it is this transaction's until it ends.
    fn held(conn: &mut Conn, key: &Self::Key) -> Result<Option<Self>, StoreError>;

    /// Rows behind a key, in the order of keys.
    fn behind(conn: &mut Conn, key: Option<&Self::Key>, limit: i64) -> Result<Vec<Self>, StoreError>;

    /// The next key behind one.
    fn next(conn: &mut Conn, key: Option<&Self::Key>) -> Result<Option<Self::Key>, StoreError>;
}

/// What the ledger is told of a new row.
pub(super) fn added<V: Vouched>(row: &V) -> Change {
    Change { table: V::TABLE, id: V::named(&row.key()), was: None, is: row.digest() }
}

/// Does work that changes a row, and says beside its result what the row was and became; nothing when it is not there
/// afterwards. The row is read again, so that what is told is what stands in the database.
pub(super) fn changed<V: Vouched, T>(
    conn: &mut Conn,
    key: &V::Key,
    work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
) -> Result<(T, Option<Change>), StoreError> {
    let was = V::held(conn, key)?.map(|it| it.digest());
    let done = work(conn)?;
    let is = V::held(conn, key)?.map(|it| it.digest());
    Ok((done, is.map(|is| Change { table: V::TABLE, id: V::named(key), was, is })))
}

/// Makes a row struct [`Vouched`]: its table, the columns of its primary key with their types, its name, and every column,
/// which the compiler holds against the struct.
macro_rules! vouched {
    (
        $row:ty: $kind:ident in $table:ident by ($first:ident: $first_type:ty $(, $key:ident: $type:ty)*),
        named $named:expr,
        of { $($column:ident),+ $(,)? }
    ) => {
        impl $crate::store::vouched::Vouched for $row {
            const TABLE: $crate::ledger::Table = $crate::ledger::Table::$kind;

            type Key = ($first_type, $($type,)*);

            fn key(&self) -> Self::Key {
                (self.$first.clone(), $(self.$key.clone(),)*)
            }

            #[allow(unused_variables, reason = "a name may need less than the key")]
            fn named(key: &Self::Key) -> String {
                let ($first, $($key,)*) = key;
                $named
            }

            fn digest(&self) -> $crate::ledger::Digest {
                let Self { $($column),+ } = self;
                let mut cells = $crate::ledger::Cells::of(Self::TABLE);
                $(cells.add($column);)+
                cells.digest()
            }

            fn held(
                conn: &mut $crate::store::Conn,
                key: &Self::Key,
            ) -> Result<Option<Self>, $crate::store::StoreError> {
                let ($first, $($key,)*) = key.clone();
                let own = $table::table.filter($table::$first.eq($first))$(.filter($table::$key.eq($key)))*;
                Ok(match conn {
                    $crate::store::Conn::Sqlite(conn) => own.first(conn).optional()?,
                    $crate::store::Conn::Postgres(conn) => own.for_update().first(conn).optional()?,
                })
            }

            fn behind(
                conn: &mut $crate::store::Conn,
                key: Option<&Self::Key>,
                limit: i64,
            ) -> Result<Vec<Self>, $crate::store::StoreError> {
                let mut query =
                    $table::table.order(($table::$first, $($table::$key,)*)).limit(limit).into_boxed();
                if let Some(($first, $($key,)*)) = key.cloned() {
                    query = query.filter($table::$first.ge($first.clone()));
                    query = query.filter(behind!($table: $first $(, $key)*));
                }
                query.load(conn).map_err($crate::store::ledger::spoiled)
            }

            fn next(
                conn: &mut $crate::store::Conn,
                key: Option<&Self::Key>,
            ) -> Result<Option<Self::Key>, $crate::store::StoreError> {
                let mut query = $table::table
                    .select(($table::$first, $($table::$key,)*))
                    .order(($table::$first, $($table::$key,)*))
                    .into_boxed();
                if let Some(($first, $($key,)*)) = key.cloned() {
                    query = query.filter($table::$first.ge($first.clone()));
                    query = query.filter(behind!($table: $first $(, $key)*));
                }
                query.first(conn).optional().map_err($crate::store::ledger::spoiled)
            }
        }
    };
}

/// The condition that a row's key is greater than the variables of the same names.
macro_rules! behind {
    ($table:ident: $last:ident) => { $table::$last.gt($last.clone()) };
    ($table:ident: $first:ident, $($rest:ident),+) => {
        $table::$first.gt($first.clone()).or($table::$first.eq($first.clone()).and(behind!($table: $($rest),+)))
    };
}
