//! A message as a line of a transcript. Both matches have no rest: a new kind of message compiles only once it is here.

use serde_json::{Map, Value, json};

use crate::{
    flow::{Card, Choice, Content, Media},
    gateway::{Heard, Message, Spoken},
};

/// The word of its type, and what stands under it.
type Shown = (&'static str, Value);

/// A message: `{"from", "type", <type>: {…}, "createdAt", "updatedAt", "isPreviewUser"}`.
pub(super) fn line(message: Message) -> Value {
    let at = message.at.rfc3339();
    let (from, (kind, content)) = match message.spoken {
        Spoken::User(heard) => ("User", of_user(heard)),
        Spoken::Bot { content, from_api } => ("Bot", of_bot(content, from_api)),
    };
    json!({"from": from, "type": kind, kind: content, "createdAt": at, "updatedAt": at, "isPreviewUser": false})
}

fn of_user(heard: Heard) -> Shown {
    match heard {
        Heard::Text(text) | Heard::Press { title: text, .. } => self::text(&text),
        Heard::Location(place) => ("location", location(&place)),
    }
}

fn of_bot(content: Content, from_api: bool) -> Shown {
    match content {
        Content::Text { text } => self::text(&text),
        Content::Image(media) => ("image", url(media)),
        Content::Audio(media) => ("audio", url(media)),
        Content::Video(media) => ("video", url(media)),
        Content::File { url, name, caption } => file(url, name.as_deref(), caption),
        Content::Gallery { items } => ("carousel", items.iter().map(card).collect()),
        Content::Buttons { text, items } | Content::QuickReplies { text, items } => reply(&text, &items, from_api),
    }
}

fn text(text: &str) -> Shown {
    ("text", json!({"message": text, "buttons": [], "isRating": false}))
}

/// A caption stands beside its file where there is one.
fn captioned(mut content: Value, caption: Option<String>) -> Value {
    if let Some(caption) = caption {
        content["caption"] = caption.into();
    }
    content
}

fn url(media: Media) -> Value {
    captioned(json!({"url": media.url}), media.caption)
}

/// The kind of a file is told by the end of its name.
fn file(url: String, name: Option<&str>, caption: Option<String>) -> Shown {
    let path = name.unwrap_or(&url).split(['?', '#']).next().unwrap_or_default();
    let kind = match path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "pdf" => "pdf",
        "doc" | "docx" => "doc",
        "xls" | "xlsx" => "xls",
        "ppt" | "pptx" => "ppt",
        _ => {
            let mime = mime_guess::from_path(path).first_or_octet_stream();
            return ("attachment", captioned(json!({"contentType": mime.to_string(), "contentUrl": url}), caption));
        }
    };
    (kind, captioned(json!({"url": url}), caption))
}

fn card(card: &Card) -> Value {
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    let buttons: Vec<&str> = card.buttons.iter().map(|button| button.title.as_str()).collect();
    json!({"title": card.title, "subtitle": part(&card.subtitle), "image_url": part(&card.image), "buttons": buttons})
}

fn reply(text: &str, items: &[Choice], from_api: bool) -> Shown {
    let header = json!({"type": "", "text": "", "url": ""});
    if from_api {
        let buttons: Vec<Value> = items.iter().map(|item| json!({"type": kind(item), "title": item.title})).collect();
        return ("dynamicReply", json!({"header": header, "body": text, "footer": "", "actions": {"buttons": buttons}}));
    }
    let id = |item: &Choice| item.payload.clone().unwrap_or_default();
    let buttons: Vec<Value> = items.iter().map(|item| json!({"type": kind(item), "title": item.title, "id": id(item)})).collect();
    ("reply", json!({"header": header, "body": text, "footer": "", "action": {"buttons": buttons}}))
}

/// What a button does.
fn kind(item: &Choice) -> &'static str {
    match (&item.url, &item.phone) {
        (Some(_), _) => "url",
        (None, Some(_)) => "phone",
        (None, None) => "reply",
    }
}

/// All parts are texts.
fn location(place: &Value) -> Value {
    let part = |name: &str| match &place[name] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        number => number.to_string(),
    };
    let parts = ["longitude", "latitude", "label", "address"].map(|name| (name.to_owned(), part(name).into()));
    Value::Object(Map::from_iter(parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn shown(spoken: Spoken) -> Value {
        let mut line = line(Message { id: "m".into(), at: Timestamp(0), spoken });
        let kind = line["type"].as_str().unwrap().to_owned();
        assert_eq!(line["createdAt"], "1970-01-01T00:00:00.000Z");
        assert_eq!(line.as_object().unwrap().len(), 6, "{line}");
        json!([line["from"], kind, line[&kind].take()])
    }

    fn bot(content: Value, from_api: bool) -> Value {
        shown(Spoken::Bot { content: serde_json::from_value(content).unwrap(), from_api })
    }

    #[test]
    fn what_a_user_sends() {
        let said = json!(["User", "text", {"message": "Yes", "buttons": [], "isRating": false}]);
        assert_eq!(shown(Spoken::User(Heard::Text("Yes".into()))), said);
        assert_eq!(shown(Spoken::User(Heard::Press { title: "Yes".into(), payload: "k".into() })), said);
        assert_eq!(
            shown(Spoken::User(Heard::Location(json!({"latitude": 52.5, "longitude": -13, "label": "Home"})))),
            json!(["User", "location", {"longitude": "-13", "latitude": "52.5", "label": "Home", "address": ""}])
        );
    }

    #[test]
    fn what_a_bot_shows() {
        for (content, expected) in [
            (json!({"type": "text", "text": "Hi"}), json!(["text", {"message": "Hi", "buttons": [], "isRating": false}])),
            (json!({"type": "image", "url": "https://a.example/i.png"}), json!(["image", {"url": "https://a.example/i.png"}])),
            (json!({"type": "audio", "url": "https://a.example/a"}), json!(["audio", {"url": "https://a.example/a"}])),
            (
                json!({"type": "video", "url": "https://a.example/v", "caption": "See"}),
                json!(["video", {"url": "https://a.example/v", "caption": "See"}]),
            ),
            (json!({"type": "file", "url": "https://a.example/f.PDF?x=1"}), json!(["pdf", {"url": "https://a.example/f.PDF?x=1"}])),
            (json!({"type": "file", "url": "https://a.example/f", "name": "a.docx"}), json!(["doc", {"url": "https://a.example/f"}])),
            (json!({"type": "file", "url": "https://a.example/f.xlsx"}), json!(["xls", {"url": "https://a.example/f.xlsx"}])),
            (json!({"type": "file", "url": "https://a.example/f.ppt"}), json!(["ppt", {"url": "https://a.example/f.ppt"}])),
            (
                json!({"type": "file", "url": "https://a.example/f.zip"}),
                json!(["attachment", {"contentType": "application/zip", "contentUrl": "https://a.example/f.zip"}]),
            ),
            (
                json!({"type": "gallery", "items": [{"title": "A", "buttons": [{"title": "Buy", "payload": "p"}]}, {"title": "B", "subtitle": "b", "image": "u"}]}),
                json!(["carousel", [
                    {"title": "A", "subtitle": "", "image_url": "", "buttons": ["Buy"]},
                    {"title": "B", "subtitle": "b", "image_url": "u", "buttons": []}
                ]]),
            ),
        ] {
            assert_eq!(bot(content, false), json!(["Bot", expected[0], expected[1]]));
        }
    }

    #[test]
    fn questions_say_whether_an_api_asked_them() {
        let items =
            json!([{"title": "Yes", "payload": "p"}, {"title": "Site", "url": "https://a.example"}, {"title": "Call", "phone": "+491"}]);
        let header = json!({"type": "", "text": "", "url": ""});
        for kind in ["buttons", "quick_replies"] {
            let content = json!({"type": kind, "text": "Shall I?", "items": items});
            let buttons = json!([{"type": "reply", "title": "Yes", "id": "p"}, {"type": "url", "title": "Site", "id": ""}, {"type": "phone", "title": "Call", "id": ""}]);
            let expected = json!({"header": header, "body": "Shall I?", "footer": "", "action": {"buttons": buttons}});
            assert_eq!(bot(content.clone(), false), json!(["Bot", "reply", expected]));
            let buttons = json!([{"type": "reply", "title": "Yes"}, {"type": "url", "title": "Site"}, {"type": "phone", "title": "Call"}]);
            let expected = json!({"header": header, "body": "Shall I?", "footer": "", "actions": {"buttons": buttons}});
            assert_eq!(bot(content, true), json!(["Bot", "dynamicReply", expected]));
        }
    }
}
