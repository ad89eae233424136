//! What was checked: in short, or every finding.

use super::page::Page;
use super::palette::Style;
use super::wrap::padded;
use crate::report::view::{Standing, View, layer_key};
use pldoctor_checks::check::Layer;
use pldoctor_checks::diagnosis::Outcome;
use std::collections::BTreeMap;

/// Passes in a line a layer; what warns, or could not be judged, each with its reason. Failures stand above, with their causes.
pub(super) fn in_short(page: &mut Page, view: &View<'_>) {
    if view.findings.is_empty() {
        return;
    }
    page.heading(view.words.text("checked"), view.words.text("checked-more"));
    let mut passes: BTreeMap<Layer, Vec<&str>> = BTreeMap::new();
    for seen in view.with(Outcome::Pass) {
        passes.entry(seen.layer).or_default().push(seen.check);
    }
    for (layer, checks) in passes {
        let text = view.words.labelled(view.words.text(layer_key(layer)), &view.words.items(&checks));
        row(page, view, Standing::As(Outcome::Pass), &text);
    }
    for outcome in [Outcome::Warn, Outcome::Unknown] {
        with_reasons(page, view, outcome);
    }
    blocked(page, view);
    for seen in view.suppressed() {
        row(page, view, seen.standing(), &view.words.labelled(seen.check, &seen.sentence));
    }
    // What is no trouble now comes last, and in a quiet voice.
    for seen in view.with(Outcome::Warn).filter(|seen| seen.advises) {
        row(page, view, seen.standing(), &view.words.labelled(seen.check, &seen.sentence));
    }
}

/// Checks and their reason: those that share it share a line.
fn with_reasons(page: &mut Page, view: &View<'_>, outcome: Outcome) {
    for (reason, checks) in view.by_reason(outcome) {
        row(page, view, Standing::As(outcome), &view.words.labelled(&view.words.items(&checks), reason));
    }
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
        let text = view.words.say("blocked-by", &[("checks", &view.words.items(&checks)), ("blocker", blocker)]);
        row(page, view, Standing::As(Outcome::Blocked), &text);
    }
}

/// Every finding on its line, with its details.
pub(super) fn in_full(page: &mut Page, view: &View<'_>) {
    page.heading(view.words.text("checked"), "");
    for seen in &view.findings {
        row(page, view, seen.standing(), &view.words.labelled(seen.check, &seen.sentence));
        if !seen.data.is_empty() {
            page.text(13, &seen.data, Style::Faint);
        }
    }
}

fn row(page: &mut Page, view: &View<'_>, standing: Standing, text: &str) {
    let (symbol, style) = page.palette.standing(standing);
    // The word stands beside the symbol, so that nothing hangs on colour or on a character that a terminal lacks.
    let label = format!("{symbol} {} ", padded(view.words.text(standing.key()), 8));
    page.item(2, (&label, style), text, Style::Plain);
}
