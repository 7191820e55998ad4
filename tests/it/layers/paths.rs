//! The paths that a source names: `use` groups opened, and `crate`, `self` and `super` resolved, inline modules included.

use super::tokens::{Token, tokens};

/// A path, absolute ones beginning with `crate`; a macro's last part ends in `!`. The line is that of its last part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// All paths of a source in the module `home`, given as the parts after `crate`.
pub(super) fn paths(source: &str, home: &[&str]) -> Vec<Named> {
    let mut reader = Reader {
        tokens: tokens(source),
        at: 0,
        module: std::iter::once("crate").chain(home.iter().copied()).map(str::to_owned).collect(),
        inline: vec![],
        depth: 0,
        found: vec![],
    };
    reader.read();
    reader.found
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    module: Vec<String>,
    /// The depths of braces at which an inline module was opened.
    inline: Vec<usize>,
    depth: usize,
    found: Vec<Named>,
}

impl Reader {
    fn read(&mut self) {
        while self.at < self.tokens.len() {
            match self.text(0) {
                "mod" if self.text(2) == "{" => self.enter(),
                "{" => self.depth += 1,
                "}" => self.leave(),
                _ if self.tokens[self.at].is_word() && !self.is_field() => {
                    self.path(vec![]);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| &token.text)
    }

    /// `.name` is a field or a method; `..name` and `..=name` are not.
    fn is_field(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map_or("", |at| self.tokens[at].text.as_str());
        before(1) == "." && before(2) != "."
    }

    fn enter(&mut self) {
        self.module.push(self.text(1).to_owned());
        self.inline.push(self.depth);
        self.depth += 1;
        self.at += 2;
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.inline.last() == Some(&self.depth) {
            self.inline.pop();
            self.module.pop();
        }
    }

    /// Reads one path from here on, `before` being what a group around it begins with.
    fn path(&mut self, before: Vec<String>) {
        let mut path = before;
        let mut line = self.tokens[self.at].line;
        loop {
            match self.text(0) {
                "{" => return self.group(&path),
                "*" => path.push("*".to_owned()),
                _ if self.tokens.get(self.at).is_some_and(Token::is_word) => self.part(&mut path),
                _ => break,
            }
            line = self.tokens[self.at].line;
            self.at += 1;
            if self.text(0) != "::" {
                break;
            }
            self.at += 1;
        }
        if self.text(0) == "!"
            && self.text(1) != "="
            && let Some(last) = path.last_mut()
        {
            last.push('!');
        }
        self.found.push(Named { path, line });
    }

    fn part(&self, path: &mut Vec<String>) {
        match self.text(0) {
            "self" if path.is_empty() && self.text(1) == "::" => path.clone_from(&self.module),
            "self" if !path.is_empty() => {}
            "super" if path.is_empty() => path.extend_from_slice(&self.module[..self.module.len().max(2) - 1]),
            "super" => path.truncate(path.len().max(2) - 1),
            word => path.push(word.to_owned()),
        }
    }

    fn group(&mut self, before: &[String]) {
        self.at += 1;
        while !matches!(self.text(0), "}" | "") {
            match self.text(0) {
                "," | "::" => self.at += 1,
                _ => self.member(before),
            }
        }
        self.at += 1;
    }

    /// One member of a group; what is neither path nor group (a stray sign) is stepped over. `as name` is a path of its own.
    fn member(&mut self, before: &[String]) {
        match self.text(0) {
            "as" => self.at += 2,
            "{" | "*" => self.path(before.to_vec()),
            _ if self.tokens[self.at].is_word() => self.path(before.to_vec()),
            _ => self.at += 1,
        }
    }
}

mod tests {
    use super::*;

    /// The paths of a source in `crate::a::b`, each as it would be written.
    fn named(source: &str) -> Vec<String> {
        paths(source, &["a", "b"]).into_iter().map(|named| named.path.join("::")).filter(|path| path.contains("::")).collect()
    }

    #[test]
    fn groups_are_opened() {
        let source = "use crate::{x, y::{self, z as w, v::*}, u::{}};";
        assert_eq!(named(source), ["crate::x", "crate::y", "crate::y::z", "crate::y::v::*"]);
    }

    #[test]
    fn supers_and_selves_are_resolved() {
        assert_eq!(named("use super::x; super::super::y(); use self::z;"), ["crate::a::x", "crate::y", "crate::a::b::z"]);
        assert_eq!(named("use super::{super::x::y, z};"), ["crate::x::y", "crate::a::z"]);
        assert_eq!(named("use super::super::*;"), ["crate::*"]);
    }

    #[test]
    fn inline_modules_count() {
        let source = "mod tests { use super::c; fn f() { super::super::super::x::y() } } use super::d;";
        assert_eq!(named(source), ["crate::a::b::c", "crate::x::y", "crate::a::d"]);
    }

    #[test]
    fn expressions_types_and_macros() {
        assert_eq!(named("let s = crate::x::S { y: crate::z::T::<crate::u::V>::new() };"), ["crate::x::S", "crate::z::T", "crate::u::V"]);
        assert_eq!(named("self.store.x(..std::fs::F); $crate::w!(); a::b!();"), ["std::fs::F", "crate::w!", "a::b!"]);
        assert_eq!(named("pub(in crate::x) fn f() {} pub(crate) fn g() {}"), ["crate::x"]);
    }

    #[test]
    fn lines_are_those_of_the_last_part() {
        let found = paths("use crate::{\n    x,\n    y::\n    z,\n};", &[]);
        assert_eq!(found.iter().filter(|n| n.path.len() > 1).map(|n| n.line).collect::<Vec<_>>(), [2, 4]);
    }
}
