//! The words that are a report's own: headings and the sentences round what the checks say.

use pldoctor_checks::words::{Lang, Table, fill};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The words of a report in one language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    /// The language.
    pub lang: Lang,
}

impl Words {
    /// The words in a language.
    pub fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// A text without gaps.
    pub fn text(self, key: &'static str) -> &'static str {
        table().text(self.lang, key)
    }

    /// A text with its gaps filled.
    pub fn say(self, key: &'static str, values: &[(&'static str, &str)]) -> String {
        let values: BTreeMap<&str, String> = values.iter().map(|(gap, value)| (*gap, (*value).to_owned())).collect();
        fill(self.text(key), &values)
    }

    /// `one` or `many`, with the number in the gap `{n}`.
    pub fn count(self, one: &'static str, many: &'static str, number: usize) -> String {
        self.say(if number == 1 { one } else { many }, &[("n", &number.to_string())])
    }

    /// A text with what it is about before it.
    pub fn labelled(self, label: &str, text: &str) -> String {
        format!("{label}{}{text}", self.text("label-end"))
    }

    /// A text with something in brackets behind it.
    pub fn in_brackets(self, text: &str, inner: &str) -> String {
        format!("{text}{}{inner}{}", self.text("bracket"), self.text("bracket-end"))
    }

    /// Items with nothing but commas between them.
    pub fn items<S: AsRef<str>>(self, items: &[S]) -> String {
        items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(self.text("list-comma"))
    }

    /// A list in words: "a, b and c".
    pub fn list<S: AsRef<str>>(self, items: &[S]) -> String {
        match items {
            [] => String::new(),
            [only] => only.as_ref().to_owned(),
            [most @ .., last] => {
                let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
                format!("{}{}{}", most.join(self.text("list-comma")), self.text("list-and"), last.as_ref())
            }
        }
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("words.toml")).unwrap_or_else(|error| panic!("report/words.toml: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn sources(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry")) {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|kind| ["rs", "html", "md"].iter().any(|known| kind == *known)) {
                text.push_str(&std::fs::read_to_string(&path).expect("it can be read"));
            }
        }
    }

    #[test]
    fn every_word_is_used_and_every_used_word_is_there() {
        let mut text = String::new();
        sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path(), &mut text);
        let unused: Vec<_> = table().en.keys().filter(|key| !text.contains(&format!("\"{key}\""))).collect();
        assert!(unused.is_empty(), "unused: {unused:?}");
        let mut missing = BTreeSet::new();
        for call in ["words.text(\"", "words.say(\"", "words.count(\"", "self.text(\""] {
            for after in text.split(call).skip(1) {
                let key = after.split('"').next().unwrap_or_default();
                if !key.is_empty() && !table().en.contains_key(key) {
                    missing.insert(key.to_owned());
                }
            }
        }
        assert!(missing.is_empty(), "missing: {missing:?}");
    }

    #[test]
    fn every_language_has_every_key_with_the_same_gaps() {
        let gaps = |text: &str| -> BTreeSet<String> {
            text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
        };
        let mut wrong = Vec::new();
        for lang in [Lang::Zh, Lang::Ja] {
            let (english, other) = (&table().en, table().texts(lang));
            for key in english.keys().chain(other.keys()) {
                if english.get(key).map(|text| gaps(text)) != other.get(key).map(|text| gaps(text)) {
                    wrong.push(format!("{lang:?} {key}"));
                }
            }
        }
        assert!(wrong.is_empty(), "not the same: {wrong:?}");
    }

    #[test]
    fn lists_read_as_sentences_do() {
        let words = Words::default();
        assert_eq!(words.list::<&str>(&[]), "");
        assert_eq!(words.list(&["a"]), "a");
        assert_eq!(words.list(&["a", "b", "c"]), "a, b and c");
    }
}
