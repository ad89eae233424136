//! `pldoctor path`

use super::args::PathArguments;
use super::check::{implied_region, opened};
use super::face::Face;
use super::usage::Usage;
use super::{Exit, Failure, collect, output};
use crate::collect::Request;
use crate::report::{Origin, Report, Run};
use pldoctor_checks::check::Stop;
use pldoctor_checks::diagnosis::diagnose_path;
use pldoctor_checks::facts::{Facts, Question, Target};
use pldoctor_checks::network::{Goal, PathQuestion};
use std::time::Instant;

/// Asks the path model. Exits 0 only where everything gets through.
pub(super) fn run(arguments: &PathArguments, face: Face) -> Result<Exit, Failure> {
    let (facts, run) = facts(arguments)?;
    let question = question(arguments, &facts)?;
    let started = Instant::now();
    let diagnosis = diagnose_path(&facts, &question);
    let from = arguments.from.as_ref().map_or_else(|| here(&facts), ToString::to_string);
    let run = run.judged_in(started.elapsed()).about_path(from, arguments.to.to_string());
    output::deliver(Report { facts: &facts, diagnosis: &diagnosis, run: &run }, &arguments.output, face)?;
    Ok(Exit::of(&diagnosis, &[]))
}

/// The facts of the snapshot, or those of the API now. Nothing is probed: the model reads configuration only.
fn facts(arguments: &PathArguments) -> Result<(Facts, Run), Failure> {
    let endpoint_id = match &arguments.to {
        Goal::Endpoint(id) => Some(id.clone()),
        _ => None,
    };
    let target = Target { port: arguments.port, endpoint_id, ..Target::default() };
    if let Some(folder) = &arguments.facts {
        let snapshot = opened(folder)?;
        let mut facts = snapshot.facts;
        facts.question.target = target;
        if arguments.from.is_some() {
            facts.question.from.clone_from(&arguments.from);
        }
        let region = arguments.collecting.region.clone().or_else(|| facts.question.region.clone());
        facts.question.region = region.or_else(|| implied_region(&facts.question, &facts));
        let folder = folder.display().to_string();
        let collected_at = snapshot.manifest.map(|manifest| manifest.collected_at);
        return Ok((facts, Run::recorded(Origin::Snapshot { folder, collected_at })));
    }
    let question = Question { target, from: arguments.from.clone(), ..Question::default() };
    let request = Request { probes: false, ..collect::request(question, &arguments.collecting) };
    let collected = collect::run_request(&request, arguments.output.quiet)?;
    let run = Run::collected(&collected);
    Ok((collected.facts, run))
}

fn question(arguments: &PathArguments, facts: &Facts) -> Result<PathQuestion, Usage> {
    let mut question = PathQuestion::to(facts, arguments.to.clone()).map_err(|stop| {
        let why = match stop {
            Stop::Missing(missing) => format!("{} is not known ({})", missing.fact.name(), missing.fact.source()),
            _ => "nothing says which machine this is".to_owned(),
        };
        Usage::new(
            format!("where the path starts is not known: {why}"),
            "Name it with --from i-…, eni-… or an address.",
        )
    })?;
    question.ephemeral = arguments.ephemeral.or(question.ephemeral);
    question.family = arguments.family.map_or(question.family, Into::into);
    Ok(question)
}

/// The machine itself, as short as it is known.
fn here(facts: &Facts) -> String {
    let vantage = facts.vantage().unwrap_or_default();
    let address = || vantage.address.map(|address| address.to_string());
    vantage.instance_id.or(vantage.interface_id).or_else(address).unwrap_or_default()
}
