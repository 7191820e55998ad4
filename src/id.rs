//! Identifier newtypes: what names a bot, a user, a conversation, a run.
//! They are cheap to clone, ordered, and serialise as the text they are.

mod phone;

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

pub use phone::phone;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl<T: Into<Arc<str>>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

text_id! {
    /// The key of a bot: its folder's name.
    BotKey;
    /// The key of a sequence within its bot.
    SequenceKey;
    /// The key of an API integration within its bot.
    ApiName;
    /// Who owns a bot: a decimal number, kept as text.
    AccountId;
    /// A user's id on a channel: a phone number, a chat id, a webchat id.
    UserKey;
    /// The content hash of a bot's files (64 lower-case hex digits).
    Version;
    /// Everything that one inbound event causes, turn by turn.
    RunId;
    /// One message, in or out. Derived from conversation, turn and index, so that a repeat has the same id.
    MessageId;
    /// One call of an API; sent as `Idempotency-Key`.
    CallId;
    /// What names an API key: its beginning; or an app.
    KeyId;
}

/// The unit of the cache, the queue and the store: one user of one bot on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConversationKey {
    /// The bot.
    pub bot: BotKey,
    /// The channel.
    pub channel: Channel,
    /// The user's id on that channel.
    pub user: UserKey,
}

impl fmt::Display for ConversationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.bot, self.channel, self.user)
    }
}

macro_rules! channels {
    ($($variant:ident $name:literal $platform:literal;)*) => {
        /// A channel, by the name that the Bot Open API gives it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Channel {
            $(#[doc = concat!("`", $name, "`, number ", stringify!($platform))] #[serde(rename = $name)] $variant,)*
        }

        impl Channel {
            /// Every channel there is.
            pub const ALL: &'static [Channel] = &[$(Channel::$variant),*];

            /// The name in YAML, rows and URLs.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Channel::$variant => $name),* }
            }

            /// The number of the channel in the Bot Open API (`platform_id` of the customer document).
            #[must_use]
            pub fn platform_id(self) -> u16 {
                match self { $(Channel::$variant => $platform),* }
            }
        }
    };
}

channels! {
    Webchat "webchat" 1010;
    Workflow "workflow" 1011;
    GoogleBusinessMessages "googleBusinessMessages" 1012;
    General "general" 1013;
    Whatsapp "whatsapp" 1014;
    Rcs "RCSBusinessMessages" 1015;
    Telegram "telegram" 1016;
    Facebook "facebook" 1017;
    Sms "sms" 1018;
    HangoutsChat "hangoutsChat" 1019;
    Google "google" 1020;
    Instagram "instagramMessaging" 1021;
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No channel has this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no channel \"{0}\"")]
pub struct UnknownChannel(pub String);

impl FromStr for Channel {
    type Err = UnknownChannel;
    fn from_str(name: &str) -> Result<Self, UnknownChannel> {
        Self::ALL.iter().copied().find(|c| c.as_str().eq_ignore_ascii_case(name)).ok_or_else(|| UnknownChannel(name.to_owned()))
    }
}
