//! The report for a terminal: what is wrong, the fix ready to copy, the proof, and only then what was checked.

mod catalogue;
mod causes;
mod checked;
mod command;
mod footer;
mod page;
mod palette;
mod picture;
mod seen;
mod steps;
mod support;
mod wrap;

pub use catalogue::{explain, explain_error, list};
pub use palette::Palette;

use super::text::{LONGEST_VALUE, clean};
use super::view::View;
use super::{Origin, Report, Words};
use crate::collect::Ended;
use page::Page;
use palette::Style;
use pldoctor_checks::diagnosis::{Outcome, Verdict};
use pldoctor_checks::registry::CHECKS;
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
    let mut page = Page::new(options.palette, options.width);
    verdict(&mut page, &view);
    causes::write(&mut page, &view, options.detail);
    if options.detail != Detail::Quiet && report.diagnosis.verdict == Verdict::Healthy {
        seen::write(&mut page, &view);
    }
    if options.detail != Detail::Quiet && report.diagnosis.verdict == Verdict::Problem {
        picture::of_failure(&mut page, &view);
    }
    steps::write(&mut page, &view, options.detail);
    match options.detail {
        Detail::Quiet => {}
        Detail::Usual => {
            support::write(&mut page, &view);
            checked::in_short(&mut page, &view);
        }
        Detail::Everything => {
            support::write(&mut page, &view);
            checked::in_full(&mut page, &view);
        }
    }
    footer::write(&mut page, &view, options.detail);
    page.write(out)
}

/// Prints what the path model alone says of the way between two ends, which are as the user named them: `pldoctor path`.
///
/// # Errors
/// The writer's.
pub fn write_path(
    out: &mut dyn io::Write,
    report: Report<'_>,
    (from, to): (&str, &str),
    options: Options,
) -> io::Result<()> {
    let mut view = View::new(report, Words::new(options.lang));
    view.path_ends = Some((clean(from, LONGEST_VALUE), clean(to, LONGEST_VALUE)));
    let mut page = Page::new(options.palette, options.width);
    picture::verdict(&mut page, &view);
    picture::write(&mut page, &view);
    steps::write(&mut page, &view, options.detail);
    footer::write(&mut page, &view, options.detail);
    page.write(out)
}

fn verdict(page: &mut Page, view: &View<'_>) {
    let words = view.words;
    if view.report.run.origin == Origin::Demo {
        page.text(0, words.text("demo"), Style::Faint);
        page.gap();
    }
    let diagnosis = view.report.diagnosis;
    let (symbol, style) = page.palette.verdict(diagnosis.verdict);
    let passed = |check| view.finding(check).is_some_and(|seen| matches!(seen.outcome, Outcome::Pass | Outcome::Warn));
    let measured = passed("tcp") && passed("greeting");
    let selected = diagnosis.findings.len() < CHECKS.len();
    let (word, sentence) = match diagnosis.verdict {
        Verdict::Healthy if measured => ("verdict-healthy", words.text("healthy-measured").to_owned()),
        Verdict::Healthy if selected => {
            ("verdict-healthy", words.count("healthy-selected-one", "healthy-selected-many", diagnosis.findings.len()))
        }
        Verdict::Healthy => ("verdict-healthy", words.text("healthy-predicted").to_owned()),
        Verdict::Problem => ("verdict-problem", words.count("problem-one", "problem-many", view.causes.len())),
        Verdict::Incomplete => {
            let unknown = view.with(Outcome::Unknown).count();
            ("verdict-incomplete", words.count("incomplete-one", "incomplete-many", unknown))
        }
    };
    let label = format!("{symbol} {}  ", words.text(word));
    page.item(0, (&label, style), &sentence.replace("{target}", &view.target), Style::Strong);
    let ended = match view.report.run.origin {
        Origin::Collected(Ended::Deadline) => Some("ended-deadline"),
        Origin::Collected(Ended::Cancelled) => Some("ended-cancelled"),
        _ => None,
    };
    if let Some(key) = ended {
        page.text(0, words.text(key), Style::Attention);
    }
}
