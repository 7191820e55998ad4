//! The bots: what is live, and what is wrong with what is not.

use actix_web::{
    get,
    web::{Data, Json, Path},
};
use indexmap::IndexMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    State,
    principal::Admin,
    problem::Problem,
    report::{Finding, findings},
};
use crate::{
    catalog::Entry,
    flow::About,
    id::{BotKey, Version},
    language::Access,
};

/// All bots that have a folder.
#[derive(Serialize, ToSchema)]
pub(super) struct Bots {
    bots: Vec<BotState>,
}

/// One bot.
#[derive(Serialize, ToSchema)]
pub(super) struct BotState {
    /// Its key.
    #[schema(value_type = String)]
    bot: BotKey,
    /// `live`, or `quarantined`: its newest files are refused, and the last good version, if there was one, is live.
    #[schema(value_type = String, example = "live")]
    state: crate::catalog::State,
    /// The live version, a content hash.
    #[schema(value_type = Option<String>)]
    version: Option<Version>,
    /// The git commit that was checked out when that version went live.
    commit: Option<String>,
    /// When that version went live; of a bot that never was, when it was refused.
    since: String,
    /// What people call it.
    name: Option<String>,
    /// Who owns it.
    account: Option<String>,
    /// What was found in its newest files.
    diagnostics: Vec<Finding>,
    /// How many sessions are open on each version.
    #[schema(value_type = Object)]
    sessions: IndexMap<Version, i64>,
}

/// The bots of the chat page.
#[derive(Serialize, ToSchema)]
pub(super) struct ChatBots {
    bots: Vec<ChatBot>,
}

/// What the chat page shows of a bot.
#[derive(Serialize, ToSchema)]
struct ChatBot {
    /// Its key.
    #[schema(value_type = String)]
    bot: BotKey,
    /// What people call it.
    name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    description: Option<String>,
    /// Its language, BCP 47.
    language: String,
}

/// All bots: version, state with its diagnostics, open sessions.
#[utoipa::path(
    tag = "bots",
    responses(
        (status = 200, body = Bots),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("key" = ["admin"]))
)]
#[get("/v1/bots")]
pub(super) async fn list_bots(_: Admin, state: Data<State>) -> Result<Json<Bots>, Problem> {
    let snapshot = state.gateway.catalog().snapshot();
    let mut bots = Vec::with_capacity(snapshot.bots.len());
    for (key, entry) in &snapshot.bots {
        bots.push(BotState::new(&state, key, entry).await?);
    }
    Ok(Json(Bots { bots }))
}

/// One bot: version, state with its diagnostics, open sessions.
#[utoipa::path(
    tag = "bots",
    params(("bot" = String, Path, description = "The key of the bot")),
    responses(
        (status = 200, body = BotState),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("key" = ["admin"]))
)]
#[get("/v1/bots/{bot}")]
pub(super) async fn show_bot(_: Admin, state: Data<State>, bot: Path<String>) -> Result<Json<BotState>, Problem> {
    let snapshot = state.gateway.catalog().snapshot();
    let (key, entry) = snapshot.bots.get_key_value(bot.as_str()).ok_or_else(|| Problem::unknown_bot(&bot))?;
    BotState::new(&state, key, entry).await.map(Json)
}

/// The bots that visitors may talk to without an API key.
#[utoipa::path(tag = "bots", responses((status = 200, body = ChatBots)))]
#[get("/v1/chat/bots")]
pub(super) async fn list_chat_bots(state: Data<State>) -> Json<ChatBots> {
    let snapshot = state.gateway.catalog().snapshot();
    let live = snapshot.bots.values().filter_map(|entry| entry.live.as_ref());
    let open = live.map(|bot| bot.about()).filter(|about| about.access != Access::Key);
    Json(ChatBots { bots: open.map(ChatBot::from).collect() })
}

impl BotState {
    async fn new(state: &State, key: &BotKey, entry: &Entry) -> Result<Self, Problem> {
        let about = entry.live.as_ref().map(|bot| bot.about());
        Ok(Self {
            bot: key.clone(),
            state: entry.state,
            version: about.map(|about| about.version.clone()),
            commit: entry.git_commit.clone(),
            since: entry.since.rfc3339(),
            name: about.map(|about| about.name.clone()),
            account: about.map(|about| about.account.to_string()),
            diagnostics: findings(&entry.diagnostics),
            sessions: state.gateway.sessions_per_version(key).await?.into_iter().collect(),
        })
    }
}

impl From<&About> for ChatBot {
    fn from(about: &About) -> Self {
        Self { bot: about.key.clone(), name: about.name.clone(), description: about.description.clone(), language: about.language.clone() }
    }
}
