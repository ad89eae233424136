//! The body.

pub mod collect;
pub mod snapshot;
