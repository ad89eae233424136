//! Wrong usage, in words: what was wrong, and what would be right.

use crate::report::text::{LONGEST_VALUE, clean};
use std::fmt;

/// What was wrong with the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    wrong: String,
    right: String,
}

impl Usage {
    /// What was wrong, and what would be right, with an example.
    pub(super) fn new(wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { wrong: wrong.into(), right: right.into() }
    }

    /// Names where the wrong thing stands.
    pub(super) fn because(self, place: &str) -> Self {
        Self { wrong: format!("{place}: {}", self.wrong), ..self }
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wrong)?;
        if !self.right.is_empty() {
            write!(f, "\n\n{}", self.right)?;
        }
        Ok(())
    }
}

/// What a user typed, fit to be shown.
pub(super) fn shown(text: &str) -> String {
    format!("'{}'", clean(text, LONGEST_VALUE))
}
