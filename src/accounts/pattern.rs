//! Names with `*` for whatever is there.

/// `pizza*`, `SHOP_*`, `*.shop.example`, or a name as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    /// A pattern that names something; spaces are in no name.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        fits.then(|| Self(text.to_owned()))
    }

    /// Each piece stands behind the one before; the first begins the name, the last ends it.
    pub(super) fn fits(&self, name: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else { return self.0 == name };
        let Some(mut left) = name.strip_prefix(first) else { return false };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        for piece in middle.split('*') {
            let Some(at) = left.find(piece) else { return false };
            left = &left[at + piece.len()..];
        }
        left.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_whatever_is_there() {
        let fits = |pattern: &str, name: &str| Pattern::parse(pattern).unwrap().fits(name);
        for (pattern, name) in [
            ("shop", "shop"),
            ("*", ""),
            ("*", "shop"),
            ("pizza*", "pizza"),
            ("pizza*", "pizza_2"),
            ("*.a.example", "x.a.example"),
            ("a*b*c", "a-b-b-c"),
            ("**", "x"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in
            [("shop", "shop2"), ("pizza*", "a_pizza"), ("*.a.example", "a.example"), ("a*a", "a"), ("a*b*c", "a-c-b"), ("ab*ba", "aba")]
        {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
        assert!(Pattern::parse("").is_none() && Pattern::parse("a b").is_none());
    }
}
