//! Reading a department's table, of which nothing is known but its name: every value as text, by a cursor column.
//!
//! Nothing is ever written there. Names are quoted; whatever the table holds arrives as a value.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};

use super::{Conn, Engine, StoreError};

/// An open table of a front-end database.
pub struct Table {
    conn: Conn,
    /// Quoted.
    name: String,
    columns: Vec<Column>,
    cursor: Column,
}

/// What became of opening a table.
pub enum Opened {
    /// It is there.
    Table(Box<Table>),
    /// There is no such table or view, or it may not be read.
    NoTable,
    /// It has no such column; these are those it has.
    NoColumn(Vec<String>),
}

#[derive(Debug, Clone, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    /// The type as its database names it.
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Pulled {
    #[diesel(sql_type = Text)]
    cursor: String,
    /// JSON: arrays of texts.
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct At {
    #[diesel(sql_type = Text)]
    cursor: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From<'p> {
    /// At the first row.
    Start,
    /// At the rows with this value of the cursor.
    At(&'p str),
    /// After them.
    After(&'p str),
}

/// A row: the cursor's value, and the values of all columns.
pub type Row = (String, Vec<Option<String>>);

/// SQLite takes at most 127 arguments of a function in old builds.
const MEMBERS: usize = 100;

/// Opens a table (its name quoted already, and its last part) for reading by a cursor column.
///
/// # Errors
/// [`StoreError::Connection`], or what a query says.
pub fn open(url: &str, quoted: &str, last: &str, cursor: &str) -> Result<Opened, StoreError> {
    let mut conn = connect(url)?;
    let columns = columns(&mut conn, quoted, last)?;
    if columns.is_empty() {
        return Ok(Opened::NoTable);
    }
    let Some(cursor) = columns.iter().find(|it| it.name.eq_ignore_ascii_case(cursor)).cloned() else {
        return Ok(Opened::NoColumn(columns.into_iter().map(|it| it.name).collect()));
    };
    Ok(Opened::Table(Box::new(Table { conn, name: quoted.to_owned(), columns, cursor })))
}

fn connect(url: &str) -> Result<Conn, StoreError> {
    let failed = |err: diesel::ConnectionError| StoreError::Connection(err.to_string());
    match super::connection::engine(url)? {
        Engine::Postgres => {
            let mut conn = PgConnection::establish(url).map_err(failed)?;
            conn.batch_execute(
                "SET TIME ZONE 'Asia/Shanghai'; SET DateStyle = 'ISO, YMD'; SET default_transaction_read_only = on; \
                 SET statement_timeout = '10min'",
            )?;
            Ok(Conn::Postgres(conn))
        }
        Engine::Sqlite => {
            // `?` and `#` would end the path.
            let path = url.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let mut conn = SqliteConnection::establish(&format!("file:{path}?mode=ro")).map_err(failed)?;
            conn.batch_execute("PRAGMA busy_timeout = 60000; PRAGMA query_only = ON")?;
            Ok(Conn::Sqlite(conn))
        }
    }
}

fn columns(conn: &mut Conn, quoted: &str, last: &str) -> Result<Vec<Column>, StoreError> {
    Ok(match conn {
        Conn::Sqlite(conn) => diesel::sql_query("SELECT name, type AS kind FROM pragma_table_info($1) ORDER BY cid")
            .bind::<Text, _>(last)
            .load(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(
            "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS kind FROM pg_attribute a \
             WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        )
        .bind::<Text, _>(quoted)
        .load(conn)?,
    })
}

impl Table {
    /// The columns' names.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|it| it.name.clone()).collect()
    }

    /// The cursor's value of the row that is `rows` further, or of the last row; `None` when there is none.
    ///
    /// # Errors
    /// What the query says.
    pub fn boundary(&mut self, from: From<'_>, rows: u32) -> Result<Option<String>, StoreError> {
        let (cursor, table) = (quote(&self.cursor.name), &self.name);
        let text = self.cursor_text();
        let (condition, value) = self.condition(from);
        let at = format!("SELECT {text} AS cursor FROM {table} WHERE {condition}");
        let further = format!("{at} ORDER BY {cursor} LIMIT 1 OFFSET $2");
        let last = format!("{at} AND $2 = $2 ORDER BY {cursor} DESC LIMIT 1");
        for query in [further, last] {
            let query = diesel::sql_query(query).bind::<Text, _>(value).bind::<BigInt, _>(i64::from(rows) - 1);
            let found: Vec<At> = match &mut self.conn {
                Conn::Sqlite(conn) => query.load(conn)?,
                Conn::Postgres(conn) => query.load(conn)?,
            };
            if let Some(at) = found.into_iter().next() {
                return Ok(Some(at.cursor));
            }
        }
        Ok(None)
    }

    /// The rows up to and with a value of the cursor, by it.
    ///
    /// # Errors
    /// What the query says.
    pub fn page(&mut self, from: From<'_>, upto: &str) -> Result<Vec<Row>, StoreError> {
        let (cursor, text) = (quote(&self.cursor.name), self.cursor_text());
        let (condition, value) = self.condition(from);
        let (line, until) = (self.line(), self.typed(upto, "$2"));
        let query = format!(
            "SELECT {text} AS cursor, {line} AS line FROM {} WHERE {condition} AND {cursor} <= {until} ORDER BY {cursor}",
            self.name
        );
        let upto = self.untyped(upto);
        let query = diesel::sql_query(query).bind::<Text, _>(value).bind::<Text, _>(upto);
        let rows: Vec<Pulled> = match &mut self.conn {
            Conn::Sqlite(conn) => query.load(conn)?,
            Conn::Postgres(conn) => query.load(conn)?,
        };
        rows.into_iter().map(row).collect()
    }

    /// How many rows have no value of the cursor, and so are never read.
    ///
    /// # Errors
    /// What the query says.
    pub fn without_cursor(&mut self) -> Result<i64, StoreError> {
        let query = format!("SELECT count(*) AS n FROM {} WHERE {} IS NULL", self.name, quote(&self.cursor.name));
        let query = diesel::sql_query(query);
        let found: Count = match &mut self.conn {
            Conn::Sqlite(conn) => query.get_result(conn)?,
            Conn::Postgres(conn) => query.get_result(conn)?,
        };
        Ok(found.n)
    }

    /// The condition on where reading begins, and the value it is bound to.
    fn condition<'p>(&self, from: From<'p>) -> (String, &'p str) {
        let cursor = quote(&self.cursor.name);
        match from {
            From::Start => (format!("{cursor} IS NOT NULL AND $1 = $1"), ""),
            From::At(position) => (format!("{cursor} >= {}", self.typed(position, "$1")), self.untyped(position)),
            From::After(position) => (format!("{cursor} > {}", self.typed(position, "$1")), self.untyped(position)),
        }
    }

    /// A bound text as a value of the cursor's type. SQLite's values have types of their own, and the position tells.
    fn typed(&self, position: &str, place: &str) -> String {
        match &self.conn {
            Conn::Postgres(_) => format!("CAST({place} AS {})", self.cursor.kind),
            Conn::Sqlite(_) if position.starts_with("integer:") => format!("CAST({place} AS INTEGER)"),
            Conn::Sqlite(_) if position.starts_with("real:") => format!("CAST({place} AS REAL)"),
            Conn::Sqlite(_) => format!("CAST({place} AS TEXT)"),
        }
    }

    /// The value of a position without its type.
    fn untyped<'p>(&self, position: &'p str) -> &'p str {
        match (&self.conn, position.split_once(':')) {
            (Conn::Sqlite(_), Some((_, value))) => value,
            _ => position,
        }
    }

    /// The cursor's value as a position: on SQLite with its type before it. A real number keeps the seventeen digits
    /// that tell it from its neighbours.
    fn cursor_text(&self) -> String {
        let cursor = quote(&self.cursor.name);
        match &self.conn {
            Conn::Postgres(_) => format!("CAST({cursor} AS text)"),
            Conn::Sqlite(_) => format!(
                "typeof({cursor}) || ':' || CASE typeof({cursor}) WHEN 'real' THEN printf('%!.17g', {cursor}) \
                 ELSE CAST({cursor} AS TEXT) END"
            ),
        }
    }

    /// All columns as one JSON text: arrays of texts.
    fn line(&self) -> String {
        let text = |it: &Column| format!("CAST({} AS TEXT)", quote(&it.name));
        let parts = |columns: &[Column]| columns.iter().map(text).collect::<Vec<_>>().join(", ");
        match &self.conn {
            Conn::Postgres(_) => format!("CAST(json_build_array(to_json(ARRAY[{}])) AS text)", parts(&self.columns)),
            Conn::Sqlite(_) => {
                let arrays = self.columns.chunks(MEMBERS).map(|it| format!("json_array({})", parts(it)));
                format!("json_array({})", arrays.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn row(pulled: Pulled) -> Result<Row, StoreError> {
    let parts: Vec<Vec<Option<String>>> = serde_json::from_str(&pulled.line)
        .map_err(|err| StoreError::Spoiled { place: "front-end row", value: err.to_string() })?;
    Ok((pulled.cursor, parts.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table as a department has it: a cursor of its own, values of every type, a row without a cursor.
    fn table(kind: &str, values: [&str; 4]) -> (tempfile::TempDir, Box<Table>) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("front ?#%.db");
        let url = path.to_str().expect("text").to_owned();
        let mut conn = SqliteConnection::establish(&url).expect("made");
        conn.batch_execute(&format!("CREATE TABLE \"行政处罚\" (cur {kind}, \"名称\" TEXT, amount REAL, note BLOB)"))
            .expect("made");
        for (at, value) in values.iter().enumerate() {
            conn.batch_execute(&format!("INSERT INTO \"行政处罚\" VALUES ({value}, '甲\"{at}', 0.2, NULL)"))
                .expect("kept");
        }
        conn.batch_execute("INSERT INTO \"行政处罚\" VALUES (NULL, 'x', 1, 'b')").expect("kept");
        match open(&url, "\"行政处罚\"", "行政处罚", "CUR").expect("opened") {
            Opened::Table(table) => (dir, table),
            Opened::NoTable | Opened::NoColumn(_) => panic!("the table is there"),
        }
    }

    #[test]
    fn every_value_comes_as_text_and_pages_end_where_the_cursor_says() {
        for (kind, values) in [
            ("INTEGER", ["1", "2", "2", "10"]),
            ("TEXT", ["'a'", "'b'", "'b'", "'c:d'"]),
            ("REAL", ["0.1", "0.30000000000000004", "0.30000000000000004", "2.5"]),
        ] {
            let (_dir, mut table) = table(kind, values);
            assert_eq!(table.columns(), ["cur", "名称", "amount", "note"]);
            assert_eq!(table.without_cursor().expect("counted"), 1);
            let first = table.boundary(From::Start, 2).expect("asked").expect("rows");
            let page = table.page(From::Start, &first).expect("read");
            assert_eq!(page.len(), 3, "{kind}: rows of one cursor value stay together");
            assert_eq!(page[0].1[1..], [Some("甲\"0".to_owned()), Some("0.2".to_owned()), None]);
            assert_eq!(table.page(From::At(&first), &first).expect("read").len(), 2, "{kind}");
            let last = table.boundary(From::After(&first), 2).expect("asked").expect("a row");
            assert_eq!(table.page(From::After(&first), &last).expect("read").len(), 1, "{kind}");
            assert_eq!(table.boundary(From::After(&last), 2).expect("asked"), None, "{kind}");
        }
    }

    #[test]
    fn a_missing_table_or_column_is_said_and_nothing_can_be_written() {
        let (dir, mut open_table) = table("INTEGER", ["1", "2", "3", "4"]);
        let url = dir.path().join("front ?#%.db").to_str().expect("text").to_owned();
        assert!(matches!(open(&url, "\"x\"", "x", "cur").expect("asked"), Opened::NoTable));
        let opened = open(&url, "\"行政处罚\"", "行政处罚", "id").expect("asked");
        assert!(matches!(opened, Opened::NoColumn(names) if names.len() == 4));
        assert!(open_table.conn.batch_execute("DELETE FROM \"行政处罚\"").is_err());
    }
}
