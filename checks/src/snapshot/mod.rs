//! The text of a snapshot's files: which file holds which fact, and how it is read. Folders and bytes are the caller's.

pub mod json;
pub mod layout;
