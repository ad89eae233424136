//! What was checked: in short, or every finding.

use super::page::Page;
use super::palette::Style;
use crate::report::view::{Seen, View};
use pldoctor_checks::check::Layer;
use pldoctor_checks::diagnosis::{Outcome, Verdict};
use std::collections::BTreeMap;

/// Passes in a line a layer; what warns, or could not be judged, each with its reason. Failures stand above, with their causes.
pub(super) fn in_short(page: &mut Page, view: &View<'_>) {
    if view.findings.is_empty() {
        return;
    }
    page.heading(view.words.text("checked"));
    let mut passes: BTreeMap<Layer, Vec<&str>> = BTreeMap::new();
    for seen in view.with(Outcome::Pass) {
        passes.entry(seen.layer).or_default().push(seen.check);
    }
    for (layer, checks) in passes {
        let text = format!("{}: {}", view.words.text(layer_key(layer)), checks.join(", "));
        row(page, view, Outcome::Pass, &text);
    }
    for outcome in [Outcome::Warn, Outcome::Unknown] {
        for seen in view.with(outcome) {
            row(page, view, outcome, &format!("{}: {}", seen.check, seen.sentence));
        }
    }
    blocked(page, view);
    grants(page, view);
}

/// Blocked checks in a line a blocker: what matters is the blocker.
fn blocked(page: &mut Page, view: &View<'_>) {
    let mut by_blocker: Vec<(&str, Vec<&str>)> = Vec::new();
    for seen in view.with(Outcome::Blocked) {
        let blocker = seen.blocked_by.unwrap_or_default();
        match by_blocker.iter_mut().find(|(other, _)| *other == blocker) {
            Some((_, checks)) => checks.push(seen.check),
            None => by_blocker.push((blocker, vec![seen.check])),
        }
    }
    for (blocker, checks) in by_blocker {
        let text = view.words.say("blocked-by", &[("checks", &checks.join(", ")), ("blocker", blocker)]);
        row(page, view, Outcome::Blocked, &text);
    }
}

/// What to allow, in one line that can be handed on.
fn grants(page: &mut Page, view: &View<'_>) {
    let mut actions: Vec<&str> = view.with(Outcome::Unknown).flat_map(|seen| seen.grant.iter().copied()).collect();
    actions.sort_unstable();
    actions.dedup();
    if !actions.is_empty() && view.report.diagnosis.verdict != Verdict::Problem {
        page.gap();
        page.text(2, &view.words.say("grant", &[("actions", &actions.join(", "))]), Style::Plain);
    }
}

/// Every finding on its line, with its details.
pub(super) fn in_full(page: &mut Page, view: &View<'_>) {
    page.heading(view.words.text("checked-all"));
    for seen in &view.findings {
        row(page, view, seen.outcome, &sentence(seen));
        if !seen.data.is_empty() {
            page.text(13, &seen.data, Style::Faint);
        }
    }
}

fn sentence(seen: &Seen) -> String {
    format!("{}: {}", seen.check, seen.sentence)
}

fn row(page: &mut Page, view: &View<'_>, outcome: Outcome, text: &str) {
    let (symbol, style) = page.palette.outcome(outcome);
    // The word stands beside the symbol, so that nothing hangs on colour or on a character that a terminal lacks.
    let label = format!("{symbol} {:<8} ", view.words.text(outcome_key(outcome)));
    page.item(2, (&label, style), text, Style::Plain);
}

fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "outcome-pass",
        Outcome::Fail => "outcome-fail",
        Outcome::Warn => "outcome-warn",
        Outcome::Unknown => "outcome-unknown",
        Outcome::Blocked => "outcome-blocked",
        Outcome::NotApplicable => "outcome-not-applicable",
    }
}

pub(super) fn layer_key(layer: Layer) -> &'static str {
    match layer {
        Layer::Client => "layer-client",
        Layer::Vpc => "layer-vpc",
        Layer::Endpoint => "layer-endpoint",
        Layer::Path => "layer-path",
        Layer::Dns => "layer-dns",
        Layer::Connection => "layer-connection",
        Layer::Preflight => "layer-preflight",
    }
}
