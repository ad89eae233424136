//! The path as a picture: one row an interface to be reached, its hops from left to right, the one that stops it marked. Below, why.
//!
//! It fits 80 columns and says the same without colour.

use super::page::Page;
use super::palette::Style;
use crate::report::view::{View, Way, reach_key, reasons};
use pldoctor_checks::network::{HopName, HopVerdict};
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

/// Rows of hops, and the sentences of those that are not simply passed.
pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let words = view.words;
    let ways = view.ways();
    let Some(first) = ways.first() else {
        for missing in view.missing_ends() {
            page.item(2, ("? ", Style::Unsure), &missing, Style::Plain);
        }
        return;
    };
    let more = words.say("path-more", &[("port", &first.port.to_string()), ("client", &first.from.name())]);
    page.heading(words.text("path"), &more);
    page.gap();
    let rows = &ways[..ways.len().min(MOST_ROWS)];
    let label = rows.iter().map(|way| way.to.name().width()).max().unwrap_or_default().clamp(12, 26);
    if let Some(cell) = CELLS.into_iter().find(|cell| 4 + label + COLUMNS.len() * cell <= page.width) {
        let word = 4 + label + COLUMNS.len() * cell + WORD <= page.width;
        page.block(2, ("", Style::Plain), &heading(label, cell), Style::Faint);
        for way in rows {
            let word = if word { words.text(reach_key(way.verdict)) } else { "" };
            page.raw(2, &row(page, way, (label, cell), word));
        }
        page.gap();
        legend(page, view);
    } else {
        // Too narrow for hops: which interface it is that can't be reached still has to be told.
        for way in rows {
            let (mark, style) = page.palette.reach(way.verdict);
            let sentence = words.labelled(&way.to.name(), words.text(reach_key(way.verdict)));
            page.item(2, (&format!("{mark} "), style), &sentence, Style::Plain);
        }
        page.gap();
    }
    for reason in reasons(&ways) {
        let (mark, style) = page.palette.hop(reason.verdict);
        let text = words.labelled(&words.items(&reason.hops), reason.sentence);
        page.item(2, (&format!("{mark} "), style), &text, Style::Plain);
    }
}

/// What the marks say.
fn legend(page: &mut Page, view: &View<'_>) {
    let (stops, skipped) = (page.palette.hop(HopVerdict::Deny).0, page.palette.hop(HopVerdict::Skipped).0);
    let passes = page.palette.hop(HopVerdict::Allow).0;
    let legend = view.words.say("path-legend", &[("stops", stops), ("skipped", skipped)]);
    page.text(2, &format!("{passes} {legend}"), Style::Faint);
}

/// Two lines over the rows: whose hop, and which.
fn heading(label: usize, cell: usize) -> Vec<String> {
    let line = |text: &dyn Fn(usize) -> &'static str| {
        let cells: String = (0..COLUMNS.len()).map(|index| format!("{:<cell$}", text(index))).collect();
        format!("{}  {}", " ".repeat(label), cells).trim_end().to_owned()
    };
    vec![line(&|index| COLUMNS[index].1), line(&|index| SIDES[index])]
}

fn row(page: &Page, way: &Way, (label, cell): (usize, usize), word: &str) -> String {
    let name = way.to.name();
    let mut line = format!("{name}{}  ", " ".repeat(label.saturating_sub(name.width())));
    // What stops it all before a packet meets anything: the endpoint's state and the like.
    let stopped_before = way.hops.iter().any(|hop| hop.blocks() && !COLUMNS.iter().any(|(name, _)| *name == hop.hop));
    for (index, (name, _)) in COLUMNS.iter().enumerate() {
        let verdict = way.hop(*name).map_or(HopVerdict::Unknown, |hop| hop.verdict);
        let (mark, style) = page.palette.hop(verdict);
        line.push_str(&page.palette.paint(style, mark));
        let last_of_way = index == 4 || index == COLUMNS.len() - 1;
        let filler = if last_of_way || stopped_before { " " } else { page.palette.way() };
        line.push_str(&filler.repeat(cell - 1));
    }
    let (_, style) = page.palette.reach(way.verdict);
    line.push_str(&page.palette.paint(style, word));
    line
}
