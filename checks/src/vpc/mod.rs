//! The VPC's own settings.

pub mod vpc_dhcp_dns;
pub mod vpc_dns_hostnames;
pub mod vpc_dns_support;
