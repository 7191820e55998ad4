//! Blocks that do something: calls, decisions, jumps.

use super::{Compiler, Here, link::Pending};
use crate::{
    flow::{
        block::{Branch, CallApi, Decide, Goto, Kind, Run},
        bot::{BlockIx, SequenceIx},
    },
    language::{self, ApiCall, RunBlock},
    yaml::Spanned,
};

impl<'a> Compiler<'a> {
    pub(super) fn call_api(&mut self, call: &'a ApiCall, here: Here<'a>) -> Option<Kind> {
        let with = self.computed_map(call.with.as_ref(), here);
        let name = self.api_named(&call.name, None, here)?;
        let save = call
            .save
            .iter()
            .flat_map(|entries| &entries.0)
            .filter_map(|(attribute, path)| self.save(&name, attribute, path, here))
            .collect();
        Some(Kind::Api(CallApi { name, with, save }))
    }

    fn save(&mut self, api: &str, attribute: &Spanned<String>, path: &Spanned<String>, here: Here<'_>) -> Option<(String, Vec<String>)> {
        let keys: Vec<String> = path.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect();
        if let Some((schema, _)) = self.apis.get(api).and_then(|a| a.response.as_ref()) {
            if !super::response::has_path(schema, &keys) {
                self.problems.api_path(here.place(path.span), api, path);
            }
        } else {
            self.problems.api_response_missing(here.place(path.span), api);
        }
        self.settable(attribute, here).then(|| (attribute.value.clone(), keys))
    }

    pub(super) fn decide(
        &mut self,
        branches: &'a Spanned<Vec<Spanned<language::Branch>>>,
        ix: BlockIx,
        key: u64,
        here: Here<'a>,
    ) -> Option<Kind> {
        if branches.is_empty() {
            self.problems.empty_list(here.place(branches.span), "branches");
        }
        let mut compiled = Vec::new();
        let mut closed = false;
        for branch in &branches.value {
            if closed {
                self.problems.never_reached(here.place(branch.span));
            }
            closed |= branch.when.is_none();
            compiled.push(self.branch(branch, ix, key, here));
        }
        Some(Kind::Decide(Decide { branches: compiled }))
    }

    fn branch(&mut self, branch: &'a Spanned<language::Branch>, ix: BlockIx, key: u64, here: Here<'a>) -> Branch {
        let doing = branch.doing();
        let when = branch.when.as_ref().and_then(|w| self.expr(w, here));
        let set = doing.set.map(|set| self.assigns(&set.value, here)).unwrap_or_default();
        let rest = language::Doing { set: None, ..doing };
        let (_, first) = self.without_apis(|c| c.inline(rest, branch.span, here.inside(ix, key, "branch", true)));
        if super::blocks::present(&doing).is_empty() {
            self.problems.no_block(here.place(branch.span), language::schema::BLOCK_KEYS);
        }
        Branch { when, set, first }
    }

    pub(super) fn goto(&mut self, target: &Spanned<String>, ix: BlockIx, here: Here<'_>) -> Kind {
        self.gotos.push(Pending { block: ix, target: target.value.clone(), place: here.place(target.span), sequence: here.sequence });
        Kind::Goto(Goto { target: None })
    }

    pub(super) fn run(&mut self, run: &'a RunBlock, here: Here<'a>) -> Option<Kind> {
        let with = self.computed_map(run.with.as_ref(), here);
        let sequence = self.sequence_named(&run.sequence, here)?;
        Some(Kind::Run(Run { sequence, with }))
    }

    /// The sequence that a name means.
    pub(super) fn sequence_named(&mut self, name: &Spanned<String>, here: Here<'_>) -> Option<SequenceIx> {
        let found = self.names.sequences.get(name.as_str()).copied();
        if found.is_none() && !self.parsed.unread.sequences.contains(name.as_str()) {
            self.problems.unknown_sequence(here.place(name.span), name, &self.names.known_sequences());
        }
        found
    }
}
