//! What is written alike everywhere: addresses, telephone numbers, links.

use std::str::FromStr;

use serde_json::Value;

pub(super) fn email(text: &str) -> Option<Value> {
    let address = email_address::EmailAddress::from_str(text).ok().filter(|e| e.domain().contains('.'))?;
    Some(address.to_string().into())
}

pub(super) fn url(text: &str) -> Option<Value> {
    let url = url::Url::parse(text).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())?;
    Some(url.to_string().into())
}

/// Digits with a leading `+` where the country code was given (E.164: 7 to 15 digits).
pub(super) fn phone(text: &str) -> Option<Value> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let known = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}'));
    let international = text.starts_with('+').then(|| digits.clone()).or_else(|| digits.strip_prefix("00").map(str::to_owned));
    let number = international.as_ref().unwrap_or(&digits);
    if !known || text.matches('+').count() > usize::from(text.starts_with('+')) || !(7..=15).contains(&number.len()) {
        return None;
    }
    Some(international.map_or(digits, |n| format!("+{n}")).into())
}
