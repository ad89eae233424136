//! `manifest.json`: what the folder is, who made it, when, and in answer to which question.

use pldoctor_checks::facts::Question;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The version that this program writes, and the newest that it reads.
pub(super) const VERSION: u32 = 1;

/// What `schema` begins with; the version number follows.
const SCHEMA: &str = "pldoctor/snapshot/v";

/// The value of [`Manifest::redacted`] of a snapshot that holds everything as it was seen.
pub const NOT_REDACTED: &str = "none";

/// `manifest.json`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `pldoctor/snapshot/v1`
    pub schema: String,
    /// What wrote it.
    pub tool: Tool,
    /// When collecting began, RFC 3339.
    pub collected_at: String,
    /// What was asked.
    pub question: Question,
    /// `none`, or how identifiers were replaced.
    #[serde(default = "not_redacted")]
    pub redacted: String,
    /// How many different originals of each kind were replaced.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub masked: BTreeMap<String, usize>,
    /// What tells the key of the pseudonyms from others: two snapshots of one key use the same pseudonyms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The files of a bundle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<String>,
    /// Files that a bundle was to have, and why it has not.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, String>,
}

/// The program that wrote a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `pldoctor`
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Manifest {
    /// The manifest of what this program collects.
    pub fn new(question: Question, collected_at: OffsetDateTime) -> Self {
        Self {
            schema: format!("{SCHEMA}{VERSION}"),
            tool: Tool { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() },
            collected_at: rfc3339(collected_at),
            question,
            redacted: not_redacted(),
            masked: BTreeMap::new(),
            key: None,
            contents: Vec::new(),
            missing: BTreeMap::new(),
        }
    }
}

/// The version in a `schema`; `None` where it isn't a snapshot's.
pub(super) fn version(schema: &str) -> Option<u32> {
    schema.strip_prefix(SCHEMA)?.parse().ok()
}

/// To the second: finer says nothing of a run that takes seconds.
fn rfc3339(at: OffsetDateTime) -> String {
    // It fails for years before 0 and after 9999 only.
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}

fn not_redacted() -> String {
    NOT_REDACTED.to_owned()
}
