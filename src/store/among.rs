//! A column among a list of values by one statement, whatever the list's length: it is prepared once for a connection.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping},
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::Error,
    sql_types::{Bool, Text},
    sqlite::Sqlite,
};
use serde::Serialize;

/// `column IN (SELECT value FROM json_each(?))`: SQLite takes a list as one value. PostgreSQL has `= ANY(?)` for it, which
/// `eq_any` writes by itself.
#[derive(Debug, Clone, QueryId)]
pub(super) struct Among<C> {
    column: C,
    values: String,
}

/// A column among values. For SQLite; see [`over_ids!`].
pub(super) fn among<C, T: Serialize>(column: C, values: &[T]) -> Among<C> {
    Among { column, values: serde_json::to_string(values).expect("numbers and texts are JSON") }
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C, G> ValidGrouping<G> for Among<C>
where
    C: ValidGrouping<G>,
{
    type IsAggregate = C::IsAggregate;
}

impl<C, S> AppearsOnTable<S> for Among<C> where C: AppearsOnTable<S> {}
impl<C, S> SelectableExpression<S> for Among<C> where C: SelectableExpression<S> {}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.values)?;
        out.push_sql("))");
        Ok::<(), Error>(())
    }
}
