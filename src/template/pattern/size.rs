//! Regular expressions, and what they cost: a few characters can become megabytes, and as much work.

use regex::{Error, Regex, RegexBuilder};

/// The longest pattern as it is written, in bytes.
const SOURCE_BYTES_MAX: usize = 16 << 10;
/// The sizes that are told apart, in bytes: each is one more try.
const SIZES: [usize; 3] = [16 << 10, 64 << 10, 256 << 10];
/// What a class of characters counts beside what it becomes: it is put together from all of Unicode first.
const CLASS_BYTES: usize = 2 << 10;

/// Compiles a pattern that counts at most so many bytes. The second value is what it counts.
///
/// # Errors
/// What is wrong with it.
pub(super) fn compile(source: &str, any_case: bool, bytes_max: usize) -> Result<(Regex, usize), Error> {
    if source.len() > SOURCE_BYTES_MAX {
        return Err(Error::Syntax(format!("the pattern is {} bytes long, {SOURCE_BYTES_MAX} are allowed", source.len())));
    }
    let classes = classes(source) * CLASS_BYTES;
    if classes > bytes_max {
        return Err(Error::CompiledTooBig(bytes_max));
    }
    let build = |size: usize| RegexBuilder::new(source).case_insensitive(any_case).size_limit(size).build();
    for size in SIZES.into_iter().filter(|size| *size < bytes_max) {
        match build(size) {
            Err(Error::CompiledTooBig(_)) => {}
            built => return built.map(|regex| (regex, size + classes)),
        }
    }
    build(bytes_max).map(|regex| (regex, bytes_max + classes))
}

/// How many classes a pattern has at most: what is in brackets, `\w`, `\p{…}`.
fn classes(source: &str) -> usize {
    let pairs = source.as_bytes().windows(2);
    let named = pairs.filter(|pair| pair[0] == b'\\' && b"pPwWdDsS".contains(&pair[1])).count();
    named + source.matches('[').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_counts_what_it_costs() {
        let size = |source: &str| compile(source, true, 1 << 20).map(|(_, size)| size >> 10).ok();
        assert_eq!((size("yes|no"), size("[a-z]"), size("[a-z]\\w{12}")), (Some(16), Some(18), Some(1_028)));
        assert_eq!((size("\\w{500}"), size("(")), (None, None));
        assert_eq!((size(&"a".repeat(SOURCE_BYTES_MAX + 1)), size(&"[\\pL]".repeat(300))), (None, None));
        assert!(compile("\\w{12}", true, 64 << 10).is_err());
    }
}
