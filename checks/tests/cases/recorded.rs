//! Recorded worlds: `tests/cases/<check>/<case>/`, each a snapshot folder that may leave out what it shares with its base.

use pldoctor_checks::diagnosis::{Diagnosis, diagnose};
use pldoctor_checks::facts::{Facts, Question};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::snapshot::layout::Entry;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// `case.toml`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// What is so in this world, in one sentence.
    pub(crate) about: String,
    /// What the case shows of its check: `pass`, `fail`, `warn`, `unknown`, `blocked`, `not_applicable`.
    pub(crate) shows: String,
    /// The case whose files fill in what this folder leaves out, relative to `tests/cases`.
    #[serde(default)]
    pub(crate) base: Option<String>,
    /// Files of the base that this world does not have.
    #[serde(default)]
    pub(crate) without: Vec<String>,
    /// Whether it looks like a fault of this check and is none.
    #[serde(default)]
    pub(crate) near_miss: bool,
    /// Why it is recorded here and no scenario of the lab, where it is a fault that one would look for there.
    #[serde(default)]
    pub(crate) not_in_lab: Option<String>,
}

/// One recorded world.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// `<check>/<case>`
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) description: Description,
    pub(crate) facts: Facts,
    pub(crate) diagnosis: Diagnosis,
}

impl Case {
    /// The check that the case is about: its folder.
    pub(crate) fn check(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }
}

pub(crate) fn root() -> PathBuf {
    // The program's own tests read the same cases, from the root of the workspace.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../tests/cases", "tests/cases"]
        .map(|path| here.join(path))
        .into_iter()
        .find(|path| path.join("vantage").is_dir())
        .expect("the cases")
}

/// All cases, by name, with what they come to: read and judged once for all tests.
pub(crate) fn all() -> &'static [Case] {
    static ALL: OnceLock<Vec<Case>> = OnceLock::new();
    ALL.get_or_init(read_all)
}

fn read_all() -> Vec<Case> {
    let mut cases = Vec::new();
    for check in folders(&root()) {
        for folder in folders(&check) {
            let name = format!("{}/{}", stem(&check), stem(&folder));
            let facts = facts(&files(&folder));
            let diagnosis = diagnose(CHECKS, &facts);
            cases.push(Case { name, description: description(&folder), facts, diagnosis, folder });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!cases.is_empty(), "no cases in {}", root().display());
    cases
}

fn stem(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect()
}

fn description(folder: &Path) -> Description {
    let path = folder.join("case.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The texts of the world's files by their path in the snapshot, the base's included.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let description = description(folder);
    let mut found = match &description.base {
        Some(base) => files(&root().join(base)),
        None => BTreeMap::new(),
    };
    for without in &description.without {
        assert!(found.remove(without).is_some(), "{}: the base has no {without}", folder.display());
    }
    gather(folder, "", &mut found);
    found
}

fn gather(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), found);
        } else if name.ends_with(".json") && name != "expected.json" {
            found.insert(name, fs::read_to_string(entry.path()).expect("text"));
        }
    }
}

fn facts(files: &BTreeMap<String, String>) -> Facts {
    let mut facts = Facts::default();
    for (name, text) in files {
        let entry = Entry::at(name).unwrap_or_else(|| panic!("{name} is no file of a snapshot"));
        if matches!(entry, Entry::Manifest) {
            #[derive(Deserialize)]
            struct Manifest {
                question: Question,
            }
            facts.question = serde_json::from_str::<Manifest>(text).unwrap_or_else(|e| panic!("{name}: {e}")).question;
        }
        entry.load(&mut facts, text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    facts
}
