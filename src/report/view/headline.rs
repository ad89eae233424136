//! The verdict in one line, and what has to be known before it is read.

use super::{View, reach_key, verdict_key};
use crate::collect::Ended;
use crate::report::Origin;
use pldoctor_checks::diagnosis::{Outcome, Verdict};
use pldoctor_checks::network;
use pldoctor_checks::registry::CHECKS;

/// What a report says first.
pub(in crate::report) struct Headline {
    /// What it comes to.
    pub(in crate::report) verdict: Verdict,
    /// In one word.
    pub(in crate::report) word: String,
    /// In one sentence.
    pub(in crate::report) sentence: String,
    /// That nothing of it is real; empty where it is.
    pub(in crate::report) demo: &'static str,
    /// That collecting ended early; empty where it didn't.
    pub(in crate::report) ended: &'static str,
}

impl View<'_> {
    /// What the report says first.
    pub(in crate::report) fn headline(&self) -> Headline {
        let words = self.words;
        let (word, sentence) = self.of_path().unwrap_or_else(|| self.of_checks());
        let ended = match self.report.run.origin {
            Origin::Collected(Ended::Deadline) => words.text("ended-deadline"),
            Origin::Collected(Ended::Cancelled) => words.text("ended-cancelled"),
            _ => "",
        };
        let demo = if self.report.run.origin == Origin::Demo { words.text("demo") } else { "" };
        Headline { verdict: self.report.diagnosis.verdict, word, sentence, demo, ended }
    }

    fn of_checks(&self) -> (String, String) {
        let words = self.words;
        let diagnosis = self.report.diagnosis;
        let passed =
            |check| self.finding(check).is_some_and(|seen| matches!(seen.outcome, Outcome::Pass | Outcome::Warn));
        let measured = passed("tcp") && passed("greeting");
        let checks = diagnosis.findings.len();
        let sentence = match diagnosis.verdict {
            Verdict::Healthy if measured => words.text("healthy-measured").to_owned(),
            Verdict::Healthy if checks < CHECKS.len() => {
                words.count("healthy-selected-one", "healthy-selected-many", checks)
            }
            Verdict::Healthy => words.text("healthy-predicted").to_owned(),
            Verdict::Problem => words.count("problem-one", "problem-many", self.causes.len()),
            Verdict::Incomplete => {
                let unknown = self.with(Outcome::Unknown).count();
                // Behind a failure that is accepted there is only what it blocks.
                let unknown = if unknown == 0 { self.with(Outcome::Blocked).count() } else { unknown };
                words.count("incomplete-one", "incomplete-many", unknown)
            }
        };
        let mut sentence = sentence.replace("{target}", &self.target);
        let suppressed = self.suppressed().count();
        if suppressed > 0 {
            let end = if diagnosis.verdict == Verdict::Problem { words.text("sentence-end") } else { "" };
            let more = words.count("suppressed-one", "suppressed-many", suppressed);
            sentence = format!("{sentence}{end}{}{more}", words.text("sentence-space"));
        }
        (words.text(verdict_key(diagnosis.verdict)).to_owned(), sentence)
    }

    fn of_path(&self) -> Option<(String, String)> {
        let words = self.words;
        let (from, to) = self.path_ends.as_ref()?;
        let reach = self.report.diagnosis.reach.as_ref()?;
        let key = match reach.verdict {
            network::Verdict::Reachable => "path-reachable",
            network::Verdict::Partial => "path-partial",
            network::Verdict::Blocked => "path-blocked",
            network::Verdict::Unknown => "path-unknown",
        };
        let port = self.report.facts.question.target.port.to_string();
        let sentence = words.say(key, &[("from", from), ("to", to), ("port", &port)]);
        Some((words.text(reach_key(reach.verdict)).to_uppercase(), sentence))
    }
}
