//! The plan: one step after another, its command alone on its lines so that it can be copied, and the proof below.

use super::page::Page;
use super::palette::Style;
use super::wrap::{padded, widest};
use super::{Detail, command};
use crate::report::view::{Step, View};
use unicode_width::UnicodeWidthStr as _;

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
        let (key, style, text) = match view.proof() {
            Some(proof) => ("proof", Style::Good, proof),
            None => ("then", Style::Strong, words.text("then-run").to_owned()),
        };
        page.item(0, (&format!("{}  ", words.text(key).to_uppercase()), style), &text, Style::Plain);
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
    let labels = labels(view);
    for (label, argv) in [(&labels[0], &step.verify), (&labels[1], &step.undo)] {
        if !argv.is_empty() {
            printed(page, view, (label, Style::Faint), argv, Style::Faint);
        }
    }
}

/// What stands before the commands beside a step, and before its permissions: one column.
fn labels(view: &View<'_>) -> [String; 3] {
    let labels = [view.words.text("verify"), view.words.text("undo"), view.words.text("iam")];
    labels.map(|label| padded(label, widest(labels.into_iter()) + 2))
}

/// The other ways to do it, and what they take.
fn otherwise(page: &mut Page, view: &View<'_>, step: &Step) {
    let words = view.words;
    if !step.iam.is_empty() {
        page.item(INDENT, (&labels(view)[2], Style::Faint), &step.iam.join(", "), Style::Plain);
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
