//! What differs between two snapshots.

use super::Options;
use super::page::Page;
use super::palette::Style;
use crate::compare::{Change, Comparison};
use crate::report::Words;
use crate::report::text::{LONGEST_VALUE, clean};
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
    for warning in &comparison.warnings {
        page.item(0, ("! ", Style::Attention), warning, Style::Plain);
    }
    let verdict = &comparison.verdict;
    let same = comparison.is_same_finding();
    let heading = if same { "compare-same" } else { "compare-differ" };
    let verdicts = if verdict.before == verdict.after {
        word(verdict.after)
    } else {
        format!("{} → {}", word(verdict.before), word(verdict.after))
    };
    page.text(0, &format!("{} ({verdicts})", words.text(heading)), Style::Strong);
    for (check, sign, style) in comparison
        .root_causes
        .before
        .iter()
        .map(|check| (check, "- ", Style::Good))
        .chain(comparison.root_causes.after.iter().map(|check| (check, "+ ", Style::Bad)))
    {
        page.item(2, (sign, style), &format!("{}: {check}", words.text("compare-cause")), Style::Plain);
    }
    if !comparison.findings.is_empty() {
        page.heading(words.text("compare-findings"), "");
        for finding in &comparison.findings {
            page.text(
                2,
                &format!("{}: {} → {}", finding.check, word(finding.outcome.before), word(finding.outcome.after)),
                Style::Strong,
            );
            page.item(4, ("- ", Style::Faint), &clean(&finding.message.before, LONGEST_VALUE), Style::Plain);
            page.item(4, ("+ ", Style::Faint), &clean(&finding.message.after, LONGEST_VALUE), Style::Plain);
        }
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
        page.text(2, &format!("… {} (--format json)", comparison.facts.len() - FACTS), Style::Faint);
    }
    page.write(out)
}

/// As the JSON report has it.
fn word(value: impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    word.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn place(change: &Change) -> String {
    let file = change.file.trim_end_matches(".json");
    clean(&format!("{file}: {}", change.place), LONGEST_VALUE)
}
