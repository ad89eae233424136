//! Colours and symbols. Decided once by `main` and handed down, so that nothing here asks the environment.

use crate::compare::Sides;
use crate::report::view::Standing;
use colored::{ColoredString, Colorize as _};
use pldoctor_checks::diagnosis::{Outcome, Verdict};
use pldoctor_checks::network::{self, HopVerdict};

/// What the output can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// Whether to use colour. Where it is on, `colored`'s own switch has to be on as well.
    pub color: bool,
    /// Whether symbols outside ASCII can be shown.
    pub unicode: bool,
}

/// How a stretch of text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Heading,
    Strong,
    Faint,
    Command,
    Good,
    Bad,
    Attention,
    Unsure,
}

impl Palette {
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        if !self.color || style == Style::Plain || text.is_empty() {
            return text.to_owned();
        }
        let painted: ColoredString = match style {
            Style::Plain => return text.to_owned(),
            Style::Heading | Style::Strong => text.bold(),
            Style::Faint => text.dimmed(),
            Style::Command => text.cyan(),
            Style::Good => text.green().bold(),
            Style::Bad => text.red().bold(),
            Style::Attention => text.yellow().bold(),
            Style::Unsure => text.magenta().bold(),
        };
        painted.to_string()
    }

    /// The symbol of a verdict; a word always stands beside it.
    pub(super) fn verdict(self, verdict: Verdict) -> (&'static str, Style) {
        match verdict {
            Verdict::Healthy => (self.either("✔", "+"), Style::Good),
            Verdict::Problem => (self.either("✖", "x"), Style::Bad),
            Verdict::Incomplete => ("?", Style::Unsure),
        }
    }

    /// The symbol of a finding; a word always stands beside it.
    pub(super) fn standing(self, standing: Standing) -> (&'static str, Style) {
        let (ascii, style) = match standing {
            Standing::As(Outcome::Pass) => ("+", Style::Good),
            Standing::As(Outcome::Fail) => ("x", Style::Bad),
            Standing::As(Outcome::Warn) => ("!", Style::Attention),
            Standing::As(Outcome::Unknown) => ("?", Style::Unsure),
            Standing::As(Outcome::Blocked | Outcome::NotApplicable) => ("-", Style::Faint),
            Standing::Advice => (".", Style::Faint),
            Standing::Suppressed => ("/", Style::Faint),
        };
        (self.either(standing.sign(), ascii), style)
    }

    /// The mark of a hop.
    pub(super) fn hop(self, verdict: HopVerdict) -> (&'static str, Style) {
        match verdict {
            HopVerdict::Allow => (self.either("✔", "+"), Style::Good),
            HopVerdict::Deny => (self.either("✖", "x"), Style::Bad),
            HopVerdict::Partial => ("~", Style::Attention),
            HopVerdict::Unknown => ("?", Style::Unsure),
            HopVerdict::Skipped => (self.either("·", "."), Style::Faint),
        }
    }

    /// How the verdict of a path looks.
    pub(super) fn reach(self, verdict: network::Verdict) -> (&'static str, Style) {
        match verdict {
            network::Verdict::Reachable => self.hop(HopVerdict::Allow),
            network::Verdict::Partial => self.hop(HopVerdict::Partial),
            network::Verdict::Blocked => self.hop(HopVerdict::Deny),
            network::Verdict::Unknown => self.hop(HopVerdict::Unknown),
        }
    }

    /// The way between two hops.
    pub(super) fn way(self) -> &'static str {
        self.either("─", "-")
    }

    /// Between items of a line.
    pub(super) fn dot(self) -> &'static str {
        self.either(" · ", " | ")
    }

    /// One word, or what it was and what it is.
    pub(super) fn change(self, words: &Sides<&str>) -> String {
        if words.are_equal() {
            return words.after.to_owned();
        }
        format!("{} {} {}", words.before, self.either("→", "->"), words.after)
    }

    fn either(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }
}
