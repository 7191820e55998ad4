//! `flowgate serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum, builder::BoolishValueParser};
use ipnet::IpNet;
use url::Url;

use super::{DatabaseUrl, SqliteSync, network};

const AFTER: &str = "\
Examples:
  flowgate serve                                        the bots of ./bots on http://127.0.0.1:8080
  flowgate serve --offline                              APIs answer with their samples
  flowgate serve --listen 0.0.0.0:80 --public-url https://bots.example --trusted-proxy 10.0.0.0/8
  FLOWGATE_DATABASE=postgres://bots@db/bots flowgate serve --log json";

/// Run the bots of a folder, and take over every change of it
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Serve {
    /// The folder with the bots
    #[arg(long, env = "FLOWGATE_BOTS", value_name = "DIR", default_value = "bots", help_heading = "Bots")]
    pub bots: PathBuf,

    /// How changes of the folder are seen
    #[arg(long, env = "FLOWGATE_WATCH", value_name = "MODE", value_enum, default_value_t, help_heading = "Bots")]
    pub watch: Watch,

    /// Call no API: each answers with its sample, and no secret is needed
    #[arg(long, env = "FLOWGATE_OFFLINE", value_parser = BoolishValueParser::new(), help_heading = "Bots")]
    pub offline: bool,

    /// Where ${file:name} finds its secrets
    #[arg(long, env = "FLOWGATE_SECRETS_DIR", value_name = "DIR", default_value = "/run/secrets", help_heading = "Bots")]
    pub secrets_dir: PathBuf,

    /// Which account owns which bots, and what they may use
    #[arg(long, env = "FLOWGATE_ACCOUNTS", value_name = "FILE", help_heading = "Bots")]
    pub accounts: Option<PathBuf>,

    /// The address to listen on
    #[arg(
        long, env = "FLOWGATE_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = network::listen,
        help_heading = "Network"
    )]
    pub listen: SocketAddr,

    /// Where the operator calls, on this machine alone
    #[arg(long, env = "FLOWGATE_OPERATOR_LISTEN", value_name = "ADDR", value_parser = network::local, help_heading = "Network")]
    pub operator_listen: Option<SocketAddr>,

    /// Where the world finds the gateway; to be set wherever a proxy is in front
    #[arg(long, env = "FLOWGATE_PUBLIC_URL", value_name = "URL", value_parser = network::public_url, help_heading = "Network")]
    pub public_url: Option<Url>,

    /// A proxy whose word about the client's address is believed; several with commas or by repeating it
    #[arg(
        long, env = "FLOWGATE_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = network::network,
        help_heading = "Network"
    )]
    pub trusted_proxy: Vec<IpNet>,

    /// The header in which trusted proxies name the client; the other one is ignored
    #[arg(long, env = "FLOWGATE_FORWARDED_HEADER", value_name = "NAME", value_enum, default_value_t, help_heading = "Network")]
    pub forwarded_header: ForwardedHeader,

    /// Requests of one API key in a second; 0 is as many as it likes
    #[arg(long, env = "FLOWGATE_LIMIT_KEY", value_name = "N", default_value_t = 100, help_heading = "Limits")]
    pub limit_key: u32,

    /// Requests of one address without valid credentials in a second, three times as many at once; 0 is as many as it likes
    #[arg(long, env = "FLOWGATE_LIMIT_ADDRESS", value_name = "N", default_value_t = 20, help_heading = "Limits")]
    pub limit_address: u32,

    /// Messages of one webchat visitor in a minute, five at once; 0 is as many as they like
    #[arg(long, env = "FLOWGATE_LIMIT_VISITOR", value_name = "N", default_value_t = 60, help_heading = "Limits")]
    pub limit_visitor: u32,

    /// Where API calls may go
    #[arg(long, env = "FLOWGATE_EGRESS", value_name = "WHERE", value_enum, default_value_t, help_heading = "Network")]
    pub egress: Egress,

    /// Where conversations are kept: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db", help_heading = "Database")]
    pub database: DatabaseUrl,

    /// Do not bring the tables up to date at start, but refuse to start with old ones
    #[arg(long, env = "FLOWGATE_NO_MIGRATE", value_parser = BoolishValueParser::new(), help_heading = "Database")]
    pub no_migrate: bool,

    /// What a commit on SQLite survives
    #[arg(long, env = "FLOWGATE_SQLITE_SYNC", value_name = "WHAT", value_enum, default_value_t, help_heading = "Database")]
    pub sqlite_sync: SqliteSync,

    /// The form of the log, which goes to stderr
    #[arg(long, env = "FLOWGATE_LOG", value_name = "FORM", value_enum, default_value_t, help_heading = "Log")]
    pub log: LogFormat,
}

/// How changes of a folder are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Watch {
    /// The system tells; where it cannot, the folder is looked at
    #[default]
    Auto,
    /// The folder is looked at every second: for network drives and some containers
    Poll,
    /// Only at start and when asked to reload
    Off,
}

/// The header in which a proxy names the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ForwardedHeader {
    /// X-Forwarded-For, which most proxies write
    #[default]
    XForwardedFor,
    /// Forwarded, of RFC 7239
    Forwarded,
}

/// Where API calls may go. Link-local and metadata addresses are never called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Egress {
    /// Anywhere, this machine and private networks included
    #[default]
    Any,
    /// To public addresses only
    Public,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

#[cfg(test)]
mod tests {
    use clap::{Command, FromArgMatches, error::ErrorKind};

    use super::*;

    fn serve(arguments: &[&str]) -> Result<Serve, clap::Error> {
        let command = Serve::augment_args(Command::new("serve").no_binary_name(true)).mut_args(|argument| argument.env(None::<&str>));
        Serve::from_arg_matches(&command.try_get_matches_from(arguments)?)
    }

    fn refused(arguments: &[&str]) -> String {
        let error = serve(arguments).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ValueValidation);
        error.to_string()
    }

    #[test]
    fn nothing_has_to_be_set() {
        let serve = serve(&[]).unwrap();
        assert_eq!((serve.bots.as_path(), serve.secrets_dir.as_path()), ("bots".as_ref(), "/run/secrets".as_ref()));
        assert_eq!((serve.listen.to_string().as_str(), serve.database.expose()), ("127.0.0.1:8080", "sqlite://data/flowgate.db"));
        assert_eq!((serve.operator_listen, serve.public_url, serve.trusted_proxy), (None, None, vec![]));
        assert_eq!(serve.forwarded_header, ForwardedHeader::XForwardedFor);
        assert_eq!(
            (serve.watch, serve.egress, serve.log, serve.sqlite_sync),
            (Watch::Auto, Egress::Any, LogFormat::Text, SqliteSync::Full)
        );
        assert!(!serve.offline && !serve.no_migrate);
        assert_eq!((serve.limit_key, serve.limit_address, serve.limit_visitor), (100, 20, 60));
    }

    #[test]
    fn addresses_come_in_the_forms_that_people_write() {
        let listen = |text| serve(&["--listen", text]).unwrap().listen.to_string();
        assert_eq!(["localhost:9000", "0.0.0.0:80", "[::1]:1"].map(listen), ["127.0.0.1:9000", "0.0.0.0:80", "[::1]:1"]);
        let operator = |text| serve(&["--operator-listen", text]).unwrap().operator_listen.unwrap().to_string();
        assert_eq!(["localhost:9000", "127.0.0.2:80", "[::1]:1"].map(operator), ["127.0.0.1:9000", "127.0.0.2:80", "[::1]:1"]);
        let proxies = serve(&["--trusted-proxy", "10.0.0.0/8,192.168.1.7", "--trusted-proxy", "fd00::/8"]).unwrap().trusted_proxy;
        let proxies: Vec<String> = proxies.iter().map(ToString::to_string).collect();
        assert_eq!(proxies, ["10.0.0.0/8", "192.168.1.7/32", "fd00::/8"]);
        assert_eq!(serve(&["--forwarded-header", "forwarded"]).unwrap().forwarded_header, ForwardedHeader::Forwarded);
        let url = |text| serve(&["--public-url", text]).unwrap().public_url.map(String::from).unwrap();
        assert_eq!(["https://example.com/bots", "http://a:b@bots.example"].map(url), ["https://example.com/bots", "http://bots.example/"]);
    }

    #[test]
    fn what_is_no_address_is_answered_with_examples() {
        for wrong in ["8080", "localhost", "localhost:x", "bots.example:80"] {
            assert!(refused(&["--listen", wrong]).contains("write an address and a port: 0.0.0.0:8080"), "{wrong}");
        }
        for wrong in ["0.0.0.0:8081", "[::]:8081", "10.0.0.7:8081", "bots.example:80", "8081", "localhost"] {
            assert!(refused(&["--operator-listen", wrong]).contains("write an address of this machine alone"), "{wrong}");
        }
        assert!(serve(&["--forwarded-header", "via"]).is_err());
        for wrong in ["10.0.0.0/33", "proxy", "10.0.0.0/8,x"] {
            assert!(refused(&["--trusted-proxy", wrong]).contains("write a range or an address: 10.0.0.0/8"), "{wrong}");
        }
        for wrong in ["bots.example", "ftp://bots.example", "https://bots.example/?a=1", "https://bots.example/#a"] {
            assert!(refused(&["--public-url", wrong]).contains("write it as https://bots.example"), "{wrong}");
        }
    }

    #[test]
    fn no_setting_shows_the_password_of_the_database() {
        let serve = serve(&["--database", "postgres://bots:sesame@db/bots"]).unwrap();
        assert_eq!(serve.database.expose(), "postgres://bots:sesame@db/bots");
        assert!(!format!("{serve:?}").contains("sesame"));
    }
}
