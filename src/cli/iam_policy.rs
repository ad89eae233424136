//! `pldoctor iam-policy`

use super::args::IamPolicyArguments;
use super::usage::Usage;
use super::values::PolicyFormat;
use super::{Exit, Failure, output, select};
use crate::collect;
use crate::report::policy;
use anyhow::Context as _;

/// Prints the smallest policy with which everything that the selected checks read can be collected.
pub(super) fn run(arguments: &IamPolicyArguments) -> Result<Exit, Failure> {
    let checks = select::checks(&arguments.select)?;
    let actions: Vec<&str> = collect::actions(&checks).into_iter().collect();
    if actions.is_empty() {
        let ids: Vec<&str> = checks.iter().map(|check| check.meta().id).collect();
        return Err(Usage::new(
            format!("no permission is needed for {}", ids.join(", ")),
            "There is no policy to print: IAM takes none that allows nothing.",
        )
        .into());
    }
    let mut text = Vec::new();
    match arguments.format {
        PolicyFormat::Json => policy::json(&mut text, &actions),
        PolicyFormat::Terraform => policy::terraform(&mut text, &actions),
    }
    .context("the policy can't be printed")?;
    output::print(&text)?;
    Ok(Exit::Healthy)
}
