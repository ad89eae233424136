//! Exit codes.

use super::values::FailOn;
use pldoctor_checks::diagnosis::{Diagnosis, Outcome, Verdict};
use pldoctor_checks::registry::check;
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
    /// What a diagnosis comes to. `fail_on` makes a healthy one count as less. Advice is no warning: nothing is wrong, and nearly every machine has some.
    pub fn of(diagnosis: &Diagnosis, fail_on: &[FailOn]) -> Self {
        let advises = |id: &str| check(id).is_some_and(|check| check.meta().advises);
        let has = |outcome| {
            let counting = diagnosis.findings.iter().filter(|finding| finding.suppressed.is_none());
            let mut counting = counting.filter(|finding| !(finding.outcome == Outcome::Warn && advises(finding.check)));
            counting.any(|finding| finding.outcome == outcome)
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use pldoctor_checks::diagnosis::diagnose;
    use pldoctor_checks::facts::Facts;
    use pldoctor_checks::registry::CHECKS;

    fn exit(verdict: Verdict, outcome: Outcome, fail_on: &[FailOn]) -> Exit {
        let mut diagnosis = diagnose(CHECKS, &Facts::default());
        diagnosis.verdict = verdict;
        diagnosis.findings.iter_mut().for_each(|finding| finding.outcome = outcome);
        Exit::of(&diagnosis, fail_on)
    }

    #[test]
    fn the_codes_are_a_contract() {
        let codes =
            [Exit::Healthy, Exit::Problem, Exit::Usage, Exit::Incomplete, Exit::Internal].map(|exit| exit as u8);
        assert_eq!(codes, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn the_verdict_decides() {
        assert_eq!(exit(Verdict::Healthy, Outcome::Warn, &[]), Exit::Healthy);
        assert_eq!(exit(Verdict::Healthy, Outcome::Unknown, &[]), Exit::Healthy);
        assert_eq!(exit(Verdict::Problem, Outcome::Fail, &[]), Exit::Problem);
        assert_eq!(exit(Verdict::Incomplete, Outcome::Unknown, &[]), Exit::Incomplete);
    }

    #[test]
    fn fail_on_makes_less_of_it() {
        let both = [FailOn::Warn, FailOn::Unknown];
        assert_eq!(exit(Verdict::Healthy, Outcome::Warn, &[FailOn::Warn]), Exit::Problem);
        assert_eq!(exit(Verdict::Healthy, Outcome::Warn, &[FailOn::Unknown]), Exit::Healthy);
        assert_eq!(exit(Verdict::Healthy, Outcome::Unknown, &[FailOn::Unknown]), Exit::Incomplete);
        assert_eq!(exit(Verdict::Incomplete, Outcome::Warn, &both), Exit::Problem);
        assert_eq!(exit(Verdict::Problem, Outcome::Unknown, &both), Exit::Problem);
        assert_eq!(exit(Verdict::Healthy, Outcome::Pass, &both), Exit::Healthy);
    }

    #[test]
    fn advice_is_no_warning() {
        let mut diagnosis = diagnose(CHECKS, &Facts::default());
        diagnosis.verdict = Verdict::Healthy;
        for (warns, exit) in [("keep-alive", Exit::Healthy), ("endpoint-zones", Exit::Problem)] {
            for finding in &mut diagnosis.findings {
                finding.outcome = if finding.check == warns { Outcome::Warn } else { Outcome::Pass };
            }
            assert_eq!(Exit::of(&diagnosis, &[FailOn::Warn]), exit, "{warns}");
        }
    }
}
