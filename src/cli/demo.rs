//! `pldoctor demo`

use super::args::DemoArguments;
use super::face::Face;
use super::{Exit, Failure, check, output};
use crate::report::{Origin, Report, Run};
use pldoctor_checks::registry::CHECKS;

/// Judges the recorded world. It exits 0 where that went well, because it is a demonstration and no gate.
pub(super) fn run(arguments: &DemoArguments, face: Face) -> Result<Exit, Failure> {
    let facts = crate::demo::world()?;
    let (diagnosis, took) = check::judge(CHECKS, &facts);
    let run = Run::recorded(Origin::Demo).judged_in(took);
    output::deliver(Report { facts: &facts, diagnosis: &diagnosis, run: &run }, &arguments.output, face)?;
    Ok(Exit::Healthy)
}
