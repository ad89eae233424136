//! pldoctor's brain: what the facts of one world mean. No sockets, no files, no clock, no AWS SDK.

pub mod check;
pub mod diagnosis;
pub mod facts;
pub mod network;
pub mod plan;
pub mod registry;
pub mod remedy;
pub mod words;
