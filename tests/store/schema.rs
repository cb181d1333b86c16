//! The two migration folders say the same, go down and up again, and PostgreSQL's can be sharded by subject.

use credence::store::{self, Conn, Database};
use diesel::{
    QueryableByName, RunQueryDsl,
    sql_types::{Array, Bool, Text},
};

use crate::world::World;

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
pub struct Column {
    #[diesel(sql_type = Text)]
    pub place: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Bool)]
    required: bool,
}

pub fn columns(conn: &mut Conn) -> Vec<Column> {
    let sqlite = "SELECT m.name || '.' || p.name AS place, upper(p.type) AS kind, p.\"notnull\" = 1 OR p.pk > 0 AS required \
        FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' \
        AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND m.name NOT LIKE 'subject_grams%'";
    let postgres = "SELECT table_name || '.' || column_name AS place, upper(data_type) AS kind, \
        is_nullable = 'NO' AS required FROM information_schema.columns \
        WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%'";
    let mut found: Vec<Column> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(sqlite).load(conn).unwrap(),
        Conn::Postgres(conn) => diesel::sql_query(postgres).load(conn).unwrap(),
    };
    for it in &mut found {
        it.kind = match it.kind.as_str() {
            "BYTEA" => "BLOB".to_owned(),
            "TIMESTAMP WITHOUT TIME ZONE" => "TIMESTAMP".to_owned(),
            // SQLite calls the row's own number INTEGER, whatever its width.
            "BIGINT" | "INTEGER" => "NUMBER".to_owned(),
            kind => kind.to_owned(),
        };
    }
    found.sort();
    found
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let world = World::new();
    let own = columns(&mut world.shop.database.get().unwrap());
    let file = world.dir.path().join("other.db");
    let sqlite = Database::open(file.to_str().unwrap(), 1).unwrap();
    let mut conn = sqlite.get().unwrap();
    store::migrate(&mut conn).unwrap();
    assert!(own.len() > 150, "{}", own.len());
    assert_eq!(own, columns(&mut conn));
}

#[test]
fn the_migrations_go_up_and_down_and_up_again() {
    let world = World::new();
    let mut conn = world.shop.database.get().unwrap();
    let before = columns(&mut conn);
    let n = store::revert_all(&mut conn).unwrap();
    assert_eq!(columns(&mut conn), []);
    assert_eq!(store::migrate(&mut conn).unwrap(), n);
    assert_eq!(columns(&mut conn), before);
    assert_eq!(store::migrate(&mut conn).unwrap(), 0);
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Array<Text>)]
    columns: Vec<String>,
}

#[test]
fn every_unique_index_of_a_table_of_subjects_contains_the_subject() {
    let world = World::new();
    let mut conn = world.shop.database.get().unwrap();
    let Conn::Postgres(conn) = &mut *conn else { return };
    let query = "SELECT i.relname::text AS name, array_agg(a.attname::text) AS columns FROM pg_index x \
        JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
        JOIN pg_namespace n ON n.oid = t.relnamespace \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey) \
        WHERE n.nspname = current_schema() AND x.indisunique AND t.relname IN ('subject', 'record', 'former') \
        GROUP BY 1";
    let found: Vec<Index> = diesel::sql_query(query).load(conn).unwrap();
    assert_eq!(found.len(), 3);
    for index in found {
        assert!(index.columns.iter().any(|it| it == "subject_id"), "{} {:?}", index.name, index.columns);
    }
}

#[test]
fn the_schema_of_postgresql_has_nothing_that_cannot_be_sharded() {
    let world = World::new();
    let mut conn = world.shop.database.get().unwrap();
    let Conn::Postgres(conn) = &mut *conn else { return };
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        what: String,
    }
    let query = "SELECT 'trigger ' || tgname::text AS what FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid \
        JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema() AND NOT tgisinternal \
        UNION ALL SELECT 'sequence ' || relname::text FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace \
        WHERE n.nspname = current_schema() AND relkind = 'S' \
        UNION ALL SELECT 'deferrable ' || conname::text FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace \
        WHERE n.nspname = current_schema() AND condeferrable \
        UNION ALL SELECT 'foreign key ' || conname::text FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace \
        WHERE n.nspname = current_schema() AND contype = 'f'";
    let found: Vec<Found> = diesel::sql_query(query).load(conn).unwrap();
    assert_eq!(found.into_iter().map(|it| it.what).collect::<Vec<_>>(), Vec::<String>::new());
}
