//! Where reports go.

mod file;

use super::args::OutputArguments;
use super::face::Face;
use super::usage::Usage;
use crate::report::terminal::{self, Detail, Options};
use crate::report::{Format, Report, render};
use anyhow::Context as _;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// The file that GitHub Actions shows as the summary of a job.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Finds out before the run whether every file that was asked for can be written.
pub(super) fn foresee(arguments: &OutputArguments) -> Result<(), Usage> {
    let mut named: Vec<PathBuf> = Vec::new();
    for wanted in &arguments.report {
        let path = &wanted.file;
        file::try_write(path).map_err(|error| {
            let name = path.display();
            Usage::new(format!("--report: {name} can't be written: {error}"), "Name a file in a folder that exists.")
        })?;
        if named.contains(path) && !file::is_special(path) {
            let name = path.display();
            return Err(Usage::new(format!("--report: {name} is named twice"), "Give each report a file of its own."));
        }
        named.push(path.clone());
    }
    if let Some(path) = step_summary(arguments) {
        file::try_write(&path).map_err(|error| {
            let name = path.display();
            Usage::new(format!("{STEP_SUMMARY}: {name} can't be written: {error}"), "Unset it, or name another file.")
        })?;
    }
    Ok(())
}

/// Prints the report and writes the files that were asked for.
pub(super) fn deliver(report: Report<'_>, arguments: &OutputArguments, face: Face) -> anyhow::Result<()> {
    let lang = face.languages.of(arguments.format);
    let text = match arguments.format {
        // What stands on a terminal fits that terminal.
        Format::Terminal => {
            let mut text = Vec::new();
            let options = Options { palette: face.palette, width: face.width, detail: detail(arguments), lang };
            terminal::write(&mut text, report, options)?;
            text
        }
        format => render(format, report, lang)?.into_bytes(),
    };
    print(&text)?;
    for wanted in &arguments.report {
        let text = render(wanted.format, report, face.languages.of(wanted.format))?;
        let name = wanted.file.display();
        file::write(&wanted.file, &text).with_context(|| format!("the report {name} can't be written"))?;
    }
    if let Some(path) = step_summary(arguments) {
        let text = render(Format::Markdown, report, face.lang())?;
        let name = path.display();
        file::append(&path, &text).with_context(|| format!("the summary {name} can't be written"))?;
    }
    Ok(())
}

/// Where the summary of the job goes: it belongs to the annotations, and these to standard output.
fn step_summary(arguments: &OutputArguments) -> Option<PathBuf> {
    let path = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty())?;
    (arguments.format == Format::Github).then(|| path.into())
}

fn detail(arguments: &OutputArguments) -> Detail {
    match (arguments.quiet, arguments.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Everything,
        _ => Detail::Usual,
    }
}

/// Prints to standard output. Whoever closes the pipe has read enough.
pub(super) fn print(text: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("standard output can't be written"),
    }
}

/// Says what went wrong on standard error. If that can't be written either, there is nobody left to tell.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "pldoctor: {text}");
}
