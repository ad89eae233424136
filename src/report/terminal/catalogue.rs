//! The checks there are, and one of them in full.

use super::Options;
use super::page::Page;
use super::palette::Style;
use super::wrap::{padded, widest};
use crate::report::Words;
use crate::report::view::layer_key;
use pldoctor_checks::check::Check;
use pldoctor_checks::errors::ErrorEntry;
use pldoctor_checks::facts::{Fact, Source};
use pldoctor_checks::registry::{self, owner_name};
use std::io;
use unicode_width::UnicodeWidthStr as _;

/// Words of a check that are no messages.
const NOT_MESSAGES: [&str; 2] = ["title", "why"];

/// Prints a table of the checks: id, layer, good state.
///
/// # Errors
/// The writer's.
pub fn list(out: &mut dyn io::Write, checks: &[&'static dyn Check], options: Options) -> io::Result<()> {
    let words = Words::new(options.lang);
    let mut page = Page::new(options.palette, options.width);
    let longest = checks.iter().map(|check| check.meta().id.len()).max().unwrap_or_default();
    let widest = checks.iter().map(|check| words.text(layer_key(check.meta().layer)).width()).max().unwrap_or_default();
    for check in checks {
        let meta = check.meta();
        let label = format!("{:<longest$}  {}  ", meta.id, padded(words.text(layer_key(meta.layer)), widest));
        page.item(0, (&label, Style::Strong), registry::title(meta.id, options.lang), Style::Plain);
    }
    page.write(out)
}

/// Prints what an error means, what to do, and which checks look at what is behind it.
///
/// # Errors
/// The writer's.
pub fn explain_error(out: &mut dyn io::Write, entry: &ErrorEntry, options: Options) -> io::Result<()> {
    let words = Words::new(options.lang);
    let mut page = Page::new(options.palette, options.width);
    page.text(0, entry.meaning(options.lang), Style::Strong);
    page.gap();
    page.text(0, entry.next(options.lang), Style::Plain);
    page.heading(words.text("checked"), "");
    for id in &entry.checks {
        page.item(2, (&format!("{id}  "), Style::Strong), registry::title(id, options.lang), Style::Plain);
    }
    page.write(out)
}

/// Prints everything there is to know of a check.
///
/// # Errors
/// The writer's.
pub fn explain(out: &mut dyn io::Write, check: &'static dyn Check, options: Options) -> io::Result<()> {
    let words = Words::new(options.lang);
    let meta = check.meta();
    let mut page = Page::new(options.palette, options.width);
    page.item(0, (&format!("{}  ", meta.id), Style::Strong), registry::title(meta.id, options.lang), Style::Plain);
    let Some(own) = registry::words(meta.id) else { return page.write(out) };
    page.gap();
    page.text(0, own.table.text(options.lang, "why"), Style::Plain);

    page.gap();
    let about = [
        ("explain-layer", words.text(layer_key(meta.layer)).to_owned()),
        ("explain-owner", owner_name(meta.owner, options.lang)),
        ("explain-after", meta.after.join(", ")),
        ("explain-explained-by", meta.explained_by.join(", ")),
        ("explain-measured-by", meta.measured_by.unwrap_or_default().to_owned()),
    ];
    let about: Vec<(&str, String)> =
        about.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (words.text(key), text)).collect();
    page.rows(0, &about, widest(about.iter().map(|(label, _)| *label)));

    page.heading(words.text("explain-reads"), "");
    let facts: Vec<Fact> = meta.reads.iter().collect();
    let longest = facts.iter().map(|fact| fact.name().len()).max().unwrap_or_default();
    for fact in facts {
        let source = fact.source();
        let action = match source {
            Source::Api { action: Some(action), .. } => format!(" ({action})"),
            _ => String::new(),
        };
        page.item(
            2,
            (&format!("{:<longest$}  ", fact.name()), Style::Plain),
            &format!("{source}{action}"),
            Style::Plain,
        );
    }

    page.heading(words.text("explain-says"), "");
    for (key, text) in own.table.texts(options.lang).iter().filter(|(key, _)| !NOT_MESSAGES.contains(&key.as_str())) {
        page.item(2, (&format!("{key}: "), Style::Faint), text, Style::Plain);
    }
    if !own.links.is_empty() {
        page.heading(words.text("explain-links"), "");
        for link in &own.links {
            page.text(2, link, Style::Plain);
        }
    }
    page.write(out)
}
