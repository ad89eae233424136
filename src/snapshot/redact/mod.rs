//! Redaction: names, accounts, tags and public addresses become pseudonyms, and the judgement stays what it was.
//!
//! It works on what the facts' own types hold, in the shape in which a snapshot keeps it. `fields.toml` says of each place what stands there; a place that is
//! not listed is masked whole. Fields come first; then messages are looked through, with all that the fields have shown to be a name. Reports and logs
//! are not redacted but made of redacted facts. [`Redacted::leaks`] looks through whatever is to be handed on for any original that is left.

mod address;
mod fields;
mod host;
mod identity;
mod key;
mod message;
mod names;
mod reveal;
mod search;
mod shape;
mod vocabulary;

pub use key::{Key, NoRandomNumbers};
pub use names::{Kind, Names};
pub use reveal::{Revealer, Writing};

use fields::Class;
use ipnet::{IpNet, Ipv4Net};
use message::Scrubber;
use pldoctor_checks::facts::{Facts, Question};
use pldoctor_checks::snapshot::layout::{self, Entry};
use search::Search;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::vocabulary;

/// The places of `fields.toml`, each with its file.
pub fn listed_places() -> Vec<(String, String)> {
    fields::places()
}

/// How much is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redaction {
    /// Nothing.
    None,
    /// What names people, accounts and hosts, and public addresses.
    #[default]
    Default,
    /// Ids of resources and private addresses as well.
    Strict,
}

impl Redaction {
    /// Its name on the command line and in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Default => "default",
            Self::Strict => "strict",
        }
    }
}

/// A field whose pseudonym is not of its type: a bug of this module, and nothing is handed on.
#[derive(Debug, thiserror::Error)]
#[error("redaction failed in {file}: {problem}")]
pub struct RedactError {
    /// The file of the snapshot.
    pub file: String,
    /// What its type says.
    pub problem: String,
}

/// Redacted facts.
#[derive(Debug)]
pub struct Redacted {
    /// The facts.
    pub facts: Facts,
    /// What stands for what.
    pub names: Names,
    /// Everything in the redacted files but messages: pseudonyms, and words that were left as they are.
    fields: String,
    scrubber: Scrubber,
}

impl std::fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scrubber(…)")
    }
}

/// An original that is still readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// What it is.
    pub kind: Kind,
    /// The original itself.
    pub original: String,
    /// Where it was found.
    pub file: String,
}

/// Replaces what names anybody.
///
/// # Errors
/// Where a pseudonym is not of its field's type.
pub fn redact(facts: &Facts, strict: bool, key: &Key) -> Result<Redacted, RedactError> {
    let mut names = Names::new(key, strict, vpc_blocks(facts));
    let mut files: Vec<(String, Value)> = layout::files(facts);
    let question = serde_json::to_value(&facts.question).map_err(|error| shape("the question", &error))?;
    files.push((QUESTION.to_owned(), question));

    for (file, value) in &mut files {
        let stem = stem(file).to_owned();
        each_text(value, &mut String::new(), &mut |place, text| *text = names.of(fields::class(&stem, place), text));
        *file = renamed(file, &mut names);
    }
    let fields: String = files.iter().map(|(file, value)| without_messages(file, value)).collect();
    let unsaid = Search::new(names.masked().iter().cloned());
    let ordinary: BTreeSet<usize> = &unsaid.found(&fields) | &unsaid.found(vocabulary());
    let (scrubbed, _): (Vec<_>, Vec<_>) = names.masked().iter().cloned().partition(|(kind, text)| {
        kind.has_a_shape() || !ordinary.iter().any(|index| unsaid.wanted(*index) == &(*kind, text.clone()))
    });
    let scrubber = Scrubber::new(&scrubbed);
    for (file, value) in &mut files {
        let stem = stem(file).to_owned();
        each_text(value, &mut String::new(), &mut |place, text| {
            if fields::class(&stem, place) == Class::Message {
                *text = scrubber.scrub(&mut names, text);
            }
        });
    }

    let mut redacted = Facts::default();
    for (file, value) in files {
        if file == QUESTION {
            redacted.question = serde_json::from_value::<Question>(value).map_err(|error| shape(&file, &error))?;
            continue;
        }
        let entry = Entry::at(&file).ok_or_else(|| shape(&file, &"no file of a snapshot"))?;
        entry.load(&mut redacted, &value.to_string()).map_err(|error| shape(&file, &error))?;
    }
    Ok(Redacted { facts: redacted, names, fields, scrubber })
}

impl Redacted {
    /// A line of a log without names.
    pub fn scrub(&mut self, text: &str) -> String {
        self.scrubber.scrub(&mut self.names, text)
    }

    /// Originals that are readable in these files, in whatever escaping. `said`, by the files' names, is what the same files say that are made of
    /// redacted facts and of nothing else: there a common word proves nothing.
    pub fn leaks(&self, files: &BTreeMap<String, Vec<u8>>, said: &BTreeMap<String, Vec<u8>>) -> Vec<Leak> {
        let pseudonyms = self.names.originals();
        // In `strict`, one private address may be another's pseudonym: to find it says nothing.
        let wanted = self.names.masked().iter().filter(|(_, original)| !pseudonyms.contains_key(original)).cloned();
        let search = Search::new(wanted);
        let words = |text: &str| -> BTreeSet<usize> {
            search.found(text).into_iter().filter(|index| !search.wanted(*index).0.has_a_shape()).collect()
        };
        let ordinary = &words(&self.fields) | &words(vocabulary());
        let mut leaks = Vec::new();
        for (file, contents) in files {
            let text = format!("{file}\n{}", String::from_utf8_lossy(contents));
            let found = search.words(&text).into_iter();
            let found = found.filter(|hit| !self.names.is_in_pseudonym(&text, hit.start, hit.end));
            let mut found: BTreeSet<usize> = found.map(|hit| hit.index).collect();
            found.retain(|index| !ordinary.contains(index));
            if let Some(said) = said.get(file).filter(|_| !found.is_empty()) {
                let said = words(&format!("{file}\n{}", String::from_utf8_lossy(said)));
                found.retain(|index| !said.contains(index));
            }
            leaks.extend(found.into_iter().map(|index| {
                let (kind, original) = search.wanted(index).clone();
                Leak { kind, original, file: file.clone() }
            }));
        }
        leaks
    }
}

/// The question among the files.
const QUESTION: &str = "question";

fn shape(file: &str, problem: &dyn std::fmt::Display) -> RedactError {
    RedactError { file: file.to_owned(), problem: problem.to_string() }
}

/// A file's name in `fields.toml`: without the resource that it is about.
fn stem(file: &str) -> &str {
    file.split('.').next().unwrap_or(file)
}

/// The file's name with the pseudonym of the resource that it is about.
fn renamed(file: &str, names: &mut Names) -> String {
    let parts: Vec<&str> = file.split('.').collect();
    match parts.as_slice() {
        [stem, id, rest @ .., last] => {
            let rest: String = rest.iter().map(|part| format!(".{part}")).collect();
            format!("{stem}.{}{rest}.{last}", names.id(id))
        }
        _ => file.to_owned(),
    }
}

/// Gives every text its place: keys joined by dots, `[]` for the elements of a list.
fn each_text(value: &mut Value, place: &mut String, change: &mut dyn FnMut(&str, &mut String)) {
    let length = place.len();
    match value {
        Value::String(text) => change(place, text),
        Value::Array(values) => {
            place.push_str("[]");
            values.iter_mut().for_each(|value| each_text(value, place, change));
        }
        Value::Object(map) => {
            for (key, value) in map {
                if length > 0 {
                    place.push('.');
                }
                place.push_str(key);
                each_text(value, place, change);
                place.truncate(length);
            }
        }
        _ => {}
    }
    place.truncate(length);
}

fn without_messages(file: &str, value: &Value) -> String {
    let mut value = value.clone();
    let stem = stem(file).to_owned();
    each_text(&mut value, &mut String::new(), &mut |place, text| {
        if fields::class(&stem, place) == Class::Message {
            text.clear();
        }
    });
    format!("{file}\n{value}\n")
}

/// The IPv4 blocks of every VPC and subnet that the facts name.
fn vpc_blocks(facts: &Facts) -> Vec<Ipv4Net> {
    let aws = &facts.aws;
    let mut blocks: Vec<&str> = Vec::new();
    for vpc in aws.vpcs.known().into_iter().flat_map(|list| &list.vpcs) {
        blocks.push(&vpc.cidr_block);
        blocks.extend(vpc.cidr_block_association_set.iter().map(|block| block.cidr_block.as_str()));
    }
    blocks.extend(
        aws.subnets.known().into_iter().flat_map(|list| &list.subnets).map(|subnet| subnet.cidr_block.as_str()),
    );
    for peering in aws.vpc_peering_connections.known().into_iter().flat_map(|list| &list.vpc_peering_connections) {
        for side in [&peering.requester_vpc_info, &peering.accepter_vpc_info] {
            blocks.push(&side.cidr_block);
            blocks.extend(side.cidr_block_set.iter().map(|block| block.cidr_block.as_str()));
        }
    }
    let interfaces = facts.host.metadata.known().into_iter().flat_map(|metadata| &metadata.interfaces);
    blocks.extend(interfaces.flat_map(|interface| &interface.vpc_ipv4_cidr_blocks).map(String::as_str));
    let mut blocks: Vec<Ipv4Net> = blocks
        .into_iter()
        .filter_map(|block| match block.parse() {
            Ok(IpNet::V4(block)) if block.prefix_len() >= 8 => Some(block.trunc()),
            _ => None,
        })
        .collect();
    blocks.sort();
    blocks.dedup();
    blocks
}
