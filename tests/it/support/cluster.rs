//! The data of a PostgreSQL of our own, made with the installed programs, and the commands that work on it.

use std::{
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use super::port;

const MISSING: &str = "no PostgreSQL for the tests: set TEST_DATABASE_URL, or install the server \
    (apt-get install postgresql, brew install postgresql)";

/// A cluster that is not started yet.
pub(super) struct Cluster {
    /// It holds the data, the log and the socket; who starts the server has it removed.
    pub(super) folder: PathBuf,
    /// A port that is free, also while the server is stopped.
    pub(super) port: u16,
    programs: PathBuf,
    user: Option<User>,
}

impl Cluster {
    /// Makes one somewhere below this folder.
    pub(super) fn make_in(place: &Path) -> Self {
        let (programs, user) = (programs().expect(MISSING), unprivileged());
        let folder = tempfile::Builder::new().prefix("flowgate-postgres-").tempdir_in(place).unwrap().keep();
        if let Some(user) = &user {
            chown(&folder, Some(user.uid), Some(user.gid)).unwrap();
        }
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let cluster = Self { folder, port: port::free(), programs, user };
        let mut initdb = cluster.command(&cluster.program("initdb"));
        initdb.arg("-D").arg(cluster.data()).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        let output = initdb.output().unwrap();
        assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        cluster
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program of PostgreSQL.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A command as the owner of the data.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some(user) = &self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command.current_dir("/");
        command
    }

    /// A database on which others may be made.
    pub(super) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

/// PostgreSQL refuses to run as root.
struct User {
    uid: u32,
    gid: u32,
}

fn unprivileged() -> Option<User> {
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
fn programs() -> Option<PathBuf> {
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
