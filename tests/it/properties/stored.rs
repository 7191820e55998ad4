//! Random conversations through a real gateway, replayed from what the store kept of them.

use std::{fs, path::Path, sync::Arc};

use flowgate::{
    catalog::Catalog,
    flow::{Content, Message},
    gateway::{Admission, Gateway, Happening, Inbound, Parts, Replayed, Said},
    id::{Channel, ConversationKey},
    store::Store,
};
use serde_json::{Map, json};

use super::{bots, dice::Dice};
use crate::support::{database::on_both_stores, long::long};

const CONVERSATIONS: usize = 40;
const MESSAGES: usize = 8;
const WORDS: &[&str] = &["hi", "menu", "42", "Ada", "help me", "word up", "2026-03-09", "Skip it", "other 1", "stop", "start"];

/// Random bots that `check` accepts, below a folder.
fn write(folder: &Path, seeds: std::ops::Range<u64>) -> Vec<String> {
    let accepted = seeds.filter(|seed| super::bot(*seed).bot.is_some());
    let one = |seed: u64| {
        let key = format!("random_{seed}");
        for (path, text) in bots::files(seed) {
            let path = folder.join(&key).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text.replace("\"bot\":\"random\"", &format!("\"bot\":\"{key}\""))).unwrap();
        }
        key
    };
    accepted.map(one).collect()
}

/// Another version of every bot: one text is another one.
fn edit(folder: &Path, keys: &[String]) {
    for key in keys {
        let path = folder.join(key).join("sequences/s0.yaml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen("Sequence {{n}}", "Sequence {{n}}, edited", 1)).unwrap();
    }
}

async fn gateway(store: Store, bots: &Path) -> Gateway {
    let catalog = Arc::new(Catalog::open(bots, Arc::new(Admission { store: store.clone(), secrets: None })));
    let report = catalog.reload().await;
    assert!(report.sound(), "{report:?}");
    Gateway::start(Parts { catalog, store, integrations: None }).await.unwrap()
}

/// What can be pressed in these messages.
fn payloads(messages: &[Arc<Message>]) -> Vec<String> {
    let choices = messages.iter().flat_map(|message| match &message.content {
        Content::Buttons { items, .. } | Content::QuickReplies { items, .. } => items.clone(),
        Content::Gallery { items } => items.iter().flat_map(|card| card.buttons.clone()).collect(),
        _ => Vec::new(),
    });
    choices.filter_map(|choice| choice.payload).collect()
}

fn happening(dice: &mut Dice, pressable: &[String]) -> Happening {
    let input = match dice.below(10) {
        0 => return Happening::Start { sequence: "s1".into(), attributes: Map::from_iter([("n".to_owned(), json!(3))]) },
        1 => Said::Location(json!({"latitude": 1.5, "longitude": 2, "label": "here"})),
        2..=6 if !pressable.is_empty() => Said::Press(pressable[dice.below(pressable.len())].clone()),
        _ => Said::Text(dice.pick(WORDS).to_owned()),
    };
    Happening::Message { input, attributes: Map::new() }
}

async fn talk(gateway: &Gateway, key: &ConversationKey, dice: &mut Dice, pressable: &mut Vec<String>) {
    for _ in 0..MESSAGES / 2 {
        let inbound = Inbound { key: key.clone(), external_id: None, happening: happening(dice, pressable) };
        pressable.extend(payloads(&gateway.receive(inbound).await.unwrap().messages));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_keeps_of_a_conversation_replays() {
    on_both_stores(async |store| {
        let folder = tempfile::tempdir().unwrap();
        let bots = write(folder.path(), 0..12);
        let gateway = gateway(store, folder.path()).await;
        let key = |n: usize| ConversationKey {
            bot: bots[n % bots.len()].as_str().into(),
            channel: Channel::Webchat,
            user: format!("user-{n}").into(),
        };
        let mut talks: Vec<(Dice, Vec<String>)> = (0..CONVERSATIONS * long()).map(|n| (Dice::new(n as u64), Vec::new())).collect();
        for half in 0..2 {
            for (n, (dice, pressable)) in talks.iter_mut().enumerate() {
                talk(&gateway, &key(n), dice, pressable).await;
            }
            if half == 0 {
                edit(folder.path(), &bots);
                assert!(gateway.catalog().reload().await.sound());
            }
        }
        for n in 0..talks.len() {
            let replayed = gateway.replay(&key(n)).await.unwrap();
            assert!(matches!(replayed, Replayed::Same { turns } if turns >= MESSAGES), "{}: {replayed:?}", key(n));
        }
    })
    .await;
}
