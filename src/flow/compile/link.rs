//! Linking: where every `goto` leads, what comes after every block, and which blocks are alike.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use super::{Compiler, Names, identity};
use crate::{
    diagnostic::Place,
    flow::{
        block::Kind,
        bot::{BlockIx, SequenceIx},
        conversation::BlockKey,
    },
};

/// A `goto` whose target is looked up when all blocks are known.
pub(super) struct Pending {
    pub block: BlockIx,
    pub target: String,
    pub place: Place,
    pub sequence: Option<SequenceIx>,
}

type Ids = BTreeMap<(u32, String), BlockIx>;

pub(super) fn link(compiler: &mut Compiler<'_>) {
    let ids = collect_ids(compiler);
    let firsts = first_blocks(compiler);
    for pending in std::mem::take(&mut compiler.gotos) {
        if let Some(target) = find(compiler, &ids, &firsts, &pending)
            && let Kind::Goto(goto) = &mut compiler.blocks[pending.block.0 as usize].block.kind
        {
            goto.target = Some(target);
        }
    }
    for ix in 0..compiler.blocks.len() {
        compiler.blocks[ix].block.next = next(compiler, ix);
    }
    tell_apart(compiler);
}

fn collect_ids(compiler: &mut Compiler<'_>) -> Ids {
    let mut ids = Ids::new();
    for (ix, draft) in compiler.blocks.iter().enumerate() {
        let (Some(id), Some(sequence)) = (&draft.block.id, draft.block.sequence) else { continue };
        if let Some(first) = ids.get(&(sequence.0, id.to_string())) {
            compiler.problems.duplicate(draft.block.place.clone(), "id", id, compiler.blocks[first.0 as usize].block.place.clone());
            continue;
        }
        if let Some(place) = compiler.names.sequence_places.get(&**id) {
            compiler.problems.ambiguous_id(draft.block.place.clone(), id, place.clone());
        }
        ids.insert((sequence.0, id.to_string()), BlockIx(u32::try_from(ix).unwrap_or(u32::MAX)));
    }
    ids
}

/// The first block of every sequence: the first one drafted in it.
fn first_blocks(compiler: &Compiler<'_>) -> HashMap<u32, BlockIx> {
    let mut firsts = HashMap::new();
    for (ix, draft) in compiler.blocks.iter().enumerate() {
        if let Some(sequence) = draft.block.sequence {
            firsts.entry(sequence.0).or_insert(BlockIx(u32::try_from(ix).unwrap_or(u32::MAX)));
        }
    }
    firsts
}

fn find(compiler: &mut Compiler<'_>, ids: &Ids, firsts: &HashMap<u32, BlockIx>, pending: &Pending) -> Option<BlockIx> {
    let sequence = |compiler: &Compiler<'_>, key: &str| compiler.names.sequences.get(key).copied();
    let (found, elsewhere) = match pending.target.split_once('#') {
        Some(("", id)) => (pending.sequence.and_then(|s| ids.get(&(s.0, id.to_owned())).copied()), false),
        Some((key, id)) => {
            let at = sequence(compiler, key);
            (at.and_then(|s| ids.get(&(s.0, id.to_owned())).copied()), at != pending.sequence)
        }
        None => {
            let local = pending.sequence.and_then(|s| ids.get(&(s.0, pending.target.clone())).copied());
            let whole = sequence(compiler, &pending.target).and_then(|s| firsts.get(&s.0).copied());
            return match (local, whole) {
                (Some(to), _) => allowed(compiler, pending, to, false),
                (None, Some(first)) => Some(first),
                (None, None) => unknown(compiler, ids, pending),
            };
        }
    };
    match found {
        Some(to) => allowed(compiler, pending, to, elsewhere),
        None => unknown(compiler, ids, pending),
    }
}

/// A goto may leave groups but not jump into one from outside it.
fn allowed(compiler: &mut Compiler<'_>, pending: &Pending, to: BlockIx, elsewhere: bool) -> Option<BlockIx> {
    let holders = |mut ix: BlockIx| {
        let mut all = Vec::new();
        while let Some(parent) = compiler.blocks[ix.0 as usize].block.parent {
            all.push(parent);
            ix = parent;
        }
        all
    };
    let group = compiler.blocks[to.0 as usize].block.parent;
    if let Some(group) = group.filter(|g| elsewhere || !holders(pending.block).contains(g)) {
        let place = compiler.blocks[group.0 as usize].block.place.clone();
        compiler.problems.goto_into_group(pending.place.clone(), &pending.target, place);
    }
    Some(to)
}

fn unknown(compiler: &mut Compiler<'_>, ids: &Ids, pending: &Pending) -> Option<BlockIx> {
    let sequence = pending.target.split('#').next().unwrap_or_default();
    if compiler.parsed.unread.sequences.contains(sequence) || compiler.problems.has_enough_of(&pending.place.file) {
        return None;
    }
    let from = match &compiler.blocks[pending.block.0 as usize].block.id {
        Some(id) => format!("block \"{id}\""),
        None => "this `goto`".to_owned(),
    };
    let (names, target) = (&compiler.names, &pending.target);
    compiler.problems.unknown_target(pending.place.clone(), &from, target, || known(names, ids, pending));
    None
}

/// What could stand there: with a `#` the ids of the sequence that is named, or of all if none is called so; else the ids
/// of the own sequence and the keys of all.
fn known<'a>(names: &Names<'a>, ids: &'a Ids, pending: &Pending) -> Vec<Cow<'a, str>> {
    let keys = names.sequences.iter();
    let ids_of = |ix: SequenceIx| ids.range((ix.0, String::new())..).take_while(move |((s, _), _)| *s == ix.0).map(|((_, id), _)| id);
    let Some((named, _)) = pending.target.split_once('#') else {
        let own = pending.sequence.into_iter().flat_map(ids_of);
        return own.map(String::as_str).chain(keys.map(|(key, _)| *key)).map(Cow::Borrowed).collect();
    };
    let meant = keys.filter(|(key, _)| **key == named || !names.sequences.contains_key(named));
    meant.flat_map(|(key, ix)| ids_of(*ix).map(move |id| Cow::Owned(format!("{key}#{id}")))).collect()
}

/// What comes after a block: its sibling, else what comes after the block that holds it.
fn next(compiler: &Compiler<'_>, ix: usize) -> Option<BlockIx> {
    let mut draft = &compiler.blocks[ix];
    loop {
        if draft.sibling.is_some() {
            return draft.sibling;
        }
        if !draft.goes_on {
            return None;
        }
        draft = &compiler.blocks[draft.block.parent?.0 as usize];
    }
}

/// Blocks with the same identity are told apart by their order, and marked: a session never moves onto one of them.
fn tell_apart(compiler: &mut Compiler<'_>) {
    let mut alike: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (ix, draft) in compiler.blocks.iter().enumerate() {
        alike.entry(draft.block.key.0).or_default().push(ix);
    }
    for (key, doubles) in alike.into_iter().filter(|(_, same)| same.len() > 1) {
        for (ordinal, ix) in doubles.into_iter().enumerate() {
            let block = &mut compiler.blocks[ix].block;
            block.unique = false;
            block.key = BlockKey(identity::of_double(key, ordinal as u64));
        }
    }
}
