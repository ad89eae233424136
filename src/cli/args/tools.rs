//! Commands that diagnose nothing.

use super::SelectArguments;
use crate::cli::values::{MergeFormat, PolicyFormat, Shell};
use clap::Args;
use std::path::PathBuf;

/// `pldoctor iam-policy`
#[derive(Debug, Args)]
pub struct IamPolicyArguments {
    /// Which checks.
    #[command(flatten)]
    pub select: SelectArguments,

    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub format: PolicyFormat,
}

/// `pldoctor merge`
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// JSON reports, and folders of them: below a folder, what is named *.json or, as Systems Manager names it, stdout; a stderr without one is named
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,

    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: MergeFormat,
}

/// `pldoctor completions`
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// `pldoctor man`
#[derive(Debug, Args)]
pub struct ManArguments {
    /// Write one page a command into this folder [default: print pldoctor(1) alone]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}
