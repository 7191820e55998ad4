//! Keys beside gateways that run: what is revoked is taken by none of them, once that is said.

use serde_json::json;

use super::served::{Served, write_bot};
use crate::support::{
    app::{PROXIED, got},
    command::Folder,
    database::{drop_database, fresh_postgres, fresh_sqlite},
};

struct Scene {
    folder: Folder,
    database: String,
}

impl Scene {
    fn new(database: &str) -> Self {
        let folder = Folder::empty();
        write_bot(
            folder.root(),
            "echo",
            &[
                ("bot.yaml", "bot: echo\nstart: hello\nchannels: {webchat: {access: key}}\n"),
                ("sequences/hello.yaml", "sequence: hello\nblocks:\n  - text: \"Hello!\"\n"),
            ],
        );
        Self { folder, database: database.to_owned() }
    }

    fn serve(&self) -> Served {
        Served::start(self.folder.root(), &self.database)
    }

    /// What a command says on stdout.
    fn keys(&self, arguments: &[&str]) -> String {
        let ran = self.folder.run(&[&["keys"], arguments, &["--database", &self.database]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out.trim_end_matches('\n').to_owned()
    }
}

async fn status(served: &Served, key: &str) -> u16 {
    let message = served.message("echo", &json!({"user": "ada", "text": "hi"}));
    got(message.header(PROXIED.0, PROXIED.1).bearer_auth(key)).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_counts_in_a_gateway_on_sqlite_once_it_is_said() {
    let database = fresh_sqlite();
    let scene = Scene::new(&database.url);
    let served = scene.serve();
    for _ in 0..3 {
        let key = scene.keys(&["create", "--account", "1"]);
        assert_eq!(status(&served, &key).await, 200, "a new key is taken at once");
        let new = scene.keys(&["rotate", &key]);
        assert_eq!((status(&served, &key).await, status(&served, &new).await), (401, 200));
        scene.keys(&["revoke", &new]);
        assert_eq!(status(&served, &new).await, 401);
    }
    assert!(served.log.so_far().lines().all(|line| !line.contains("WARN") && !line.contains("ERROR")), "{}", served.log.so_far());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_counts_in_every_process_on_postgres_also_when_one_has_died() {
    let database = fresh_postgres().await;
    let scene = Scene::new(&database.url);
    let (here, mut there) = (scene.serve(), scene.serve());
    for _ in 0..3 {
        let key = scene.keys(&["create", "--account", "1", "--bot", "echo"]);
        assert_eq!((status(&here, &key).await, status(&there, &key).await), (200, 200));
        scene.keys(&["revoke", &key]);
        assert_eq!((status(&here, &key).await, status(&there, &key).await), (401, 401));
    }
    let key = scene.keys(&["create", "--account", "1"]);
    there.process.kill();
    scene.keys(&["revoke", &key]);
    assert_eq!(status(&here, &key).await, 401);
    drop((here, there));
    drop_database(&database.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_is_noted_and_a_revoked_key_outlives_no_restart() {
    let database = fresh_sqlite();
    let scene = Scene::new(&database.url);
    let mut served = scene.serve();
    let (key, other) = (scene.keys(&["create", "--account", "1"]), scene.keys(&["create", "--account", "1"]));
    assert_eq!(status(&served, &key).await, 200);
    served.process.signal("TERM");
    assert!(served.process.ended().await.success());
    let used = |key: &str| {
        let listed = scene.keys(&["list"]);
        let line = listed.lines().find(|line| line.starts_with(&key[..13])).unwrap().to_owned();
        !line.split('\t').nth(8).unwrap().is_empty()
    };
    assert!(used(&key) && !used(&other));
    scene.keys(&["revoke", &key]);
    let served = scene.serve();
    assert_eq!((status(&served, &key).await, status(&served, &other).await), (401, 200));
}
