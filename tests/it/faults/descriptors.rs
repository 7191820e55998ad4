//! The process may open nothing more: no connection, no file.

use std::process::Command;

use serde_json::json;

use super::scene::Scene;
use crate::{
    lives::process::until,
    support::{
        app::got,
        database::{client, drop_database, fresh_postgres, fresh_sqlite},
        long::long,
    },
};

impl Scene {
    fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.served.process.0.id())).unwrap().count()
    }

    /// How many files the process may have open.
    fn limit(&self, files: usize) {
        let (pid, limit) = (self.served.process.0.id().to_string(), format!("--nofile={files}:"));
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }
}

/// Users who are connected go on, who come meanwhile wait, bots stay. Calls that cannot be made are not held against the
/// backend: the judge takes no other answer to a purchase than one that was made, cut off or never left.
#[tokio::test(flavor = "multi_thread")]
async fn none_left_on_sqlite() {
    let database = fresh_sqlite();
    let scene = Scene::open(&database.url);
    let write = |text: String| {
        let file = format!("version: 1\nsequence: more\nblocks:\n  - text: \"{text}\"\n");
        scene.folder.write("bots/till/sequences/more.yaml", &file);
    };
    for time in 0..long() {
        scene.crowd.goes_on(20).await;
        let version = scene.served.bot("till").await["version"].clone();
        scene.limit(scene.descriptors());
        let late = tokio::spawn(got(scene.served.message("till", &json!({"user": "late", "text": "m1"}))));
        write(format!("Written at the limit, time {time}"));
        scene.crowd.goes_on(200).await;
        scene.limit(1_024);
        assert_eq!(late.await.unwrap().status, 200);
        until("the change is seen", async || (scene.served.bot("till").await["version"] != version).then_some(())).await;
        scene.served.change("till", || write(format!("Written later, time {time}"))).await;
    }
    scene.close().await;
}

/// Connections to PostgreSQL are lost while no new one can be made.
#[tokio::test(flavor = "multi_thread")]
async fn none_left_on_postgresql() {
    const KILL: &str =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'flowgate' AND datname = current_database()";
    let database = fresh_postgres().await;
    let operator = client(&database.url).await;
    let scene = Scene::open(&database.url);
    for _ in 0..long() {
        scene.crowd.goes_on(20).await;
        scene.limit(8);
        operator.execute(KILL, &[]).await.unwrap();
        scene.crowd.is_refused(20).await;
        scene.limit(1_024);
        scene.crowd.goes_on(20).await;
    }
    scene.close().await;
    drop_database(&database.url).await;
}
