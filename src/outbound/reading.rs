//! Reading what was encoded on the way: percent-encoded bytes, escapes of JSON, lines that were broken.

use std::ops::Range;

/// How often a text is decoded: a log of a log of an address is as deep as backends go.
const READINGS_MAX: usize = 3;

/// A text as it reads once it is decoded, and where each of its bytes stands in the text as it came.
pub(super) struct Reading {
    /// What it says.
    pub(super) bytes: Vec<u8>,
    /// Where each byte stands.
    places: Vec<Range<usize>>,
}

impl Reading {
    /// Where some of its bytes stand; what was left out before and behind them is not among these.
    pub(super) fn place(&self, bytes: &Range<usize>) -> Range<usize> {
        self.places[bytes.start].start..self.places[bytes.end - 1].end
    }
}

/// One way of encoding: what a text begins with, and how many bytes say so.
type Code = for<'b> fn(&'b [u8], &'b mut [u8; 4]) -> (&'b [u8], usize);

/// They are not read at once: a text in the one may hold what looks like the other.
const CODES: [Code; 2] = [percent, json];

/// Calls `each` with the text decoded in every way, with what comes of that decoded again, and so on, as long as there is something to decode.
pub(super) fn each_reading(text: &str, each: &mut dyn FnMut(&Reading)) {
    deeper(text.as_bytes(), None, READINGS_MAX, each);
}

fn deeper(bytes: &[u8], before: Option<&Reading>, depth: usize, each: &mut dyn FnMut(&Reading)) {
    for mut reading in CODES.iter().filter(|_| depth > 0).filter_map(|code| decode(bytes, *code)) {
        if let Some(before) = before {
            reading.places.iter_mut().for_each(|place| *place = before.place(place));
        }
        each(&reading);
        deeper(&reading.bytes, Some(&reading), depth - 1, each);
    }
}

/// None where nothing is encoded.
fn decode(bytes: &[u8], code: Code) -> Option<Reading> {
    if !bytes.iter().any(|byte| matches!(byte, b'%' | b'\\' | b'\r' | b'\n')) {
        return None;
    }
    let (mut decoded, mut places, mut at) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()), 0);
    let mut buffer = [0; 4];
    while at < bytes.len() {
        let (meant, length) = code(&bytes[at..], &mut buffer);
        decoded.extend_from_slice(meant);
        places.extend(meant.iter().map(|_| at..at + length));
        at += length;
    }
    (decoded.len() < bytes.len()).then_some(Reading { bytes: decoded, places })
}

/// As in addresses and forms.
fn percent<'b>(text: &'b [u8], buffer: &'b mut [u8; 4]) -> (&'b [u8], usize) {
    match text {
        [b'%', high, low, ..] if let Some(byte) = hex(&[*high, *low]) => one(byte.to_le_bytes()[0], 3, buffer),
        _ => (&text[..1], 1),
    }
}

/// As in the texts of JSON, and in lines that were broken: what is broken goes on in the next line.
fn json<'b>(text: &'b [u8], buffer: &'b mut [u8; 4]) -> (&'b [u8], usize) {
    match text {
        [b'\r' | b'\n', ..] => (&[], 1),
        [b'\\', b'u', rest @ ..] if let Some((meant, digits)) = utf16(rest) => (meant.encode_utf8(buffer).as_bytes(), digits + 2),
        [b'\\', escape, ..] if let Some(meant) = escaped(*escape) => one(meant, 2, buffer),
        _ => (&text[..1], 1),
    }
}

fn one(meant: u8, length: usize, buffer: &mut [u8; 4]) -> (&[u8], usize) {
    buffer[0] = meant;
    (&buffer[..1], length)
}

fn hex(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + u16::try_from(char::from(*digit).to_digit(16)?).ok()?))
}

/// The character of `00e4`, or of `d83d\ude00`, and how many bytes that are.
fn utf16(text: &[u8]) -> Option<(char, usize)> {
    let first = hex(text.get(..4)?)?;
    let second = text.get(4..10).and_then(|text| hex(text.strip_prefix(b"\\u")?));
    match second {
        Some(second) if (0xd800..0xdc00).contains(&first) => Some((char::decode_utf16([first, second]).next()?.ok()?, 10)),
        _ => Some((char::from_u32(first.into())?, 4)),
    }
}

fn escaped(letter: u8) -> Option<u8> {
    Some(match letter {
        b'"' | b'\\' | b'/' => letter,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each_reading(text, &mut |reading| {
            assert!(reading.places.is_sorted_by(|a, b| a == b || a.end <= b.start), "{text}");
            assert!(reading.places.len() == reading.bytes.len() && reading.places.iter().all(|place| place.end <= text.len()), "{text}");
            all.push(String::from_utf8_lossy(&reading.bytes).into_owned());
        });
        all
    }

    #[test]
    fn whatever_is_encoded_is_read_as_deep_as_backends_go() {
        assert!(read("plain \u{e4} + 100").is_empty());
        assert!(read(r"\ud83d \x 100 % \").is_empty());
        assert_eq!(read("a%20b%2"), ["a b%2"]);
        assert_eq!(read("a%2520b"), ["a%20b", "a b"]);
        assert_eq!(read(r#"\"p\u00e4ss\/\ud83d\ude00\""#), ["\"p\u{e4}ss/\u{1f600}\""]);
        assert_eq!(read(r"\\u00e4"), [r"\u00e4", "\u{e4}"]);
        assert_eq!(read("YWJj\r\nZGVm"), ["YWJjZGVm"]);
        assert_eq!(read(r"YWJj\nZGVm"), ["YWJj\nZGVm", "YWJjZGVm"]);
        assert_eq!(read(r"%41\/"), [r"A\/", "A/", "%41/", "A/"]);
    }

    #[test]
    fn a_place_ends_where_its_last_byte_does() {
        let mut places = Vec::new();
        each_reading("ab%63\n%64", &mut |reading| {
            places.push((String::from_utf8_lossy(&reading.bytes).into_owned(), reading.place(&(1..3))))
        });
        assert_eq!(places[0], ("abc\nd".to_owned(), 1..5));
        assert_eq!(places[1], ("abcd".to_owned(), 1..5));
    }
}
