//! What DNS answered, server by server, and what applications get.

use crate::facts::Observed;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// `dns.json`: what DNS answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dns {
    /// The answers of the VPC's own resolver, asked at 169.254.169.253 whatever the host is configured to use.
    pub vpc_resolver: Observed<Vec<DnsAnswer>>,
    /// The answers of each server in the host's configuration, asked one by one.
    pub host_resolvers: Observed<Vec<DnsAnswer>>,
    /// What `getaddrinfo` said, which is what applications get.
    pub system: Observed<SystemAnswer>,
}

/// One server's answer for one name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DnsAnswer {
    /// The server.
    pub server: IpAddr,
    /// The name asked, without a final dot. The target's, or an endpoint's own (the control sample).
    pub name: String,
    /// What came back.
    #[serde(flatten)]
    pub outcome: DnsOutcome,
    /// From question to outcome, in milliseconds.
    pub elapsed_ms: u64,
}

/// What came back for an address query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum DnsOutcome {
    /// Addresses.
    Answered {
        /// The addresses, in the answer's order.
        addresses: Vec<IpAddr>,
        /// Seconds; the smallest of the chain.
        ttl: u32,
        /// The names the answer went through, the asked one left out.
        #[serde(default)]
        cnames: Vec<String>,
    },
    /// The name does not exist.
    NxDomain,
    /// The name exists and has no address.
    NoData,
    /// The server failed.
    ServFail,
    /// The server refused.
    Refused,
    /// The answer was cut short, and the same question over TCP was not answered.
    Truncated,
    /// Another response code.
    OtherCode {
        /// Its name or number.
        code: String,
    },
    /// Nothing came.
    TimedOut {
        /// After this many milliseconds, all tries together.
        after_ms: u64,
    },
    /// The network said no: nothing listens, no route.
    Unreachable {
        /// The system's words.
        message: String,
    },
}

impl DnsAnswer {
    /// The addresses, none where there was no answer.
    pub fn addresses(&self) -> &[IpAddr] {
        match &self.outcome {
            DnsOutcome::Answered { addresses, .. } => addresses,
            _ => &[],
        }
    }
}

/// What `getaddrinfo` said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemAnswer {
    /// The addresses, none where it failed.
    pub addresses: Vec<IpAddr>,
    /// Its error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}
