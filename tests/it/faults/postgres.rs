//! PostgreSQL is stopped, restarted, crashed, frozen; its sessions are killed; its disk is full.

use std::time::{Duration, Instant};

use super::{
    crowd::Crowd,
    disk::SmallDisk,
    scene::{Scene, told_at_most, told_of_the_end},
};
use crate::{
    lives::process::until,
    support::{
        database::client,
        long::{long, took},
        own_server::OwnServer,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn stopped_and_started_again() {
    let server = OwnServer::start();
    let scene = Scene::open(&server.url());
    for mode in ["fast", "immediate"].iter().cycle().take(2 * long()) {
        scene.crowd.goes_on(20).await;
        server.stop(mode);
        scene.crowd.is_refused(20).await;
        assert_eq!(scene.served.get("/-/ready").await.problem(503), "not-ready");
        assert_eq!(scene.served.get("/-/health").await.status, 200);
        server.go();
        scene.crowd.goes_on(20).await;
        until("it is ready", async || (scene.served.get("/-/ready").await.status == 200).then_some(())).await;
    }
    let (_, log) = scene.close().await;
    told_at_most(&log, 2 * 2 * long());
    told_of_the_end(&log);
}

/// It takes connections and says nothing: what waits for it is given up in seconds, whether it reads or writes.
#[tokio::test(flavor = "multi_thread")]
async fn frozen_and_thawed() {
    let server = OwnServer::start();
    let scene = Scene::open(&server.url());
    for _ in 0..long() {
        scene.crowd.goes_on(20).await;
        server.freeze();
        scene.crowd.is_refused(20).await;
        for path in ["/-/ready", "/v1/bots", "/v1/bots/till/users/u1/events"] {
            let asked = Instant::now();
            let got = scene.served.get(path).await;
            got.problem(503);
            assert!(!got.header("retry-after").is_empty(), "{path}: {got:?}");
            took(path, asked.elapsed(), Duration::from_secs(6));
        }
        server.thaw();
        scene.crowd.goes_on(20).await;
    }
    let (_, log) = scene.close().await;
    told_at_most(&log, 2 * long());
    told_of_the_end(&log);
}

/// 200 sessions of the gateway end in the middle of their work.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_killed_sessions() {
    const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'flowgate' \
        ORDER BY (state = 'active') DESC, random() LIMIT 1";
    let server = OwnServer::start();
    let scene = Scene::open(&server.url());
    let operator = client(&server.url()).await;
    let mut killed = 0;
    while killed < 200 * u64::try_from(long()).unwrap() {
        scene.crowd.goes_on(1).await;
        killed += operator.execute(KILL, &[]).await.unwrap();
    }
    scene.crowd.goes_on(20).await;
    scene.close().await;
}

/// Without room PostgreSQL refuses, or goes down and has to be started again when there is some.
#[tokio::test(flavor = "multi_thread")]
async fn its_disk_is_full() {
    let Some(disk) = SmallDisk::mount(160) else { return };
    let server = OwnServer::start_in(disk.path());
    let scene = Scene::open(&server.url());
    for _ in 0..long() {
        scene.crowd.goes_on(20).await;
        disk.fill();
        let operator = client(&server.url()).await;
        let _out_of_room = operator
            .batch_execute("CREATE TABLE IF NOT EXISTS big AS SELECT repeat('x', 1000) FROM generate_series(1, 60000); CHECKPOINT")
            .await;
        scene.crowd.is_refused(20).await;
        disk.clear();
        let enough = scene.crowd.answered() + 20;
        let go_on = |crowd: &Crowd| {
            if !server.runs() {
                server.go(); // it may also go down a while later, when its own recovery has failed
            }
            crowd.answered() >= enough
        };
        scene.crowd.until("they are answered", go_on).await;
    }
    scene.close().await;
}
