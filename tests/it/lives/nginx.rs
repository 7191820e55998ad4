//! A real nginx in front of a gateway, made of the installed program; it ends with its value.

use std::{
    fs,
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::process::until;
use crate::support::port;

const MISSING: &str = "no nginx for the tests: install it (apt-get install nginx, brew install nginx)";

/// A proxy on this machine.
pub(super) struct Nginx {
    process: Child,
    pub(super) address: String,
    _folder: TempDir,
}

impl Nginx {
    /// Passes on to the gateway as these lines of its `location` say.
    pub(super) async fn before(gateway: &str, lines: &str) -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), format!("127.0.0.1:{}", port::free()));
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration(folder.path(), &address, gateway, lines)).unwrap();
        let mut command = Command::new(program());
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file).args(["-e", "stderr"]);
        let process = command.stdin(Stdio::null()).spawn().expect(MISSING);
        let mut nginx = Self { process, address, _folder: folder };
        until("nginx listens", async || nginx.listens().then_some(())).await;
        nginx
    }

    fn listens(&mut self) -> bool {
        assert_eq!(self.process.try_wait().unwrap(), None, "nginx ended");
        TcpStream::connect(&self.address).is_ok()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        self.process.wait().unwrap();
    }
}

/// Distributions keep it where only administrators look.
fn program() -> &'static str {
    ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].into_iter().find(|path| Path::new(path).exists()).unwrap_or("nginx")
}

fn configuration(folder: &Path, address: &str, gateway: &str, lines: &str) -> String {
    let folder = folder.display();
    let kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|what| format!("  {what}_temp_path {folder}/{what};\n")).concat();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nevents {{ worker_connections 64; }}\nhttp {{\n  access_log off;\n{kept}  \
         server {{\n    listen {address};\n    location / {{\n      proxy_pass http://{gateway};\n      proxy_http_version 1.1;\n      {lines}\n    }}\n  }}\n}}\n"
    )
}
