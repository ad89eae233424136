//! `pldoctor checks` and `pldoctor explain`.

use super::args::ExplainArguments;
use super::face::Face;
use super::usage::Usage;
use super::{Exit, Failure, output, select};
use crate::report::terminal::{self, Options};
use anyhow::Context as _;
use pldoctor_checks::errors;
use pldoctor_checks::registry::CHECKS;
use std::io::IsTerminal as _;

pub(super) fn list(face: Face) -> Result<Exit, Failure> {
    // In a pipe one line stays one check, so that grep and awk can read it.
    let width = if std::io::stdout().is_terminal() { face.width } else { usize::MAX };
    print(|out| terminal::list(out, CHECKS, Options { width, ..options(face) }))
}

pub(super) fn explain(arguments: &ExplainArguments, face: Face) -> Result<Exit, Failure> {
    if let Some(text) = &arguments.error {
        let entry = errors::explain(text).ok_or_else(|| {
            Usage::new(
                "that text is none of the errors of AWS, TiDB Cloud and MySQL clients that pldoctor knows",
                "Paste the whole message, or run pldoctor check: it looks for the cause itself.",
            )
        })?;
        return print(|out| terminal::explain_error(out, entry, options(face)));
    }
    let check = select::find(arguments.check.as_deref().unwrap_or_default())?;
    print(|out| terminal::explain(out, check, options(face)))
}

fn options(face: Face) -> Options {
    Options { palette: face.palette, width: face.width, lang: face.lang(), ..Options::default() }
}

fn print(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    write(&mut text).context("the catalogue can't be printed")?;
    output::print(&text)?;
    Ok(Exit::Healthy)
}
