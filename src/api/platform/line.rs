//! A message as a line of a conversation. Both matches have no rest: a new kind of message compiles only once it is here.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::moment;
use crate::{
    flow::{Card, Choice, Content, Media},
    gateway::{Heard, Message, Spoken},
};

/// A message.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformMessage)]
pub(in crate::api) struct Said {
    /// `user` or `bot`.
    #[schema(example = "bot")]
    sender: &'static str,
    /// What it says; of a question also what can be chosen.
    #[schema(example = "Shall I?\n[Yes, No]")]
    response: String,
    /// `TEXT`, `OPTIONS`, `FILE_RECEIVED`, `IMAGE`, `VIDEO`, `AUDIO`, `DOCUMENT`, `CAROUSEL`, `LOCATION` or `TEMPLATE`.
    #[schema(example = "OPTIONS")]
    message_type: &'static str,
    #[schema(example = "2023/04/04 10:54:00.000+0000")]
    timestamp: String,
    user_id: String,
    /// The file that it shows.
    file: Option<File>,
    /// The files of a message that has more than one.
    attachments: Option<Vec<File>>,
}

/// A file.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformFile)]
#[serde(rename_all = "camelCase")]
struct File {
    url: String,
    #[schema(example = "image/png")]
    mime_type: String,
    /// The `message_type`.
    #[schema(example = "IMAGE")]
    upload_type: &'static str,
}

/// Text, kind and file of a message.
type Shown = (String, &'static str, Option<File>);

impl Said {
    pub(super) fn new(message: Message, user: &str) -> Self {
        let (sender, (response, message_type, file)) = match message.spoken {
            Spoken::User(heard) => ("user", of_user(heard)),
            Spoken::Bot { content, .. } => ("bot", of_bot(content)),
        };
        let (timestamp, user_id) = (moment(message.at), user.to_owned());
        Self { sender, response, message_type, timestamp, user_id, file, attachments: None }
    }
}

fn of_user(heard: Heard) -> Shown {
    match heard {
        Heard::Text(text) | Heard::Press { title: text, .. } => (text, "TEXT", None),
        Heard::Location(place) => (where_it_is(&place), "LOCATION", None),
    }
}

fn of_bot(content: Content) -> Shown {
    match content {
        Content::Text { text } => (text, "TEXT", None),
        Content::Image(media) => shown(media, "IMAGE"),
        Content::Audio(media) => shown(media, "AUDIO"),
        Content::Video(media) => shown(media, "VIDEO"),
        Content::File { url, name, caption } => {
            let text = caption.or_else(|| name.clone()).unwrap_or_default();
            (text, "DOCUMENT", Some(file(name.as_deref().unwrap_or(&url), &url, "DOCUMENT")))
        }
        Content::Gallery { items } => (items.iter().map(card).collect::<Vec<_>>().join("\n\n"), "CAROUSEL", None),
        Content::Buttons { text, items } | Content::QuickReplies { text, items } => (with_choices(text, &items), "OPTIONS", None),
    }
}

fn shown(media: Media, kind: &'static str) -> Shown {
    let file = file(&media.url, &media.url, kind);
    (media.caption.unwrap_or_default(), kind, Some(file))
}

/// The kind of a file is told by the end of its name.
fn file(name: &str, url: &str, upload_type: &'static str) -> File {
    let path = name.split(['?', '#']).next().unwrap_or(name);
    File { url: url.to_owned(), mime_type: mime_guess::from_path(path).first_or_octet_stream().to_string(), upload_type }
}

fn card(card: &Card) -> String {
    let text = [Some(card.title.as_str()), card.subtitle.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("\n");
    with_choices(text, &card.buttons)
}

/// `Shall I?\n[Yes, No]`.
fn with_choices(text: String, items: &[Choice]) -> String {
    if items.is_empty() {
        return text;
    }
    let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
    format!("{text}\n[{}]", titles.join(", "))
}

/// What the place is called, and where it is.
fn where_it_is(place: &Value) -> String {
    let degrees = format!("{}, {}", place["latitude"], place["longitude"]);
    let names: Vec<&str> = ["label", "address"].iter().filter_map(|name| place[*name].as_str()).collect();
    if names.is_empty() { degrees } else { format!("{} ({degrees})", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::Timestamp;

    fn line(spoken: Spoken) -> Value {
        json!(Said::new(Message { id: "m".into(), at: Timestamp(0), spoken }, "u1"))
    }

    fn of_bot(content: Value) -> Value {
        line(Spoken::Bot { content: serde_json::from_value(content).unwrap(), from_api: false })
    }

    #[test]
    fn what_a_user_says() {
        for (heard, response, kind) in [
            (Heard::Text("hi".into()), "hi", "TEXT"),
            (Heard::Press { title: "Yes".into(), payload: "k".into() }, "Yes", "TEXT"),
            (Heard::Location(json!({"latitude": 40.8, "longitude": 14})), "40.8, 14", "LOCATION"),
            (Heard::Location(json!({"latitude": 1, "longitude": 2, "label": "Napoli"})), "Napoli (1, 2)", "LOCATION"),
        ] {
            let line = line(Spoken::User(heard));
            assert_eq!((&line["sender"], &line["response"], &line["message_type"]), (&json!("user"), &json!(response), &json!(kind)));
            assert_eq!((&line["file"], &line["attachments"]), (&Value::Null, &Value::Null));
        }
    }

    #[test]
    fn what_a_bot_says() {
        let items = json!([{"title": "Yes", "payload": "1"}, {"title": "No", "url": "https://x"}]);
        for (content, response, kind) in [
            (json!({"type": "text", "text": "Hello"}), "Hello", "TEXT"),
            (json!({"type": "buttons", "text": "Shall I?", "items": items}), "Shall I?\n[Yes, No]", "OPTIONS"),
            (json!({"type": "quick_replies", "text": "Shall I?", "items": []}), "Shall I?", "OPTIONS"),
            (
                json!({"type": "gallery", "items": [{"title": "A", "subtitle": "a", "buttons": items}, {"title": "B"}]}),
                "A\na\n[Yes, No]\n\nB",
                "CAROUSEL",
            ),
        ] {
            let line = of_bot(content);
            assert_eq!((&line["sender"], &line["response"], &line["message_type"]), (&json!("bot"), &json!(response), &json!(kind)));
        }
    }

    #[test]
    fn files_are_told_by_their_names() {
        let file = |content| of_bot(content)["file"].clone();
        let image = file(json!({"type": "image", "url": "https://x/a.png?v=2", "caption": "A"}));
        assert_eq!(image, json!({"url": "https://x/a.png?v=2", "mimeType": "image/png", "uploadType": "IMAGE"}));
        let menu = of_bot(json!({"type": "file", "url": "https://x/1", "name": "menu.pdf"}));
        assert_eq!((&menu["response"], &menu["file"]["mimeType"]), (&json!("menu.pdf"), &json!("application/pdf")));
        assert_eq!(file(json!({"type": "audio", "url": "https://x/1"}))["mimeType"], "application/octet-stream");
    }
}
