//! No English is left in a report in another language: on every recorded case, in every format for people.

use crate::recorded::{self, Case};
use pldoctor::compare::Comparison;
use pldoctor::report::terminal::{self, Options, Palette};
use pldoctor::report::{Format, Origin, Report, Run, Words, render};
use pldoctor::snapshot::{Manifest, Snapshot};
use pldoctor_checks::facts::Fact;
use pldoctor_checks::words::Lang;
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use time::OffsetDateTime;

/// Product terms and the like, which are the same in every language: one a line.
const TERMS: &str = include_str!("terms.txt");

/// The formats that people read.
const FORMATS: [Format; 3] = [Format::Terminal, Format::Markdown, Format::Html];

/// What a report says to a person, on one line: without commands and without what escapes something.
fn prose(case: &Case, format: Format, lang: Lang) -> String {
    let run = Run::recorded(Origin::Demo);
    let report = Report { facts: &case.facts, diagnosis: &case.diagnosis, run: &run };
    let text = render(format, report, lang).unwrap();
    bare(&match format {
        Format::Markdown => without_fences(&text),
        Format::Html => without_tags(&text),
        _ => without_commands(&text),
    })
}

/// What comes from the world, longest first: a name before the part of it that is a name, too. One word alone is not left out: it could be ours.
fn data(case: &Case) -> Vec<String> {
    let mut data = strings_of(&case.folder);
    data.extend(Fact::ALL.iter().map(|fact| fact.source().to_string()));
    data.extend(Fact::ALL.iter().map(|fact| fact.name().to_owned()));
    let mut data: Vec<String> = data.iter().map(|text| bare(text)).collect();
    data.retain(|text| text.contains(|c: char| !c.is_ascii_alphabetic()) && text.len() > 2);
    data.sort_by_key(|text| std::cmp::Reverse(text.len()));
    data.dedup();
    data
}

fn bare(text: &str) -> String {
    let text = text.replace(['`', '\\'], "").replace("&#34;", "\"").replace("&#39;", "'").replace("&#62;", ">");
    let text = text.replace("&#60;", "<").replace("&#38;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every string in the files of a case and of those that it is based on.
fn strings_of(folder: &Path) -> BTreeSet<String> {
    fn gather(value: &Value, strings: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => drop(strings.insert(text.clone())),
            Value::Array(items) => items.iter().for_each(|item| gather(item, strings)),
            Value::Object(map) => map.values().for_each(|item| gather(item, strings)),
            _ => {}
        }
    }
    fn walk(folder: &Path, strings: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                walk(&entry, strings);
            } else if entry.extension().is_some_and(|e| e == "json") && !entry.ends_with("expected.json") {
                gather(&serde_json::from_slice(&std::fs::read(&entry).unwrap()).unwrap(), strings);
            }
        }
    }
    let mut strings = BTreeSet::new();
    walk(folder, &mut strings);
    let description: toml::Table = toml::from_str(&std::fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap();
    if let Some(base) = description.get("base").and_then(|base| base.as_str()) {
        strings.extend(strings_of(&recorded::root().join(base)));
    }
    strings
}

fn without_fences(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// What stands between tags, scripts and styles and what is set as code left out.
fn without_tags(text: &str) -> String {
    let mut rest = text.to_owned();
    for (open, close) in [
        ("<style", "</style>"),
        ("<script", "</script>"),
        ("<pre tabindex", "</pre>"),
        ("<head>", "</head>"),
        ("<p class=\"data\"", "</p>"),
    ] {
        while let Some(start) = rest.find(open) {
            let end = rest[start..].find(close).expect("it is closed") + start + close.len();
            rest.replace_range(start..end, " ");
        }
    }
    rest.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect::<Vec<_>>().join(" ")
}

/// Commands stand alone on their lines, four columns in, or after a label; the picture's heading has a line with nothing else.
fn without_commands(text: &str) -> String {
    let mut kept = Vec::new();
    let mut continued = false;
    for line in text.lines() {
        let is_command = continued || line.contains("  aws ");
        continued = is_command && line.ends_with('\\');
        let is_heading = line.split_whitespace().all(|word| ["in", "out"].contains(&word));
        if !is_command && !is_heading {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Words in Latin letters that are no machine's: those have digits, signs or capitals within. Each with what stands round it.
fn latin_words(text: &str) -> Vec<(String, String)> {
    let is_part = |character: char| character.is_ascii_graphic() && !"()[]{},;\"<>|".contains(character);
    let mut words = Vec::new();
    for (at, token) in tokens(text, is_part) {
        let word = token.trim_matches(|c: char| !c.is_ascii_alphabetic());
        // Ids, names, options, addresses, numbers with units.
        let machine = token.contains(|c: char| c.is_ascii_digit() || "-_.:/=@*$%&".contains(c))
            && token.len() > word.len() + 1
            || token.ends_with('-')
            || word.contains(|c: char| !c.is_ascii_alphabetic())
            || word.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
        if word.len() > 1 && !machine {
            let before: String = text[..at].chars().rev().take(30).collect::<Vec<_>>().into_iter().rev().collect();
            let after: String = text[at..].chars().take(50).collect();
            words.push((word.to_owned(), before + "⟦" + &after));
        }
    }
    words
}

fn tokens(text: &str, is_part: impl Fn(char) -> bool) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_part(character)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                tokens.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

/// The text without these, where they stand as whole words; notes which of them it had.
fn without(text: &str, terms: &[&str], used: &mut BTreeSet<String>) -> String {
    let mut text = text.to_owned();
    for term in terms {
        if !text.contains(term) {
            continue;
        }
        let mut kept = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(term) {
            let (before, after) = (&rest[..at], &rest[at + term.len()..]);
            let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let whole = !before.ends_with(|c: char| goes_on(c) || c == '.') && !after.starts_with(goes_on);
            kept.push_str(before);
            if whole {
                used.insert((*term).to_owned());
                kept.push('·');
            } else {
                kept.push_str(term);
            }
            rest = after;
        }
        kept.push_str(rest);
        text = kept;
    }
    text
}

/// Words in Latin letters that nothing explains: neither the data nor a term.
fn left_over(
    text: &str,
    terms: &[&str],
    used: &mut BTreeSet<String>,
    data: impl Fn() -> Vec<String>,
) -> Vec<(String, String)> {
    let ours = without(text, terms, used);
    let open: Vec<String> = latin_words(&ours).into_iter().map(|(word, _)| word).collect();
    if open.is_empty() {
        return Vec::new();
    }
    let data = data();
    let has_open = |text: &&str| open.iter().any(|word| text.contains(word.as_str()));
    let data: Vec<&str> = data.iter().map(String::as_str).filter(has_open).collect();
    latin_words(&without(&without(text, &data, &mut BTreeSet::new()), terms, used))
}

fn terms() -> Vec<&'static str> {
    let mut terms: Vec<&str> = TERMS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
    terms
}

#[test]
fn no_english_is_left_in_a_report_in_another_language() {
    let terms = terms();
    let mut left: BTreeMap<String, String> = BTreeMap::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (index, case) in recorded::all().iter().enumerate() {
        let of_case = OnceCell::new();
        // Markdown says what the other two say: some cases show that it adds nothing.
        let usual = |format: &Format| *format != Format::Markdown || index % 10 == 0;
        for (lang, format) in Lang::ALL
            .into_iter()
            .skip(1)
            .flat_map(|lang| FORMATS.into_iter().filter(usual).map(move |format| (lang, format)))
        {
            let text = prose(case, format, lang);
            let data = || of_case.get_or_init(|| data(case)).clone();
            for (word, context) in left_over(&text, &terms, &mut used, data) {
                left.entry(word).or_insert_with(|| format!("{} {lang:?} {format:?}: {context}", case.name));
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    let idle: Vec<_> = terms.iter().filter(|term| !used.contains(**term)).collect();
    assert!(idle.is_empty(), "no report has these terms: {idle:?}");
}

#[test]
fn no_english_is_left_in_a_comparison_in_another_language() {
    let terms = terms();
    let mut left: BTreeMap<String, String> = BTreeMap::new();
    let mut outcomes = BTreeSet::new();
    // Cases as they stand beside one another: before and after of a kind.
    for (index, pair) in recorded::all().windows(2).enumerate() {
        let [before, after] = [&pair[0], &pair[1]].map(|case| {
            let mut manifest = Manifest::new(case.facts.question.clone(), OffsetDateTime::UNIX_EPOCH);
            manifest.redacted = "default".to_owned();
            manifest.key = Some(format!("{}", index % 2 * case.name.len()));
            Snapshot { facts: case.facts.clone(), manifest: Some(manifest), warnings: vec![] }
        });
        let comparison = Comparison::of(&before, &after);
        outcomes.extend(comparison.findings.iter().map(|sides| format!("{:?}", sides.before.outcome)));
        for lang in [Lang::Zh, Lang::Ja] {
            let mut text = Vec::new();
            // So wide that no line breaks.
            let options = Options {
                palette: Palette { color: false, unicode: true },
                width: 100_000,
                lang,
                ..Options::default()
            };
            terminal::compare(&mut text, &comparison, options).unwrap();
            let text = String::from_utf8(text).unwrap();
            // What follows are facts: keys and values, as the snapshots have them.
            let heading = format!("\n{}\n", Words::new(lang).text("compare-facts"));
            let text = bare(&without_commands(text.split(&heading).next().unwrap()));
            let data = || pair.iter().flat_map(data).collect::<BTreeSet<_>>().into_iter().rev().collect();
            for (word, context) in left_over(&text, &terms, &mut BTreeSet::new(), data) {
                left.entry(word).or_insert_with(|| format!("{} {lang:?}: {context}", pair[0].name));
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    assert_eq!(outcomes.len(), 6, "each outcome is a word: {outcomes:?}");
}
