//! A bundle: the facts, what they mean, and what the program did, in one file that can be handed on.
//!
//! Whatever else fails, the facts are in it; the manifest says what is not, and why.

mod log;
mod pseudonyms;

pub use pseudonyms::{KeepError, Pseudonyms, originals, usual_place};

use crate::report::{Format, Languages, Origin, Report, Run, render, text};
use crate::snapshot::redact::{Key, Leak, RedactError, Redacted, Redaction, redact};
use crate::snapshot::{self, ArchiveDraft, Manifest, WriteError};
use pldoctor_checks::check::Check;
use pldoctor_checks::diagnosis::diagnose;
use pldoctor_checks::facts::{Facts, Question};
use pldoctor_checks::snapshot::layout::{LOG, MANIFEST, REPORT_HTML, REPORT_JSON, REPORT_MARKDOWN};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Why nothing was handed on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The pseudonyms could not be kept, or no key be made.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// A pseudonym doesn't fit its place.
    #[error(transparent)]
    Redact(#[from] RedactError),
    /// An original would have been readable.
    #[error(
        "nothing was written, because redaction left {} ({}) readable in {}. Please report this; `--redact none` writes everything as it is",
        text::clean(.0.original.as_str(), text::LONGEST_VALUE), .0.kind.name(), .0.file
    )]
    Leak(Box<Leak>),
}

/// What goes into a bundle.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// The facts as they were seen.
    pub facts: &'a Facts,
    /// How they came here.
    pub run: &'a Run,
    /// The checks that judge them.
    pub checks: &'a [&'static dyn Check],
    /// In which languages the reports are.
    pub languages: Languages,
}

/// Where facts are kept, tried before they are collected.
#[derive(Debug)]
pub struct Destination {
    path: PathBuf,
    archive: bool,
    redaction: Redaction,
    pseudonyms: Option<Pseudonyms>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many originals of each kind were masked.
    pub masked: BTreeMap<String, usize>,
    /// What is not in it, and why.
    pub missing: BTreeMap<String, String>,
    /// Where the originals are kept, if anything was masked.
    pub kept_in: Option<PathBuf>,
}

/// Whether facts kept under this name are a bundle and not a folder.
pub fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    (name.ends_with(".tar.gz") || name.ends_with(".tgz")) && !path.is_dir()
}

impl Destination {
    /// Makes sure that the place can be written. A bundle is for others, and so redacted unless `redaction` says otherwise; a folder is not.
    ///
    /// # Errors
    /// Where the place, or that of the pseudonyms, can't be used.
    pub fn open(path: &Path, redaction: Option<Redaction>, pseudonyms: Option<&Path>) -> Result<Self, BundleError> {
        let archive = is_archive(path);
        let redaction = redaction.unwrap_or(if archive { Redaction::Default } else { Redaction::None });
        let pseudonyms = match redaction {
            Redaction::None => None,
            Redaction::Default | Redaction::Strict => Some(Pseudonyms::open(pseudonyms)?),
        };
        if archive {
            drop(ArchiveDraft::new(path)?);
        } else {
            snapshot::try_write(path)?;
        }
        Ok(Self { path: path.to_owned(), archive, redaction, pseudonyms })
    }

    /// Writes the facts; into a bundle, the reports and the log as well.
    ///
    /// # Errors
    /// See [`BundleError`]. Nothing is then there that was not before.
    pub fn write(self, contents: Contents<'_>) -> Result<Written, BundleError> {
        let key = self.pseudonyms.as_ref().map(Pseudonyms::key);
        let Assembled { files, manifest, redacted } = assemble(contents, self.redaction, key, self.archive)?;
        if let Some(redacted) = &redacted {
            let said = unnamed(redacted, &manifest, contents, self.archive);
            if let Some(leak) = redacted.leaks(&files, &said).into_iter().next() {
                return Err(BundleError::Leak(Box::new(leak)));
            }
        }
        let mut written = Written { masked: manifest.masked, missing: manifest.missing, kept_in: None };
        // The originals first: a bundle whose pseudonyms nobody can read any more would be the worse loss.
        if let (Some(pseudonyms), Some(redacted)) = (self.pseudonyms, redacted) {
            written.kept_in = Some(pseudonyms.keep(redacted.names.originals())?);
        }
        if self.archive {
            ArchiveDraft::new(&self.path)?.finish(&files)?;
        } else {
            snapshot::write_files(&self.path, &files)?;
        }
        Ok(written)
    }
}

struct Assembled {
    files: BTreeMap<String, Vec<u8>>,
    manifest: Manifest,
    redacted: Option<Redacted>,
}

fn assemble(
    contents: Contents<'_>,
    redaction: Redaction,
    key: Option<&Key>,
    with_reports: bool,
) -> Result<Assembled, RedactError> {
    let mut run = contents.run.clone();
    let mut redacted = match key {
        Some(key) => Some(redact(contents.facts, redaction == Redaction::Strict, key)?),
        None => None,
    };
    if let Some(redacted) = &mut redacted {
        // What a snapshot doesn't keep decides the verdict all the same.
        redacted.facts.question.named.clone_from(&contents.facts.question.named);
        // Stages name addresses and ids.
        for stage in &mut run.stages {
            stage.stage = redacted.scrub(&stage.stage);
        }
        // Where it lay on somebody's machine concerns nobody else.
        if let Origin::Snapshot { folder, .. } = &mut run.origin {
            "…".clone_into(folder);
        }
    }
    let facts = redacted.as_ref().map_or(contents.facts, |redacted| &redacted.facts);
    let mut manifest = Manifest::new(facts.question.clone(), run.started_at);
    if let Origin::Snapshot { collected_at: Some(at), .. } = &run.origin {
        manifest.collected_at.clone_from(at);
    }
    if let (Some(redacted), Some(key)) = (&redacted, key) {
        redaction.name().clone_into(&mut manifest.redacted);
        manifest.masked = redacted.names.counts().into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
        manifest.key = Some(key.fingerprint());
    }
    let mut files = snapshot::files(facts, &manifest);
    if with_reports {
        let (mut beside, missing) = beside(Contents { facts, run: &run, ..contents });
        manifest.missing = missing;
        files.append(&mut beside);
    }
    manifest.contents = files.keys().cloned().collect();
    files.extend(snapshot::files(facts, &manifest).remove_entry(MANIFEST));
    Ok(Assembled { files, manifest, redacted })
}

/// The reports and the log, and of those that could not be made, why.
fn beside(contents: Contents<'_>) -> (BTreeMap<String, Vec<u8>>, BTreeMap<String, String>) {
    let (mut files, mut missing) = (BTreeMap::new(), BTreeMap::new());
    for (file, format) in
        [(REPORT_JSON, Format::Json), (REPORT_MARKDOWN, Format::Markdown), (REPORT_HTML, Format::Html)]
    {
        match report(contents, format) {
            Ok(text) => _ = files.insert(file.to_owned(), text.into_bytes()),
            Err(why) => _ = missing.insert(file.to_owned(), why),
        }
    }
    files.insert(LOG.to_owned(), log::text(contents.run, contents.facts).into_bytes());
    (files, missing)
}

/// A report on the facts as they are handed on. One that fails must not cost the others.
fn report(contents: Contents<'_>, format: Format) -> Result<String, String> {
    let Contents { facts, run, checks, languages } = contents;
    let rendered = catch_unwind(AssertUnwindSafe(|| {
        let diagnosis = diagnose(checks, facts);
        render(format, Report { facts, diagnosis: &diagnosis, run }, languages.of(format))
    }));
    match rendered {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("a bug in pldoctor: this report could not be made".to_owned()),
    }
}

/// What stands beside the facts, made without anything that the run or the question names: a word of it that is also somebody's tag proves nothing.
fn unnamed(
    redacted: &Redacted,
    manifest: &Manifest,
    contents: Contents<'_>,
    with_reports: bool,
) -> BTreeMap<String, Vec<u8>> {
    let mut run = contents.run.clone();
    run.stages.iter_mut().for_each(|stage| stage.stage.clear());
    if let Origin::Snapshot { folder, .. } = &mut run.origin {
        folder.clear();
    }
    let manifest = Manifest { question: Question::default(), ..manifest.clone() };
    let mut files = BTreeMap::new();
    if with_reports {
        files = beside(Contents { facts: &redacted.facts, run: &run, ..contents }).0;
    }
    files.extend(snapshot::files(&Facts::default(), &manifest).remove_entry(MANIFEST));
    files
}
