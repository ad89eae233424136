//! What a person or a program gets to see. One module a format; nothing here touches the world beyond the writer it is given.

mod format;
mod github;
mod html;
pub mod json;
mod junit;
mod markdown;
pub mod merge;
pub mod policy;
pub mod runner;
pub mod terminal;
pub mod text;
mod view;
mod words;

use crate::collect::{Collected, Ended, Timing};
use pldoctor_checks::diagnosis::Diagnosis;
use pldoctor_checks::facts::{Accepted, Facts};
use pldoctor_checks::words::Lang;
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;
use time::OffsetDateTime;

pub use format::{Format, Languages};
pub use words::Words;

/// The report as a file has it: without colour, at the usual width.
///
/// # Errors
/// Where it can't be put into the format, which nothing in a report should bring about.
pub fn render(format: Format, report: Report<'_>, lang: Lang) -> io::Result<String> {
    let palette = terminal::Palette { color: false, unicode: true };
    let mut text = Vec::new();
    match format {
        Format::Terminal => {
            let options = terminal::Options { palette, lang, ..terminal::Options::default() };
            terminal::write(&mut text, report, options)?;
        }
        Format::Json => json::write(&mut text, report, lang)?,
        Format::Markdown => {
            return markdown::render(report, lang).map(|text| runner::plain(&text, runner::shown).into_owned());
        }
        Format::Html => {
            return html::render(report, lang).map(|text| runner::plain(&text, runner::entity).into_owned());
        }
        Format::Junit => {
            return junit::render(report, lang).map(|text| runner::plain(&text, runner::entity).into_owned());
        }
        Format::Github => return Ok(github::render(report, lang)),
    }
    String::from_utf8(text).map_err(io::Error::other)
}

/// Everything that a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The world.
    pub facts: &'a Facts,
    /// What it means.
    pub diagnosis: &'a Diagnosis,
    /// How the facts came here.
    pub run: &'a Run,
}

/// How the facts came here, and what that took.
#[derive(Clone, Debug)]
pub struct Run {
    /// When this run began.
    pub started_at: OffsetDateTime,
    /// How long it took, judging included.
    pub took: Duration,
    /// How long judging took.
    pub judged_in: Duration,
    /// Where the facts are from.
    pub origin: Origin,
    /// Stages of the collection, in the order in which they began.
    pub stages: Vec<Timing>,
    /// Requests sent to the AWS API, retries and pages included.
    pub api_calls: BTreeMap<String, u32>,
    /// The two ends, as the user named them, where only the path between them was asked about: `pldoctor path`.
    pub path_ends: Option<(String, String)>,
    /// What is accepted, and what became of it.
    pub suppressions: Vec<Suppression>,
}

/// A finding that somebody has accepted, and whether there was one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// What is accepted.
    pub accepted: Accepted,
    /// What became of it.
    pub state: SuppressionState,
}

/// What became of a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionState {
    /// It suppressed a finding.
    Used,
    /// There was nothing to suppress.
    Unused,
    /// Its last day is over.
    Expired,
    /// Its check did not run.
    NotRun,
}

/// Where the facts are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Seen just now.
    Collected(Ended),
    /// Read from a folder.
    Snapshot {
        /// The folder, as the user named it.
        folder: String,
        /// When they were collected, RFC 3339, where the folder says so.
        collected_at: Option<String>,
    },
    /// The recorded world of `pldoctor demo`.
    Demo,
}

impl Run {
    /// A run on facts that were just collected.
    pub fn collected(collected: &Collected) -> Self {
        Self {
            started_at: collected.started_at,
            took: collected.elapsed,
            judged_in: Duration::ZERO,
            origin: Origin::Collected(collected.ended),
            stages: collected.timing.clone(),
            api_calls: collected.api_calls.clone(),
            path_ends: None,
            suppressions: Vec::new(),
        }
    }

    /// A run on facts from elsewhere, which begins now.
    pub fn recorded(origin: Origin) -> Self {
        Self {
            started_at: OffsetDateTime::now_utc(),
            took: Duration::ZERO,
            judged_in: Duration::ZERO,
            origin,
            stages: Vec::new(),
            api_calls: BTreeMap::new(),
            path_ends: None,
            suppressions: Vec::new(),
        }
    }

    /// Says that only the path between two ends was asked about.
    pub fn about_path(mut self, from: String, to: String) -> Self {
        self.path_ends = Some((from, to));
        self
    }

    /// Counts the time that judging took.
    pub fn judged_in(mut self, judging: Duration) -> Self {
        self.judged_in = judging;
        self.took += judging;
        self
    }
}
