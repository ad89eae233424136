//! The program's parts against the outside world: one binary, because each one links the AWS SDK again.
#![allow(missing_docs, clippy::unwrap_used)]

mod archive;
mod cli;
mod collect;
mod interrupt;
mod path;
mod report;
mod snapshot;
