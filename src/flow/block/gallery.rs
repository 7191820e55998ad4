//! `gallery`: cards side by side. It does not wait: its buttons work like those of an older message.

use super::{
    Then,
    item::{Each, Item, Offered, each_element},
};
use crate::{
    flow::{
        answer::Failure,
        api_items::{self, ApiData},
        bot::BlockIx,
        effect::{self, Content},
        engine::Engine,
        phrase::{Phrase, RENDERED_BYTES_MAX},
        scope::Scope,
    },
    id::ApiName,
    template::{Escape, Expr, Text},
};

/// Cards, written or from an API.
#[derive(Debug)]
pub struct Gallery {
    /// The cards that are written.
    pub items: Vec<Card>,
    /// An API that gives more.
    pub api: Option<ApiName>,
}

/// A compiled card.
#[derive(Debug)]
pub struct Card {
    /// Its title.
    pub title: Phrase,
    /// A second line.
    pub subtitle: Option<Phrase>,
    /// Its picture.
    pub image: Option<Text>,
    /// Where a click leads.
    pub url: Option<Text>,
    /// Its buttons.
    pub buttons: Vec<Item>,
    /// Shown only if true.
    pub when: Option<Expr>,
    /// Made once for each element.
    pub each: Option<Each>,
}

impl Gallery {
    pub(super) fn run(&self, engine: &mut Engine<'_>, at: BlockIx) -> Result<Then, Failure> {
        let (mut cards, mut sent) = (Vec::new(), Vec::new());
        let scope = engine.scope();
        for card in &self.items {
            each_element(card.each.as_ref(), card.when.as_ref(), &scope, &mut |scope| {
                let mut offered = Offered { sent: std::mem::take(&mut sent), ..Offered::default() };
                cards.push(card.render(engine, at, scope, &mut offered)?);
                sent = offered.sent;
                Ok(())
            })?;
        }
        if let Some(name) = &self.api {
            for card in engine.data(name).as_array().into_iter().flatten() {
                cards.push(api_card(engine, at, ApiData { api: name, value: card }, &mut sent)?);
            }
        }
        if !cards.is_empty() {
            engine.send_items(Content::Gallery { items: cards }, sent)?;
        }
        Ok(Then::Next)
    }
}

impl Card {
    fn render(&self, engine: &Engine<'_>, at: BlockIx, scope: &Scope<'_>, offered: &mut Offered) -> Result<effect::Card, Failure> {
        self.buttons.iter().try_for_each(|button| button.offer(engine, at, None, scope, offered))?;
        let plain = |text: &Option<Text>| text.as_ref().map(|t| t.render(scope, Escape::Plain, RENDERED_BYTES_MAX)).transpose();
        let shown = |text: Option<String>| text.filter(|t| !t.is_empty());
        Ok(effect::Card {
            title: self.title.render(scope)?,
            subtitle: shown(self.subtitle.as_ref().map(|s| s.render(scope)).transpose()?),
            image: shown(plain(&self.image)?),
            url: shown(plain(&self.url)?),
            buttons: std::mem::take(&mut offered.choices),
        })
    }
}

fn api_card(
    engine: &Engine<'_>,
    at: BlockIx,
    ApiData { api, value: card }: ApiData<'_>,
    sent: &mut Vec<effect::SentItem>,
) -> Result<effect::Card, Failure> {
    let text = |key: &str| card[key].as_str().filter(|t| !t.is_empty()).map(str::to_owned);
    let mut offered = Offered { sent: std::mem::take(sent), ..Offered::default() };
    api_items::offer(engine, at, None, ApiData { api, value: &card["buttons"] }, &mut offered)?;
    *sent = offered.sent;
    Ok(effect::Card {
        title: text("title").unwrap_or_default(),
        subtitle: text("subtitle"),
        image: text("image"),
        url: text("url"),
        buttons: offered.choices,
    })
}
