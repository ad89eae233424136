//! The machine, what it was told to reach, and what it may ask.

pub mod aws_access;
pub mod capacity;
pub mod clock;
pub mod keep_alive;
pub mod metadata_service;
pub mod target_name;
pub mod target_port;
pub mod user_name;
pub mod vantage;
