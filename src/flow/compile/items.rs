//! Items: choosable ones, links, and those made from a list.

use super::{Compiler, Here, identity};
use crate::{
    flow::{
        block::{Each, Item, Leads},
        bot::BlockIx,
        computed::Computed,
        fold::fold,
        types::{Type, Writer},
    },
    language::{self, Said},
    yaml::{Span, Spanned},
};

/// Where items are shown: what they show sees the element of `each`; what they do does not, for it runs later.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub inner: Here<'a>,
    pub outer: Here<'a>,
}

impl<'a> Compiler<'a> {
    /// Items of one message: no two with the same title.
    pub(super) fn items(
        &mut self,
        items: &'a [Spanned<language::Item>],
        into: Option<&str>,
        ix: BlockIx,
        key: u64,
        shown: Shown<'a>,
    ) -> Vec<Item> {
        let mut titles = std::collections::BTreeMap::new();
        for item in items.iter().filter(|i| i.each.is_none() && i.when.is_none()) {
            super::names::once(&mut titles, fold(&item.title), shown.inner.place(item.title.span), "title", &item.title, self.problems);
        }
        let types = into.map(|name| self.types_of(name)).unwrap_or_default();
        items.iter().filter_map(|item| self.item(item, &types, ix, key, shown)).collect()
    }

    fn item(&mut self, item: &'a Spanned<language::Item>, types: &[Type], ix: BlockIx, key: u64, shown: Shown<'a>) -> Option<Item> {
        let each = self.each(item.each.as_ref(), item.element.as_ref(), item.span, shown.inner);
        let inner = shown.inner.with_local(item.element.as_ref().map(|name| name.value.as_str()));
        let inner = Here { context: item.context.as_ref().map(|c| c.value.as_str()), ..inner };
        let (set, leads) = self.leads(item, ix, key, inner, shown.outer);
        Some(Item {
            title: self.phrase(&item.title, inner)?,
            description: item.description.as_ref().and_then(|d| self.phrase(d, inner)),
            value: item.value.value.as_ref().and_then(|v| self.computed_as(v, types, inner)),
            also: item.also.iter().flatten().map(|word| word.value.0.clone()).collect(),
            when: item.when.as_ref().and_then(|w| self.expr(w, inner)),
            each,
            set,
            leads: leads?,
        })
    }

    fn leads(
        &mut self,
        item: &'a Spanned<language::Item>,
        ix: BlockIx,
        key: u64,
        inner: Here<'a>,
        outer: Here<'a>,
    ) -> (Vec<crate::flow::block::Assign>, Option<Leads>) {
        let doing = item.doing();
        let place = outer.place(item.span);
        match (&item.url, &item.phone) {
            (Some(_), Some(_)) => {
                self.problems.wrong_item(place, "an item leads to a url or calls a phone, not both");
                (Vec::new(), None)
            }
            (Some(link), None) | (None, Some(link)) => {
                let does = doing.set.is_some() || item.value.value.is_some() || self.does_something(&doing);
                if does {
                    self.problems.wrong_item(place, "an item that is a link does nothing else: the gateway does not see its press");
                }
                let text = self.text(link, inner);
                let leads = if item.url.is_some() { text.map(Leads::Url) } else { text.map(Leads::Phone) };
                (Vec::new(), leads)
            }
            (None, None) => {
                let set = doing.set.map(|set| self.assigns(&set.value, inner)).unwrap_or_default();
                let slot = format!("item {}", item.title.value.0);
                let rest = language::Doing { set: None, ..doing };
                let (_, first) =
                    self.without_apis(|c| c.inline(rest, item.span, outer.inside(ix, identity::of_slot(key, &slot), "does", true)));
                (set, Some(first.map_or(Leads::Next, Leads::Script)))
            }
        }
    }

    /// What choosing stores fits its attribute. A title that does not is let pass where the item leads elsewhere: it is not stored.
    pub(super) fn check_values(&mut self, choices: &language::Choices, items: &[Item], here: Here<'_>) {
        let Some(into) = choices.into.as_ref().filter(|_| choices.items.as_ref().is_none_or(|raw| raw.len() == items.len())) else {
            return;
        };
        let language = self.language.clone();
        for (raw, item) in choices.items.iter().flatten().zip(items) {
            let value = match (&item.value, &item.leads) {
                (Some(Computed::Literal(value)), _) => Some((value.clone(), Writer::Machine)),
                (None, Leads::Next) => item.title.base().literal().map(|title| (title.into(), Writer::Person(&language))),
                _ => None,
            };
            if let Some((value, writer)) = value {
                self.check_fits(into, &value, writer, here.place(raw.value.value.as_ref().map_or(raw.title.span, |node| node.span)));
            }
        }
    }

    fn does_something(&self, doing: &language::Doing<'_>) -> bool {
        doing.goto.is_some()
            || doing.run.is_some()
            || doing.text.is_some()
            || doing.blocks.is_some()
            || doing.end.is_some()
            || doing.api.is_some()
    }

    /// `each` and `as` come together.
    pub(super) fn each(&mut self, list: Option<&'a Said>, name: Option<&'a Spanned<String>>, span: Span, here: Here<'a>) -> Option<Each> {
        match (list, name) {
            (Some(list), Some(name)) => {
                super::names::check_id(name, here.place(name.span), self.problems);
                Some(Each { list: self.expr(list, here)?, name: name.value.clone() })
            }
            (None, None) => None,
            _ => {
                self.problems.wrong_item(here.place(span), "`each` and `as` belong together: the list, and the name of its element");
                None
            }
        }
    }
}
