//! The conversation itself: what is written, what the bot says, and what is worth a word beside it.

use std::{
    collections::BTreeSet,
    io::{self, IsTerminal, Write},
};

use serde_json::Map;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::broadcast::error::RecvError,
};

use super::{
    files::Files,
    input::{self, Line},
    show,
};
use crate::{
    cli::{output, trouble::Trouble},
    flow::{Content, limits::MESSAGE_CHARS_MAX},
    gateway::{Gateway, Happening, Inbound, Reply, Said},
    id::{BotKey, Channel, ConversationKey},
    settings::Chat,
};

/// One person talking to one bot.
pub(super) struct Talk {
    gateway: Gateway,
    key: ConversationKey,
    trace: bool,
    prompt: bool,
    /// What can be pressed: the payloads of everything that was offered, by their marks from `/1`.
    offered: Vec<String>,
    files: Files,
    shown: Shown,
}

/// What of the transcript stands on the screen.
#[derive(Default)]
struct Shown {
    after: Option<i64>,
    ids: BTreeSet<String>,
}

const HELP: &str = "\
Write what a user would write; a number is an answer like any other. /1 presses what has this mark, also of an older message; //text sends /text.
/new begins anew as another user, /trace shows or hides what decided, /help says this, /quit ends.";

impl Talk {
    pub(super) fn new(settings: &Chat, gateway: Gateway) -> Result<Self, Trouble> {
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
        Ok(Self {
            gateway,
            key,
            trace: settings.trace,
            prompt: io::stdin().is_terminal(),
            offered: Vec::new(),
            files: Files::default(),
            shown: Shown::default(),
        })
    }

    pub(super) fn greet(&mut self) -> Result<(), Trouble> {
        self.tell_state()?;
        if self.prompt {
            let name = self.gateway.bot(&self.key.bot).map_or_else(|| self.key.bot.to_string(), |b| b.about().name.clone());
            output::show(&format!("{}\n\n", show::quiet(&format!("You talk to {name}. {HELP}"))))?;
        }
        Ok(())
    }

    pub(super) async fn go_on(&mut self) -> Result<(), Trouble> {
        let mut lines = input::lines();
        let mut news = self.gateway.follow();
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| Trouble::new(format!("cannot listen for signals: {error}")))?;
        loop {
            self.ask_for_a_line();
            let line = loop {
                tokio::select! {
                    _ = interrupt.recv() => return Ok(()), // and not at once, so that the folder goes too
                    line = lines.recv() => break line,
                    changed = news.recv() => match changed {
                        Err(RecvError::Closed) => break lines.recv().await,
                        _ => self.show_what_came_by_itself().await?,
                    },
                }
            };
            let Some(line) = line else { return Ok(()) };
            let line = match line {
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    output::show(&show::quiet("(not sent: it is not UTF-8)"))?;
                    continue;
                }
                line => line.map_err(|error| Trouble::new(format!("cannot read what you write: {error}")))?,
            };
            match Line::read(&line) {
                Line::Quit => return Ok(()),
                line => self.follow(line).await?,
            }
        }
    }

    /// Does what a line asks for.
    async fn follow(&mut self, line: Line<'_>) -> Result<(), Trouble> {
        match line {
            Line::Empty | Line::Quit => Ok(()),
            Line::Help => output::show(&show::quiet(HELP)),
            Line::Trace => self.turn_trace(),
            Line::New => self.begin_anew(),
            Line::Text(text) => self.send(Said::Text(text.to_owned())).await,
            Line::Press(mark) => match mark.checked_sub(1).and_then(|ix| self.offered.get(ix)).cloned() {
                Some(payload) => self.send(Said::Press(payload)).await,
                None => output::show(&show::quiet(&format!("(nothing that was offered has the mark /{mark}; //{mark} sends /{mark})"))),
            },
            Line::Unknown(name) => output::show(&show::quiet(&format!("(there is no /{name}: see /help; //{name} sends /{name})"))),
            Line::Nul => output::show(&show::quiet("(not sent: a text cannot hold U+0000)")),
            Line::TooLong => output::show(&show::quiet(&format!("(not sent: a message has at most {MESSAGE_CHARS_MAX} characters)"))),
        }
    }

    fn ask_for_a_line(&self) {
        if self.prompt {
            let mut stdout = anstream::stdout().lock();
            drop(write!(stdout, "{}", show::prompt()).and_then(|()| stdout.flush()));
        }
    }

    fn turn_trace(&mut self) -> Result<(), Trouble> {
        self.trace = !self.trace;
        output::show(&show::quiet(if self.trace { "(what decides is shown)" } else { "(what decides is hidden)" }))
    }

    fn begin_anew(&mut self) -> Result<(), Trouble> {
        self.key.user = uuid::Uuid::new_v4().simple().to_string().into();
        self.offered.clear();
        self.files = Files::default();
        self.shown = Shown::default();
        output::show(&show::quiet("(you are another user now)"))
    }

    async fn send(&mut self, input: Said) -> Result<(), Trouble> {
        self.gateway.catalog().reload().await;
        self.tell_state()?;
        if self.gateway.bot(&self.key.bot).is_none() {
            return output::show(&show::quiet("(no answer: the bot cannot run)"));
        }
        let happening = Happening::Message { input, attributes: Map::new() };
        let inbound = Inbound { key: self.key.clone(), external_id: None, happening };
        match self.gateway.receive(inbound).await {
            Ok(reply) => self.show(&reply),
            Err(refusal) => output::show(&show::quiet(&format!("({refusal})"))),
        }
    }

    fn show(&mut self, reply: &Reply) -> Result<(), Trouble> {
        let live = self.gateway.bot(&self.key.bot);
        let versions = reply.version.as_ref().zip(live.as_ref().map(|bot| bot.version()));
        if let Some(news) = versions.and_then(|(version, live)| self.files.answer(version, live)) {
            output::show(&news)?;
        }
        if self.trace {
            output::show(&show::trace(reply))?;
        }
        for message in &reply.messages {
            self.shown.ids.insert(message.id.to_string());
            output::show(&show::message(&message.content, &mut self.offered))?;
        }
        match (reply.pending, reply.messages.is_empty()) {
            (true, _) => output::show(&show::quiet("(the bot is still at work)")),
            (false, true) => output::show(&show::quiet("(the bot says nothing)")),
            (false, false) => Ok(()),
        }
    }

    /// What a timer says, or a run that took long.
    async fn show_what_came_by_itself(&mut self) -> Result<(), Trouble> {
        let lines = self.gateway.transcript(&self.key, self.shown.after).await.unwrap_or_default();
        let mut fresh = Vec::new();
        for line in lines {
            self.shown.after = Some(line.position);
            let is_new = line.json["from"] == "bot" && self.shown.ids.insert(line.json["id"].as_str().unwrap_or_default().to_owned());
            fresh.extend(serde_json::from_value::<Content>(line.json).ok().filter(|_| is_new));
        }
        if fresh.is_empty() {
            return Ok(());
        }
        output::show(if self.prompt { "\n" } else { "" })?;
        for content in fresh {
            output::show(&show::message(&content, &mut self.offered))?;
        }
        self.ask_for_a_line();
        Ok(())
    }

    /// Says when the files are refused, and why.
    fn tell_state(&mut self) -> Result<(), Trouble> {
        let snapshot = self.gateway.catalog().snapshot();
        let news = snapshot.bots.get(&self.key.bot).and_then(|entry| self.files.state(entry));
        news.map_or(Ok(()), |news| output::show(&news))
    }
}
