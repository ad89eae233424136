//! The body.

pub mod bundle;
pub mod cli;
pub mod collect;
pub mod compare;
pub mod demo;
pub mod report;
pub mod snapshot;
