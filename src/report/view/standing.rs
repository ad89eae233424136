//! How a finding stands in a report for people.

use super::{Seen, outcome_key};
use pldoctor_checks::diagnosis::Outcome;

/// A finding's outcome, unless it counts as something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Standing {
    /// What it came to.
    As(Outcome),
    /// A warning that nothing is wrong with now.
    Advice,
    /// Somebody has accepted it: whatever it came to, it counts no more.
    Suppressed,
}

impl Seen {
    /// How it stands.
    pub(in crate::report) fn standing(&self) -> Standing {
        match self.outcome {
            _ if self.suppressed => Standing::Suppressed,
            Outcome::Warn if self.advises => Standing::Advice,
            outcome => Standing::As(outcome),
        }
    }
}

impl Standing {
    /// The key of its word.
    pub(in crate::report) fn key(self) -> &'static str {
        match self {
            Self::As(outcome) => outcome_key(outcome),
            Self::Advice => "outcome-advice",
            Self::Suppressed => "outcome-suppressed",
        }
    }

    /// Its sign; the word always stands beside it.
    pub(in crate::report) fn sign(self) -> &'static str {
        match self {
            Self::As(Outcome::Pass) => "✔",
            Self::As(Outcome::Fail) => "✖",
            Self::As(Outcome::Warn) => "!",
            Self::As(Outcome::Unknown) => "?",
            Self::As(Outcome::Blocked | Outcome::NotApplicable) => "–",
            Self::Advice => "·",
            Self::Suppressed => "⊘",
        }
    }
}
