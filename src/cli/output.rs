//! Where reports go.

mod file;

use super::args::OutputArguments;
use super::face::Face;
use super::usage::Usage;
use crate::report::terminal::{self, Detail, Options};
use crate::report::text::clean_lines;
use crate::report::{Format, Report, render, runner};
use anyhow::{Context as _, anyhow};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

/// The file that GitHub Actions shows as the summary of a job.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Finds out before the run whether every file that was asked for can be written.
pub(super) fn foresee(arguments: &OutputArguments) -> Result<(), Usage> {
    let mut named: Vec<PathBuf> = Vec::new();
    for wanted in &arguments.report {
        let path = &wanted.file;
        if path.as_os_str() == "-" {
            let right = "Standard output has --format. A file of that name is ./-";
            return Err(Usage::new("--report: - is no file", right));
        }
        file::try_write(path).map_err(|error| {
            let name = path.display();
            Usage::new(format!("--report: {name} can't be written: {error}"), "Name a file in a folder that exists.")
        })?;
        let place = file::place(path);
        if named.contains(&place) && file::is_replaced(path) {
            let name = path.display();
            return Err(Usage::new(format!("--report: {name} is named twice"), "Give each report a file of its own."));
        }
        named.push(place);
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
    // Each by itself: a disk that is full, or an output that is closed, must not cost the others.
    let mut written = vec![print(&text)];
    written.extend(arguments.report.iter().map(|wanted| {
        let text = render(wanted.format, report, face.languages.of(wanted.format))?;
        let name = wanted.file.display();
        file::write(&wanted.file, &text).with_context(|| format!("the report {name} can't be written"))
    }));
    written.extend(step_summary(arguments).map(|path| {
        let text = render(Format::Markdown, report, face.lang())?;
        let name = path.display();
        file::append(&path, &text).with_context(|| format!("the summary {name} can't be written"))
    }));
    let failed: Vec<String> = written.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    if failed.is_empty() { Ok(()) } else { Err(anyhow!(failed.join("; "))) }
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

/// Says something to people on standard output.
pub(super) fn say(text: &str) -> anyhow::Result<()> {
    print(format!("{}\n", harmless(text)).as_bytes())
}

/// Standard error for the lines of the log.
#[derive(Clone, Copy, Debug)]
pub struct Log;

impl io::Write for Log {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        // The whole of an event comes at once.
        let text = String::from_utf8_lossy(lines);
        io::stderr().lock().write_all(runner::plain(&text, runner::shown).as_bytes())?;
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Says what is wrong with the arguments, as clap has it. What stands in them may come from elsewhere.
pub(super) fn refuse(error: &clap::Error) {
    let mut err = io::stderr().lock();
    // Nobody takes a terminal for a log, and there clap has its colours.
    let _ = if err.is_terminal() {
        error.print()
    } else {
        write!(err, "{}", runner::plain(&error.render().to_string(), runner::shown))
    };
}

/// What is said may quote anything: a file, an error of a library, the system's. Nothing in it acts on a terminal or on a runner.
fn harmless(text: &str) -> String {
    runner::plain(&clean_lines(text), runner::shown).into_owned()
}

/// Says what went wrong on standard error. If that can't be written either, there is nobody left to tell.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "pldoctor: {}", harmless(text));
}
