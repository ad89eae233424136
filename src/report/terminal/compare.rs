//! What differs between two snapshots.

use super::Options;
use super::page::Page;
use super::palette::Style;
use crate::compare::{Change, Comparison, Sides};
use crate::report::Words;
use crate::report::text::{LONGEST_VALUE, clean};
use crate::report::view::{Seen, masked_key, seen, verdict_key};
use serde_json::Value;
use std::io;

/// Facts that are shown; more than this, nobody reads on a terminal.
const FACTS: usize = 60;
/// The longest value that is shown, in characters.
const LONGEST: usize = 160;

/// Prints what differs: verdict, causes, findings, facts.
///
/// # Errors
/// The writer's.
pub fn compare(out: &mut dyn io::Write, comparison: &Comparison, options: Options) -> io::Result<()> {
    let words = Words::new(options.lang);
    let mut page = Page::new(options.palette, options.width);
    if let Some(masked) = comparison.masked {
        page.item(0, ("! ", Style::Attention), words.text(masked_key(masked)), Style::Plain);
    }
    let heading = words.text(if comparison.is_same_finding() { "compare-same" } else { "compare-differ" });
    let verdicts = comparison.verdict.as_ref().map(|verdict| words.text(verdict_key(*verdict)));
    page.text(0, &words.in_brackets(heading, &page.palette.change(&verdicts)), Style::Strong);
    let causes = &comparison.root_causes;
    for (checks, sign, style) in [(&causes.before, "- ", Style::Good), (&causes.after, "+ ", Style::Bad)] {
        for check in checks {
            page.item(2, (sign, style), &words.labelled(words.text("compare-cause"), check), Style::Plain);
        }
    }
    if !comparison.findings.is_empty() {
        page.heading(words.text("compare-findings"), "");
    }
    // What came to something else matters more than what only says something else.
    let mut findings: Vec<_> =
        comparison.findings.iter().map(|sides| sides.as_ref().map(|one| seen(one, words))).collect();
    findings.sort_by_key(|sides| sides.before.outcome == sides.after.outcome);
    for sides in &findings {
        finding(&mut page, words, sides);
    }
    page.heading(words.text("compare-facts"), "");
    if comparison.facts.is_empty() {
        page.text(2, words.text("compare-no-facts"), Style::Plain);
    }
    for change in comparison.facts.iter().take(FACTS) {
        page.text(2, &place(change), Style::Strong);
        for (sign, value) in [("- ", &change.before), ("+ ", &change.after)] {
            if *value != Value::Null {
                page.item(4, (sign, Style::Faint), &clean(&value.to_string(), LONGEST), Style::Plain);
            }
        }
    }
    if comparison.facts.len() > FACTS {
        let more = (comparison.facts.len() - FACTS).to_string();
        page.text(2, &words.say("compare-more", &[("n", &more)]), Style::Faint);
    }
    page.write(out)
}

fn finding(page: &mut Page, words: Words, sides: &Sides<Seen>) {
    let outcomes = sides.as_ref().map(|seen| words.text(seen.standing().key()));
    let outcomes = page.palette.change(&outcomes);
    page.text(2, &words.labelled(sides.before.check, &outcomes), Style::Strong);
    let sentences = sides.as_ref().map(|seen| seen.sentence.as_str());
    if sentences.are_equal() {
        page.text(4, sentences.after, Style::Plain);
        return;
    }
    page.item(4, ("- ", Style::Faint), sentences.before, Style::Plain);
    page.item(4, ("+ ", Style::Faint), sentences.after, Style::Plain);
}

fn place(change: &Change) -> String {
    let file = change.file.trim_end_matches(".json");
    clean(&format!("{file}: {}", change.place), LONGEST_VALUE)
}
