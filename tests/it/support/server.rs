//! A private PostgreSQL for this test process, made of the installed programs; it ends with the process, however that ends.

use std::{
    io::Read,
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

use tempfile::TempDir;

pub(super) const MISSING: &str = "no PostgreSQL for the tests: set TEST_DATABASE_URL, or install the server \
    (apt-get install postgresql, brew install postgresql)";

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
    port: u16,
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
        let programs = programs().expect(MISSING);
        let folder = tempfile::Builder::new().prefix("flowgate-postgres-").tempdir().unwrap();
        let user = unprivileged();
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid), Some(user.gid)).unwrap();
        }
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        make_cluster(&programs, folder.path(), user.as_ref());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let watchdog = serve(&programs, folder, user.as_ref(), port, settings);
        wait_until_ready(port);
        Self { port, _watchdog: watchdog }
    }

    /// A database on which others may be made.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

/// PostgreSQL refuses to run as root.
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

pub(super) fn unprivileged() -> Option<User> {
    if id("-u", None)? != 0 {
        return None;
    }
    let user = ["postgres", "nobody"].iter().find(|name| id("-u", Some(name)).is_some()).expect("a user other than root");
    Some(User { uid: id("-u", Some(user))?, gid: id("-g", Some(user))? })
}

fn id(what: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(user).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The folder of `initdb` and `postgres`: where a distribution puts them, else in the search path.
pub(super) fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        .iter()
        .filter_map(|base| std::fs::read_dir(base).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

pub(super) fn make_cluster(programs: &Path, folder: &Path, user: Option<&User>) {
    let mut initdb = Command::new(programs.join("initdb"));
    initdb.arg("-D").arg(folder.join("data")).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
    become_user(&mut initdb, user);
    let output = initdb.current_dir(folder).output().unwrap();
    assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
}

fn serve(programs: &Path, folder: TempDir, user: Option<&User>, port: u16, settings: &[&str]) -> Child {
    let folder = folder.keep();
    let mut shell = Command::new("sh");
    shell.args(["-c", WATCHDOG, "watchdog"]).arg(&folder).arg(programs.join("postgres")).arg("-D").arg(folder.join("data"));
    shell.arg("-k").arg(&folder).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
    shell.args(settings.iter().flat_map(|setting| ["-c", setting]));
    become_user(&mut shell, user);
    let mut watchdog = shell.current_dir("/").process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut started = [0; 7];
    watchdog.stdout.take().unwrap().read_exact(&mut started).expect("the watchdog of PostgreSQL starts");
    watchdog
}

pub(super) fn become_user(command: &mut Command, user: Option<&User>) {
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
}

/// It answers the SSL request of the protocol when it is there at all.
fn wait_until_ready(port: u16) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !accepts(port) {
        assert!(std::time::Instant::now() < until, "PostgreSQL did not start on port {port} within a minute");
        std::thread::yield_now();
    }
}

fn accepts(port: u16) -> bool {
    let attempt = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await; // between two attempts
            tokio_postgres::connect(&format!("postgres://postgres@127.0.0.1:{port}/postgres"), tokio_postgres::NoTls).await.is_ok()
        })
    });
    attempt.join().unwrap()
}
