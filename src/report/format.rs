//! The formats of a report.

use clap::ValueEnum;
use pldoctor_checks::words::Lang;

/// A report's format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, here
    #[default]
    Terminal,
    /// For programs: pldoctor/report/v1
    Json,
    /// To paste into a ticket
    Markdown,
    /// One file to open in a browser, with a picture of the path
    Html,
    /// For CI: a test case a check
    Junit,
    /// For GitHub Actions: annotations; the Markdown goes into the summary of the job
    Github,
}

impl Format {
    /// Whether programs keep it and compare it.
    fn is_for_programs(self) -> bool {
        matches!(self, Self::Json | Self::Junit)
    }
}

/// The languages of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Languages {
    /// The one that `--lang` asks for.
    pub asked: Option<Lang>,
    /// That of the locale.
    pub locale: Lang,
}

impl Languages {
    /// The language for people.
    pub fn for_people(self) -> Lang {
        self.asked.unwrap_or(self.locale)
    }

    /// The language of a format. What programs keep and compare is in English wherever it is made, unless somebody asks for another language.
    pub fn of(self, format: Format) -> Lang {
        if format.is_for_programs() { self.asked.unwrap_or_default() } else { self.for_people() }
    }
}
