//! What the formats for people show: sentences instead of keys, harmless text instead of foreign text. No format reads the diagnosis past this.

mod footer;
mod headline;
mod keys;
mod measured;
mod path;
mod proof;
mod standing;
mod support;

pub(super) use footer::Stage;
pub(super) use headline::Headline;
pub(super) use keys::{confidence_key, layer_key, masked_key, outcome_key, reach_key, verdict_key};
pub(super) use path::{Passed, Reason, Way, WayEnd, reasons};
pub(super) use standing::Standing;

use super::text::{LONGEST_TEXT, LONGEST_VALUE, clean};
use super::{Report, Words};
use pldoctor_checks::check::{Layer, Message};
use pldoctor_checks::diagnosis::{Confidence, Finding, Outcome};
use pldoctor_checks::facts::{Question, Vantage};
use pldoctor_checks::registry::{check, owner_name};

/// A diagnosis in words.
pub(super) struct View<'a> {
    pub(super) report: Report<'a>,
    pub(super) words: Words,
    /// What is to be reached, as a person would write it.
    pub(super) target: String,
    /// The two ends that `pldoctor path` was asked about, as the user named them.
    pub(super) path_ends: Option<(String, String)>,
    pub(super) causes: Vec<Cause>,
    pub(super) steps: Vec<Step>,
    pub(super) findings: Vec<Seen>,
}

/// A root cause in words.
pub(super) struct Cause {
    pub(super) check: &'static str,
    pub(super) sentence: String,
    pub(super) owner: String,
    pub(super) confidence: Confidence,
    pub(super) explains: Vec<&'static str>,
}

/// A step of the plan in words. `argv`, `verify` and `undo` are as they came: whoever prints them quotes them.
pub(super) struct Step {
    pub(super) title: String,
    pub(super) owner: String,
    pub(super) argv: Vec<String>,
    pub(super) terraform: Vec<String>,
    pub(super) cloudformation: Vec<String>,
    pub(super) console: Vec<String>,
    pub(super) undo: Vec<String>,
    pub(super) verify: Vec<String>,
    pub(super) iam: Vec<String>,
}

/// A finding in words.
pub(super) struct Seen {
    pub(super) check: &'static str,
    pub(super) layer: Layer,
    pub(super) outcome: Outcome,
    /// Whether a warning of its is advice: nothing is wrong now.
    pub(super) advises: bool,
    pub(super) sentence: String,
    pub(super) blocked_by: Option<&'static str>,
    /// Whether somebody has accepted it; the sentence then says why.
    pub(super) suppressed: bool,
    /// Details for programs, on one line; empty where there are none.
    pub(super) data: String,
}

impl<'a> View<'a> {
    pub(super) fn new(report: Report<'a>, words: Words) -> Self {
        let findings: Vec<Seen> = report.diagnosis.findings.iter().map(|finding| seen(finding, words)).collect();
        let sentence = |check: &str| {
            let found = findings.iter().find(|seen| seen.check == check);
            found.map(|seen| seen.sentence.clone()).unwrap_or_default()
        };
        let causes = report.diagnosis.root_causes.iter().map(|cause| Cause {
            check: cause.check,
            sentence: sentence(cause.check),
            owner: owner_name(cause.owner, words.lang),
            confidence: cause.confidence,
            explains: cause.explains.clone(),
        });
        let steps = report.diagnosis.plan.steps.iter().map(|step| {
            let step = step.remedy.step(report.facts, words.lang);
            Step {
                title: clean(&step.title, LONGEST_TEXT),
                owner: owner_name(step.owner, words.lang),
                argv: step.argv,
                terraform: step.terraform.lines().map(|line| clean(line, LONGEST_TEXT)).collect(),
                cloudformation: step.cloudformation.lines().map(|line| clean(line, LONGEST_TEXT)).collect(),
                console: step.console.iter().map(|line| clean(line, LONGEST_TEXT)).collect(),
                undo: step.undo,
                verify: step.verify,
                iam: step.iam,
            }
        });
        let shown = |end: &String| clean(end, LONGEST_VALUE);
        Self {
            report,
            words,
            target: target(&report.facts.question),
            path_ends: report.run.path_ends.as_ref().map(|(from, to)| (shown(from), shown(to))),
            causes: causes.collect(),
            steps: steps.collect(),
            findings,
        }
    }

    /// Findings with this outcome that count, in order.
    pub(super) fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Seen> {
        self.findings.iter().filter(move |seen| seen.outcome == outcome && !seen.suppressed)
    }

    /// Findings that somebody has accepted.
    pub(super) fn suppressed(&self) -> impl Iterator<Item = &Seen> {
        self.findings.iter().filter(|seen| seen.suppressed)
    }

    /// Findings with this outcome by what they say, each with its checks: one missing fact leaves many checks open. Advice is left out.
    pub(super) fn by_reason(&self, outcome: Outcome) -> Vec<(&str, Vec<&'static str>)> {
        let mut by_reason: Vec<(&str, Vec<&'static str>)> = Vec::new();
        for seen in self.with(outcome).filter(|seen| !(outcome == Outcome::Warn && seen.advises)) {
            match by_reason.iter_mut().find(|(reason, _)| *reason == seen.sentence) {
                Some((_, checks)) => checks.push(seen.check),
                None => by_reason.push((&seen.sentence, vec![seen.check])),
            }
        }
        by_reason
    }

    /// A finding by its check.
    pub(super) fn finding(&self, check: &str) -> Option<&Seen> {
        self.findings.iter().find(|seen| seen.check == check)
    }

    /// Failed checks that a cause explains. What it blocks is no failure, and stands with its blocker.
    pub(super) fn explained_by<'s>(&'s self, cause: &'s Cause) -> impl Iterator<Item = &'s Seen> {
        let explained = cause.explains.iter().filter_map(|check| self.finding(check));
        explained.filter(|seen| seen.outcome == Outcome::Fail)
    }

    /// Where the traffic starts, as far as it is known.
    pub(super) fn vantage(&self) -> String {
        let Ok(vantage) = self.report.facts.vantage() else { return self.words.text("vantage-unknown").to_owned() };
        let Vantage { instance_id, interface_id, address, vpc_id, .. } = vantage;
        let address = address.map(|address| address.to_string());
        let parts = [instance_id.or(interface_id), address, vpc_id];
        let parts: Vec<String> = parts.into_iter().flatten().map(|part| clean(&part, LONGEST_VALUE)).collect();
        if parts.is_empty() { self.words.text("vantage-unknown").to_owned() } else { parts.join(", ") }
    }
}

/// A finding in words.
pub(super) fn seen(finding: &Finding, words: Words) -> Seen {
    // Each value by itself first: a long one must not push the rest of its sentence past the bound.
    let mut harmless = finding.clone();
    harmless.message = clean_message(&harmless.message);
    harmless.notes = harmless.notes.iter().map(clean_message).collect();
    let mut sentence = clean(&harmless.sentence(words.lang), LONGEST_TEXT);
    if let Some(accepted) = &finding.suppressed {
        sentence.push_str(words.text("sentence-space"));
        sentence.push_str(&footer::suppressed(accepted, words));
    }
    let data: Vec<String> = finding.data.iter().map(|(key, value)| format!("{key}={value}")).collect();
    Seen {
        check: finding.check,
        layer: finding.layer,
        outcome: finding.outcome,
        advises: check(finding.check).is_some_and(|check| check.meta().advises),
        sentence,
        blocked_by: finding.blocked_by,
        suppressed: finding.suppressed.is_some(),
        data: clean(&data.join(" "), LONGEST_TEXT),
    }
}

fn clean_message(message: &Message) -> Message {
    message.map_texts(&|text| clean(text, LONGEST_VALUE))
}

/// What is to be reached, as a person would write it.
fn target(question: &Question) -> String {
    let target = &question.target;
    let text = match (&target.host, &target.endpoint_id, &target.service_name) {
        (Some(host), _, _) if host.contains(':') => format!("[{host}]:{}", target.port),
        (Some(host), _, _) => format!("{host}:{}", target.port),
        (None, Some(id), _) => format!("{id}:{}", target.port),
        (None, None, Some(name)) => format!("{name}:{}", target.port),
        (None, None, None) => String::new(),
    };
    clean(&text, LONGEST_VALUE)
}
