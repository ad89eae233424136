//! Where reports go.

use super::args::OutputArguments;
use super::face::Face;
use super::values::Format;
use crate::report::terminal::{self, Detail, Options, Palette, USUAL_WIDTH};
use crate::report::{Report, json};
use anyhow::Context as _;
use pldoctor_checks::words::Lang;
use std::io::{self, Write as _};

/// Prints the report and writes the files that were asked for.
pub(super) fn deliver(report: Report<'_>, arguments: &OutputArguments, face: Face) -> anyhow::Result<()> {
    deliver_as(report, arguments, face, &|out, options| terminal::write(out, report, options))
}

/// As [`deliver`], with words for people that are not those of `check`.
pub(super) fn deliver_as(
    report: Report<'_>,
    arguments: &OutputArguments,
    face: Face,
    for_people: &dyn Fn(&mut dyn io::Write, Options) -> io::Result<()>,
) -> anyhow::Result<()> {
    let detail = match (arguments.quiet, arguments.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Everything,
        _ => Detail::Usual,
    };
    let here = Options { palette: face.palette, width: face.width, detail, lang: Lang::En };
    print(&rendered(report, arguments.format, here, for_people)?)?;
    for wanted in &arguments.report {
        // A file is read anywhere: without colour, at the usual width.
        let palette = Palette { color: false, ..face.palette };
        let text = rendered(report, wanted.format, Options { palette, width: USUAL_WIDTH, ..here }, for_people)?;
        let file = wanted.file.display();
        std::fs::write(&wanted.file, text).with_context(|| format!("the report {file} can't be written"))?;
    }
    Ok(())
}

fn rendered(
    report: Report<'_>,
    format: Format,
    options: Options,
    for_people: &dyn Fn(&mut dyn io::Write, Options) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    match format {
        Format::Terminal => for_people(&mut text, options)?,
        Format::Json => json::write(&mut text, report)?,
    }
    Ok(text)
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
