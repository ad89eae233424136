//! What becomes of facts that are kept: in what they are handed on, and how they are looked at again.

use super::super::values::{CompareFormat, Redact};
use clap::Args;
use std::path::PathBuf;

/// What becomes of names in what is kept.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Redaction")]
pub struct KeepingArguments {
    /// Replace accounts, users, roles, tags, descriptions, host names other than TiDB Cloud's, and public addresses by pseudonyms; `strict`: ids
    /// of resources and private addresses, too. The judgement stays the same [default: `default` for a file, `none` for a folder]
    #[arg(long, value_name = "HOW")]
    pub redact: Option<Redact>,

    /// Keep here what the pseudonyms stand for, for `pldoctor reveal` [default: $XDG_STATE_HOME/pldoctor/pseudonyms.json]
    #[arg(long, value_name = "FILE")]
    pub pseudonyms: Option<PathBuf>,
}

/// `pldoctor reveal`
#[derive(Debug, Args)]
pub struct RevealArguments {
    /// The text: a report, an e-mail, a command [default: standard input]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// What the pseudonyms stand for [default: $XDG_STATE_HOME/pldoctor/pseudonyms.json]
    #[arg(long, value_name = "FILE")]
    pub pseudonyms: Option<PathBuf>,
}

/// `pldoctor compare`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 both come to the same findings, 1 the findings differ, 2 wrong usage. Facts may differ in both cases."
)]
pub struct CompareArguments {
    /// The one before, or the good host's
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,

    /// The one after, or the bad host's
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,

    /// The format on standard output
    #[arg(long, value_name = "FORMAT", default_value = "terminal", help_heading = "Output")]
    pub format: CompareFormat,
}
