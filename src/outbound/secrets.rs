//! Where secrets come from: the environment as it was at start, and files in one folder. Values are handed out one by
//! one, wrapped so that they are never printed.

use std::{collections::BTreeMap, fmt, fs, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The only way to name a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretRef {
    /// `${env:NAME}`: an environment variable.
    Env(String),
    /// `${file:name}`: a file of the secrets folder.
    File(String),
}

impl SecretRef {
    /// Whether such a name may be asked for at all; else what is wrong with it, as the end of a sentence.
    pub(super) fn validate(&self) -> Result<(), &'static str> {
        match self {
            SecretRef::Env(name) if !is_env_name(name) => Err("is not the name of an environment variable"),
            SecretRef::Env(name) if is_ours(name) => Err("belongs to the gateway and is no bot's secret"),
            SecretRef::File(name) if !is_file_name(name) => Err("is not the plain name of a file"),
            _ => Ok(()),
        }
    }
}

fn is_env_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// How this process and its database are reached: never a bot's to know.
fn is_ours(name: &str) -> bool {
    name.starts_with("FLOWGATE_") || name == "DATABASE_URL" || name.starts_with("PG")
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretRef::Env(name) => write!(f, "${{env:{name}}}"),
            SecretRef::File(name) => write!(f, "${{file:{name}}}"),
        }
    }
}

/// A secret without a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{secret} {reason}")]
pub struct MissingSecret {
    /// Which one.
    pub secret: SecretRef,
    /// Why, as the end of a sentence: `is not set`.
    pub reason: String,
}

/// The values that references stand for.
#[derive(Debug, Default)]
pub struct Secrets {
    env: BTreeMap<String, SecretString>,
    dir: Option<PathBuf>,
}

impl Secrets {
    /// These variables, and the files of `dir`. Without a folder no `${file:…}` has a value.
    #[must_use]
    pub fn new(env: impl IntoIterator<Item = (String, String)>, dir: Option<PathBuf>) -> Self {
        Self { env: env.into_iter().map(|(name, value)| (name, value.into())).collect(), dir }
    }

    /// The environment of this process as it is now, and the files of `dir`.
    #[must_use]
    pub fn of_process(dir: PathBuf) -> Self {
        let env = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::new(env, Some(dir))
    }

    #[cfg(test)]
    pub(crate) fn of<const N: usize>(env: [(&str, &str); N]) -> Self {
        Self::new(env.map(|(name, value)| (name.to_owned(), value.to_owned())), None)
    }

    /// The value. A file is read each time, so a rotated secret counts from the next call on.
    pub fn resolve(&self, secret: &SecretRef) -> Result<SecretString, MissingSecret> {
        let found = secret.validate().map_err(str::to_owned).and_then(|()| match secret {
            SecretRef::Env(name) => self.env.get(name).cloned().ok_or_else(|| "is not set".to_owned()),
            SecretRef::File(name) => self.read(name),
        });
        let full = found.and_then(|value| if value.expose_secret().is_empty() { Err("is empty".to_owned()) } else { Ok(value) });
        full.map_err(|reason| MissingSecret { secret: secret.clone(), reason })
    }

    /// Those of `secrets` that have no value, each once, in order of first appearance.
    pub fn check<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretRef>) -> Vec<MissingSecret> {
        let mut missing: Vec<MissingSecret> = vec![];
        for lost in secrets.into_iter().filter_map(|secret| self.resolve(secret).err()) {
            if !missing.contains(&lost) {
                missing.push(lost);
            }
        }
        missing
    }

    /// Links inside the folder are how Kubernetes swaps secrets; a link out of it would read anything.
    fn read(&self, name: &str) -> Result<SecretString, String> {
        let dir = self.dir.as_ref().and_then(|dir| dir.canonicalize().ok()).ok_or("has no secrets folder to be read from")?;
        let path = dir.join(name).canonicalize().map_err(|e| format!("cannot be read: {}", e.kind()))?;
        if !path.starts_with(&dir) {
            return Err("is a link out of the secrets folder".to_owned());
        }
        let about = fs::metadata(&path).map_err(|e| format!("cannot be read: {}", e.kind()))?;
        if !about.is_file() || about.len() > FILE_BYTES_MAX {
            return Err(format!("is not a file of at most {FILE_BYTES_MAX} bytes"));
        }
        let text = SecretString::from(fs::read_to_string(&path).map_err(|e| format!("cannot be read: {}", e.kind()))?);
        let line = text.expose_secret();
        Ok(line.strip_suffix("\r\n").or_else(|| line.strip_suffix('\n')).unwrap_or(line).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> SecretRef {
        SecretRef::Env(name.to_owned())
    }

    fn file(name: &str) -> SecretRef {
        SecretRef::File(name.to_owned())
    }

    #[test]
    fn variables_resolve_but_for_ours() {
        let secrets =
            Secrets::of([("TOKEN", "canary"), ("EMPTY", ""), ("DATABASE_URL", "x"), ("PGPASSWORD", "x"), ("FLOWGATE_LISTEN", "x")]);
        assert_eq!(secrets.resolve(&env("TOKEN")).unwrap().expose_secret(), "canary");
        let asked = ["TOKEN", "NONE", "EMPTY", "DATABASE_URL", "PGPASSWORD", "FLOWGATE_LISTEN", "NONE"].map(env);
        let missing = secrets.check(&asked);
        assert_eq!(missing.iter().map(|m| &m.secret).collect::<Vec<_>>(), asked[1..6].iter().collect::<Vec<_>>());
        assert_eq!(missing[0].to_string(), "${env:NONE} is not set");
        assert!(!format!("{secrets:?}").contains("canary"));
    }

    #[test]
    fn files_resolve_inside_their_folder_only() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("other"), "canary").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("..v1")).unwrap();
        fs::write(at("..v1/token"), "s3cret\n").unwrap();
        fs::write(at("two"), "a\n\n").unwrap();
        fs::write(at("big"), "x".repeat(70_000)).unwrap();
        fs::write(at("binary"), [0xff, 0xfe]).unwrap();
        fs::create_dir(at("folder")).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("..v1/token"), at("token")).unwrap();
            std::os::unix::fs::symlink(outside.path().join("other"), at("out")).unwrap();
        }
        let secrets = Secrets::new([], Some(dir.path().to_owned()));
        #[cfg(unix)]
        assert_eq!(secrets.resolve(&file("token")).unwrap().expose_secret(), "s3cret");
        assert_eq!(secrets.resolve(&file("two")).unwrap().expose_secret(), "a\n");
        for name in ["out", "big", "binary", "folder", "none", "../other", "..", "/etc/hosts", ""] {
            let missing = secrets.resolve(&file(name)).unwrap_err();
            assert!(!missing.to_string().contains("canary"), "{name}");
        }
        assert!(Secrets::of([]).resolve(&file("token")).is_err());
    }
}
