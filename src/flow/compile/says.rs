//! Blocks that say something.

use super::{Compiler, Here, items::Shown};
use crate::{
    flow::{
        block::{self, Kind, Media, MediaKind, SayText, SendFile, Source},
        bot::BlockIx,
    },
    language::{self, FileSay, MediaSay, Output, TextSay},
    yaml::Spanned,
};

impl<'a> Compiler<'a> {
    pub(super) fn say_text(&mut self, say: &'a TextSay, here: Here<'a>) -> Option<Kind> {
        let any = match say {
            TextSay::One(text) => vec![self.phrase(text, here)?],
            TextSay::Any(texts) => texts.iter().filter_map(|text| self.phrase(text, here)).collect(),
        };
        (!any.is_empty()).then_some(Kind::Text(SayText { any }))
    }

    pub(super) fn say_media(&mut self, kind: MediaKind, say: &'a MediaSay, here: Here<'a>) -> Option<Kind> {
        let source = match say {
            MediaSay::Url { url, caption } => {
                Source::Url { url: self.text(url, here)?, caption: caption.as_ref().and_then(|c| self.phrase(c, here)) }
            }
            MediaSay::Api(name) => Source::Api(self.api_named(name, Some(Output::Image), here)?),
            MediaSay::Attribute(text) => Source::Attribute(self.text(text, here)?),
        };
        Some(Kind::Media(Media { kind, source }))
    }

    pub(super) fn say_file(&mut self, say: &'a FileSay, here: Here<'a>) -> Option<Kind> {
        let name = say.name.as_ref().and_then(|n| self.phrase(n, here));
        let caption = say.caption.as_ref().and_then(|c| self.phrase(c, here));
        Some(Kind::File(SendFile { url: self.text(&say.url, here)?, name, caption }))
    }

    pub(super) fn gallery(&mut self, gallery: &'a Spanned<language::Gallery>, ix: BlockIx, key: u64, here: Here<'a>) -> Option<Kind> {
        let cards = gallery.items.as_deref().unwrap_or_default();
        if cards.is_empty() && gallery.api.is_none() {
            self.problems.empty_list(here.place(gallery.span), "cards");
        }
        let items = cards.iter().filter_map(|card| self.card(card, ix, key, here)).collect();
        let api = gallery.api.as_ref().and_then(|name| self.api_named(name, Some(Output::Gallery), here));
        Some(Kind::Gallery(block::Gallery { items, api }))
    }

    fn card(&mut self, card: &'a Spanned<language::Card>, ix: BlockIx, key: u64, here: Here<'a>) -> Option<block::Card> {
        let each = self.each(card.each.as_ref(), card.element.as_ref(), card.span, here);
        let inner = here.with_local(card.element.as_ref().map(|name| name.value.as_str()));
        let buttons = self.items(card.buttons.as_deref().unwrap_or_default(), None, ix, key, Shown { inner, outer: here });
        let plain = |compiler: &mut Self, said: &Option<language::Said>| said.as_ref().and_then(|s| compiler.text(s, inner));
        Some(block::Card {
            title: self.phrase(&card.title, inner)?,
            subtitle: card.subtitle.as_ref().and_then(|s| self.phrase(s, inner)),
            image: plain(self, &card.image),
            url: plain(self, &card.url),
            buttons,
            when: card.when.as_ref().and_then(|w| self.expr(w, inner)),
            each,
        })
    }
}
