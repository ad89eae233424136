//! The collection against fakes on loopback: an API, a metadata service, DNS servers, MySQL servers and things that are none.

mod api;
mod fakes;
mod metadata;
mod probes;
mod subject;
mod worker;
mod world;
