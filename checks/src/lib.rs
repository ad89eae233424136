//! pldoctor's brain: what the facts of one world mean. No sockets, no files, no clock, no AWS SDK.

pub mod check;
pub mod facts;
pub mod remedy;
