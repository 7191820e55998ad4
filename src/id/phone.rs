//! One user is one id on a channel: on those that reach people by phone it is the digits of the number, however it was written.

use super::{Channel, UserKey};

/// Without a country's code in front, a number has fewer digits.
const WHOLE_DIGITS_MIN: usize = 11;
/// What a number with its country's code has at least; and at most: one more than E.164 allows, as clients send such numbers.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=16;

impl Channel {
    /// Whether its users are phone numbers.
    #[must_use]
    pub fn is_phone(self) -> bool {
        matches!(self, Self::Whatsapp | Self::Sms | Self::Rcs)
    }
}

/// The digits of a phone number, the code of its country first; none for what is no number that can be reached. Without `+` a number
/// of fewer than 11 digits is a national one: `country` is the code that completes it.
#[must_use]
pub fn phone(text: &str, country: Option<&str>) -> Option<String> {
    let text = text.trim();
    let is_international = text.starts_with('+');
    let digits: String = text.strip_prefix('+').unwrap_or(text).chars().filter(|c| !" -.()/\u{a0}\u{2011}".contains(*c)).collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = match (is_international || digits.len() >= WHOLE_DIGITS_MIN, country) {
        (true, _) => digits,
        (false, Some(country)) => format!("{country}{}", digits.trim_start_matches('0')),
        (false, None) => return None,
    };
    (DIGITS.contains(&whole.len()) && !whole.starts_with('0')).then_some(whole)
}

impl UserKey {
    /// The id of a user on a channel, as every way in has it; none for what is no phone number where the channel wants one.
    #[must_use]
    pub fn on(channel: Channel, text: &str, country: Option<&str>) -> Option<Self> {
        if channel.is_phone() { phone(text, country).map(Self::from) } else { Some(Self::from(text)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_its_digits() {
        for written in ["919876543210", "+919876543210", " +91 98765 43210 ", "+91 (98765) 432-10", "91.98765.43210"] {
            assert_eq!(phone(written, None).as_deref(), Some("919876543210"), "{written}");
        }
        assert_eq!(phone("+4930123456", None).as_deref(), Some("4930123456"), "with its + it is whole");
    }

    #[test]
    fn a_national_number_wants_a_country() {
        assert_eq!(phone("98765 43210", Some("91")).as_deref(), Some("919876543210"));
        assert_eq!(phone("030 123456", Some("49")).as_deref(), Some("4930123456"));
        assert_eq!(phone("919876543210", Some("49")).as_deref(), Some("919876543210"), "it is whole already");
        assert_eq!(phone("9876543210", None), None);
    }

    #[test]
    fn clients_send_numbers_of_sixteen_digits() {
        assert_eq!(phone("9178921978038123", None).as_deref(), Some("9178921978038123"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for bad in ["", "+", "ada", "+49", "12345678901234567", "+0301234567", "00919876543210", "91987654321x", "٩١٩٨٧٦٥٤٣٢١٠"]
        {
            assert_eq!(phone(bad, None), None, "{bad}");
        }
    }

    #[test]
    fn elsewhere_an_id_is_the_text() {
        assert_eq!(UserKey::on(Channel::Webchat, " Ada Löf", None).as_deref(), Some(" Ada Löf"));
        assert_eq!(UserKey::on(Channel::Sms, "+49 30 123456", None).as_deref(), Some("4930123456"));
        assert_eq!(UserKey::on(Channel::Rcs, "ada", Some("49")), None);
    }
}
