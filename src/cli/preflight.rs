//! `pldoctor preflight`

use super::args::PreflightArguments;
use super::check::{Gate, implied_region, opened};
use super::face::Face;
use super::usage::Usage;
use super::{Exit, Failure, collect, output, question, wait};
use crate::collect::Request;
use crate::report::{Origin, Report, Run};
use pldoctor_checks::facts::{Facts, Preflight, Question};

/// Judges the endpoint as it would be. Exit codes as for `check`: this is the gate in a pipeline.
pub(super) fn run(arguments: &PreflightArguments, face: Face) -> Result<Exit, Failure> {
    let gate = Gate::of(&arguments.gate)?;
    let (facts, run, diagnosis) = wait::until_settled(&arguments.waiting, arguments.output.quiet, || {
        let (facts, run) = facts(arguments)?;
        Ok(gate.judge(facts, run))
    })?;
    output::deliver(Report { facts: &facts, diagnosis: &diagnosis, run: &run }, &arguments.output, face)?;
    Ok(Exit::of(&diagnosis, &arguments.gate.fail_on))
}

fn facts(arguments: &PreflightArguments) -> Result<(Facts, Run), Failure> {
    let Some(folder) = &arguments.facts else {
        let question = asked(arguments, Question::default())?;
        // Nothing can be measured of an endpoint that isn't there.
        let request = Request { probes: false, ..collect::request(question, &arguments.collecting) };
        let collected = collect::run_request(&request, arguments.output.quiet)?;
        let run = Run::collected(&collected);
        return Ok((collected.facts, run));
    };
    let snapshot = opened(folder)?;
    let mut facts = snapshot.facts;
    let mut question = asked(arguments, facts.question.clone())?;
    let region = arguments.collecting.region.clone().or(question.region.take());
    question.region = region.or_else(|| implied_region(&question, &facts));
    facts.question = question;
    let folder = folder.display().to_string();
    let collected_at = snapshot.manifest.map(|manifest| manifest.collected_at);
    Ok((facts, Run::recorded(Origin::Snapshot { folder, collected_at })))
}

fn asked(arguments: &PreflightArguments, base: Question) -> Result<Question, Usage> {
    let question = question::ask(&arguments.target, base)?.question;
    let preflight = Preflight {
        vpc_id: arguments.vpc.clone(),
        subnet_ids: arguments.subnets.clone(),
        group_ids: arguments.security_groups.clone(),
    };
    Ok(Question { preflight: Some(preflight), ..question })
}
