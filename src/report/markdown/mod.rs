//! The report to paste into a ticket: GitHub's Markdown, and nothing that another reader of Markdown would choke on.

mod escape;

pub(in crate::report) use escape::Text;

use super::terminal::command_lines;
use super::view::{Cause, Headline, Passed, Reason, Seen, Stage, Step, View, Way, confidence_key, reach_key, reasons};
use super::{Report, Words};
use askama::Template;
use escape::{cell, code, fence};
use pldoctor_checks::diagnosis::Verdict;
use pldoctor_checks::network::{HopName, HopVerdict};
use pldoctor_checks::words::Lang;
use std::io;

/// Columns of a command: what a ticket shows without scrolling.
const WIDTH: usize = 96;

/// Hops that have a column, in path order, with its heading: AWS's short names, and the direction.
const COLUMNS: [(HopName, &str); 8] = [
    (HopName::ClientSgEgress, "sg →"),
    (HopName::ClientNaclEgress, "acl →"),
    (HopName::ClientRoute, "rtb →"),
    (HopName::EndpointNaclIngress, "→ acl"),
    (HopName::EndpointSgIngress, "→ sg"),
    (HopName::EndpointNaclEgress, "← acl"),
    (HopName::EndpointRoute, "← rtb"),
    (HopName::ClientNaclIngress, "acl ←"),
];

/// The whole report.
pub(super) fn render(report: Report<'_>, lang: Lang) -> io::Result<String> {
    let view = View::new(report, Words::new(lang));
    let ways = view.ways();
    let document = Document {
        words: view.words,
        headline: view.headline(),
        support: view.support(),
        measured: if view.report.diagnosis.verdict == Verdict::Healthy { view.measured() } else { Vec::new() },
        proof: view.proof(),
        stages: view.stages(),
        footer: view.footer(),
        reasons: reasons(&ways),
        ways: if view.shows_path() { &ways } else { &[] },
        view: &view,
    };
    let text = document.render().map_err(io::Error::other)?;
    Ok(tidy(&text))
}

#[derive(Template)]
#[template(path = "report.md")]
struct Document<'a> {
    view: &'a View<'a>,
    words: Words,
    headline: Headline,
    ways: &'a [Way],
    reasons: Vec<Reason<'a>>,
    measured: Vec<(&'static str, String)>,
    proof: Option<String>,
    support: Vec<(&'static str, String)>,
    stages: Vec<Stage>,
    footer: String,
}

impl Document<'_> {
    fn owner(&self, cause: &Cause) -> String {
        self.words.say("owner", &[("owner", &cause.owner)])
    }

    fn confidence(&self, cause: &Cause) -> &'static str {
        self.words.text(confidence_key(cause.confidence))
    }

    fn step(&self, step: &Step) -> String {
        self.words.say("step", &[("title", &step.title), ("owner", &step.owner)])
    }

    /// A command in a fence; a sentence where it is not to be copied.
    fn command(&self, argv: &[String]) -> String {
        match command_lines(argv, WIDTH) {
            Some(lines) => fence("sh", &lines),
            None => self.words.text("withheld").to_owned(),
        }
    }

    fn outcome(&self, seen: &Seen) -> String {
        format!("{} {}", seen.standing().sign(), self.words.text(seen.standing().key()))
    }

    fn reach(&self, way: &Way) -> &'static str {
        self.words.text(reach_key(way.verdict))
    }

    /// The marks of a way's hops, in the order of the columns.
    fn hops(&self, way: &Way) -> Vec<&'static str> {
        COLUMNS.iter().map(|(name, _)| way.hop(*name).map_or("?", hop_mark)).collect()
    }

    fn legend(&self) -> String {
        format!("✔ {}", self.words.say("path-legend", &[("stops", "✖"), ("skipped", "·")]))
    }

    fn path_more(&self, way: &Way) -> String {
        self.words.say("path-more", &[("port", &way.port.to_string()), ("client", &way.from.name())])
    }
}

fn hop_mark(passed: &Passed) -> &'static str {
    verdict_mark(passed.verdict)
}

fn verdict_mark(verdict: HopVerdict) -> &'static str {
    match verdict {
        HopVerdict::Allow => "✔",
        HopVerdict::Deny => "✖",
        HopVerdict::Partial => "~",
        HopVerdict::Unknown => "?",
        HopVerdict::Skipped => "·",
    }
}

/// One empty line between blocks, none at the ends. Fences have no empty lines of ours in them.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for line in text.trim().lines() {
        if !(line.is_empty() && tidied.ends_with("\n\n")) {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied
}
