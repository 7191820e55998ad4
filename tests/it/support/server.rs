//! A private PostgreSQL for this test process, made of the installed programs; it ends with the process, however that ends.

use std::{
    io::Read,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Stdio},
    sync::LazyLock,
};

use super::cluster::Cluster;

/// The URL of a database of a server on which the tests may create databases.
pub(crate) fn url() -> String {
    static GIVEN: LazyLock<Option<String>> =
        LazyLock::new(|| std::env::var_os("TEST_DATABASE_URL").map(|url| url.into_string().expect("TEST_DATABASE_URL is text")));
    static PRIVATE: LazyLock<Private> = LazyLock::new(|| Private::start(FLEETING));
    GIVEN.clone().unwrap_or_else(|| PRIVATE.url())
}

/// What a test needs of a server that nobody will miss.
const FLEETING: &[&str] = &["fsync=off", "full_page_writes=off", "shared_buffers=64MB"];

/// A server of one's own.
pub(crate) struct Private {
    url: String,
    /// A shell that reads from us: when we are gone, however we went, it stops the server and removes its folder.
    _watchdog: Child,
}

/// `$1` the folder, the rest is the server.
const WATCHDOG: &str = r#"folder=$1; shift
"$@" >"$folder/log" 2>&1 </dev/null & server=$!
echo started; exec >/dev/null
read -r _
kill -QUIT $server; wait $server; rm -rf "$folder""#;

impl Private {
    /// Starts it with these settings, and its own for all others.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let cluster = Cluster::make_in(&std::env::temp_dir());
        let watchdog = serve(&cluster, settings);
        wait_until_ready(&cluster.url());
        Self { url: cluster.url(), _watchdog: watchdog }
    }

    /// A database on which others may be made.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }
}

fn serve(cluster: &Cluster, settings: &[&str]) -> Child {
    let mut shell = cluster.command(Path::new("sh"));
    shell.args(["-c", WATCHDOG, "watchdog"]).arg(&cluster.folder).arg(cluster.program("postgres")).arg("-D").arg(cluster.data());
    shell.arg("-k").arg(&cluster.folder).args(["-p", &cluster.port.to_string()]);
    shell.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]).args(settings.iter().flat_map(|setting| ["-c", setting]));
    let mut watchdog = shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut started = [0; 7];
    watchdog.stdout.take().unwrap().read_exact(&mut started).expect("the watchdog of PostgreSQL starts");
    watchdog
}

/// It answers the SSL request of the protocol when it is there at all.
fn wait_until_ready(url: &str) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !accepts(url.to_owned()) {
        assert!(std::time::Instant::now() < until, "PostgreSQL did not start within a minute: {url}");
        std::thread::yield_now();
    }
}

fn accepts(url: String) -> bool {
    let attempt = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await; // between two attempts
            tokio_postgres::connect(&url, tokio_postgres::NoTls).await.is_ok()
        })
    });
    attempt.join().unwrap()
}
