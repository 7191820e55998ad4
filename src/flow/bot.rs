//! A compiled bot: ids resolved, templates and expressions compiled, defaults filled.
//! Only `flow::compile` makes one; the engine meets no YAML and no unresolved name.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    about::About, api::Api, attribute::Attribute, block::Kind, conversation::BlockKey, hours::Hours, index::Index, trigger::Trigger,
    wording::Wording,
};
use crate::{
    diagnostic::Place,
    id::{ApiName, BotKey, Channel, SequenceKey, Version},
    outbound::SecretRef,
    template::Expr,
};

/// Where a block stands in its bot's list of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockIx(pub(super) u32);

/// Where a sequence stands in its bot's list of sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SequenceIx(pub(super) u32);

/// A bot that can run.
#[derive(Debug)]
pub struct Bot {
    pub(super) about: About,
    pub(super) start: SequenceIx,
    pub(super) fallback: Option<SequenceIx>,
    pub(super) on_error: Option<BlockIx>,
    pub(super) session_timeout_ms: i64,
    pub(super) on_timeout: Option<BlockIx>,
    pub(super) attributes: BTreeMap<Arc<str>, Attribute>,
    pub(super) index: Index,
    pub(super) triggers: Vec<Trigger>,
    pub(super) opt_out: Vec<String>,
    pub(super) hours: Option<Hours>,
    pub(super) wording: Wording,
    pub(super) sequences: Vec<Sequence>,
    pub(super) sequence_keys: BTreeMap<SequenceKey, SequenceIx>,
    pub(super) sequence_numbers: BTreeMap<u64, SequenceIx>,
    pub(super) blocks: Vec<Block>,
    pub(super) block_keys: HashMap<BlockKey, BlockIx>,
    pub(super) apis: BTreeMap<ApiName, Arc<Api>>,
}

/// A sequence.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Its key.
    pub key: SequenceKey,
    /// The attributes that a start from outside has to bring.
    pub needs: Vec<String>,
    /// It says what it needs, if only that it needs nothing: it is meant to be started from outside.
    pub outside: bool,
    /// API answers may name it by a number.
    pub numbered: bool,
    /// Its first block.
    pub first: BlockIx,
    /// The file it is written in.
    pub file: Arc<str>,
    /// Where its key stands.
    pub place: Place,
}

/// A block and what stands around it.
#[derive(Debug)]
pub struct Block {
    /// Names it, also across versions.
    pub key: BlockKey,
    /// No other block of its sequence has the same identity.
    pub unique: bool,
    /// Its `id`.
    pub id: Option<Arc<str>>,
    /// The sequence it belongs to; none for the scripts of the bot itself.
    pub sequence: Option<SequenceIx>,
    /// The file it is written in.
    pub file: Arc<str>,
    /// The line it begins on, from 1.
    pub line: u32,
    /// Where it stands.
    pub place: Place,
    /// The block in whose branch, item or group it stands.
    pub parent: Option<BlockIx>,
    /// The block after it, also out of the group that holds it; none where its script runs out.
    pub next: Option<BlockIx>,
    /// Skipped unless true.
    pub when: Option<Expr>,
    /// Runs only on these; on all if empty.
    pub channels: Vec<Channel>,
    /// What to do when it fails.
    pub on_error: Option<BlockIx>,
    /// It stands in the `on_error` of another block, where there is an `error`.
    pub in_on_error: bool,
    /// The APIs that have to answer before it can run, in the order in which they are called.
    pub apis: Vec<ApiName>,
    /// What it does.
    pub kind: Kind,
}

impl Bot {
    /// What describes the bot as a whole.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &BotKey {
        &self.about.key
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.about.version
    }

    /// Its sequences.
    #[must_use]
    pub fn sequences(&self) -> &[Sequence] {
        &self.sequences
    }

    /// The sequence that a key names (whatever its case), or a number.
    #[must_use]
    pub fn find_sequence(&self, name: &str) -> Option<&Sequence> {
        let by_key = self.sequence_keys.get(name).copied();
        let by_number = || name.parse().ok().and_then(|n: u64| self.sequence_numbers.get(&n).copied());
        let by_case = || self.sequence_keys.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, ix)| *ix);
        by_key.or_else(by_number).or_else(by_case).map(|ix| self.sequence(ix))
    }

    /// The sequence at this place.
    #[must_use]
    pub fn sequence(&self, ix: SequenceIx) -> &Sequence {
        &self.sequences[ix.0 as usize]
    }

    /// Its blocks, in the order of the files, each with its place in the list.
    pub fn blocks(&self) -> impl Iterator<Item = (BlockIx, &Block)> {
        self.blocks.iter().enumerate().map(|(ix, block)| (BlockIx(u32::try_from(ix).unwrap_or(u32::MAX)), block))
    }

    /// What its users' words start, in the order written.
    #[must_use]
    pub fn triggers(&self) -> &[Trigger] {
        &self.triggers
    }

    /// The first block of everything that begins without a sequence being named: start, fallback, triggers, time-out, failures.
    pub fn roots(&self) -> impl Iterator<Item = BlockIx> {
        let sequences = [Some(self.start), self.fallback].into_iter().flatten().map(|ix| self.sequence(ix).first);
        let scripts = self.triggers.iter().map(|trigger| trigger.first).chain(self.on_error).chain(self.on_timeout);
        sequences.chain(scripts).chain(self.apis.values().filter_map(|api| api.on_error))
    }

    /// The block at this place.
    #[must_use]
    pub fn block(&self, ix: BlockIx) -> &Block {
        &self.blocks[ix.0 as usize]
    }

    /// The block that a key names, if this version has it.
    #[must_use]
    pub fn find_block(&self, key: BlockKey) -> Option<(BlockIx, &Block)> {
        self.block_keys.get(&key).map(|ix| (*ix, self.block(*ix)))
    }

    /// Its API integrations, by name.
    #[must_use]
    pub fn apis(&self) -> &BTreeMap<ApiName, Arc<Api>> {
        &self.apis
    }

    /// Its attributes, by name.
    #[must_use]
    pub fn attributes(&self) -> &BTreeMap<Arc<str>, Attribute> {
        &self.attributes
    }

    /// What its users are found by.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The secrets that it needs to go live.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        self.apis.values().flat_map(|api| api.secrets())
    }

    /// Where a secret is named first.
    #[must_use]
    pub fn place_of(&self, secret: &SecretRef) -> Option<Place> {
        let texts = self.apis.values().flat_map(|api| api.texts().into_iter().map(move |text| (api, text)));
        let mut naming = texts.filter(|(_, text)| text.secrets().any(|named| named == secret));
        naming.next().map(|(api, text)| text.place.clone().unwrap_or_else(|| api.place.clone()))
    }

    /// Takes over how `live` calls its APIs: what a session on an older version calls is always what is live now.
    #[must_use]
    pub fn calling_like(mut self, live: &Bot) -> Self {
        for (name, api) in &mut self.apis {
            if let Some(now) = live.apis.get(name) {
                *api = Arc::new(Api::clone(api).calling_like(now));
            }
        }
        self
    }
}
