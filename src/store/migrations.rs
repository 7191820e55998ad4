//! The migrations, built into the program: one set per backend, with the same names.

use diesel::SqliteConnection;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::OpenError;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// One process migrates at a time: an advisory lock of PostgreSQL, a number of our own.
const MIGRATION_LOCK: i64 = 0x666c_6f77_6761_7465;

/// Brings the tables of a SQLite file up to date, or tells that they are not.
pub(super) fn sqlite(connection: &mut SqliteConnection, migrate: bool) -> Result<(), OpenError> {
    if !migrate {
        return refuse_pending(connection.pending_migrations(SQLITE).map(|m| m.len()));
    }
    connection
        .immediate_transaction(|c| c.run_pending_migrations(SQLITE).map(drop).map_err(diesel::result::Error::QueryBuilderError))
        .map_err(|e| OpenError::Migration(e.to_string()))
}

/// Brings the tables of a PostgreSQL database up to date, or tells that they are not.
pub(super) async fn postgres(mut connection: AsyncPgConnection, migrate: bool) -> Result<(), OpenError> {
    let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
    connection.batch_execute(&lock).await.map_err(|e| OpenError::Migration(e.to_string()))?;
    let work = move || {
        let mut harness = AsyncMigrationHarness::new(connection);
        if migrate {
            harness.run_pending_migrations(POSTGRES).map(drop).map_err(|e| OpenError::Migration(e.to_string()))
        } else {
            refuse_pending(harness.pending_migrations(POSTGRES).map(|m| m.len()))
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| OpenError::Migration(e.to_string()))?
}

fn refuse_pending<E: std::fmt::Display>(pending: Result<usize, E>) -> Result<(), OpenError> {
    match pending {
        Ok(0) => Ok(()),
        Ok(missing) => Err(OpenError::Behind { missing }),
        Err(error) => Err(OpenError::Migration(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use diesel::migration::MigrationSource;

    use super::*;

    #[test]
    fn both_backends_have_the_same_migrations() {
        let names = |source: EmbeddedMigrations| -> Vec<String> {
            let all = MigrationSource::<diesel::pg::Pg>::migrations(&source).unwrap();
            all.iter().map(|m| m.name().to_string()).collect()
        };
        assert_eq!(names(SQLITE), names(POSTGRES));
        assert!(!names(SQLITE).is_empty());
    }
}
