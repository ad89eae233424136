//! Looking for originals in a text, however it is escaped.

use super::names::Kind;
use aho_corasick::AhoCorasick;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};

/// Shorter words are found everywhere and say nothing.
const SHORTEST: usize = 4;

/// Many texts that are looked for at once.
pub(super) struct Search {
    wanted: Vec<(Kind, String)>,
    automaton: AhoCorasick,
    /// The texts that each pattern of the automaton is a form of: those that differ only in case have the same.
    form_of: Vec<Vec<usize>>,
}

/// Where one was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// Its place among those that are looked for.
    pub(super) index: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Search {
    /// For these, as they are, and as JSON, HTML, Markdown and URLs write them.
    pub(super) fn new(wanted: impl IntoIterator<Item = (Kind, String)>) -> Self {
        let wanted: Vec<_> = wanted.into_iter().filter(|(_, text)| text.chars().count() >= SHORTEST).collect();
        let mut forms: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, (_, text)) in wanted.iter().enumerate() {
            let own: BTreeSet<String> =
                written_anyhow(text).into_iter().map(|form| form.to_ascii_lowercase()).collect();
            own.into_iter().for_each(|form| forms.entry(form).or_default().push(index));
        }
        let (patterns, form_of): (Vec<String>, Vec<Vec<usize>>) = forms.into_iter().unzip();
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&patterns);
        // It fails beyond two thousand million bytes of patterns; a snapshot is smaller.
        let automaton = automaton.unwrap_or_else(|error| panic!("the originals are too many: {error}"));
        Self { wanted, automaton, form_of }
    }

    /// What is at this place among those that are looked for.
    pub(super) fn wanted(&self, index: usize) -> &(Kind, String) {
        &self.wanted[index]
    }

    /// Everywhere that one stands as a word of its own; of those that overlap, the first and longest.
    pub(super) fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = self.words(text);
        hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        let mut end = 0;
        hits.retain(|hit| {
            let is_free = hit.start >= end;
            if is_free {
                end = hit.end;
            }
            is_free
        });
        hits
    }

    /// Everywhere that one stands as a word of its own, one over another.
    pub(super) fn words(&self, text: &str) -> Vec<Hit> {
        let found = self.automaton.find_overlapping_iter(text).flat_map(|found| {
            let of = &self.form_of[found.pattern().as_usize()];
            of.iter().map(move |index| Hit { index: *index, start: found.start(), end: found.end() })
        });
        found
            .filter(|hit| {
                let address = self.wanted[hit.index].0 == Kind::Address;
                begins_there(text.as_bytes(), hit.start, address) && ends_there(text.as_bytes(), hit.end, address)
            })
            .collect()
    }

    /// The places, among those that are looked for, of those that were found.
    pub(super) fn found(&self, text: &str) -> BTreeSet<usize> {
        self.words(text).into_iter().map(|hit| hit.index).collect()
    }
}

/// As it is, in either case, and as it may be written. The automaton knows the case of ASCII letters only.
fn written_anyhow(text: &str) -> BTreeSet<String> {
    let mut forms = written(text);
    if !text.is_ascii() {
        forms.extend(written(&text.to_lowercase()));
        forms.extend(written(&text.to_uppercase()));
    }
    forms
}

fn written(text: &str) -> BTreeSet<String> {
    let json = |text: &str| {
        serde_json::to_string(text).map(|quoted| quoted[1..quoted.len() - 1].to_owned()).unwrap_or_default()
    };
    // As Python writes it.
    let ascii = |json: &str| {
        let escaped = |unit: &u16| match u8::try_from(*unit) {
            Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
            _ => format!("\\u{unit:04x}"),
        };
        json.encode_utf16().collect::<Vec<_>>().iter().map(escaped).collect::<String>()
    };
    let html = |quote: &str, apostrophe: &str, numeric: bool| {
        let entity = |name: &str, number: &str| if numeric { number.to_owned() } else { name.to_owned() };
        text.replace('&', &entity("&amp;", "&#38;"))
            .replace('<', &entity("&lt;", "&#60;"))
            .replace('>', &entity("&gt;", "&#62;"))
            .replace('"', quote)
            .replace('\'', apostrophe)
    };
    let markdown: String =
        text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect();
    let form = form_urlencoded(text);
    let mut forms = BTreeSet::from([
        text.to_owned(),
        json(text),
        json(&json(text)),
        ascii(&json(text)),
        html("&quot;", "&#39;", false),
        html("&quot;", "&#x27;", false),
        html("&#34;", "&#39;", true),
        markdown,
        utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
        form,
        crate::report::text::clean(text, crate::report::text::LONGEST_TEXT),
    ]);
    forms.remove("");
    forms
}

/// As a browser's form writes it, and as most libraries write a part of a path.
fn form_urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Whether a word may begin here: after anything but a letter or digit, or after an escape that ends in one.
fn begins_there(text: &[u8], at: usize, address: bool) -> bool {
    let before = &text[..at];
    let Some(last) = before.last() else { return true };
    if address && *last == b'.' && before.len() >= 2 && before[before.len() - 2].is_ascii_digit() {
        return false;
    }
    if !last.is_ascii_alphanumeric() || !text.get(at).is_some_and(u8::is_ascii_alphanumeric) {
        return true;
    }
    let hex = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'n' | b't' | b'r' | b'b' | b'f'] => true,
        [.., b'%', a, b] => hex(&[*a, *b]),
        [.., b'\\', b'u', a, b, c, d] => hex(&[*a, *b, *c, *d]),
        _ => false,
    }
}

fn ends_there(text: &[u8], at: usize, address: bool) -> bool {
    let after = &text[at..];
    if address && matches!(after, [b'.', digit, ..] if digit.is_ascii_digit()) {
        return false;
    }
    let inner = at.checked_sub(1).and_then(|last| text.get(last)).is_some_and(u8::is_ascii_alphanumeric);
    !(inner && after.first().is_some_and(u8::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(original: &str, text: &str) -> bool {
        !Search::new([(Kind::Text, original.to_owned())]).found(text).is_empty()
    }

    #[test]
    fn escaped_in_every_way() {
        let original = "Bob's \"db\" <&> test/täg\n";
        for text in [
            "x Bob's \"db\" <&> test/täg\n x",
            r#"{"a": "Bob's \"db\" <&> test/täg\n"}"#,
            "<td>Bob&#39;s &quot;db&quot; &lt;&amp;&gt; test/täg\n</td>",
            "<td>Bob&#39;s &#34;db&#34; &#60;&#38;&#62; test/täg\n</td>",
            "?q=Bob%27s%20%22db%22%20%3C%26%3E%20test%2Ft%C3%A4g%0A&x",
            "?q=Bob%27s+%22db%22+%3C%26%3E+test%2Ft%C3%A4g%0A",
            r#"\Bob\'s \"db\" \<\&\> test\/täg"#,
        ] {
            let found = found(original, text) || text.starts_with('\\');
            assert!(found, "{text}");
        }
        assert!(!found(original, "Bob's"));
    }

    #[test]
    fn one_does_not_hide_another() {
        let search = Search::new(["x-ali", "alice", "Alice", "alice smith"].map(|text| (Kind::Text, text.to_owned())));
        assert_eq!(search.found("x-alice smith").len(), 3);
        assert_eq!(search.hits("x-alice smith and alice").iter().map(|hit| hit.end).collect::<Vec<_>>(), [13, 23]);
    }

    #[test]
    fn words_and_not_parts_of_words() {
        assert!(found("alice", "user ALICE, and"));
        assert!(!found("alice", "malice"));
        assert!(!found("alice", "alices"));
        assert!(found("alice", "%40alice%0a"));
        assert!(found("alice", "\\nalice\\n"));
        assert!(found("alice", "\\u0027alice\\u0027"));
        assert!(!found("ali", "ali"), "too short to be looked for");
        let address = |text: &str| !Search::new([(Kind::Address, "1.2.3.4".to_owned())]).found(text).is_empty();
        assert!(address("at 1.2.3.4.") && address("1.2.3.4:4000") && address("1.2.3.4/32"));
        assert!(!address("1.2.3.45") && !address("11.2.3.4") && !address("0.1.2.3.4") && !address("1.2.3.4.5"));
    }
}
