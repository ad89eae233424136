//! What of the settings was not seen.

use crate::check::{Missing, Stop};
use crate::facts::{Fact, Read, Why};

/// The parts of a VPC's settings that could not be read. What was seen may still decide; where it does not, the first of these is why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    missing: Vec<Stop>,
}

impl Parts {
    /// Passes on what was read, and keeps why it was not.
    pub(super) fn note<T>(&mut self, read: Read<T>) -> Option<T> {
        read.map_err(|stop| self.missing.push(stop)).ok()
    }

    /// Keeps that an object which something refers to is not in the lists that were read: another account's, as a rule.
    pub(super) fn lacks(&mut self, fact: Fact, object: &str) {
        let missing = Missing { fact, object: Some(object.to_owned()), why: Why::not_collected() };
        self.missing.push(missing.into());
    }

    /// Passes if everything was read.
    ///
    /// # Errors
    /// The first part that was not.
    pub fn all_read(&self) -> Read<()> {
        self.missing.first().map_or(Ok(()), |stop| Err(stop.clone()))
    }
}
