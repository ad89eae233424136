//! The interface endpoint and the service behind it.

pub mod authorized_networks;
pub(crate) mod creation;
pub mod endpoint_exists;
pub mod endpoint_private_dns;
pub mod endpoint_state;
pub mod endpoint_zones;
pub mod private_dns_conflict;
pub mod region;
pub mod service;
pub(crate) mod zones;
