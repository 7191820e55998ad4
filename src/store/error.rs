//! What goes wrong with a database, by who can do something about it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::deadpool::PoolError;

/// The database cannot be opened. For the operator; never shows a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The text is not a URL of a database.
    #[error("\"{0}\" is not a database: write sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
    Scheme(String),
    /// The URL names a known kind of database, but a part of it is wrong.
    #[error("the database URL is wrong: {0}")]
    Url(String),
    /// Nobody answers there.
    #[error("cannot reach PostgreSQL at {at}: {reason}")]
    Unreachable {
        /// Host and port.
        at: String,
        /// What the system says.
        reason: String,
    },
    /// The server does not let this user in.
    #[error("PostgreSQL at {at} refuses the user: {reason}")]
    Credentials {
        /// Host and port.
        at: String,
        /// What the server says.
        reason: String,
    },
    /// The server has no such database.
    #[error("PostgreSQL at {at} has no database of this name: {reason}")]
    NoDatabase {
        /// Host and port.
        at: String,
        /// What the server says.
        reason: String,
    },
    /// The database cannot hold every text.
    #[error("the database at {at} keeps its texts in {encoding}, which cannot hold all that users write: make it with ENCODING 'UTF8'")]
    Encoding {
        /// Host and port.
        at: String,
        /// As the server names it.
        encoding: String,
    },
    /// No encrypted connection could be made.
    #[error("no TLS connection to PostgreSQL at {at}: {reason}")]
    Tls {
        /// Host and port.
        at: String,
        /// What went wrong in the handshake or with the certificates.
        reason: String,
    },
    /// The file or its folder cannot be used.
    #[error("cannot use the database file {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Another process serves from this file.
    #[error("another `flowgate serve` uses {path}; stop it, or give this one a database of its own with --database")]
    InUse {
        /// The file.
        path: String,
    },
    /// The tables are older than this program, and it may not change them.
    #[error("the database lacks {missing} migration(s); run `flowgate migrate`")]
    Behind {
        /// How many are missing.
        missing: usize,
    },
    /// The tables could not be made.
    #[error("the migration of the database failed: {0}")]
    Migration(String),
}

/// A request to the database failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is full, read-only or overloaded. Nothing was written; it may work later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The connection was lost while committing, and nobody can tell yet whether it was written.
    #[error("the connection was lost while committing: {0}")]
    Uncertain(String),
    /// The database will never take these values. Nothing was written.
    #[error("the database refuses the values: {0}")]
    Refused(String),
    /// A text holds U+0000, which PostgreSQL cannot store. Nothing was written.
    #[error("{0} contains the character U+0000")]
    Nul(&'static str),
    /// The store was closed. Nothing was written.
    #[error("the store is closed")]
    Closed,
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, info) if is_about_values(kind, info.message()) => Self::Refused(info.message().to_owned()),
            DieselError::SerializationError(error) | DieselError::DeserializationError(error) => Self::Refused(error.to_string()),
            error => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

fn is_about_values(kind: DatabaseErrorKind, message: &str) -> bool {
    use DatabaseErrorKind::{CheckViolation, ExclusionViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation};
    matches!(kind, UniqueViolation | NotNullViolation | CheckViolation | ForeignKeyViolation | ExclusionViolation)
        || message == "string or blob too big"
}
