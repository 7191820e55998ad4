//! Reading what was encoded on the way: percent-encoded bytes, escapes of JSON, lines that were broken.

/// How often a text is decoded: a log of a log of an address is as deep as backends go.
const READINGS_MAX: usize = 3;

/// A text as it reads once it is decoded, and where each of its bytes begins in the text as it came.
pub(super) struct Reading {
    /// What it says.
    pub(super) bytes: Vec<u8>,
    /// Where each byte begins, and where the last one ends.
    pub(super) places: Vec<usize>,
}

/// The text decoded once, what comes of that decoded again, and so on, as long as there is something to decode.
pub(super) fn readings(text: &str) -> Vec<Reading> {
    let mut all: Vec<Reading> = Vec::new();
    while all.len() < READINGS_MAX {
        let read = match all.last() {
            None => decode(text.as_bytes()),
            Some(before) => decode(&before.bytes).map(|Reading { bytes, places }| {
                let places = places.into_iter().map(|place| before.places[place]).collect();
                Reading { bytes, places }
            }),
        };
        match read {
            Some(read) => all.push(read),
            None => break,
        }
    }
    all
}

/// None where nothing is encoded.
fn decode(bytes: &[u8]) -> Option<Reading> {
    if !bytes.iter().any(|byte| matches!(byte, b'%' | b'\\' | b'\r' | b'\n')) {
        return None;
    }
    let (mut decoded, mut places, mut at) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len() + 1), 0);
    let mut buffer = [0; 4];
    while at < bytes.len() {
        let (meant, length) = next(&bytes[at..], &mut buffer);
        decoded.extend_from_slice(meant);
        places.extend(meant.iter().map(|_| at));
        at += length;
    }
    places.push(bytes.len());
    (decoded.len() < bytes.len()).then_some(Reading { bytes: decoded, places })
}

/// What the text begins with, and how many bytes say so.
fn next<'b>(text: &'b [u8], buffer: &'b mut [u8; 4]) -> (&'b [u8], usize) {
    match text {
        [b'\r' | b'\n', ..] => (&[], 1),
        [b'%', high, low, ..] if let Some(byte) = hex(&[*high, *low]) => {
            buffer[0] = byte.to_le_bytes()[0];
            (&buffer[..1], 3)
        }
        [b'\\', b'u', rest @ ..] if let Some((meant, digits)) = utf16(rest) => (meant.encode_utf8(buffer).as_bytes(), digits + 2),
        [b'\\', escape, ..] if let Some(meant) = escaped(*escape) => {
            buffer[0] = meant;
            (&buffer[..1], 2)
        }
        _ => (&text[..1], 1),
    }
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
        let all = readings(text);
        for reading in &all {
            assert_eq!(reading.places.len(), reading.bytes.len() + 1, "{text}");
            assert!(reading.places.is_sorted() && reading.places.last() == Some(&text.len()), "{text}");
        }
        all.into_iter().map(|reading| String::from_utf8(reading.bytes).unwrap()).collect()
    }

    #[test]
    fn whatever_is_encoded_is_read_as_deep_as_backends_go() {
        assert!(read("plain ä + 100").is_empty());
        assert_eq!(read("a%20b%2"), ["a b%2"]);
        assert_eq!(read("a%2520b")[1], "a b");
        assert_eq!(read(r#"\"p\u00e4ss\/\ud83d\ude00\""#), ["\"päss/😀\""]);
        assert_eq!(read(r"\\u00e4")[1], "ä");
        assert!(read(r"\ud83d \x \").is_empty());
        assert_eq!(read("YWJj\r\nZGVm"), ["YWJjZGVm"]);
        assert_eq!(read(r"YWJj\nZGVm")[1], "YWJjZGVm");
    }
}
