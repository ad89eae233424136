//! The report for a terminal: what is wrong, the fix ready to copy, the proof, and only then what was checked.

mod catalogue;
mod causes;
mod checked;
mod command;
mod compare;
mod footer;
mod page;
mod palette;
mod picture;
mod seen;
mod steps;
mod support;
mod table;
mod wrap;

pub use catalogue::{explain, explain_error, list};
pub(super) use command::lines as command_lines;
pub use compare::compare;
pub use palette::Palette;
pub use table::Table;

use super::view::View;
use super::{Report, Words};
use page::Page;
use palette::Style;
use pldoctor_checks::diagnosis::Verdict;
use pldoctor_checks::words::Lang;
use std::io;

/// Columns where nobody says how many there are.
pub const USUAL_WIDTH: usize = 80;

/// How much to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// `-q`: the verdict, the causes, the commands.
    Quiet,
    /// What a person needs to act.
    #[default]
    Usual,
    /// `-v`: every finding, and every way to do each step.
    Everything,
}

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Colours and symbols.
    pub palette: Palette,
    /// Columns.
    pub width: usize,
    /// How much.
    pub detail: Detail,
    /// In which language.
    pub lang: Lang,
}

impl Default for Options {
    fn default() -> Self {
        Self { palette: Palette::default(), width: USUAL_WIDTH, detail: Detail::Usual, lang: Lang::En }
    }
}

/// Prints the report.
///
/// # Errors
/// The writer's.
pub fn write(out: &mut dyn io::Write, report: Report<'_>, options: Options) -> io::Result<()> {
    let view = View::new(report, Words::new(options.lang));
    let detail = options.detail;
    let of_checks = view.path_ends.is_none();
    let mut page = Page::new(options.palette, options.width);
    headline(&mut page, &view);
    causes::write(&mut page, &view, detail);
    if detail != Detail::Quiet && of_checks && report.diagnosis.verdict == Verdict::Healthy {
        seen::write(&mut page, &view);
    }
    if view.shows_path() && (detail != Detail::Quiet || !of_checks) {
        picture::write(&mut page, &view);
    }
    steps::write(&mut page, &view, detail);
    if detail != Detail::Quiet && of_checks {
        support::write(&mut page, &view);
        if detail == Detail::Everything {
            checked::in_full(&mut page, &view);
        } else {
            checked::in_short(&mut page, &view);
        }
    }
    footer::write(&mut page, &view, detail);
    page.write(out)
}

fn headline(page: &mut Page, view: &View<'_>) {
    let headline = view.headline();
    if !headline.demo.is_empty() {
        page.text(0, headline.demo, Style::Faint);
        page.gap();
    }
    let (symbol, style) = page.palette.verdict(headline.verdict);
    page.item(0, (&format!("{symbol} {}  ", headline.word), style), &headline.sentence, Style::Strong);
    if !headline.ended.is_empty() {
        page.text(0, headline.ended, Style::Attention);
    }
}
