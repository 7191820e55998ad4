//! `channels` of `bot.yaml`: where a bot speaks, and the settings of each channel.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::Said;
use crate::yaml::{Node, Spanned};

/// The channels of a bot; what is not listed is off, but for webchat and workflow.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// The chat page, and what speaks its API.
    pub webchat: Option<WebchatDecl>,
    /// Flows that other systems start, without a person to talk to; what they say is recorded.
    pub workflow: Option<WorkflowDecl>,
    /// The WhatsApp Cloud API.
    pub whatsapp: Option<Spanned<WhatsappDecl>>,
    /// A Telegram bot.
    pub telegram: Option<Spanned<TelegramDecl>>,
    /// Messenger, for a Facebook page.
    pub facebook: Option<Spanned<FacebookDecl>>,
    /// A webhook of your own, signed in both directions.
    pub general: Option<Spanned<GeneralDecl>>,
    /// Text messages.
    pub sms: Option<Spanned<PhoneDecl>>,
    /// RCS Business Messages.
    #[serde(rename = "RCSBusinessMessages")]
    pub rcs: Option<Spanned<PhoneDecl>>,
    /// Planned, not in this version.
    #[serde(rename = "googleBusinessMessages")]
    pub google_business_messages: Option<Node>,
    /// Planned, not in this version.
    #[serde(rename = "hangoutsChat")]
    pub hangouts_chat: Option<Node>,
    /// Planned, not in this version.
    pub google: Option<Node>,
    /// Planned, not in this version.
    #[serde(rename = "instagramMessaging")]
    pub instagram: Option<Node>,
}

/// Webchat.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebchatDecl {
    /// Who may speak: `token` (the default), `open` or `key`.
    pub access: Option<Spanned<Access>>,
    /// The pages that may call, for example `https://pizza.example`; the gateway's own by default.
    pub origins: Option<Vec<Spanned<String>>>,
}

/// Who may speak on webchat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Whoever has a token, which anybody can get for a new user.
    #[default]
    Token,
    /// Anybody, as any user.
    Open,
    /// Whoever has an API key.
    Key,
}

/// Workflow has no settings.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkflowDecl {}

/// WhatsApp.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatsappDecl {
    /// The id of the phone number that the bot speaks by: digits, as Meta's page of the app shows it.
    pub phone_number_id: Said,
    /// The access token: `${env:NAME}` or `${file:name}`.
    pub token: Said,
    /// The secret of the app, which signs what arrives.
    pub app_secret: Said,
    /// The word by which Meta checks the address of the webhook.
    pub verify_token: Said,
    /// The code of the country whose national numbers it completes: `"91"`.
    pub country: Option<Said>,
    /// Where the API is, if not at Meta's own address.
    pub api_root: Option<Said>,
}

/// Telegram.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TelegramDecl {
    /// The bot's token: `${env:NAME}` or `${file:name}`.
    pub token: Said,
    /// The secret that comes with every update: 1 to 256 letters, digits, `_` and `-`.
    pub secret_token: Said,
    /// Where the API is, if not at Telegram's own address.
    pub api_root: Option<Said>,
}

/// Messenger.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FacebookDecl {
    /// The id of the page: digits.
    pub page_id: Said,
    /// The page's access token: `${env:NAME}` or `${file:name}`.
    pub token: Said,
    /// The secret of the app, which signs what arrives.
    pub app_secret: Said,
    /// The word by which Meta checks the address of the webhook.
    pub verify_token: Said,
    /// Where the API is, if not at Meta's own address.
    pub api_root: Option<Said>,
}

/// A webhook of your own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeneralDecl {
    /// Where the bot's messages are sent.
    pub url: Said,
    /// Signs both directions: `${env:NAME}` or `${file:name}`.
    pub secret: Said,
}

/// A channel whose users are phone numbers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneDecl {
    /// The code of the country whose national numbers it completes: `"91"`.
    pub country: Option<Said>,
    /// Where the provider's API is.
    pub api_root: Option<Said>,
}
