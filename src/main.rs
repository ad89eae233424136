//! pldoctor.
fn main() {}
