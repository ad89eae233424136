//! The path model against its rules: table tests, each named after the rule that it shows, then properties over random worlds.

mod acls;
mod ends;
mod groups;
mod naive;
mod opening;
mod properties;
mod random;
mod routes;
mod world;
