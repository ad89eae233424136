//! `pldoctor collect`, and the collecting that `pldoctor check` does.

use super::args::{AskingArguments, CollectArguments, CollectingArguments, TargetArguments};
use super::check::implied_region;
use super::face::Face;
use super::progress::Line;
use super::usage::{Usage, shown};
use super::{Exit, Failure, keep, output, password, question};
use crate::bundle::Contents;
use crate::collect::{Authorities, Collected, Ended, Limits, Request, collect, script};
use crate::report::Run;
use anyhow::Context as _;
use pldoctor_checks::facts::{Facts, Question};
use pldoctor_checks::registry::CHECKS;
use std::io::Write as _;
use std::path::Path;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Collects, keeps the facts, and says so.
pub(super) fn run(arguments: &CollectArguments, face: Face) -> Result<Exit, Failure> {
    let Some(output) = arguments.output.as_ref().filter(|_| !arguments.script) else { return print_script(arguments) };
    let destination = keep::open("--output", output, &arguments.keeping)?;
    let collected = gather(&arguments.target, &arguments.collecting, arguments.quiet)?;
    let run = Run::collected(&collected);
    let contents = Contents { facts: &collected.facts, run: &run, checks: CHECKS, languages: face.languages };
    let written = destination.write(contents).context("the facts were collected and can't be kept")?;
    if !arguments.quiet {
        let ended = match collected.ended {
            Ended::Complete => "",
            Ended::Deadline => " Time ran out (--timeout): what was still to come is unknown.",
            Ended::Cancelled => " Interrupted: what was still to come is unknown.",
        };
        let shown = output.display();
        let wrote = keep::said(output, &written);
        let text = format!("{wrote}{ended} Judge it anywhere: pldoctor check --facts {shown}");
        output::say(&text)?;
    }
    Ok(if collected.ended == Ended::Complete { Exit::Healthy } else { Exit::Incomplete })
}

/// Prints a script that collects. A target is welcome and not needed: it only narrows down whose records are listed.
fn print_script(arguments: &CollectArguments) -> Result<Exit, Failure> {
    let named = arguments.target.target.is_some()
        || arguments.target.endpoint_id.is_some()
        || arguments.target.service_name.is_some();
    let mut question =
        if named { question::ask(&arguments.target, question::Base::default())?.question } else { Question::default() };
    let region = arguments.collecting.asking.region.clone().or(question.region.take());
    question.region = region.or_else(|| implied_region(&question, &Facts::default()));
    output::print(script(&question).as_bytes())?;
    Ok(Exit::Healthy)
}

/// Collects what the arguments ask for.
pub(super) fn gather(
    target: &TargetArguments,
    collecting: &CollectingArguments,
    quiet: bool,
) -> Result<Collected, Failure> {
    let asked = question::ask(target, question::Base::default())?;
    let password = password::find(collecting, asked.password, asked.question.target.user.as_deref())?;
    if let (Some(_), None) = (&collecting.query, &password) {
        return Err(Usage::new(
            "--query needs a login to run in, and there is no user or no password",
            "Name the user in TARGET, and give the password in MYSQL_PWD, --password-file or --ask-password.",
        )
        .into());
    }
    let request = Request {
        password,
        plaintext_password: collecting.allow_plaintext_password,
        query: collecting.query.clone(),
        authorities: collecting.ca.as_deref().map(authorities).transpose()?,
        ..request(asked.question, &collecting.asking)
    };
    run_request(&request, quiet)
}

/// The certificates of `--ca`.
fn authorities(file: &Path) -> Result<Authorities, Usage> {
    Authorities::read(file).map_err(|problem| {
        let name = shown(&file.display().to_string());
        Usage::new(
            format!("--ca {name}: {problem}"),
            "It has to be a file of certificates in PEM, as TiDB Cloud offers it under Connect > CA cert.",
        )
    })
}

/// A request to the AWS API with the usual bounds.
pub(super) fn request(question: Question, asking: &AskingArguments) -> Request {
    Request {
        region: asking.region.clone(),
        profile: asking.profile.clone(),
        limits: asking.timeout.map_or_else(Limits::default, |total| Limits { total, ..Limits::default() }),
        ..Request::new(question)
    }
}

/// Collects, with a line of progress, until it is done, time runs out or somebody interrupts.
pub(super) fn run_request(request: &Request, quiet: bool) -> Result<Collected, Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads could be started")?;
    let collected = runtime.block_on(async {
        let (cancel, cancelled) = watch::channel(false);
        let line = Line::new(quiet);
        let listener = tokio::spawn(interrupted(cancel));
        let collected = collect(request, &line, cancelled).await;
        listener.abort();
        line.end();
        collected
    });
    // A `getaddrinfo` that hangs must not keep the report waiting.
    runtime.shutdown_background();
    Ok(collected)
}

/// The first Ctrl-C ends collecting, so that the report comes with what is known; the second ends the program.
async fn interrupted(cancel: watch::Sender<bool>) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    for first in [true, false] {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if first {
            let _ = writeln!(
                std::io::stderr().lock(),
                "\nInterrupted: reporting what is known. Once more ends it at once."
            );
            let _ = cancel.send(true);
        } else {
            #[expect(clippy::exit, reason = "whoever interrupts twice wants no report and no tidying up")]
            std::process::exit(130);
        }
    }
}
