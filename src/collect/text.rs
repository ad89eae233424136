//! Text from outside, made fit to be kept.

use std::error::Error;
use std::fmt::Write as _;

/// The longest text that is kept of one message, in bytes. AWS's encoded authorization failures are about 1,000.
const TEXT_LIMIT: usize = 2_000;

/// At most [`TEXT_LIMIT`] of the text.
pub(super) fn clipped(text: &str) -> String {
    if text.len() <= TEXT_LIMIT {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(TEXT_LIMIT)])
}

/// An error and its causes, each said once: `dispatch failure: io error: connection refused`.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause.filter(|_| text.len() < TEXT_LIMIT) {
        let said = error.to_string();
        if !text.contains(&said) {
            // Writing to a string can't fail.
            _ = write!(text, ": {said}");
        }
        cause = error.source();
    }
    clipped(&on_one_line(&text))
}

/// The lines of a list that an error brings along, one after the other as in a sentence.
fn on_one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).fold(String::new(), |said, line| match said.as_str() {
        "" => line.to_owned(),
        said if said.ends_with([':', ';', ',']) => format!("{said} {line}"),
        said => format!("{said}; {line}"),
    })
}

/// Text that a peer sent, with what is no UTF-8 and every control character replaced.
pub(super) fn readable(bytes: &[u8]) -> String {
    let replaced = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    clipped(&String::from_utf8_lossy(bytes).chars().map(replaced).collect::<String>())
}

/// The first bytes as a person can read them: printable ASCII as it came, others as `.`.
pub(super) fn printable(bytes: &[u8], limit: usize) -> String {
    let shown = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' };
    bytes.iter().take(limit).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "é".repeat(5_000);
        let cut = clipped(&long);
        assert!(cut.len() <= TEXT_LIMIT + 3 && cut.ends_with('…'));
    }

    #[test]
    fn an_error_is_one_line() {
        let error = std::io::Error::other("no credentials. Attempted:\n  Environment: not set\r\n\n  Profile: none\n");
        assert_eq!(chain(&error), "no credentials. Attempted: Environment: not set; Profile: none");
    }

    #[test]
    fn control_sequences_are_made_visible() {
        assert_eq!(printable(b"\x1b[31mHTTP/1.1 400\r\n", 64), ".[31mHTTP/1.1 400..");
        assert_eq!(readable(b"8.0\x1b[2J\xFF"), "8.0\u{FFFD}[2J\u{FFFD}");
    }
}
