//! What describes a bot as a whole, beside what it does.

use crate::{
    id::{AccountId, BotKey, Channel, Version},
    language::Access,
};

/// What describes a bot as a whole.
#[derive(Clone, Debug)]
pub struct About {
    /// Its key.
    pub key: BotKey,
    /// The content hash of its files.
    pub version: Version,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who owns it.
    pub account: AccountId,
    /// Its language, BCP 47.
    pub language: String,
    /// Its time zone.
    pub timezone: jiff::tz::TimeZone,
    /// Its currency, ISO 4217.
    pub currency: String,
    /// Where it speaks: webchat, workflow, and the channels that it lists.
    pub channels: Vec<ListedChannel>,
    /// Who may speak on webchat.
    pub access: Access,
    /// The pages that may call; empty: the gateway's own.
    pub origins: Vec<String>,
}

/// A channel on which a bot speaks.
#[derive(Clone, Debug)]
pub struct ListedChannel {
    /// Which one.
    pub channel: Channel,
    /// The code of the country whose national numbers it completes, where users are phone numbers.
    pub country: Option<String>,
}

impl ListedChannel {
    pub(super) fn of(channel: Channel) -> Self {
        Self { channel, country: None }
    }
}

impl About {
    /// The channel, if the bot speaks on it.
    #[must_use]
    pub fn listed(&self, channel: Channel) -> Option<&ListedChannel> {
        self.channels.iter().find(|listed| listed.channel == channel)
    }
}
