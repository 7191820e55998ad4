//! Who wrote a value.

use crate::flow::computed::Computed;

/// Who wrote a value decides how its texts are read.
#[derive(Clone, Copy, Debug)]
pub(in crate::flow) enum Writer<'a> {
    /// A person, in this language.
    Person(&'a str),
    /// A machine: an API, a template, a literal, a caller.
    Machine,
    /// Each part of what a bot sets by whoever wrote it; persons in this language.
    Parts(&'a Computed, &'a str),
}

impl<'a> Writer<'a> {
    /// Who wrote what this is worked out to.
    pub(in crate::flow) fn of(value: &'a Computed, language: &'a str) -> Self {
        match value {
            Computed::UserText(_) => Self::Person(language),
            Computed::List(_) | Computed::Map(_) => Self::Parts(value, language),
            Computed::Literal(_) | Computed::Text(_) | Computed::Expr(_) => Self::Machine,
        }
    }

    pub(super) fn of_element(self, ix: usize) -> Self {
        match self {
            Self::Parts(Computed::List(list), language) => list.get(ix).map_or(Self::Machine, |part| Self::of(part, language)),
            Self::Parts(..) => Self::Machine,
            whole => whole,
        }
    }

    pub(super) fn of_field(self, key: &str) -> Self {
        match self {
            Self::Parts(Computed::Map(map), language) => {
                map.iter().find(|(name, _)| name == key).map_or(Self::Machine, |(_, part)| Self::of(part, language))
            }
            Self::Parts(..) => Self::Machine,
            whole => whole,
        }
    }
}
