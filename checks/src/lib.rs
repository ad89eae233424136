//! pldoctor's brain: what the facts of one world mean. No sockets, no files, no clock, no AWS SDK.

pub mod check;
pub mod client;
pub mod connection;
pub mod diagnosis;
pub mod dns;
pub mod endpoint;
pub mod errors;
pub mod facts;
pub mod network;
pub mod path;
pub mod plan;
pub mod preflight;
pub mod registry;
pub mod remedy;
pub mod resolver;
pub mod snapshot;
pub mod vpc;
pub mod words;
