//! The command line: arguments in, exit code out.

mod args;
mod catalogue;
mod check;
mod collect;
mod compare;
mod demo;
mod exit;
mod face;
mod generate;
mod iam_policy;
mod keep;
mod merge;
mod output;
mod password;
mod path;
mod preflight;
mod progress;
mod question;
mod reveal;
mod select;
mod suppress;
mod target;
mod usage;
mod values;
mod wait;

pub use args::Arguments;
pub use exit::Exit;
pub use output::{Log, complain};

use args::Command;
use clap::Parser as _;
use face::Face;
use usage::Usage;

/// What keeps a command from ending with a verdict.
#[derive(Debug)]
enum Failure {
    /// The user has to call it otherwise.
    Usage(Usage),
    /// The program could not do its work.
    Internal(anyhow::Error),
}

impl From<Usage> for Failure {
    fn from(usage: Usage) -> Self {
        Self::Usage(usage)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

/// Runs the program. The only place where outcomes become exit codes.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        // Help and version come as errors, too; clap knows where each belongs.
        Err(error) if !error.use_stderr() => return if error.print().is_ok() { Exit::Healthy } else { Exit::Usage },
        Err(error) => {
            output::refuse(&error);
            return Exit::Usage;
        }
    };
    let face = Face::of(&arguments);
    match dispatch(&arguments, face) {
        Ok(exit) => exit,
        Err(Failure::Usage(usage)) => {
            output::complain(&usage.to_string());
            Exit::Usage
        }
        Err(Failure::Internal(error)) => {
            output::complain(&reasons(&error));
            Exit::Internal
        }
    }
}

/// What went wrong, and why, each once: some errors say their reason themselves.
fn reasons(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, reason| match said {
        said if said.is_empty() => reason,
        said if said.ends_with(&reason) => said,
        said => format!("{said}: {reason}"),
    })
}

fn dispatch(arguments: &Arguments, face: Face) -> Result<Exit, Failure> {
    // A report that can't be written is said before anything is asked, not after.
    arguments.output().map_or(Ok(()), output::foresee)?;
    match &arguments.command {
        Command::Check(check) => check::run(check, face),
        Command::Collect(collect) => collect::run(collect, face),
        Command::Preflight(preflight) => preflight::run(preflight, face),
        Command::Path(path) => path::run(path, face),
        Command::Reveal(reveal) => reveal::run(reveal),
        Command::Compare(compare) => compare::run(compare, face),
        Command::Demo(demo) => demo::run(demo, face),
        Command::Explain(explain) => catalogue::explain(explain, face),
        Command::Checks => catalogue::list(face),
        Command::IamPolicy(policy) => iam_policy::run(policy),
        Command::Merge(merge) => merge::run(merge, face),
        Command::Completions(completions) => generate::completions(completions),
        Command::Man(man) => generate::man(man),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::WriteError;
    use anyhow::Context as _;

    #[test]
    fn a_reason_is_given_once() {
        let error = || WriteError::Io { path: "a".into(), source: std::io::Error::from_raw_os_error(28) };
        let said = reasons(&Err::<(), _>(error()).context("no report").expect_err("it failed"));
        assert_eq!(said, "no report: a can't be written: No space left on device (os error 28)");
        assert_eq!(reasons(&anyhow::anyhow!("why").context("what")), "what: why");
    }
}
