//! pldoctor's brain: what the facts of one world mean. No sockets, no files, no clock, no AWS SDK.

pub mod check;
pub mod diagnosis;
pub mod facts;
// network
pub mod plan;
pub mod registry;
pub mod remedy;
pub mod words;
