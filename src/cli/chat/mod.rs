//! `flowgate chat`: a conversation in the terminal, through the same gateway that serves. A changed file is live in the next answer.

mod files;
mod input;
mod show;
mod talk;

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt, path::PathBuf};

use super::{Outcome, start, trouble::Trouble, wait_for};
use crate::{
    outbound::Egress,
    settings::Chat,
    store::{Options, Store, Synchronous},
};
use talk::Talk;

/// Where `${file:name}` finds its secrets, as for `serve`.
const SECRETS_DIR: &str = "/run/secrets";

pub(super) fn run(settings: &Chat) -> Result<Outcome, Trouble> {
    wait_for(chat(settings))?
}

async fn chat(settings: &Chat) -> Result<Outcome, Trouble> {
    start::find_bots(&settings.bots)?;
    let folder = Scratch::new()?;
    let options = Options { migrate: true, sqlite_synchronous: Synchronous::Normal, ..Options::default() };
    let url = format!("sqlite://{}", folder.0.join("chat.db").display());
    let store = Store::open(&url, options).await.map_err(|error| Trouble::new(error.to_string()))?;
    let outside = (!settings.offline).then_some(start::Outside { egress: Egress::Any, secrets_dir: SECRETS_DIR.as_ref() });
    let gateway = start::gateway(&settings.bots, store, outside, None).await?;
    let mut talk = Talk::new(settings, gateway.clone())?;
    talk.greet()?;
    talk.go_on().await?;
    gateway.close().await;
    Ok(Outcome::Fine)
}

/// A folder that goes with the conversation, for nobody else to read.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Trouble> {
        let path = std::env::temp_dir().join(format!("flowgate-chat-{}", uuid::Uuid::new_v4().simple()));
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| Trouble::with_file("make", &path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
