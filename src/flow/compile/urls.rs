//! The URL of an API: scheme, host and port are literal or a secret, so that no user can choose where the gateway calls.

use super::{Compiler, Here};
use crate::{flow::computed::SecretText, language::Said};

impl Compiler<'_> {
    /// Scheme, host and port are literal or a secret, so that no user can choose where the gateway calls.
    pub(super) fn url(&mut self, said: &Said, here: Here<'_>) -> Option<SecretText> {
        let source = &said.value.0;
        let text = self.secret_text(source, said.span, here)?;
        let origin = &source[..origin_end(source)];
        if origin.contains("{{") || origin.contains("<<") {
            self.problems.templated_host(here.place(said.span));
        } else if !origin.starts_with("${") {
            self.check_origin(origin, said, here);
        }
        Some(text)
    }

    pub(super) fn check_origin(&mut self, origin: &str, said: &Said, here: Here<'_>) {
        let plain =
            if origin.contains("${") { origin.replace("${env:", "x").replace("${file:", "x").replace('}', "") } else { origin.to_owned() };
        let reason = match url::Url::parse(&plain) {
            Err(error) => error.to_string(),
            Ok(url) if !matches!(url.scheme(), "http" | "https") => "it has to begin with http:// or https://".to_owned(),
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                "a user or password in a URL would show up in logs; use `auth` or `headers`".to_owned()
            }
            Ok(_) => return,
        };
        self.problems.bad_url(here.place(said.span), &reason);
    }
}

/// Where scheme, host and port end. A secret may hold all of them, and `/` in its name ends nothing.
pub(super) fn origin_end(url: &str) -> usize {
    let mut plain = url.to_owned();
    while let Some(from) = plain.find("${") {
        let to = plain[from..].find('}').map_or(plain.len(), |at| from + at + 1);
        plain.replace_range(from..to, &"x".repeat(to - from));
    }
    let is_scheme = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    let host = plain.find("://").filter(|at| is_scheme(&plain[..*at])).map_or(0, |at| at + 3);
    plain[host..].find(['/', '?', '#']).map_or(plain.len(), |at| host + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_ends_before_the_path() {
        let cases = [
            ("https://shop.example/a/{{b}}", "https://shop.example"),
            ("https://shop.example:8443?q={{b}}", "https://shop.example:8443"),
            ("${env:SHOP}/orders/{{id}}?back=https://x/", "${env:SHOP}"),
            ("${env:SHOP}.{{evil}}/orders", "${env:SHOP}.{{evil}}"),
            ("https://${file:a/b}{{evil}}/orders", "https://${file:a/b}{{evil}}"),
            ("https://{{host}}", "https://{{host}}"),
            ("{{base}}/x", "{{base}}"),
        ];
        for (url, origin) in cases {
            assert_eq!(&url[..origin_end(url)], origin);
        }
    }
}
