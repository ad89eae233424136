//! The root causes: what is wrong, whose it is, how sure that is, and what it leads to.

use super::Detail;
use super::page::Page;
use super::palette::Style;
use crate::report::view::{Cause, View, confidence_key};

pub(super) fn write(page: &mut Page, view: &View<'_>, detail: Detail) {
    // A symptom that several causes share is told once.
    let mut told: Vec<&str> = Vec::new();
    for (index, cause) in view.causes.iter().enumerate() {
        page.gap();
        let label = format!("{}. ", index + 1);
        page.item(0, (&label, Style::Bad), &cause.sentence, Style::Strong);
        page.text(label.len(), &about(page, view, cause), Style::Faint);
        if detail != Detail::Quiet {
            leads_to(page, view, cause, label.len(), &mut told);
        }
    }
}

fn about(page: &Page, view: &View<'_>, cause: &Cause) -> String {
    let words = view.words;
    let owner = words.say("owner", &[("owner", &cause.owner)]);
    [owner.as_str(), words.text(confidence_key(cause.confidence)), cause.check].join(page.palette.dot())
}

fn leads_to<'a>(page: &mut Page, view: &View<'a>, cause: &Cause, indent: usize, told: &mut Vec<&'a str>) {
    let words = view.words;
    let mut again: Vec<&str> = Vec::new();
    let mut first = true;
    for finding in view.explained_by(cause) {
        if told.contains(&finding.check) {
            again.push(finding.check);
        } else {
            if std::mem::take(&mut first) {
                page.text(indent, words.text("leads-to"), Style::Plain);
            }
            told.push(finding.check);
            let (symbol, style) = page.palette.standing(finding.standing());
            let sentence = words.in_brackets(&finding.sentence, finding.check);
            page.item(indent + 2, (&format!("{symbol} "), style), &sentence, Style::Plain);
        }
    }
    if !again.is_empty() {
        page.text(indent, &words.say("leads-to-again", &[("checks", &words.list(&again))]), Style::Plain);
    }
}
