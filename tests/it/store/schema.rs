//! Both backends have the same tables, columns and indexes.

use std::collections::BTreeSet;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    sql_types::{Bool, Text},
};
use flowgate::store::Store;

use crate::support::database::{client, drop_database, fresh_postgres, fresh_sqlite, options};

const SQLITE_COLUMNS: &str = "SELECT t.name AS place, c.name AS name, c.type AS kind, c.\"notnull\" AS wanted \
    FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'";

const SQLITE_INDEXES: &str = "SELECT i.tbl_name AS place, i.name AS name, i.sql AS kind, true AS wanted \
    FROM sqlite_master i WHERE i.type = 'index' AND i.sql IS NOT NULL";

const POSTGRES_COLUMNS: &str = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' \
    FROM information_schema.columns WHERE table_schema = current_schema()";

const POSTGRES_INDEXES: &str = "SELECT tablename::text, indexname::text, indexdef, true FROM pg_indexes \
    WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'";

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    wanted: bool,
}

type Parts = BTreeSet<(String, String, String, bool)>;

fn of_sqlite(path: &str, sql: &str) -> Vec<Part> {
    let mut connection = SqliteConnection::establish(path).unwrap();
    diesel::sql_query(sql).load(&mut connection).unwrap()
}

async fn of_postgres(url: &str, sql: &str) -> Vec<Part> {
    let rows = client(url).await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| Part { place: row.get(0), name: row.get(1), kind: row.get(2), wanted: row.get(3) }).collect()
}

/// Of our own tables, with the words of both backends for a type made one.
fn comparable(parts: Vec<Part>, kind: impl Fn(&str) -> String) -> Parts {
    let ours = parts.into_iter().filter(|part| !part.place.starts_with("__diesel"));
    ours.map(|part| (part.place, part.name, kind(&part.kind), part.wanted)).collect()
}

fn column_kind(kind: &str) -> String {
    let kind = kind.to_lowercase();
    if kind == "bytea" { "blob".to_owned() } else { kind }
}

/// What an index is about: unique or not, its columns, its condition.
fn index_kind(sql: &str) -> String {
    let sql = sql.to_lowercase().replace('"', "").replace("::text", "");
    let unique = if sql.contains("unique") { "unique" } else { "" };
    let (columns, condition) = sql.split_once('(').unwrap().1.split_once(')').unwrap();
    let condition: String = condition.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    format!("{unique} {columns} {}", condition.trim())
}

#[tokio::test(flavor = "multi_thread")]
async fn both_schemas_agree() {
    let (sqlite, postgres) = (fresh_sqlite(), fresh_postgres().await);
    for url in [&sqlite.url, &postgres.url] {
        Store::open(url, options()).await.unwrap().close().await;
    }
    let path = sqlite.url.strip_prefix("sqlite://").unwrap();
    let columns = comparable(of_sqlite(path, SQLITE_COLUMNS), column_kind);
    assert!(columns.iter().map(|column| &column.0).collect::<BTreeSet<_>>().len() == 14, "{columns:?}");
    assert_eq!(columns, comparable(of_postgres(&postgres.url, POSTGRES_COLUMNS).await, column_kind));
    let indexes = comparable(of_sqlite(path, SQLITE_INDEXES), index_kind);
    assert!(!indexes.is_empty());
    assert_eq!(indexes, comparable(of_postgres(&postgres.url, POSTGRES_INDEXES).await, index_kind));
    drop_database(&postgres.url).await;
}
