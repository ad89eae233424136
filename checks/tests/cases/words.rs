//! The words: every key that code uses exists in every language with the same gaps, and none is idle.

use pldoctor_checks::registry::{CHECKS, common_words, words};
use pldoctor_checks::remedy::all_words;
use pldoctor_checks::words::{Lang, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn gaps(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(gap, _)| gap.to_owned()).collect()
}

/// The strings in quotes of a source file.
fn literals(source: &str) -> BTreeSet<String> {
    source.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The code of a layer: a check says its keys in its own file, or in one that it shares with its neighbours.
fn source(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = files.map(|entry| entry.expect("an entry").path());
    files
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| fs::read_to_string(path).expect("text"))
        .collect()
}

#[test]
fn the_file_is_the_id() {
    for check in CHECKS {
        let meta = check.meta();
        let words = words(meta.id).expect("words");
        assert_eq!(words.id, meta.id);
        assert_eq!(words.layer, meta.layer, "{}", meta.id);
        assert!(!words.links.is_empty(), "{} has no link", meta.id);
        assert!(words.links.iter().all(|link| link.starts_with("https://")), "{}", meta.id);
        let folder = serde_json::to_value(meta.layer).expect("a word");
        let file = format!("src/{}/{}.rs", folder.as_str().expect("a word"), meta.id.replace('-', "_"));
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).exists(), "{file}");
    }
}

#[test]
fn every_check_file_is_registered() {
    let registered: BTreeSet<String> = CHECKS.iter().map(|check| check.meta().id.replace('-', "_")).collect();
    for layer in ["client", "vpc", "endpoint", "path", "dns", "connection", "preflight"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(layer)).expect("a layer") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let stem = path.file_stem().expect("a stem").to_string_lossy().into_owned();
                assert!(registered.contains(&stem), "{stem} is not in the registry");
            }
        }
    }
}

#[test]
fn every_key_is_used() {
    for check in CHECKS {
        let meta = check.meta();
        let folder = serde_json::to_value(meta.layer).expect("a word");
        let literals = literals(&source(folder.as_str().expect("a word")));
        for key in words(meta.id).expect("words").table.en.keys() {
            let used = ["title", "why"].contains(&key.as_str()) || literals.contains(key);
            assert!(used, "{}: nothing says {key}", meta.id);
        }
    }
}

#[test]
fn every_key_that_a_case_meets_has_words_and_no_gap_stays_open() {
    for case in crate::recorded::all() {
        let diagnosis = &case.diagnosis;
        for finding in &diagnosis.findings {
            let own = &words(finding.check).expect("words").table.en;
            let key = finding.message.key;
            assert!(
                own.contains_key(key) || common_words().en.contains_key(key),
                "{}: no words for {key}",
                finding.check
            );
            for gap in gaps(own.get(key).unwrap_or_else(|| &common_words().en[key])) {
                assert!(
                    finding.message.values.contains_key(gap.as_str()),
                    "{}: {key} leaves {{{gap}}} open",
                    finding.check
                );
            }
        }
        for step in &diagnosis.plan.steps {
            let rendered = step.remedy.step(&case.facts, Lang::En);
            for text in std::iter::once(&rendered.title).chain(&rendered.console) {
                assert!(!text.contains('{'), "{}: {text}", case.name);
            }
            let everything =
                [rendered.argv.join(" "), rendered.undo.join(" "), rendered.verify.join(" "), rendered.terraform];
            assert!(
                everything.iter().all(|text| !text.contains('<') && !text.contains("vpce-new")),
                "{}: a made-up name in {everything:?}",
                case.name
            );
        }
    }
}

#[test]
fn every_hop_of_every_case_says_why_and_leaves_no_gap_open() {
    let words = pldoctor_checks::network::hop_words();
    for case in crate::recorded::all() {
        for path in case.diagnosis.reach.iter().flat_map(|reach| &reach.paths) {
            for hop in &path.hops {
                let message = hop.message(path);
                let text = words.en.get(message.key).unwrap_or_else(|| panic!("no words for {:?}", hop.reason));
                for gap in gaps(text) {
                    assert!(
                        message.values.contains_key(gap.as_str()),
                        "{}: {} leaves {{{gap}}} open",
                        case.name,
                        message.key
                    );
                }
            }
        }
    }
}

#[test]
fn every_language_has_every_key_with_the_same_gaps() {
    let mut wrong = Vec::new();
    for check in CHECKS {
        compare(check.meta().id, &words(check.meta().id).expect("words").table, &mut wrong);
    }
    compare("common", common_words(), &mut wrong);
    compare("hops", pldoctor_checks::network::hop_words(), &mut wrong);
    for (key, by_lang) in all_words() {
        let english = by_lang.get("en").unwrap_or_else(|| panic!("{key} has no English words"));
        for lang in ["zh", "ja"] {
            let Some(other) = by_lang.get(lang) else {
                wrong.push(format!("remedy {key}: no {lang}"));
                continue;
            };
            let all =
                |words: &pldoctor_checks::remedy::RemedyWords| gaps(&(words.title.clone() + &words.console.join(" ")));
            if all(english) != all(other) || english.console.len() != other.console.len() {
                wrong.push(format!("remedy {key}: {lang} has other gaps or steps"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(name: &str, table: &Table, wrong: &mut Vec<String>) {
    let shape = |texts: &BTreeMap<String, String>| -> BTreeMap<String, BTreeSet<String>> {
        texts.iter().map(|(key, text)| (key.clone(), gaps(text))).collect()
    };
    let english = shape(&table.en);
    for lang in [Lang::Zh, Lang::Ja] {
        let other = shape(table.texts(lang));
        for (key, gaps) in &english {
            match other.get(key) {
                None => wrong.push(format!("{name}: {lang:?} lacks {key}")),
                Some(found) if found != gaps => {
                    wrong.push(format!("{name}: {lang:?} {key} has the gaps {found:?}, not {gaps:?}"))
                }
                Some(_) => {}
            }
        }
        for key in other.keys().filter(|key| !english.contains_key(*key)) {
            wrong.push(format!("{name}: {lang:?} {key} is not in English"));
        }
    }
}

/// What a gap leaves behind that nothing filled: two spaces, empty brackets, a comma after nothing.
const HOLES: [&str; 12] = ["  ", "()", "（）", "( ", " )", ": )", "：）", " ,", "：。", " 。", "，。", "、。"];

/// Whether Chinese or Japanese stands beside Latin letters or digits without the space that all of ours have.
fn is_glued(text: &str) -> bool {
    let is_ours = |c: char| ('ぁ'..='ヿ').contains(&c) || ('一'..='鿿').contains(&c);
    let characters: Vec<char> = text.chars().collect();
    let glued = |one: char, other: char| is_ours(one) && other.is_ascii_alphanumeric();
    characters.windows(2).any(|pair| glued(pair[0], pair[1]) || glued(pair[1], pair[0]))
}

#[test]
fn no_sentence_has_a_hole() {
    let mut holes = BTreeMap::new();
    for case in crate::recorded::all() {
        for lang in Lang::ALL {
            let findings = case.diagnosis.findings.iter().map(|finding| finding.sentence(lang));
            let steps = case.diagnosis.plan.steps.iter().map(|step| step.remedy.step(&case.facts, lang));
            for sentence in findings.chain(steps.flat_map(|step| step.console.into_iter().chain([step.title]))) {
                let hole = HOLES.iter().any(|hole| sentence.contains(hole)) || is_glued(&sentence);
                if hole || sentence != sentence.trim() {
                    holes.entry(sentence).or_insert(&case.name);
                }
            }
        }
    }
    assert!(holes.is_empty(), "{holes:#?}");
}
