//! What keeps a command from doing its work: told to who called it, with exit code 2.

use std::{fmt, path::Path};

use crate::{diagnostic::escape_name, store::OpenError};

/// Why a command could not do its work.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    message: String,
    help: Option<String>,
}

impl Trouble {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// A file or folder that cannot be `verb`ed (read, written).
    pub(super) fn with_file(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot {verb} {}: {error}", escape_name(path.as_os_str())))
    }
}

/// For commands that are about a database.
impl From<OpenError> for Trouble {
    fn from(error: OpenError) -> Self {
        let trouble = Self::new(error.to_string());
        match error {
            OpenError::Scheme(_) | OpenError::Url(_) => {
                trouble.help("the URL comes from --database, FLOWGATE_DATABASE or DATABASE_URL, in this order")
            }
            _ => trouble,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (error, hint, plain) =
            (anstyle::AnsiColor::Red.on_default().bold(), anstyle::AnsiColor::Cyan.on_default().bold(), anstyle::Reset);
        write!(f, "{error}error{plain}: {}", self.message)?;
        self.help.iter().try_for_each(|help| write!(f, "\n{hint}help{plain}: {help}"))
    }
}
