//! What a key is for.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// One thing that a key may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Posting messages of users, and asking for webchat tokens.
    Messages,
    /// Reading about users, conversations and usage.
    Read,
    /// All else that writes: starts, changes, erasure.
    Send,
    /// Everything, for every account.
    Admin,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Messages, Self::Read, Self::Send, Self::Admin];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Read => "read",
            Self::Send => "send",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No scope has this name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no scope \"{0}\": messages, read, send and admin are those there are")]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(name: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or_else(|| UnknownScope(name.to_owned()))
    }
}

/// All that a key is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Those of an admin key.
    #[must_use]
    pub fn admin() -> Self {
        Self(BTreeSet::from([Scope::Admin]))
    }

    /// None: an app has its own routes.
    #[must_use]
    pub fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// Whether the key is for this, by name or because it is for everything.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.is_admin() || self.0.contains(&scope)
    }

    /// Whether the key is for everything.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.0.contains(&Scope::Admin)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }
}

/// What a key of an account is for where nothing else is said: everything but the gateway itself.
impl Default for Scopes {
    fn default() -> Self {
        [Scope::Messages, Scope::Read, Scope::Send].into_iter().collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

/// With a space between them.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Scope::as_str).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split_whitespace().map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_as_they_are_read() {
        for text in ["", "admin", "messages read send", "read send"] {
            assert_eq!(text.parse::<Scopes>().unwrap().to_string(), text);
        }
        assert_eq!(Scopes::default().to_string(), "messages read send");
        assert_eq!("read write".parse::<Scopes>(), Err(UnknownScope("write".into())));
    }

    #[test]
    fn admin_is_everything_and_nothing_else_is() {
        assert!(Scope::ALL.iter().all(|scope| Scopes::admin().allow(*scope)));
        let read: Scopes = "read".parse().unwrap();
        assert_eq!(Scope::ALL.map(|scope| read.allow(scope)), [false, true, false, false]);
        assert!(!Scopes::default().is_admin() && !Scopes::none().allow(Scope::Read));
    }
}
