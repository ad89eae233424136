//! The plan: one step after another, its command alone on its lines so that it can be copied, and the proof below.

use super::page::Page;
use super::palette::Style;
use super::{Detail, command};
use crate::report::text::{LONGEST_VALUE, clean};
use crate::report::view::{Step, View};
use pldoctor_checks::network;
use unicode_width::UnicodeWidthStr as _;

/// Pairs of interfaces that are named; JSON has them all.
const MOST_PAIRS: usize = 5;

/// How far commands are set in.
const INDENT: usize = 4;

pub(super) fn write(page: &mut Page, view: &View<'_>, detail: Detail) {
    if view.steps.is_empty() {
        return;
    }
    let words = view.words;
    if detail != Detail::Quiet {
        page.heading(words.text("fix"), words.text("fix-more"));
    }
    for (index, step) in view.steps.iter().enumerate() {
        page.gap();
        let number = format!("{}/{}  ", index + 1, view.steps.len());
        let title = words.say("step", &[("title", &step.title), ("owner", &step.owner)]);
        page.item(0, (&number, Style::Strong), &title, Style::Strong);
        if step.argv.is_empty() {
            by_hand(page, step);
        } else {
            page.gap();
            printed(page, view, ("", Style::Plain), &step.argv, Style::Command);
        }
        if detail != Detail::Quiet {
            beside(page, view, step);
        }
        if detail == Detail::Everything {
            otherwise(page, view, step);
        }
    }
    if detail != Detail::Quiet {
        page.gap();
        match proof(view) {
            Some(proof) => page.item(0, (words.text("proof"), Style::Good), &proof, Style::Plain),
            None => page.item(0, (words.text("then"), Style::Strong), words.text("then-run"), Style::Plain),
        }
    }
}

fn by_hand(page: &mut Page, step: &Step) {
    for line in &step.console {
        page.item(INDENT, ("- ", Style::Plain), line, Style::Plain);
    }
}

/// The commands that show that it took effect and that take it back.
fn beside(page: &mut Page, view: &View<'_>, step: &Step) {
    if step.verify.is_empty() && step.undo.is_empty() {
        return;
    }
    page.gap();
    for (key, argv) in [("verify", &step.verify), ("undo", &step.undo)] {
        if !argv.is_empty() {
            printed(page, view, (view.words.text(key), Style::Faint), argv, Style::Faint);
        }
    }
}

/// The other ways to do it, and what they take.
fn otherwise(page: &mut Page, view: &View<'_>, step: &Step) {
    let words = view.words;
    if !step.iam.is_empty() {
        page.item(INDENT, (words.text("iam"), Style::Faint), &step.iam.join(", "), Style::Plain);
    }
    if !step.argv.is_empty() && !step.console.is_empty() {
        page.gap();
        page.text(INDENT, words.text("console"), Style::Faint);
        for line in &step.console {
            page.item(INDENT, ("- ", Style::Plain), line, Style::Plain);
        }
    }
    for (key, lines) in [("terraform", &step.terraform), ("cloudformation", &step.cloudformation)] {
        if !lines.is_empty() {
            page.gap();
            page.text(INDENT, words.text(key), Style::Faint);
            page.block(INDENT, ("", Style::Plain), lines, Style::Plain);
        }
    }
}

fn printed(page: &mut Page, view: &View<'_>, label: (&str, Style), argv: &[String], style: Style) {
    match command::lines(argv, page.width - INDENT - label.0.width()) {
        Some(lines) => page.block(INDENT, label, &lines, style),
        None => page.item(INDENT, label, view.words.text("withheld"), Style::Attention),
    }
}

/// What judging again with the plan applied has shown; `None` where nothing of it can be foreseen.
fn proof(view: &View<'_>) -> Option<String> {
    let words = view.words;
    let proof = &view.report.diagnosis.plan.proof;
    if proof.cleared.is_empty() {
        return reach_proof(view);
    }
    let applied = words.count("proof-applied-one", "proof-applied-many", view.steps.len());
    let passes = if proof.cleared.len() == 1 { "proof-passes-one" } else { "proof-passes-many" };
    let mut sentences = vec![format!("{applied}{}", words.say(passes, &[("checks", &words.list(&proof.cleared))]))];
    if proof.left.is_empty() {
        sentences.push(words.text("proof-nothing-left").to_owned());
    } else {
        sentences.push(words.say("proof-left", &[("checks", &words.list(&proof.left))]));
    }
    if !proof.to_measure.is_empty() {
        sentences.push(words.say("proof-measure", &[("checks", &words.list(&proof.to_measure))]));
    }
    sentences.extend(also_opens(view));
    Some(sentences.join(words.text("sentence-space")))
}

/// The proof of a plan that is about the path alone: the path before and after.
fn reach_proof(view: &View<'_>) -> Option<String> {
    let words = view.words;
    let diagnosis = view.report.diagnosis;
    let (before, after) = (diagnosis.reach.as_ref()?, diagnosis.plan.proof.reach.as_ref()?);
    let values = [("before", words.text(reach_key(before.verdict))), ("after", words.text(reach_key(after.verdict)))];
    let sentences = std::iter::once(words.say("proof-reach", &values)).chain(also_opens(view));
    Some(sentences.collect::<Vec<_>>().join(words.text("sentence-space")))
}

/// What else the steps would let through, where they are about the path.
fn also_opens(view: &View<'_>) -> Option<String> {
    let words = view.words;
    let proof = &view.report.diagnosis.plan.proof;
    proof.reach.as_ref()?;
    let opened = &proof.widening.opened;
    let pairs: Vec<String> = opened
        .iter()
        .take(MOST_PAIRS)
        .map(|pair| clean(&format!("{} > {}", pair.from, pair.to), LONGEST_VALUE))
        .collect();
    Some(match opened.len() {
        0 => words.text("proof-opens-nothing").to_owned(),
        count => {
            let more = count.saturating_sub(MOST_PAIRS) + proof.widening.not_judged;
            let list = words.list(&pairs);
            let key = if more == 0 { "proof-opens" } else { "proof-opens-more" };
            words.say(key, &[("pairs", &list), ("more", &more.to_string())])
        }
    })
}

/// The word for a verdict of the path model.
pub(super) fn reach_key(verdict: network::Verdict) -> &'static str {
    match verdict {
        network::Verdict::Reachable => "reach-reachable",
        network::Verdict::Partial => "reach-partial",
        network::Verdict::Blocked => "reach-blocked",
        network::Verdict::Unknown => "reach-unknown",
    }
}
