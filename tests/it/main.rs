//! The program's parts against the outside world: one binary, because each one links the AWS SDK again.
#![allow(missing_docs, clippy::unwrap_used)]

mod archive;
mod bundle;
mod cli;
mod collect;
mod compare;
mod formats;
mod generate;
mod interrupt;
mod languages;
mod merge;
mod path;
mod policy;
mod redact;
mod report;
mod script;
mod snapshot;
mod suppress;

// The worlds of the brain's own tests.
#[allow(dead_code, reason = "only some of it is used here")]
#[path = "../../checks/tests/network/random.rs"]
mod random;
#[allow(dead_code, reason = "only some of it is used here")]
#[path = "../../checks/tests/cases/recorded.rs"]
mod recorded;
#[allow(dead_code, reason = "only some of it is used here")]
#[path = "../../checks/tests/network/world.rs"]
mod world;
