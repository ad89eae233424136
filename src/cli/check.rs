//! `pldoctor check`

use super::args::{CheckArguments, GateArguments};
use super::face::Face;
use super::suppress::Suppressions;
use super::{Exit, Failure, collect, keep, output, question, select, wait};
use crate::bundle::Contents;
use crate::cli::usage::Usage;
use crate::report::text::{LONGEST_TEXT, clean};
use crate::report::{Origin, Report, Run};
use crate::snapshot::{self, NOT_REDACTED, Snapshot};
use anyhow::Context as _;
use pldoctor_checks::check::Check;
use pldoctor_checks::diagnosis::{Diagnosis, diagnose};
use pldoctor_checks::facts::{Fact, Facts, Question, Why, region_of_service};
use std::path::Path;
use std::time::{Duration, Instant};

pub(super) fn run(arguments: &CheckArguments, face: Face) -> Result<Exit, Failure> {
    let gate = Gate::of(&arguments.gate)?;
    let destination = arguments.save.as_ref().map(|path| keep::open("--save", path, &arguments.keeping)).transpose()?;
    let (mut facts, mut run, diagnosis) = match &arguments.facts {
        Some(folder) => {
            let (facts, run) = recorded(folder, arguments)?;
            gate.judge(facts, run)
        }
        None => wait::until_settled(&arguments.waiting, arguments.output.quiet, || {
            let collected = collect::gather(&arguments.target, &arguments.collecting, arguments.output.quiet)?;
            let run = Run::collected(&collected);
            Ok(gate.judge(collected.facts, run))
        })?,
    };
    let delivered =
        output::deliver(Report { facts: &facts, diagnosis: &diagnosis, run: &run }, &arguments.output, face);
    // The report first: facts that can't be kept any more must not cost it, nor a report that can't be written the facts.
    if let (Some(destination), Some(path)) = (destination, &arguments.save) {
        // What is accepted belongs to who asks: whoever gets the facts sees everything.
        facts.question.accepted.clear();
        run.suppressions.clear();
        let contents = Contents { facts: &facts, run: &run, checks: &gate.checks, languages: face.languages };
        let written = destination.write(contents).context("the facts can't be kept")?;
        if written.kept_in.is_some() && !arguments.output.quiet {
            output::complain(&keep::said(path, &written));
        }
    }
    delivered?;
    Ok(Exit::of(&diagnosis, &arguments.gate.fail_on))
}

/// The checks that run, and the findings that are accepted.
pub(super) struct Gate {
    checks: Vec<&'static dyn Check>,
    named: Vec<String>,
    suppressions: Suppressions,
}

impl Gate {
    pub(super) fn of(arguments: &GateArguments) -> Result<Self, Usage> {
        let checks = select::checks(&arguments.select)?;
        let named = arguments.select.only.clone();
        Ok(Self { checks, named, suppressions: Suppressions::read(arguments.config.as_deref())? })
    }

    /// Judges a world.
    pub(super) fn judge(&self, mut facts: Facts, run: Run) -> (Facts, Run, Diagnosis) {
        facts.question.accepted = self.suppressions.accepted();
        facts.question.named.clone_from(&self.named);
        let (diagnosis, took) = judge(&self.checks, &facts);
        let run = Run { suppressions: self.suppressions.seen(&diagnosis), ..run.judged_in(took) };
        (facts, run, diagnosis)
    }
}

/// Judges, and says how long that took.
pub(super) fn judge(checks: &[&'static dyn Check], facts: &Facts) -> (Diagnosis, Duration) {
    let started = Instant::now();
    let diagnosis = diagnose(checks, facts);
    (diagnosis, started.elapsed())
}

/// The most files of a snapshot that are warned of one by one.
const MOST_WARNINGS: usize = 20;

/// A snapshot, its warnings said.
pub(super) fn opened(folder: &Path) -> Result<Snapshot, Usage> {
    let snapshot = snapshot::read(folder).map_err(|error| Usage::new(error.to_string(), ""))?;
    for warning in snapshot.warnings.iter().take(MOST_WARNINGS) {
        output::complain(&clean(&warning.to_string(), LONGEST_TEXT));
    }
    if let Some(more) = snapshot.warnings.len().checked_sub(MOST_WARNINGS).filter(|more| *more > 0) {
        output::complain(&format!("and {more} more files of that kind"));
    }
    Ok(snapshot)
}

/// The facts of a snapshot, asked the question of its manifest unless the arguments ask another.
fn recorded(folder: &Path, arguments: &CheckArguments) -> Result<(Facts, Run), Failure> {
    let snapshot = opened(folder)?;
    if let Some(save) = &arguments.save {
        can_be_kept(folder, &snapshot, save)?;
    }
    let mut facts = snapshot.facts;
    let mut question = question::ask(&arguments.target, facts.question.clone())?.question;
    if arguments.collecting.asking.region.is_some() {
        question.region.clone_from(&arguments.collecting.asking.region);
    } else if question.region.is_none() {
        question.region = implied_region(&question, &facts);
    }
    if snapshot.manifest.is_some() {
        forget_what_answers_another_question(&mut facts, &question);
    }
    facts.question = question;
    let folder = folder.display().to_string();
    let collected_at = snapshot.manifest.map(|manifest| manifest.collected_at);
    Ok((facts, Run::recorded(Origin::Snapshot { folder, collected_at })))
}

/// Refuses to keep a snapshot over itself, which would cost whatever else lies there, and to mask masked names once more: nobody could read them any more.
fn can_be_kept(folder: &Path, snapshot: &Snapshot, save: &Path) -> Result<(), Usage> {
    let place = |path: &Path| path.canonicalize().ok();
    let shown = clean(&folder.display().to_string(), LONGEST_TEXT);
    if place(folder).is_some_and(|folder| place(save) == Some(folder)) {
        return Err(Usage::new(format!("--save: {shown} is what --facts reads"), "Name another folder or file."));
    }
    if snapshot.manifest.as_ref().is_some_and(|manifest| manifest.redacted != NOT_REDACTED) {
        return Err(Usage::new(format!("--save: {shown} is redacted already"), "Hand it on as it is."));
    }
    Ok(())
}

/// The Region that a folder filled by hand is about, so that the printed commands work whatever the default Region of whoever runs them.
pub(super) fn implied_region(question: &Question, facts: &Facts) -> Option<String> {
    let zones =
        || facts.aws.availability_zones.known()?.availability_zones.first().map(|zone| zone.region_name.clone());
    let endpoints = || {
        let endpoints = &facts.aws.vpc_endpoints.known()?.vpc_endpoints;
        endpoints.iter().find_map(|endpoint| region_of_service(&endpoint.service_name)).map(str::to_owned)
    };
    question.target.region().or_else(zones).or_else(endpoints)
}

/// What was measured was measured for one target from one machine, and says nothing of others.
fn forget_what_answers_another_question(facts: &mut Facts, question: &Question) {
    let (was, is) = (&facts.question, question);
    let elsewhere = was.from != is.from;
    let other_host = was.target.host != is.target.host;
    let other_port = was.target.port != is.target.port;
    let other_user = was.target.user != is.target.user || was.target.database != is.target.database;
    let why = Why::not_asked("what the snapshot has was measured for another question");
    let mut forget = |wanted: bool, forgotten: &[Fact]| {
        for fact in forgotten.iter().filter(|_| wanted) {
            fact.blank(facts, &why);
        }
    };
    let names = [Fact::HostsFile, Fact::VpcResolverAnswers, Fact::HostResolverAnswers, Fact::SystemAnswer];
    forget(elsewhere || other_host, &names);
    forget(
        elsewhere || other_host || other_port,
        &[Fact::Tcp, Fact::DefaultPort, Fact::Greetings, Fact::Tls, Fact::Login, Fact::Sockets],
    );
    forget(other_user, &[Fact::Login]);
}
