//! Every word a person reads, by language. The text files stand beside the code that uses them.

use crate::check::{Gap, Layer, Message};
use crate::errors::meanings;
use crate::network::hop_words;
use crate::registry::{self, CHECKS, common_words};
use crate::remedy;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
    /// Japanese.
    Ja,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Zh, Self::Ja];
}

/// Texts in three languages: key to sentence with `{gaps}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Table {
    /// English, the fallback.
    pub en: BTreeMap<String, String>,
    /// Simplified Chinese.
    pub zh: BTreeMap<String, String>,
    /// Japanese.
    pub ja: BTreeMap<String, String>,
}

impl Table {
    /// One language's texts.
    pub fn texts(&self, lang: Lang) -> &BTreeMap<String, String> {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
            Lang::Ja => &self.ja,
        }
    }

    /// The texts of all languages.
    pub fn all_texts(&self) -> impl Iterator<Item = &str> {
        Lang::ALL.into_iter().flat_map(|lang| self.texts(lang).values()).map(String::as_str)
    }

    /// The text of a key; English where the language lacks it; the key itself where both do, which a test rules out.
    pub fn text<'a>(&'a self, lang: Lang, key: &'a str) -> &'a str {
        self.texts(lang).get(key).or_else(|| self.en.get(key)).map_or(key, String::as_str)
    }

    /// The sentence of a message.
    pub fn say(&self, lang: Lang, message: &Message) -> String {
        let text = |gap: &Gap| match gap {
            Gap::Text(text) => text.clone(),
            Gap::Said(words) => table_of(words).say(lang, words),
        };
        let values = message.values.iter().map(|(name, gap)| (*name, text(gap))).collect();
        fill(self.text(lang, message.key), &values)
    }
}

/// The table that has the words: the common one, that of hops, or what errors mean.
fn table_of(words: &Message) -> &'static Table {
    let tables = [common_words(), hop_words(), meanings()];
    tables.into_iter().find(|table| table.en.contains_key(words.key)).unwrap_or_else(common_words)
}

/// Every text for people there is, in every language, its gaps not filled: what checks, hops, errors and remedies say.
pub fn all_texts() -> BTreeSet<&'static str> {
    let checks = CHECKS.iter().filter_map(|check| registry::words(check.meta().id)).map(|words| &words.table);
    let tables = [common_words(), hop_words(), meanings()].into_iter().chain(checks);
    let sentences = tables.flat_map(Table::all_texts);
    let remedies = remedy::all_words().values().flat_map(BTreeMap::values);
    let steps = remedies.flat_map(|words| words.console.iter().chain([&words.title])).map(String::as_str);
    sentences.chain(steps).collect()
}

/// Puts values into the `{gaps}` of a text, in one pass, so that a value that looks like a gap stays what it is.
pub fn fill<K: std::borrow::Borrow<str> + Ord>(text: &str, values: &BTreeMap<K, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        match after.find('}').map(|end| (&after[..end], &after[end + 1..])) {
            Some((name, tail)) if values.contains_key(name) => {
                filled.push_str(&values[name]);
                rest = tail;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The text file of a check.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckWords {
    /// The check's id, to be the same as in its code.
    pub id: String,
    /// Its layer, likewise.
    pub layer: Layer,
    /// Where to read more.
    #[serde(default)]
    pub links: Vec<String>,
    /// `title` (the good state), `why` (why it matters), and a sentence a key.
    #[serde(flatten)]
    pub table: Table,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_gap_is_not_filled_again() {
        let values = BTreeMap::from([("a", "{b}".to_owned()), ("b", "no".to_owned())]);
        assert_eq!(fill("{a} {b} {c} {", &values), "{b} no {c} {");
    }
}
