//! What a message costs as the data grows: the same load of 1,000 users, spread over ever more stored conversations.

use diesel::{Connection, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query};

use super::{
    databases::{Databases, Kind, sql},
    load::{self, Load, Users},
    plan::Plan,
    process::Server,
    report::{Report, Series},
    script::{self, W1},
};

pub(crate) fn measure(plan: &Plan, databases: &Databases, report: &mut Report) {
    let bots = tempfile::tempdir().expect("a folder");
    script::write_bots(bots.path(), "127.0.0.1:1");
    report.line("");
    report.head(&["store", "conversations", "messages/s", "spread", "p50 ms", "p99 ms"]);
    let connections = plan.connections.iter().copied().max().unwrap_or(1);
    for kind in plan.kinds().filter(|kind| *kind != Kind::SqliteNormal) {
        // all stand at once and are measured in turns, so that a slow minute of the machine meets all of them
        let stands: Vec<_> = plan.conversations.iter().map(|&stored| (stored, stand(plan, databases, kind, bots.path(), stored))).collect();
        let mut seen = vec![Series::default(); stands.len()];
        for _ in 0..plan.rounds {
            for ((stored, server), series) in stands.iter().zip(&mut seen) {
                let users = Users { count: plan.users.min(*stored), stride: (stored / plan.users).max(1) };
                let load = Load { connections, warm_up: plan.warm_up, measured: plan.measured, key: "" };
                series.push(load::run(&server.address, W1, users, load));
            }
        }
        for ((stored, _), series) in stands.iter().zip(&seen) {
            report.series(&[kind.name(), &stored.to_string()], series);
        }
    }
}

/// A gateway on a database in which so many users have spoken.
fn stand(plan: &Plan, databases: &Databases, kind: Kind, bots: &std::path::Path, stored: usize) -> Server {
    let database = databases.fresh(kind);
    let first = Server::flowgate(bots, &database, kind.options());
    let load = Load { connections: 1, warm_up: plan.warm_up, measured: plan.measured, key: "" };
    load::run(&first.address, W1, Users { count: 1, stride: 1 }, load);
    drop(first);
    eprintln!("  {} conversations on {}", stored, kind.name());
    if kind == Kind::Postgres {
        fill_postgres(&database, stored)
    } else {
        fill_sqlite(&database, stored)
    }
    Server::flowgate(bots, &database, kind.options())
}

/// Copies what user `u0` has, once per other user: `{numbers}` is a table of them, with one column `n`.
fn copies(numbers: &str) -> [String; 3] {
    let of_last = "run_id = (SELECT run_id FROM conversations WHERE \"user\" = 'u0')";
    [
        format!(
            "INSERT INTO messages (id, bot, channel, \"user\", position, direction, kind, body, items, external_id, body_hash, run_id, \
            waiting, created_at) SELECT m.id, bot, channel, 'u' || n, position, direction, kind, body, items, external_id, body_hash, \
            run_id, waiting, created_at FROM ({numbers}) AS s CROSS JOIN messages m WHERE \"user\" = 'u0' AND m.{of_last}"
        ),
        format!(
            "INSERT INTO turns (bot, channel, \"user\", turn, run_id, at, version, event, effects_hash, start_state) \
            SELECT bot, channel, 'u' || n, turn, run_id, at, version, event, effects_hash, start_state \
            FROM ({numbers}) AS s CROSS JOIN turns t WHERE \"user\" = 'u0' AND t.{of_last}"
        ),
        format!(
            "INSERT INTO conversations (bot, channel, \"user\", uid, version, state, wake_at, lease_until, session_version, run_id, \
            created_at, last_interaction) SELECT bot, channel, 'u' || n, 1000000000 + n, version, \
            replace(state, '\"u0\"', '\"u' || n || '\"'), wake_at, lease_until, session_version, run_id, created_at, last_interaction \
            FROM ({numbers}) AS s CROSS JOIN conversations c WHERE \"user\" = 'u0'"
        ),
    ]
}

fn fill_postgres(database: &str, stored: usize) {
    for copy in copies(&format!("SELECT n FROM generate_series(1, {}) n", stored - 1)) {
        sql(database, &copy);
    }
    sql(database, "VACUUM ANALYZE");
    sql(database, "CHECKPOINT");
}

fn fill_sqlite(database: &str, stored: usize) {
    let path = database.strip_prefix("sqlite://").expect("sqlite://PATH");
    let mut connection = SqliteConnection::establish(path).expect("a file");
    let numbers = format!("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {stored}) SELECT n FROM s");
    for copy in copies(&numbers) {
        sql_query(copy).execute(&mut connection).expect("rows that fit");
    }
    connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
}
