//! `flowgate chat`: a conversation in the terminal, through the same gateway that serves. A changed file is live in the next answer.

mod show;
mod trace;

use std::{
    io::{BufRead, IsTerminal, Write},
    path::PathBuf,
};

use serde_json::Map;

use super::{Outcome, output, start, trouble::Trouble, wait_for};
use crate::{
    catalog::State,
    diagnostic::render,
    gateway::{Gateway, Happening, Inbound, Reply, Said},
    id::{BotKey, Channel, ConversationKey},
    outbound::Egress,
    settings::Chat,
    store::{Options, Store, Synchronous},
};

/// Where `${file:name}` finds its secrets, as for `serve`.
const SECRETS_DIR: &str = "/run/secrets";

pub(super) fn run(settings: &Chat) -> Result<Outcome, Trouble> {
    wait_for(chat(settings))?
}

async fn chat(settings: &Chat) -> Result<Outcome, Trouble> {
    let folder = Scratch::new()?;
    let options = Options { migrate: true, sqlite_synchronous: Synchronous::Normal, exclusive: false };
    let url = format!("sqlite://{}", folder.0.join("chat.db").display());
    let store = Store::open(&url, options).await.map_err(|error| Trouble::new(error.to_string()))?;
    let outside = (!settings.offline).then_some(start::Outside { egress: Egress::Any, secrets_dir: SECRETS_DIR.as_ref() });
    let gateway = start::gateway(&settings.bots, store, outside).await?;
    let mut talk = Talk::new(settings, gateway.clone())?;
    talk.greet()?;
    talk.go_on().await?;
    gateway.close().await;
    Ok(Outcome::Fine)
}

/// A folder that goes with the conversation.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Trouble> {
        let path = std::env::temp_dir().join(format!("flowgate-chat-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&path).map_err(|error| Trouble::with_file("make", &path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

struct Talk {
    gateway: Gateway,
    key: ConversationKey,
    trace: bool,
    prompt: bool,
    /// What can be chosen by number: the payloads of the last answer.
    offered: Vec<String>,
    version: Option<crate::id::Version>,
}

const HELP: &str = "Write what a user would write; a number chooses what is offered. /new begins anew as another user, /trace shows or hides what decided, /quit ends.";

impl Talk {
    fn new(settings: &Chat, gateway: Gateway) -> Result<Self, Trouble> {
        let bot = BotKey::from(settings.bot.as_str());
        let channel: Channel = settings.channel.parse().map_err(|error: crate::id::UnknownChannel| {
            Trouble::new(error.to_string())
                .help(format!("there is {}", Channel::ALL.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(", ")))
        })?;
        let snapshot = gateway.catalog().snapshot();
        if !snapshot.bots.contains_key(&bot) {
            let known = snapshot.bots.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let help = if known.is_empty() { format!("{} holds no bot", settings.bots.display()) } else { format!("there is {known}") };
            return Err(Trouble::new(format!("there is no bot \"{bot}\" in {}", settings.bots.display())).help(help));
        }
        let key = ConversationKey { bot, channel, user: "you".into() };
        Ok(Self { gateway, key, trace: settings.trace, prompt: std::io::stdin().is_terminal(), offered: Vec::new(), version: None })
    }

    fn greet(&mut self) -> Result<(), Trouble> {
        self.tell_state()?;
        if self.prompt {
            let name = self.gateway.bot(&self.key.bot).map_or_else(|| self.key.bot.to_string(), |b| b.about().name.clone());
            output::show(&show::quiet(&format!("You talk to {name}. {HELP}\n")))?;
        }
        Ok(())
    }

    async fn go_on(&mut self) -> Result<(), Trouble> {
        loop {
            let Some(line) = self.line().await? else { return Ok(()) };
            match line.trim() {
                "" => {}
                "/quit" => return Ok(()),
                "/help" => output::show(&show::quiet(HELP))?,
                "/trace" => self.trace = !self.trace,
                "/new" => self.key.user = uuid::Uuid::new_v4().simple().to_string().into(),
                text => self.say(text).await?,
            }
        }
    }

    /// The next line; none at the end of the input.
    async fn line(&self) -> Result<Option<String>, Trouble> {
        if self.prompt {
            let mut stdout = anstream::stdout().lock();
            drop(write!(stdout, "{}", show::prompt()).and_then(|()| stdout.flush()));
        }
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|bytes| (bytes > 0).then_some(line))
        });
        read.await
            .map_err(|error| Trouble::new(error.to_string()))?
            .map_err(|error| Trouble::new(format!("cannot read what you write: {error}")))
    }

    async fn say(&mut self, text: &str) -> Result<(), Trouble> {
        self.gateway.catalog().reload().await;
        self.tell_state()?;
        let chosen = text.parse::<usize>().ok().and_then(|n| self.offered.get(n.checked_sub(1)?)).cloned();
        let input = chosen.map_or_else(|| Said::Text(text.to_owned()), Said::Press);
        let happening = Happening::Message { input, attributes: Map::new() };
        let inbound = Inbound { key: self.key.clone(), external_id: None, happening };
        match self.gateway.receive(inbound).await {
            Ok(reply) => self.show(&reply),
            Err(refusal) => output::show(&show::quiet(&format!("({refusal})"))),
        }
    }

    fn show(&mut self, reply: &Reply) -> Result<(), Trouble> {
        if self.trace
            && let Some(bot) = self.gateway.bot(&self.key.bot)
        {
            output::show(&trace::lines(&bot, reply))?;
        }
        self.offered.clear();
        for message in &reply.messages {
            output::show(&show::message(&message.content, &mut self.offered))?;
        }
        if reply.messages.is_empty() {
            output::show(&show::quiet("(the bot says nothing)"))?;
        }
        Ok(())
    }

    /// Says when the files have changed: a new version, or why it is refused.
    fn tell_state(&mut self) -> Result<(), Trouble> {
        let snapshot = self.gateway.catalog().snapshot();
        let Some(entry) = snapshot.bots.get(&self.key.bot) else { return Ok(()) };
        if entry.state == State::Quarantined {
            output::show(&render::text(&entry.diagnostics, &entry.sources, true))?;
            let still = if entry.live.is_some() {
                "The bot goes on with its last good version."
            } else {
                "The bot cannot run until this is cured."
            };
            return output::show(&show::quiet(still));
        }
        let live = entry.live.as_ref().map(|b| b.version().clone());
        if self.version.is_some() && self.version != live {
            output::show(&show::quiet("(the files have changed: this is the new version)"))?;
        }
        self.version = live;
        Ok(())
    }
}
