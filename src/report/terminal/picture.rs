//! The path as a picture: one row an interface to be reached, its hops from left to right, the one that stops it marked. Below, why.
//!
//! It fits 80 columns and says the same without colour.

use super::page::Page;
use super::palette::Style;
use super::steps::reach_key;
use crate::report::text::{LONGEST_TEXT, LONGEST_VALUE, clean};
use crate::report::view::View;
use pldoctor_checks::network::{self, Hop, HopName, HopVerdict, Path, PathEnd, hop_words};
use unicode_width::UnicodeWidthStr as _;

/// The hops that have a column, with its heading and where the two ways begin: what they are called is AWS's, in every language.
const COLUMNS: [(HopName, &str); 8] = [
    (HopName::ClientSgEgress, "sg"),
    (HopName::ClientNaclEgress, "acl"),
    (HopName::ClientRoute, "rtb"),
    (HopName::EndpointNaclIngress, "acl"),
    (HopName::EndpointSgIngress, "sg"),
    (HopName::EndpointNaclEgress, "acl"),
    (HopName::EndpointRoute, "rtb"),
    (HopName::ClientNaclIngress, "acl"),
];

/// Whose hop it is, over the headings.
const SIDES: [&str; 8] = ["out", "out", "", "in", "in", "out", "", "in"];

/// Columns of a hop: where there is room, and the fewest that its heading needs.
const CELLS: [usize; 2] = [6, 4];

/// Columns for the word at the end of a row.
const WORD: usize = 10;

/// Interfaces that have a row; an endpoint has one a zone.
const MOST_ROWS: usize = 8;

/// The picture for a failed `check`, where the model sees something in the way.
pub(super) fn of_failure(page: &mut Page, view: &View<'_>) {
    let reach = view.report.diagnosis.reach.as_ref();
    if reach.is_some_and(|reach| !reach.paths.is_empty() && reach.verdict != network::Verdict::Reachable) {
        write(page, view);
    }
}

/// What `pldoctor path` says first.
pub(super) fn verdict(page: &mut Page, view: &View<'_>) {
    let diagnosis = view.report.diagnosis;
    let words = view.words;
    let Some(reach) = &diagnosis.reach else { return };
    let (symbol, style) = page.palette.verdict(diagnosis.verdict);
    let key = match reach.verdict {
        network::Verdict::Reachable => "path-reachable",
        network::Verdict::Partial => "path-partial",
        network::Verdict::Blocked => "path-blocked",
        network::Verdict::Unknown => "path-unknown",
    };
    let ends = view.path_ends.as_ref();
    let (from, to) = ends.map_or(("", ""), |(from, to)| (from.as_str(), to.as_str()));
    let port = view.report.facts.question.target.port.to_string();
    let label = format!("{symbol} {}  ", words.text(reach_key(reach.verdict)).to_uppercase());
    page.item(0, (&label, style), &words.say(key, &[("from", from), ("to", to), ("port", &port)]), Style::Strong);
}

/// Rows of hops, and the sentences of those that are not simply passed.
pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let words = view.words;
    let Some(reach) = &view.report.diagnosis.reach else { return };
    let Some(first) = reach.paths.first() else {
        for missing in reach.missing() {
            let text = format!("{} ({})", missing.fact.name(), missing.fact.source());
            page.item(2, ("? ", Style::Unsure), &text, Style::Plain);
        }
        return;
    };
    let client = clean(&end(&first.from), LONGEST_VALUE);
    let more = words.say("path-more", &[("port", &first.port.to_string()), ("client", &client)]);
    page.heading(words.text("path"), &more);
    page.gap();
    let rows = &reach.paths[..reach.paths.len().min(MOST_ROWS)];
    let label = rows.iter().map(|path| end(&path.to).width()).max().unwrap_or_default().clamp(12, 26);
    // Narrower than that, the sentences below say it all.
    if let Some(cell) = CELLS.into_iter().find(|cell| 4 + label + COLUMNS.len() * cell <= page.width) {
        let word = 4 + label + COLUMNS.len() * cell + WORD <= page.width;
        page.block(2, ("", Style::Plain), &heading(label, cell), Style::Faint);
        for path in rows {
            let word = if word { words.text(reach_key(path.verdict)) } else { "" };
            page.raw(2, &row(page, path, (label, cell), word));
        }
        page.gap();
    }
    let (stops, skipped) = (page.palette.hop(HopVerdict::Deny).0, page.palette.hop(HopVerdict::Skipped).0);
    let passes = page.palette.hop(HopVerdict::Allow).0;
    let legend = words.say("path-legend", &[("stops", stops), ("skipped", skipped)]);
    page.text(2, &format!("{passes} {legend}"), Style::Faint);
    reasons(page, view, &reach.paths);
}

/// Two lines over the rows: whose hop, and which.
fn heading(label: usize, cell: usize) -> Vec<String> {
    let line = |text: &dyn Fn(usize) -> &'static str| {
        let cells: String = (0..COLUMNS.len()).map(|index| format!("{:<cell$}", text(index))).collect();
        format!("{}  {}", " ".repeat(label), cells).trim_end().to_owned()
    };
    vec![line(&|index| COLUMNS[index].1), line(&|index| SIDES[index])]
}

fn row(page: &Page, path: &Path, (label, cell): (usize, usize), word: &str) -> String {
    let name = clean(&end(&path.to), LONGEST_VALUE);
    let mut line = format!("{name}{}  ", " ".repeat(label.saturating_sub(name.width())));
    // What stops it all before a packet meets anything: the endpoint's state and the like.
    let stopped_before = path.hops.iter().any(|hop| hop.blocks() && !COLUMNS.iter().any(|(name, _)| *name == hop.hop));
    for (index, (name, _)) in COLUMNS.iter().enumerate() {
        let verdict = path.hop(*name).map_or(HopVerdict::Unknown, |hop| hop.verdict);
        let (mark, style) = page.palette.hop(verdict);
        line.push_str(&page.palette.paint(style, mark));
        let last_of_way = index == 4 || index == COLUMNS.len() - 1;
        let filler = if last_of_way || stopped_before { " " } else { page.palette.way() };
        line.push_str(&filler.repeat(cell - 1));
    }
    let (_, style) = page.palette.reach(path.verdict);
    line.push_str(&page.palette.paint(style, word));
    line
}

fn end(end: &PathEnd) -> String {
    let address = end.ip.map(|ip| ip.to_string()).or_else(|| end.eni.clone()).unwrap_or_default();
    match &end.az_id {
        Some(zone) => format!("{address} {zone}"),
        None => address,
    }
}

/// Why each hop that is not simply passed is judged so; what several rows share stands once.
fn reasons(page: &mut Page, view: &View<'_>, paths: &[Path]) {
    let mut told: Vec<String> = Vec::new();
    for path in paths {
        for hop in path.hops.iter().filter(|hop| matters(hop)) {
            let message = hop.message(path).map_texts(&|text| clean(text, LONGEST_VALUE));
            let code = hop.explanation_code.map(|code| format!(" [{code}]")).unwrap_or_default();
            let sentence = format!("{}: {}{code}", hop.hop.name(), hop_words().say(view.words.lang, &message));
            let sentence = clean(&sentence, LONGEST_TEXT);
            if !told.contains(&sentence) {
                let (mark, style) = page.palette.hop(hop.verdict);
                page.item(2, (&format!("{mark} "), style), &sentence, Style::Plain);
                told.push(sentence);
            }
        }
    }
}

fn matters(hop: &Hop) -> bool {
    !matches!(hop.verdict, HopVerdict::Allow | HopVerdict::Skipped)
}
