//! The report as one file for a browser.

use super::terminal::command_lines;
use super::view::{Cause, Headline, Seen, Step, View, confidence_key, outcome_key};
use super::{Report, Words};
use askama::Template;
use pldoctor_checks::words::Lang;
use std::io;

/// Columns of a command.
const WIDTH: usize = 88;

/// The whole report.
pub(super) fn render(report: Report<'_>, lang: Lang) -> io::Result<String> {
    let view = View::new(report, Words::new(lang));
    let document = Document {
        words: view.words,
        headline: view.headline(),
        proof: view.proof(),
        support: view.support(),
        footer: view.footer(),
        view: &view,
    };
    let text = document.render().map_err(io::Error::other)?;
    Ok(text + "\n")
}

#[derive(Template)]
#[template(path = "report.html")]
struct Document<'a> {
    view: &'a View<'a>,
    words: Words,
    headline: Headline,
    proof: Option<String>,
    support: Vec<(&'static str, String)>,
    footer: String,
}

impl Document<'_> {
    fn language(&self) -> &'static str {
        match self.words.lang {
            Lang::En => "en",
            Lang::Zh => "zh-Hans",
            Lang::Ja => "ja",
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

    fn command(&self, argv: &[String]) -> String {
        command_lines(argv, WIDTH).map_or_else(|| self.words.text("withheld").to_owned(), |lines| lines.join("\n"))
    }

    fn outcome(&self, seen: &Seen) -> &'static str {
        self.words.text(outcome_key(seen.outcome))
    }
}
