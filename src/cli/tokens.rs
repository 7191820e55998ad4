//! `flowgate tokens`: making webchat tokens void, beside the gateways that serve from the database.

use super::{Outcome, output, trouble::Trouble, wait_for};
use crate::{
    id::BotKey,
    settings::{Tokens, TokensAction},
    store::{Options, Store},
};

pub(super) fn run(settings: &Tokens) -> Result<Outcome, Trouble> {
    match settings.action {
        TokensAction::Rotate => wait_for(rotate(settings))?,
    }
}

async fn rotate(settings: &Tokens) -> Result<Outcome, Trouble> {
    let store = Store::open(settings.database.expose(), Options { existing: true, ..Options::default() }).await?;
    let bot = settings.bot.as_deref().map(BotKey::from);
    if let Some(bot) = &bot {
        must_be_known(&store, bot).await?;
    }
    store.rotate_token_keys(bot.as_ref()).await.map_err(|error| Trouble::new(error.to_string()))?;
    store.close().await;
    let whose = bot.map_or_else(|| "all webchat tokens".to_owned(), |bot| format!("the webchat tokens of bot \"{bot}\""));
    output::show(&format!("{whose} are void; a gateway that serves from this database refuses them within a second"))?;
    Ok(Outcome::Fine)
}

/// A name that was mistyped would leave the tokens as they are.
async fn must_be_known(store: &Store, bot: &BotKey) -> Result<(), Trouble> {
    let known = store.bots().await.map_err(|error| Trouble::new(error.to_string()))?;
    if known.contains(bot) {
        return Ok(());
    }
    let trouble = Trouble::new(format!("no bot \"{bot}\" was ever live with this database"));
    if known.is_empty() {
        return Err(trouble);
    }
    Err(trouble.help(format!("there is {}", known.iter().map(|bot| format!("\"{bot}\"")).collect::<Vec<_>>().join(", "))))
}
