//! From pseudonyms back to originals, in any text.

use super::names::Kind;
use super::search::Search;
use crate::report::text::is_deceptive;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How a text writes what is special in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// As it is; what acts on a terminal is made visible.
    Plain,
    /// JSON: originals stand in strings.
    Json,
    /// HTML: originals stand between tags or in attributes.
    Html,
}

impl Writing {
    /// What a text seems to be.
    pub fn of(text: &str) -> Self {
        let start = text.trim_start();
        if start.starts_with('<') {
            Self::Html
        } else if start.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
            Self::Json
        } else {
            Self::Plain
        }
    }

    fn write(self, original: &str) -> String {
        match self {
            Self::Json => {
                serde_json::to_string(original).map(|quoted| quoted[1..quoted.len() - 1].to_owned()).unwrap_or_default()
            }
            Self::Html => askama::filters::escape(original, askama::filters::Html)
                .map(|safe| safe.to_string())
                .unwrap_or_default(),
            Self::Plain => original.to_owned(),
        }
    }
}

/// Puts originals in the place of pseudonyms.
pub struct Revealer<'a> {
    originals: &'a BTreeMap<String, String>,
    search: Search,
}

impl<'a> Revealer<'a> {
    /// With these originals, by their pseudonyms.
    pub fn new(originals: &'a BTreeMap<String, String>) -> Self {
        let kind = |pseudonym: &str| {
            let address = pseudonym.split('/').next().unwrap_or_default();
            if address.parse::<IpAddr>().is_ok() { Kind::Address } else { Kind::Text }
        };
        let wanted = originals.keys().map(|pseudonym| (kind(pseudonym), pseudonym.clone()));
        Self { originals, search: Search::new(wanted) }
    }

    /// The text with its originals, and how many were put in.
    pub fn reveal(&self, text: &str, writing: Writing) -> (String, usize) {
        let mut revealed = String::with_capacity(text.len());
        let (mut done, mut count) = (0, 0);
        for hit in self.search.hits(text) {
            let Some(original) = self.originals.get(&self.search.wanted(hit.index).1) else { continue };
            revealed.push_str(&text[done..hit.start]);
            let harmless: String = match writing {
                // What was neutralised in the report stays so.
                Writing::Plain => original.chars().flat_map(visible).collect(),
                Writing::Json | Writing::Html => original.clone(),
            };
            revealed.push_str(&writing.write(&harmless));
            done = hit.end;
            count += 1;
        }
        revealed.push_str(&text[done..]);
        (revealed, count)
    }
}

fn visible(character: char) -> Vec<char> {
    if is_deceptive(character) { character.escape_default().collect() } else { vec![character] }
}
