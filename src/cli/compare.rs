//! `pldoctor compare`

use super::args::CompareArguments;
use super::check::opened;
use super::face::Face;
use super::values::CompareFormat;
use super::{Exit, Failure, output};
use crate::compare::Comparison;
use crate::report::terminal::{self, Detail, Options};
use crate::report::{Format, json};
use anyhow::Context as _;

/// Says what differs. Exits 1 where the findings do.
pub(super) fn run(arguments: &CompareArguments, face: Face) -> Result<Exit, Failure> {
    let before = opened(&arguments.before)?;
    let after = opened(&arguments.after)?;
    let comparison = Comparison::of(&before, &after);
    let mut text = Vec::new();
    match arguments.format {
        CompareFormat::Terminal => {
            let lang = face.languages.of(Format::Terminal);
            let options = Options { palette: face.palette, width: face.width, detail: Detail::Usual, lang };
            terminal::compare(&mut text, &comparison, options).context("the comparison can't be printed")?;
        }
        CompareFormat::Json => {
            let lang = face.languages.of(Format::Json);
            json::compare(&mut text, &comparison, lang).context("the comparison can't be printed")?;
        }
    }
    output::print(&text)?;
    Ok(if comparison.is_same_finding() { Exit::Healthy } else { Exit::Problem })
}
