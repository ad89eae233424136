//! Which checks run, and what of their findings counts.

use crate::cli::values::{CheckId, FailOn};
use clap::Args;
use std::path::PathBuf;

/// Which checks.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Checks")]
pub struct SelectArguments {
    /// Run only these checks (repeat it, or separate them by commas)
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = CheckId, hide_possible_values = true)]
    pub only: Vec<String>,

    /// Leave these checks out
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = CheckId, hide_possible_values = true)]
    pub skip: Vec<String>,
}

/// What of the findings counts.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Checks")]
pub struct GateArguments {
    /// Which checks.
    #[command(flatten)]
    pub select: SelectArguments,

    /// Findings that somebody has accepted, with the reason [default: pldoctor.toml, where the current directory has one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Do not exit 0 where there are findings of this kind: `warn` exits 1 (advice is no warning), `unknown` exits 3
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
}
