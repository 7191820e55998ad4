//! Messages a second: three workloads on three ways to store, between the floors.

use std::collections::BTreeMap;

use super::{
    databases::{self, Databases, Kind, sql},
    floor,
    load::{self, Figures, Load, Users},
    plan::Plan,
    process::Server,
    report::{Report, Series, median, thousands},
    rows::Rows,
    script::{self, FLOOR, S1, Script, W1, W2, W3},
};

/// The servers of one way to store.
struct Stand {
    kind: Kind,
    gateway: Server,
    /// F2.
    single: Server,
    database: String,
    /// Of the account whose flows are started.
    key: String,
    /// Of F3.
    groups: String,
    rows: Rows,
    per_second_in_groups: Vec<f64>,
    /// Of W1 with the most connections: bytes on the way to the disk, and transactions, each for one message.
    bytes: Vec<f64>,
    transactions: Vec<f64>,
}

/// (way to store, workload, connections) to what was seen.
type Seen = BTreeMap<(&'static str, &'static str, usize), Series>;

pub(crate) fn measure(plan: &Plan, databases: &Databases, report: &mut Report) {
    let backend = Server::floor(&["backend", "", "0"]);
    let bots = tempfile::tempdir().expect("a folder");
    script::write_bots(bots.path(), &backend.address);
    let bare = Server::floor(&["f1", "", "0"]);
    let mut stands: Vec<Stand> = plan.kinds().map(|kind| Stand::new(kind, databases, bots.path(), plan)).collect();
    let mut seen = Seen::new();
    for round in 1..=plan.rounds {
        eprintln!("round {round} of {}", plan.rounds);
        for &connections in &plan.connections {
            measured(plan, &mut seen, ("none", "F1", connections), || run(plan, &bare.address, FLOOR, connections));
            for stand in &mut stands {
                stand.round(plan, connections, &mut seen);
            }
        }
        for stand in stands.iter_mut().filter(|_| plan.wants("F3")) {
            stand.write_groups(plan);
        }
    }
    tell(plan, &stands, &seen, report);
}

fn run(plan: &Plan, address: &str, script: Script, connections: usize) -> Figures {
    run_with(plan, address, script, connections, "")
}

/// The same, with an API key.
fn run_with(plan: &Plan, address: &str, script: Script, connections: usize, key: &str) -> Figures {
    let users = Users { count: plan.users, stride: 1 };
    load::run(address, script, users, Load { connections, warm_up: plan.warm_up, measured: plan.measured, key })
}

fn measured(plan: &Plan, seen: &mut Seen, key: (&'static str, &'static str, usize), measure: impl FnOnce() -> Figures) {
    if !plan.wants(key.1) {
        return;
    }
    let figures = measure();
    eprintln!("  {:<14} {:<3} {:>3} connections {:>8}/s", key.0, key.1, key.2, thousands(figures.per_second));
    seen.entry(key).or_default().push(figures);
}

impl Stand {
    fn new(kind: Kind, databases: &Databases, bots: &std::path::Path, plan: &Plan) -> Self {
        let database = databases.fresh(kind);
        let key = databases::key(&database);
        let gateway = Server::flowgate(bots, &database, &[kind.options(), &["--limit-key", "0"]].concat());
        run(plan, &gateway.address, W1, 1);
        let rows = tokio::runtime::Runtime::new().expect("a runtime").block_on(Rows::of(&database));
        let single = Server::floor_with(&[kind.floor(), &databases.fresh(kind), &plan.users.to_string()], &rows);
        let groups = databases.fresh(kind);
        let (per_second_in_groups, bytes, transactions) = Default::default();
        Self { kind, gateway, single, database, key, groups, rows, per_second_in_groups, bytes, transactions }
    }

    fn round(&mut self, plan: &Plan, connections: usize, seen: &mut Seen) {
        let name = self.kind.name();
        measured(plan, seen, (name, "F2", connections), || run(plan, &self.single.address, FLOOR, connections));
        measured(plan, seen, (name, "W1", connections), || self.greet(plan, connections));
        for script in [W2, W3] {
            measured(plan, seen, (name, script.name, connections), || run(plan, &self.gateway.address, script, connections));
        }
        measured(plan, seen, (name, S1.name, connections), || run_with(plan, &self.gateway.address, S1, connections, &self.key));
    }

    /// W1, with what it costs the database.
    fn greet(&mut self, plan: &Plan, connections: usize) -> Figures {
        let before = self.spent();
        let figures = run(plan, &self.gateway.address, W1, connections);
        if Some(&connections) == plan.connections.iter().max() {
            let after = self.spent();
            // the warm-up is a third of what is measured, and as fast
            let messages = figures.messages as f64 * 4.0 / 3.0;
            self.bytes.push((after.0 - before.0) / messages);
            self.transactions.push((after.1 - before.1) / messages);
        }
        figures
    }

    /// Bytes that went towards the disk, and transactions, so far.
    fn spent(&self) -> (f64, f64) {
        if self.kind != Kind::Postgres {
            return (self.gateway.written() as f64, f64::NAN);
        }
        let number = |query: &str| sql(&self.database, query).and_then(|value| value.parse().ok()).unwrap_or(f64::NAN);
        let transactions =
            number("SELECT pg_stat_clear_snapshot(); SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
        (number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"), transactions)
    }

    fn write_groups(&mut self, plan: &Plan) {
        let (rows, users) = (self.rows.clone(), plan.users);
        let per_second = match self.kind {
            Kind::Postgres => {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                runtime.block_on(floor::postgres_groups(&self.groups, rows, users, plan.measured))
            }
            Kind::SqliteFull => floor::sqlite_groups(&self.groups, "full", rows, users, plan.measured),
            Kind::SqliteNormal => floor::sqlite_groups(&self.groups, "normal", rows, users, plan.measured),
        };
        eprintln!("  {:<14} F3                  {:>8}/s", self.kind.name(), thousands(per_second));
        self.per_second_in_groups.push(per_second);
    }
}

fn tell(plan: &Plan, stands: &[Stand], seen: &Seen, report: &mut Report) {
    report.head(&["store", "what", "connections", "messages/s", "spread", "p50 ms", "p99 ms"]);
    for ((store, what, connections), series) in seen {
        report.series(&[store, what, &connections.to_string()], series);
    }
    report.line("");
    report.head(&["store", "F3: groups of 64, rows of messages/s", "row bytes/message", "bytes written/message", "transactions/message"]);
    for stand in stands {
        let [groups, bytes, transactions] =
            [&stand.per_second_in_groups, &stand.bytes, &stand.transactions].map(|values| median(values.iter().copied()));
        let (name, rows) = (stand.kind.name(), stand.rows.bytes());
        let transactions = if transactions.is_nan() { String::new() } else { format!("{transactions:.3}") }; // SQLite counts none
        report.line(&format!("| {name} | {} | {rows} | {} | {transactions} |", thousands(groups), thousands(bytes)));
    }
    report.line("");
    report.head(&["ratio", "measured", "goal", ""]);
    for stand in stands {
        goals(plan, stand, seen, report);
    }
}

fn goals(plan: &Plan, stand: &Stand, seen: &Seen, report: &mut Report) {
    let name = stand.kind.name();
    let most = plan.connections.iter().copied().max().unwrap_or(1);
    let of = |what: &'static str, connections: usize| seen.get(&(name, what, connections)).cloned().unwrap_or_default();
    let rate = |what: &'static str| of(what, most).per_second();
    let wanted = match stand.kind {
        Kind::Postgres => Some(1.5),
        Kind::SqliteFull => Some(2.5),
        Kind::SqliteNormal => None,
    };
    if let Some(wanted) = wanted {
        report.goal(&format!("{name}, {most} connections: W1 / F2"), rate("W1") / rate("F2"), wanted, true);
        let groups = median(stand.per_second_in_groups.iter().copied());
        report.goal(&format!("{name}, {most} connections: W1 / F3"), rate("W1") / groups, 0.5, true);
    }
    report.goal(&format!("{name}, {most} connections: W3 / W1"), rate("W3") / rate("W1"), 0.5, true);
    let (ours, floor) = (of("W1", 16), of("F2", 16));
    if stand.kind == Kind::Postgres && !ours.is_empty() {
        report.goal(&format!("{name}, 16 connections: p99 of W1 / p99 of F2"), ours.p99() / floor.p99(), 1.25, false);
    }
}
