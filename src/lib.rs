//! The body.

pub mod cli;
pub mod collect;
pub mod demo;
pub mod report;
pub mod snapshot;
