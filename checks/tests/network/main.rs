//! The path model against its rules: table tests, each named after the rule that it shows, then properties over random worlds.

mod acls;
mod ends;
mod groups;
mod opening;
mod routes;
mod world;
