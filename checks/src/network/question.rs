//! What is asked of the path model: from where, to what, on which port.

use crate::check::Stop;
use crate::facts::{Facts, Origin, Read, Vantage};
use std::net::IpAddr;

/// The ports that a Linux kernel takes for outgoing connections, both ends included (`net.ipv4.ip_local_port_range`).
pub const LINUX_EPHEMERAL: (u16, u16) = (32768, 60999);
/// The source ports of NAT gateways, load balancers and Lambda functions (VPC user guide, network ACLs, ephemeral ports).
pub const AWS_EPHEMERAL: (u16, u16) = (1024, 65535);

/// One question: may `from` open TCP to `to` on `port`?
#[derive(Clone, Debug, PartialEq)]
pub struct PathQuestion {
    /// Where the connection starts.
    pub from: Start,
    /// What it is for.
    pub to: Goal,
    /// The destination port.
    pub port: u16,
    /// The addresses that are used.
    pub family: Family,
    /// The client's source ports, both ends included. `None`: as the kind of the client's interface has them, Linux's default in doubt.
    pub ephemeral: Option<(u16, u16)>,
}

/// Where a connection starts.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// The machine that the facts were collected on. It runs, whatever the API says.
    Machine(Vantage),
    /// `i-…`: its primary interface, or the one that has the target on its own subnet.
    Instance(String),
    /// `eni-…`
    Interface(String),
    /// A private address.
    Address(IpAddr),
}

/// What a connection is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// `vpce-…`: each of its interfaces.
    Endpoint(String),
    /// `i-…`: its primary interface.
    Instance(String),
    /// `eni-…`
    Interface(String),
    /// A private address.
    Address(IpAddr),
}

/// The two families of addresses. Rules, entries and routes of one say nothing about the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    #[default]
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    /// Whether the address is of this family.
    pub fn has(self, address: IpAddr) -> bool {
        address.is_ipv6() == (self == Self::Ipv6)
    }

    /// The length of a prefix that holds one address.
    pub fn host_prefix(self) -> u8 {
        match self {
            Self::Ipv4 => 32,
            Self::Ipv6 => 128,
        }
    }
}

impl From<Origin> for Start {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Instance(id) => Self::Instance(id),
            Origin::Interface(id) => Self::Interface(id),
            Origin::Address(address) => Self::Address(address),
        }
    }
}

impl Goal {
    /// Reads `vpce-…`, `i-…`, `eni-…` or an address; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('-') {
            Some(("vpce", _)) => Some(Self::Endpoint(text.to_owned())),
            Some(("i", _)) => Some(Self::Instance(text.to_owned())),
            Some(("eni", _)) => Some(Self::Interface(text.to_owned())),
            _ => text.parse().ok().map(Self::Address),
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Endpoint(id) | Self::Instance(id) | Self::Interface(id) => f.write_str(id),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl PathQuestion {
    /// A question with the usual source ports, in the family of the addresses that it names, else IPv4.
    pub fn new(from: Start, to: Goal, port: u16) -> Self {
        let named = match (&from, &to) {
            (_, Goal::Address(address)) | (Start::Address(address), _) => Some(*address),
            _ => None,
        };
        let family = if named.is_some_and(|address| address.is_ipv6()) { Family::Ipv6 } else { Family::Ipv4 };
        Self { from, to, port, family, ephemeral: None }
    }

    /// The question that the facts are about: from the vantage to the endpoint, on the target's port. The machine's own source ports count
    /// where it is the vantage.
    ///
    /// # Errors
    /// As [`Facts::vantage`] and [`Facts::endpoint`].
    pub fn of(facts: &Facts) -> Read<Self> {
        let to = Goal::Endpoint(facts.endpoint()?.vpc_endpoint_id.clone());
        Self::to(facts, to)
    }

    /// As [`PathQuestion::of`], to any goal.
    ///
    /// # Errors
    /// As [`Facts::vantage`].
    pub fn to(facts: &Facts, to: Goal) -> Result<Self, Stop> {
        let port = facts.question.target.port;
        Ok(match &facts.question.from {
            Some(origin) => Self::new(origin.clone().into(), to, port),
            None => {
                let ephemeral = facts.host.ephemeral_ports.known().copied();
                Self { ephemeral, ..Self::new(Start::Machine(facts.vantage()?), to, port) }
            }
        })
    }
}
