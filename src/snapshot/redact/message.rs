//! What machines said: error texts, banners, greetings. They stay, without what names anybody.

use super::host::names_an_address;
use super::names::{Kind, Names};
use super::search::Search;
use super::shape::{is_account, looks_like_id};
use percent_encoding::percent_decode_str;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// A word as long as this is a token, a key, or AWS's encoded message, which holds the account and the principal.
const LONGEST_WORD: usize = 100;

/// Looks through messages for what has a shape of its own, and for the originals of all other fields.
pub(super) struct Scrubber {
    /// Originals of several words, which may hold what has a shape: they are replaced while they are whole.
    phrases: Search,
    words: Search,
}

impl Scrubber {
    /// For the words among these; what has a shape is found by its shape.
    pub(super) fn new<'a>(originals: impl IntoIterator<Item = &'a (Kind, String)>) -> Self {
        let wanted = originals.into_iter().filter(|(kind, _)| *kind != Kind::Address && *kind != Kind::HostName);
        let (words, phrases): (Vec<_>, Vec<_>) = wanted.cloned().partition(|(_, text)| word_length(text) == text.len());
        Self { phrases: Search::new(phrases), words: Search::new(words) }
    }

    /// The message without names.
    pub(super) fn scrub(&self, names: &mut Names, text: &str) -> String {
        let text = known(&self.phrases, names, text);
        let mut scrubbed = String::with_capacity(text.len());
        let (mut rest, mut previous, mut before) = (text.as_str(), "", ' ');
        while let Some(character) = rest.chars().next() {
            let length = word_length(rest);
            if length == 0 {
                scrubbed.push(character);
                before = character;
                rest = &rest[character.len_utf8()..];
                continue;
            }
            let (word, after) = rest.split_at(length);
            let quoted = is_quote(before) && after.chars().next().is_some_and(is_quote);
            let of_user = previous.eq_ignore_ascii_case("user") && is_quote(before);
            let masked = match names.given_name(word).filter(|_| quoted) {
                Some(given) => given.to_owned(),
                None => self.word(names, word, of_user),
            };
            scrubbed.push_str(&masked);
            (rest, previous) = (after, word);
        }
        known(&self.words, names, &scrubbed)
    }

    /// A word, by its looks, or because it is a `user '…'`.
    fn word(&self, names: &mut Names, word: &str, quoted_user: bool) -> String {
        let end = word.trim_end_matches(['.', ':']).len();
        let (word, tail) = word.split_at(end);
        let masked = if let Some(moved) = names.block(word) {
            moved
        } else if let Some(at) = word.find("arn:aws") {
            // Another field's text may come before it, glued to it.
            format!("{}{}", self.parts(names, &word[..at]), names.arn(&word[at..]))
        } else if word.len() > LONGEST_WORD {
            format!("({} characters left out)", word.chars().count())
        } else if quoted_user {
            names.user(word)
        } else if is_mac(word) {
            names.mac(word)
        } else {
            // In a URL's query, names are hidden behind `%40` and the like.
            let decoded = decoded(word).map(|decoded| (self.scrub(names, &decoded), decoded));
            match decoded.filter(|(masked, decoded)| masked != decoded) {
                Some((masked, _)) => masked,
                None => self.parts(names, word),
            }
        };
        masked + tail
    }

    /// A path, a URL, `user@host`, `host:port`: part by part.
    fn parts(&self, names: &mut Names, word: &str) -> String {
        if word.is_empty() || word.parse::<SocketAddr>().is_ok() {
            return self.part(names, word);
        }
        if let Some((scheme, rest)) = word.split_once("://") {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let authority = match authority.rsplit_once('@') {
                // A password is nobody's to keep, not even where the originals are kept.
                Some((login, host)) => {
                    let (user, password) = login.split_once(':').map_or((login, ""), |(user, _)| (user, ":…"));
                    format!("{}{password}@{}", names.user(user), self.parts(names, host))
                }
                None => self.parts(names, authority),
            };
            return format!("{scheme}://{authority}{}", self.parts(names, path));
        }
        for separator in ["/", "\\"] {
            if word.contains(separator) {
                let mut home = false;
                let parts = word.split(separator).map(|part| {
                    let masked = if home && !part.is_empty() { names.user(part) } else { self.parts(names, part) };
                    home = matches!(part, "home" | "Users");
                    masked
                });
                return parts.collect::<Vec<_>>().join(separator);
            }
        }
        if let Some((user, host)) = word.rsplit_once('@') {
            let (before, user) = user.rsplit_once(':').map_or(("", user), |(before, user)| (before, user));
            let before = if before.is_empty() { String::new() } else { format!("{}:", self.parts(names, before)) };
            return format!("{before}{}@{}", names.user(user), self.parts(names, host));
        }
        word.split(':').map(|part| self.part(names, part)).collect::<Vec<_>>().join(":")
    }

    /// What nothing divides any more.
    fn part(&self, names: &mut Names, word: &str) -> String {
        if let Some(moved) = names.block(word) {
            moved
        } else if is_account(word) {
            names.account(word)
        } else if looks_like_id(word) {
            names.id(word)
        } else if is_host(word.strip_suffix('.').unwrap_or(word)) || names_an_address(word) {
            names.host(word)
        } else {
            numbers(names, word)
        }
    }
}

/// What other fields have shown to be a name.
fn known(search: &Search, names: &Names, text: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut done = 0;
    for hit in search.hits(text) {
        let (kind, original) = search.wanted(hit.index);
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

/// How long the word is that the text begins with; 0 where it begins with none. It has what stands in paths, ARNs and names of hosts and users.
fn word_length(text: &str) -> usize {
    let is_part = |character: char| character.is_alphanumeric() || "._-:/@\\+%~$*".contains(character);
    // The name of a session may hold these, and what follows is of the name.
    let of_session = |character: char, next: Option<char>| {
        matches!(character, '=' | ',') && next.is_some_and(|next| next.is_alphanumeric())
    };
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        if !(is_part(character) || of_session(character, next) && text[..at].contains("arn:aws")) {
            return at;
        }
    }
    text.len()
}

/// What a URL's `%40` stands for, where there is any.
fn decoded(word: &str) -> Option<String> {
    let decoded = percent_decode_str(word).decode_utf8().ok()?;
    (decoded != word).then(|| decoded.into_owned())
}

fn is_quote(character: char) -> bool {
    "'\"`‘’“”".contains(character)
}

/// Addresses and account numbers within a word, such as the name of an S3 bucket.
fn numbers(names: &mut Names, word: &str) -> String {
    let mut masked = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let numeric = |character: char| character.is_ascii_digit() || character == '.';
        let length = from.find(|character| !numeric(character)).unwrap_or(from.len());
        let length = from[..length].trim_end_matches('.').len();
        let (run, after) = from.split_at(length);
        masked.push_str(before);
        let moved = if run.parse::<Ipv4Addr>().is_ok() { names.address(run) } else { None };
        masked.push_str(&moved.unwrap_or_else(|| accounts(names, run)));
        rest = after;
    }
    masked + rest
}

/// Of several numbers with dots between them, those of accounts.
fn accounts(names: &mut Names, run: &str) -> String {
    let one = |number: &str| if is_account(number) { names.account(number) } else { number.to_owned() };
    run.split('.').map(one).collect::<Vec<_>>().join(".")
}

/// At least two parts, all of them of letters, digits and dashes, the last of at least two letters.
fn is_host(word: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63 * 4
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '*'))
    };
    let last = word.rsplit('.').next().unwrap_or_default();
    let is_file = matches!(last, "json" | "conf" | "rs" | "pem" | "crt" | "sock" | "service" | "toml");
    word.contains('.')
        && word.parse::<IpAddr>().is_err()
        && word.split('.').all(is_part)
        && last.chars().count() >= 2
        && last.chars().all(char::is_alphabetic)
        && !is_file
}

fn is_mac(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    parts.len() == 6 && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
