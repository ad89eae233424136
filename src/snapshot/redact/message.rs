//! What machines said: error texts, banners, greetings. They stay, without what names anybody.

use super::names::{Kind, Names, is_account, looks_like_id};
use super::search::Search;
use std::net::{IpAddr, SocketAddr};

/// A word as long as this is a token, a key, or AWS's encoded message, which holds the account and the principal.
const LONGEST_WORD: usize = 100;

/// Looks through messages for what has a shape of its own, and for the originals of all other fields.
pub(super) struct Scrubber {
    search: Search,
}

impl Scrubber {
    /// For the words among these; what has a shape is found by its shape.
    pub(super) fn new<'a>(originals: impl IntoIterator<Item = &'a (Kind, String)>) -> Self {
        let wanted = originals.into_iter().filter(|(kind, _)| *kind != Kind::Address && *kind != Kind::HostName);
        Self { search: Search::new(wanted.cloned()) }
    }

    /// The message without names.
    pub(super) fn scrub(&self, names: &mut Names, text: &str) -> String {
        let mut scrubbed = String::with_capacity(text.len());
        let mut word = String::new();
        // The word before, and what stood between.
        let mut previous = String::new();
        let mut between = ' ';
        // A word that closes the text is a word, too.
        for character in text.chars().chain(['\n']) {
            let separates = character.is_whitespace() || "'\"`()[]{}<>,;=|".contains(character);
            if !separates {
                word.push(character);
                continue;
            }
            if !word.is_empty() {
                let quoted_user = previous.eq_ignore_ascii_case("user") && "'\"`".contains(between);
                let masked = self.word(names, &word, quoted_user);
                scrubbed.push_str(&masked);
                previous = std::mem::take(&mut word);
            }
            between = character;
            scrubbed.push(character);
        }
        scrubbed.pop();
        self.known(names, &scrubbed)
    }

    /// A word, by its looks, or because it is a `user '…'`.
    fn word(&self, names: &mut Names, word: &str, quoted_user: bool) -> String {
        let end = word.trim_end_matches(['.', ':', '!', '?']).len();
        let (word, tail) = word.split_at(end);
        let masked = if let Some(moved) = names.block(word) {
            moved
        } else if word.starts_with("arn:") {
            names.arn(word)
        } else if word.len() > LONGEST_WORD {
            format!("({} characters left out)", word.chars().count())
        } else if quoted_user {
            names.user(word)
        } else if is_mac(word) {
            names.mac(word)
        } else {
            self.parts(names, word)
        };
        masked + tail
    }

    /// A path, a URL, `user@host`, `host:port`: part by part.
    fn parts(&self, names: &mut Names, word: &str) -> String {
        for (separator, of_home) in [("/", true), ("@", false), (":", false), ("\\", false)] {
            if word.contains(separator) && word.parse::<SocketAddr>().is_err() {
                let mut home = false;
                let parts = word.split(separator).map(|part| {
                    let masked = if home && !part.is_empty() { names.user(part) } else { self.parts(names, part) };
                    home = of_home && matches!(part, "home" | "Users");
                    masked
                });
                return parts.collect::<Vec<_>>().join(separator);
            }
        }
        if let Some(moved) = names.block(word) {
            moved
        } else if is_account(word) {
            names.account(word)
        } else if looks_like_id(word) {
            names.id(word)
        } else if is_host(word) {
            names.host(word)
        } else {
            digits(names, word)
        }
    }

    /// What other fields have shown to be a name.
    fn known(&self, names: &Names, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut done = 0;
        for hit in self.search.hits(text) {
            let (kind, original) = self.search.wanted(hit.index);
            let Some(pseudonym) = names.given(*kind, original) else { continue };
            // A pseudonym is made of a word and a number; the word alone may be somebody's tag.
            if names.is_in_pseudonym(text, hit.start, hit.end) {
                continue;
            }
            replaced.push_str(&text[done..hit.start]);
            replaced.push_str(pseudonym);
            done = hit.end;
        }
        replaced.push_str(&text[done..]);
        replaced
    }
}

/// Account numbers within a word, such as that of an S3 bucket.
fn digits(names: &mut Names, word: &str) -> String {
    let mut masked = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from.find(|character: char| !character.is_ascii_digit()).unwrap_or(from.len());
        let (run, after) = from.split_at(length);
        masked.push_str(before);
        masked.push_str(&if is_account(run) { names.account(run) } else { run.to_owned() });
        rest = after;
    }
    masked + rest
}

/// At least two parts, all of them of letters, digits and dashes, the last of at least two letters.
fn is_host(word: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let last = word.rsplit('.').next().unwrap_or_default();
    let is_file = matches!(last, "json" | "conf" | "rs" | "pem" | "crt" | "sock" | "service" | "toml");
    word.contains('.')
        && word.parse::<IpAddr>().is_err()
        && word.split('.').all(is_part)
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !is_file
}

fn is_mac(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    parts.len() == 6 && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
