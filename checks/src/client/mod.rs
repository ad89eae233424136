//! The machine, what it was told to reach, and what it may ask.

pub mod aws_access;
pub mod metadata_service;
pub mod target_name;
pub mod target_port;
pub mod vantage;
