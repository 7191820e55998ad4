//! Lists of blocks, and blocks written inline: one key, and what stands beside it.

use std::sync::Arc;

use super::{Compiler, Draft, Here, identity, names};
use crate::{
    flow::{
        block::{Assign, Group, Kind},
        bot::{Block, BlockIx},
        conversation::BlockKey,
    },
    id::Channel,
    language::{self, Doing, ToDo, schema::BLOCK_KEYS},
    yaml::{Span, Spanned},
};

/// What stands around one block.
#[derive(Clone, Copy, Default)]
struct Beside<'a> {
    when: Option<&'a language::Said>,
    channels: &'a [Spanned<String>],
}

impl<'a> Compiler<'a> {
    /// A list of blocks, one after the other; its first block.
    pub(super) fn list(&mut self, blocks: &'a [Spanned<language::Block>], here: Here<'a>) -> Option<BlockIx> {
        let mut first = None;
        let mut before: Option<BlockIx> = None;
        for block in blocks {
            let beside = Beside { when: block.when.as_ref(), channels: block.channels.as_deref().unwrap_or_default() };
            let Some(ix) = self.one(block.doing(), block.span, beside, here) else { continue };
            if let Some(before) = before.replace(ix) {
                self.blocks[before.0 as usize].sibling = Some(ix);
            }
            first = first.or(Some(ix));
        }
        first
    }

    /// What is to be done at some place: one block or a list.
    pub(super) fn what_to_do(&mut self, to_do: Option<&'a ToDo>, here: Here<'a>) -> Option<BlockIx> {
        self.list(&to_do?.0, here)
    }

    /// What is written inline in a branch, an item or a `skip`: what it sets, and the first block of what it does.
    pub(super) fn inline(&mut self, doing: Doing<'a>, span: Span, here: Here<'a>) -> (Vec<Assign>, Option<BlockIx>) {
        let keys = present(&doing);
        if keys.is_empty() {
            return (Vec::new(), None);
        }
        let set = doing.set.map(|set| self.assigns(&set.value, here)).unwrap_or_default();
        let rest = Doing { set: None, ..doing };
        let first = if present(&rest).is_empty() { None } else { self.one(rest, span, Beside::default(), here) };
        (set, first)
    }

    /// What a trigger does: what it sets is a block of its own, before the other.
    pub(super) fn script(&mut self, doing: Doing<'a>, span: Span, here: Here<'a>) -> Option<BlockIx> {
        let set = doing.set.filter(|_| present(&doing).len() > 1);
        let Some(set) = set else { return self.one(doing, span, Beside::default(), here) };
        let only_set = Doing { set: Some(set), ..nothing() };
        let first = self.one(only_set, span, Beside::default(), Here { path: identity::of_slot(here.path, "set"), ..here })?;
        let second = self.one(Doing { set: None, ..doing }, span, Beside::default(), here);
        self.blocks[first.0 as usize].sibling = second;
        Some(first)
    }

    /// One block: its place in the list is taken first, so that what stands inside can refer to it.
    fn one(&mut self, doing: Doing<'a>, span: Span, beside: Beside<'a>, here: Here<'a>) -> Option<BlockIx> {
        let keys = present(&doing);
        match keys.as_slice() {
            [] => {
                self.problems.no_block(here.place(span), BLOCK_KEYS);
                return None;
            }
            [_] => {}
            several => {
                self.problems.several_blocks(here.place(span), several);
                return None;
            }
        }
        let (ix, key) = self.draft(&doing, span, here);
        let here = Here { context: doing.context.map(|c| c.value.as_str()), ..here };
        let outer = self.collecting.replace(Vec::new());
        let kind = self.kind(doing, ix, key, here);
        let when = beside.when.and_then(|when| self.expr(when, here));
        let apis = std::mem::replace(&mut self.collecting, outer).unwrap_or_default();
        let channels = beside.channels.iter().filter_map(|name| self.channel(name, here)).collect();
        let handler = Here { in_on_error: true, ..here.inside(ix, key, "on_error", true) };
        let on_error = self.without_apis(|c| c.what_to_do(doing.on_error, handler));
        let block = &mut self.blocks[ix.0 as usize].block;
        (block.when, block.channels, block.on_error, block.apis, block.kind) = (when, channels, on_error, apis, kind?);
        Some(ix)
    }

    fn draft(&mut self, doing: &Doing<'a>, span: Span, here: Here<'a>) -> (BlockIx, u64) {
        let place = here.place(span);
        let key = match doing.id {
            Some(id) => {
                names::check_id(id, here.place(id.span), self.problems);
                identity::of_id(here.path, id)
            }
            None => identity::of_content(here.path, self.identities.content(here.doc, span)),
        };
        let ix = BlockIx(u32::try_from(self.blocks.len()).unwrap_or(u32::MAX));
        let block = Block {
            key: BlockKey(key),
            unique: true,
            id: doing.id.map(|id| Arc::from(id.as_str())),
            sequence: here.sequence,
            file: here.doc.file.clone(),
            line: span.line,
            place: place.clone(),
            parent: here.parent,
            next: None,
            when: None,
            channels: Vec::new(),
            on_error: None,
            in_on_error: here.in_on_error,
            apis: Vec::new(),
            kind: Kind::Return,
        };
        self.blocks.push(Draft { block, goes_on: here.goes_on, sibling: None });
        (ix, key)
    }

    fn kind(&mut self, doing: Doing<'a>, ix: BlockIx, key: u64, here: Here<'a>) -> Option<Kind> {
        match doing {
            Doing { text: Some(say), .. } => self.say_text(&say.value, here),
            Doing { image: Some(say), .. } => self.say_media(crate::flow::block::MediaKind::Image, &say.value, here),
            Doing { audio: Some(say), .. } => self.say_media(crate::flow::block::MediaKind::Audio, &say.value, here),
            Doing { video: Some(say), .. } => self.say_media(crate::flow::block::MediaKind::Video, &say.value, here),
            Doing { file: Some(say), .. } => self.say_file(&say.value, here),
            Doing { gallery: Some(gallery), .. } => self.gallery(gallery, ix, key, here),
            Doing { buttons: Some(choices), .. } => self.choices(crate::flow::block::ChoicesKind::Buttons, choices, ix, key, here),
            Doing { quick_replies: Some(choices), .. } => {
                self.choices(crate::flow::block::ChoicesKind::QuickReplies, choices, ix, key, here)
            }
            Doing { ask: Some(ask), .. } => self.ask(ask, ix, key, here),
            Doing { set: Some(set), .. } => Some(Kind::Set(crate::flow::block::Set { assigns: self.assigns(&set.value, here) })),
            Doing { api: Some(call), .. } => self.call_api(&call.value, here),
            Doing { decide: Some(branches), .. } => self.decide(branches, ix, key, here),
            Doing { blocks: Some(blocks), .. } => {
                let first = self.without_apis(|c| c.list(&blocks.value, here.inside(ix, key, "blocks", true)));
                if blocks.value.is_empty() {
                    self.problems.empty_list(here.place(blocks.span), "blocks");
                }
                first.map(|first| Kind::Group(Group { first }))
            }
            Doing { goto: Some(target), .. } => Some(self.goto(target, ix, here)),
            Doing { run: Some(run), .. } => self.run(&run.value, here),
            Doing { back: Some(_), .. } => Some(Kind::Return),
            _ => Some(Kind::End),
        }
    }

    pub(super) fn channel(&mut self, name: &Spanned<String>, here: Here<'_>) -> Option<Channel> {
        let channel = name.parse().ok();
        if channel.is_none() {
            let known: Vec<&str> = Channel::ALL.iter().map(|c| c.as_str()).collect();
            self.problems.unknown_channel(here.place(name.span), name, &known);
        }
        channel
    }
}

/// The block keys that are there.
pub(super) fn present(doing: &Doing<'_>) -> Vec<&'static str> {
    let there = [
        doing.text.is_some(),
        doing.image.is_some(),
        doing.audio.is_some(),
        doing.video.is_some(),
        doing.file.is_some(),
        doing.gallery.is_some(),
        doing.buttons.is_some(),
        doing.quick_replies.is_some(),
        doing.ask.is_some(),
        doing.set.is_some(),
        doing.api.is_some(),
        doing.decide.is_some(),
        doing.blocks.is_some(),
        doing.goto.is_some(),
        doing.run.is_some(),
        doing.back.is_some(),
        doing.end.is_some(),
    ];
    BLOCK_KEYS.iter().zip(there).filter(|(_, there)| *there).map(|(key, _)| *key).collect()
}

fn nothing<'a>() -> Doing<'a> {
    Doing {
        id: None,
        on_error: None,
        context: None,
        text: None,
        image: None,
        audio: None,
        video: None,
        file: None,
        gallery: None,
        buttons: None,
        quick_replies: None,
        ask: None,
        set: None,
        api: None,
        decide: None,
        blocks: None,
        goto: None,
        run: None,
        back: None,
        end: None,
    }
}
