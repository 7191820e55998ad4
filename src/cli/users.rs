//! `flowgate users`: all that is stored of a user, beside the gateways that serve from the database.

use serde_json::{Map, Value, json};

use super::{Outcome, output, trouble::Trouble, wait_for};
use crate::{
    id::{BotKey, Channel, UserKey},
    settings::{Users, UsersAction},
    store::{BotStore, Options, Store},
};

pub(super) fn run(settings: &Users) -> Result<Outcome, Trouble> {
    wait_for(act(settings))?
}

async fn act(settings: &Users) -> Result<Outcome, Trouble> {
    let channel: Channel = settings.channel.parse().map_err(|error: crate::id::UnknownChannel| {
        Trouble::new(error.to_string()).help(format!("there is {}", Channel::ALL.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(", ")))
    })?;
    let user = UserKey::on(channel, &settings.user, None).ok_or_else(|| {
        Trouble::new(format!("\"{}\" is no phone number", settings.user)).help("write it with the code of its country: +919876543210")
    })?;
    let store = Store::open(settings.database.expose(), Options { existing: true, ..Options::default() }).await?;
    let bot = store.of(&BotKey::from(settings.bot.as_str()));
    let done = match settings.action {
        UsersAction::Export => export(&bot, settings, channel, &user).await,
        UsersAction::Erase => erase(&bot, settings, channel, &user).await,
    };
    store.close().await;
    done
}

async fn export(bot: &BotStore, settings: &Users, channel: Channel, user: &UserKey) -> Result<Outcome, Trouble> {
    let tables = bot.export(channel, user).await.map_err(|error| Trouble::new(error.to_string()))?;
    if tables.iter().all(|(_, rows)| rows.is_empty()) {
        return Err(unknown(settings));
    }
    let tables: Map<String, Value> = tables.into_iter().map(|(table, rows)| (table.to_owned(), json!(rows))).collect();
    let all = json!({"bot": settings.bot, "channel": channel, "user": user, "tables": tables});
    output::show(&serde_json::to_string_pretty(&all).map_err(|error| Trouble::new(error.to_string()))?)?;
    Ok(Outcome::Fine)
}

async fn erase(bot: &BotStore, settings: &Users, channel: Channel, user: &UserKey) -> Result<Outcome, Trouble> {
    if !bot.erase(channel, user).await.map_err(|error| Trouble::new(error.to_string()))? {
        return Err(unknown(settings));
    }
    output::show("nothing of the user is left in the database; mind its backups")?;
    Ok(Outcome::Fine)
}

fn unknown(settings: &Users) -> Trouble {
    Trouble::new(format!("bot \"{}\" has no user \"{}\" on {}", settings.bot, settings.user, settings.channel))
}
