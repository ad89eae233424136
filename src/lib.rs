//! The body.
