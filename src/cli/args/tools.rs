//! Commands that diagnose nothing.

use super::SelectArguments;
use crate::cli::values::PolicyFormat;
use clap::Args;

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
