//! Exit codes.

use super::values::FailOn;
use pldoctor_checks::diagnosis::{Diagnosis, Outcome, Verdict};
use std::process::ExitCode;

/// How the program ends. The numbers are a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing is wrong.
    Healthy = 0,
    /// A problem was found.
    Problem = 1,
    /// It was called in a way that it doesn't understand.
    Usage = 2,
    /// Nothing failed, but something could not be checked.
    Incomplete = 3,
    /// The program itself failed.
    Internal = 4,
}

impl Exit {
    /// What a diagnosis comes to. `fail_on` makes a healthy one count as less.
    pub fn of(diagnosis: &Diagnosis, fail_on: &[FailOn]) -> Self {
        let has = |outcome| diagnosis.findings.iter().any(|finding| finding.outcome == outcome);
        match diagnosis.verdict {
            Verdict::Problem => Self::Problem,
            _ if fail_on.contains(&FailOn::Warn) && has(Outcome::Warn) => Self::Problem,
            Verdict::Incomplete => Self::Incomplete,
            Verdict::Healthy if fail_on.contains(&FailOn::Unknown) && has(Outcome::Unknown) => Self::Incomplete,
            Verdict::Healthy => Self::Healthy,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
