//! Messages on a terminal: what can be pressed has a mark, `/1` and so on through the whole conversation.

use anstyle::{AnsiColor, Style};

use crate::{
    cli::trace,
    flow::{Card, Choice, Content, Media},
    gateway::Reply,
};

const BOT: Style = AnsiColor::Cyan.on_default().bold();
const YOU: Style = AnsiColor::Green.on_default().bold();
const MARK: Style = AnsiColor::Yellow.on_default();
const QUIET: Style = Style::new().dimmed();

pub(super) fn prompt() -> String {
    format!("{YOU}you ›{YOU:#} ")
}

/// What is not part of the conversation.
pub(super) fn quiet(text: &str) -> String {
    format!("{QUIET}{text}{QUIET:#}")
}

/// The trace of a reply, a line for everything that was done.
pub(super) fn trace(reply: &Reply) -> String {
    let lines = reply.told.iter().flat_map(|told| told.trace.iter().filter_map(|one| trace::line(&told.bot, one)));
    lines.map(|line| quiet(&format!("      {line}"))).collect::<Vec<_>>().join("\n")
}

/// A message; the payloads of what it offers are added to `offered`, and marked by their place there.
pub(super) fn message(content: &Content, offered: &mut Vec<String>) -> String {
    let mut text = format!("{BOT}bot ›{BOT:#} ");
    match content {
        Content::Text { text: said } => text.push_str(&indented(said)),
        Content::Image(media) => text.push_str(&link("image", media)),
        Content::Audio(media) => text.push_str(&link("audio", media)),
        Content::Video(media) => text.push_str(&link("video", media)),
        Content::File { url, name, caption } => {
            let media = Media { url: url.clone(), caption: name.clone().or_else(|| caption.clone()) };
            text.push_str(&link("file", &media));
        }
        Content::Gallery { items } => items.iter().for_each(|one| card(one, offered, &mut text)),
        Content::Buttons { text: said, items } | Content::QuickReplies { text: said, items } => {
            text.push_str(&indented(said));
            items.iter().for_each(|item| choice(item, offered, &mut text));
        }
    }
    text
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n      ")
}

fn link(kind: &str, media: &Media) -> String {
    let caption = media.caption.as_ref().map(|c| format!("{} ", indented(c))).unwrap_or_default();
    format!("{caption}{QUIET}[{kind} {}]{QUIET:#}", media.url)
}

fn card(card: &Card, offered: &mut Vec<String>, text: &mut String) {
    let subtitle = card.subtitle.as_ref().map(|s| format!(" — {}", indented(s))).unwrap_or_default();
    text.push_str(&format!("\n      ▪ {}{subtitle}", card.title));
    for url in card.url.iter().chain(&card.image) {
        text.push_str(&format!(" {QUIET}{url}{QUIET:#}"));
    }
    card.buttons.iter().for_each(|button| choice(button, offered, text));
}

fn choice(choice: &Choice, offered: &mut Vec<String>, text: &mut String) {
    let mark = match &choice.payload {
        Some(payload) => {
            offered.push(payload.clone());
            format!("/{}", offered.len())
        }
        None => "·".to_owned(),
    };
    text.push_str(&format!("\n      {MARK}{mark:>3}{MARK:#} {}", choice.title));
    for more in choice.description.iter().chain(&choice.url).chain(&choice.phone) {
        text.push_str(&format!(" {QUIET}{more}{QUIET:#}"));
    }
}
