//! The report as one file for a browser. Nothing is fetched, and no script but our own runs: the policy in its head names the style and the script by
//! their hashes and allows nothing else, whatever the data may hold.

mod picture;

use super::terminal::command_lines;
use super::view::{Cause, Headline, Reason, Seen, Stage, Standing, Step, View, confidence_key, layer_key, reasons};
use super::{Report, Words};
use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use aws_smithy_types::base64;
use picture::{Picture, Shape, look};
use pldoctor_checks::check::Layer;
use pldoctor_checks::diagnosis::{Outcome, Verdict};
use pldoctor_checks::registry;
use pldoctor_checks::words::Lang;
use std::io;

const STYLE: &str = include_str!("../templates/report.css");
const SCRIPT: &str = include_str!("../templates/report.js");

/// Columns of a command.
const WIDTH: usize = 96;

/// The whole report.
pub(super) fn render(report: Report<'_>, lang: Lang) -> io::Result<String> {
    let view = View::new(report, Words::new(lang));
    let ways = if view.shows_path() { view.ways() } else { Vec::new() };
    let document = Document {
        words: view.words,
        headline: view.headline(),
        pictures: picture::pictures(&view, &ways),
        reasons: reasons(&ways),
        missing_ends: if view.shows_path() { view.missing_ends() } else { Vec::new() },
        measured: if view.report.diagnosis.verdict == Verdict::Healthy { view.measured() } else { Vec::new() },
        proof: view.proof(),
        support: view.support(),
        stages: view.stages(),
        calls: view.api_calls(),
        footer: view.footer(),
        policy: policy(),
        view: &view,
    };
    let text = document.render().map_err(io::Error::other)?;
    Ok(text + "\n")
}

/// What the browser may do: nothing but our own style and script.
fn policy() -> String {
    let hash = |text: &str| base64::encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

#[derive(Template)]
#[template(path = "report.html")]
struct Document<'a> {
    view: &'a View<'a>,
    words: Words,
    headline: Headline,
    pictures: Vec<Picture>,
    reasons: Vec<Reason<'a>>,
    missing_ends: Vec<String>,
    measured: Vec<(&'static str, String)>,
    proof: Option<String>,
    support: Vec<(&'static str, String)>,
    stages: Vec<Stage>,
    calls: Vec<(String, u32)>,
    footer: String,
    policy: String,
}

/// What can be copied: what it is, and its lines.
struct Block {
    label: &'static str,
    text: String,
    copied: bool,
}

impl Document<'_> {
    fn language(&self) -> &'static str {
        match self.words.lang {
            Lang::En => "en",
            Lang::Zh => "zh-Hans",
            Lang::Ja => "ja",
        }
    }

    /// What the page is called in a tab and in print.
    fn title(&self) -> String {
        self.words.labelled(&self.headline.word, &self.view.target)
    }

    fn verdict(&self) -> (&'static str, &'static str) {
        match self.headline.verdict {
            Verdict::Healthy => ("✔", "pass"),
            Verdict::Problem => ("✖", "fail"),
            Verdict::Incomplete => ("?", "unknown"),
        }
    }

    fn owner(&self, cause: &Cause) -> String {
        self.words.say("owner", &[("owner", &cause.owner)])
    }

    fn confidence(&self, cause: &Cause) -> &'static str {
        self.words.text(confidence_key(cause.confidence))
    }

    fn step(&self, step: &Step) -> String {
        self.words.say("step", &[("title", &step.title), ("owner", &step.owner)])
    }

    fn command(&self, label: &'static str, argv: &[String]) -> Option<Block> {
        if argv.is_empty() {
            return None;
        }
        let lines = command_lines(argv, WIDTH);
        let copied = lines.is_some();
        let text = lines.map_or_else(|| self.words.text("withheld").to_owned(), |lines| lines.join("\n"));
        Some(Block { label: if label.is_empty() { "" } else { self.words.text(label) }, text, copied })
    }

    /// The command of a step, alone.
    fn main_block(&self, step: &Step) -> Option<Block> {
        self.command("", &step.argv)
    }

    /// What else there is to a step: how to see and undo it, and the same in other tools.
    fn blocks(&self, step: &Step) -> Vec<Block> {
        let lines = |label: &'static str, lines: &[String]| {
            (!lines.is_empty()).then(|| Block { label: self.words.text(label), text: lines.join("\n"), copied: true })
        };
        let blocks = [
            self.command("verify", &step.verify),
            self.command("undo", &step.undo),
            lines("terraform", &step.terraform),
            lines("cloudformation", &step.cloudformation),
        ];
        blocks.into_iter().flatten().collect()
    }

    fn outcome(&self, seen: &Seen) -> (&'static str, &'static str, &'static str) {
        let class = match seen.standing() {
            Standing::As(Outcome::Pass) => "pass",
            Standing::As(Outcome::Fail) => "fail",
            Standing::As(Outcome::Warn) => "warn",
            Standing::As(Outcome::Unknown) => "unknown",
            Standing::As(Outcome::Blocked) => "blocked",
            Standing::As(Outcome::NotApplicable) => "na",
            Standing::Advice => "advice",
            Standing::Suppressed => "suppressed",
        };
        (seen.standing().sign(), class, self.words.text(seen.standing().key()))
    }

    /// The layers that were judged, each with its findings.
    fn layers(&self) -> Vec<(&'static str, Vec<&Seen>)> {
        let mut layers: Vec<(Layer, Vec<&Seen>)> = Vec::new();
        for seen in &self.view.findings {
            match layers.iter_mut().find(|(layer, _)| *layer == seen.layer) {
                Some((_, all)) => all.push(seen),
                None => layers.push((seen.layer, vec![seen])),
            }
        }
        layers.sort_by_key(|(layer, _)| *layer);
        layers.into_iter().map(|(layer, all)| (self.words.text(layer_key(layer)), all)).collect()
    }

    fn stage(&self, stage: &Stage) -> String {
        let (took, from) = (stage.elapsed_ms.to_string(), stage.started_ms.to_string());
        self.words.say("timing-stage", &[("took", &took), ("from", &from)])
    }

    /// Why a check matters.
    fn why(&self, seen: &Seen) -> &'static str {
        registry::words(seen.check).map_or("", |words| words.table.text(self.words.lang, "why"))
    }

    fn legend(&self) -> String {
        format!("✔ {}", self.words.say("path-legend", &[("stops", "✖"), ("skipped", "·")]))
    }

    /// What the picture shows, for whoever doesn't see it.
    fn description(&self) -> String {
        let marked: Vec<String> = self
            .reasons
            .iter()
            .map(|reason| self.words.labelled(&self.words.items(&reason.hops), reason.sentence))
            .collect();
        marked.join(" ")
    }

    fn support_text(&self) -> String {
        let lines: Vec<String> = self.support.iter().map(|(label, text)| self.words.labelled(label, text)).collect();
        lines.join("\n")
    }
}
