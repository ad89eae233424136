//! The formats of a report.

use clap::ValueEnum;

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
    /// Whether programs keep it and compare it: its sentences then don't follow the locale of whoever runs it.
    pub fn is_for_programs(self) -> bool {
        matches!(self, Self::Json | Self::Junit)
    }
}
