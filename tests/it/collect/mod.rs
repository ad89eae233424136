//! The collection against fakes on loopback: an API, a metadata service, DNS servers, MySQL servers and things that are none.

mod api;
mod fakes;
mod login;
mod metadata;
mod mysql;
mod probes;
mod subject;
mod tls;
mod worker;
mod world;
