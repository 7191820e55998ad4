//! Finds references to secrets in a text of a YAML file.

use std::ops::Range;

use super::secrets::SecretRef;

/// A stretch of a text: plain, or one reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it is in the source, in bytes.
    pub bytes: Range<usize>,
    /// The secret that it refers to; plain text has none.
    pub secret: Option<SecretRef>,
}

/// A reference that can never resolve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct BadRef {
    /// Where it is in the source, in bytes.
    pub bytes: Range<usize>,
    /// What is wrong, as a fact, for a diagnostic.
    pub reason: String,
}

/// How a reference begins, and what its name makes.
type Opening = (&'static str, fn(String) -> SecretRef);

const OPENINGS: [Opening; 2] = [("${env:", SecretRef::Env), ("${file:", SecretRef::File)];

/// Cuts `source` at its `${env:NAME}` and `${file:name}`; any other `${…}` is plain text. The pieces cover the source.
pub fn split_secrets(source: &str) -> Result<Vec<Piece>, BadRef> {
    let mut pieces = vec![];
    let mut done = 0;
    while let Some((start, (opening, make))) = next_opening(source, done) {
        let (name, end) = name_of(source, start, opening)?;
        let secret = make(name.to_owned());
        secret.validate().map_err(|reason| BadRef { bytes: start..end, reason: format!("{secret} {reason}") })?;
        pieces.extend(plain(done..start));
        pieces.push(Piece { bytes: start..end, secret: Some(secret) });
        done = end;
    }
    pieces.extend(plain(done..source.len()));
    Ok(pieces)
}

fn plain(bytes: Range<usize>) -> Option<Piece> {
    (!bytes.is_empty()).then_some(Piece { bytes, secret: None })
}

fn next_opening(source: &str, from: usize) -> Option<(usize, Opening)> {
    let found = OPENINGS.into_iter().filter_map(|opening| Some((from + source[from..].find(opening.0)?, opening)));
    found.min_by_key(|&(start, ..)| start)
}

fn name_of<'a>(source: &'a str, start: usize, opening: &str) -> Result<(&'a str, usize), BadRef> {
    let from = start + opening.len();
    match source[from..].find('}') {
        Some(length) => Ok((&source[from..from + length], from + length + 1)),
        None => Err(BadRef { bytes: start..source.len(), reason: format!("\"{opening}\" is never closed") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> Vec<(&str, bool)> {
        split_secrets(source).unwrap().into_iter().map(|piece| (&source[piece.bytes], piece.secret.is_some())).collect()
    }

    #[test]
    fn references_are_cut_out_and_the_rest_is_plain() {
        assert_eq!(shown("${env:SHOP_URL}/orders/{{id}}"), [("${env:SHOP_URL}", true), ("/orders/{{id}}", false)]);
        assert_eq!(shown("è ${file:a.b-c}${env:_X1}"), [("è ", false), ("${file:a.b-c}", true), ("${env:_X1}", true)]);
        assert_eq!(shown("${HOME} $5 ${x:y}"), [("${HOME} $5 ${x:y}", false)]);
        assert_eq!(shown(""), []);
    }

    #[test]
    fn what_can_never_resolve_is_refused_with_its_place() {
        let bad = |source: &str| split_secrets(source).unwrap_err();
        assert_eq!(bad("ab${env:X"), BadRef { bytes: 2..9, reason: "\"${env:\" is never closed".to_owned() });
        assert_eq!(bad("ab${env:}c").bytes, 2..9);
        for source in [
            "${env:A B}",
            "${env:1A}",
            "${env:FLOWGATE_LISTEN}",
            "${env:DATABASE_URL}",
            "${env:PGPASSWORD}",
            "${env:{{x}}}",
            "${file:../x}",
            "${file:/etc/passwd}",
            "${file:..}",
            "${file:.hidden}",
            "${file:a\\b}",
            "${file:}",
        ] {
            assert!(split_secrets(source).is_err(), "{source}");
        }
    }

    proptest::proptest! {
        #[test]
        fn pieces_cover_the_source_in_order(source in "(\\$|\\{|\\}|env:|file:|A|b|é|\\$\\{env:A\\}){0,20}") {
            if let Ok(pieces) = split_secrets(&source) {
                let joined: String = pieces.iter().map(|piece| &source[piece.bytes.clone()]).collect();
                proptest::prop_assert_eq!(joined, source);
            }
        }
    }
}
