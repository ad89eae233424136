//! Remedies.

/// A typed change to the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {}
