//! What the machine saw where the program ran: its own place, its resolver, the answers of DNS, the connections it tried.
//!
//! Every text in here came from outside and is untrusted.

use super::Observed;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// `host.json`: the machine itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Host {
    /// What the instance metadata service said.
    pub metadata: Observed<Metadata>,
    /// The machine's own addresses, loopback left out.
    pub addresses: Observed<Vec<IpAddr>>,
    /// The resolver's configuration.
    pub resolv_conf: Observed<ResolvConf>,
    /// Lines of the hosts file that name the target.
    pub hosts: Observed<Vec<HostsLine>>,
    /// Where the C library looks names up, and which daemons cache them.
    pub name_service: Observed<NameService>,
    /// The first and last port that the kernel takes for outgoing connections.
    pub ephemeral_ports: Observed<(u16, u16)>,
    /// Names of the proxy variables in the environment that would catch the metadata service (never their values).
    pub proxy_variables: Observed<Vec<String>>,
}

/// The instance metadata service, version 2.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// `i-…`; absent where a container service answers.
    pub instance_id: Option<String>,
    /// `us-east-1` …
    pub region: String,
    /// The zone's name in this account.
    pub availability_zone: String,
    /// The zone's id.
    pub availability_zone_id: String,
    /// The account of the instance.
    pub account_id: Option<String>,
    /// The interfaces, by device number.
    pub interfaces: Vec<MetadataInterface>,
}

/// One network interface, as the metadata service tells it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetadataInterface {
    /// Its MAC address.
    pub mac: String,
    /// `eni-…`
    pub interface_id: String,
    /// 0 is the primary interface.
    pub device_number: i32,
    /// `vpc-…`
    pub vpc_id: String,
    /// `subnet-…`
    pub subnet_id: String,
    /// `sg-…`
    pub security_group_ids: Vec<String>,
    /// IPv4 addresses, the primary first.
    pub local_ipv4s: Vec<IpAddr>,
    /// IPv6 addresses.
    pub ipv6s: Vec<IpAddr>,
    /// IPv4 blocks of the VPC.
    pub vpc_ipv4_cidr_blocks: Vec<String>,
    /// The owning account.
    pub owner_id: String,
}

/// `/etc/resolv.conf`, the parts that matter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResolvConf {
    /// Servers in order.
    pub nameservers: Vec<IpAddr>,
    /// Search domains.
    pub search: Vec<String>,
    /// The line of each server, counted from 1.
    pub lines: Vec<usize>,
    /// The file, where it is not `/etc/resolv.conf`.
    pub file: Option<String>,
}

/// How this machine looks names up, besides asking servers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NameService {
    /// The sources of the line `hosts:` of `/etc/nsswitch.conf`, in order: `files`, `resolve`, `dns` … Empty without such a line.
    pub hosts: Vec<String>,
    /// Daemons that run here and keep answers: `systemd-resolved`, `nscd`, `dnsmasq`.
    pub daemons: Vec<String>,
}

/// A line of the hosts file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostsLine {
    /// Counted from 1.
    pub line: usize,
    /// The address it gives.
    pub address: IpAddr,
    /// The file.
    pub file: String,
}

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

/// `connections.json`: the connections that were tried from this machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Connections {
    /// TCP, one element an address.
    pub tcp: Observed<Vec<TcpAttempt>>,
    /// The server's greeting, one element an address that connected.
    pub greetings: Observed<Vec<GreetingAttempt>>,
    /// Login and a query, on one address; `NotAsked` without credentials.
    pub login: Observed<LoginAttempt>,
}

/// A TCP connection that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TcpAttempt {
    /// Where to.
    pub address: SocketAddr,
    /// From which local address, where a connection came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<IpAddr>,
    /// How often it was tried.
    pub tries: u32,
    /// What came of the last try.
    #[serde(flatten)]
    pub outcome: TcpOutcome,
}

/// What came of a TCP connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum TcpOutcome {
    /// It was accepted.
    Connected {
        /// From SYN to SYN-ACK, in microseconds.
        round_trip_us: u64,
    },
    /// Nothing came back.
    TimedOut {
        /// After this many milliseconds.
        after_ms: u64,
    },
    /// A reset came back: the address is there, the port is closed.
    Refused,
    /// A router or the kernel said that there is no way.
    Unreachable {
        /// The system's words.
        message: String,
    },
    /// Anything else.
    Failed {
        /// The system's words.
        message: String,
    },
}

impl TcpOutcome {
    /// Whether the connection came about.
    pub fn is_connected(&self) -> bool {
        matches!(self, Self::Connected { .. })
    }
}

/// The first packet of a MySQL server, read without credentials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GreetingAttempt {
    /// Where from.
    pub address: SocketAddr,
    /// What came.
    #[serde(flatten)]
    pub outcome: GreetingOutcome,
    /// From connection to outcome, in milliseconds.
    pub elapsed_ms: u64,
}

/// What came instead of, or as, a greeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum GreetingOutcome {
    /// A MySQL greeting.
    Greeted {
        /// The server's version string.
        version: String,
        /// The protocol version, 10.
        protocol: u8,
        /// The default authentication plugin.
        auth_plugin: Option<String>,
        /// Whether the server offers TLS.
        tls: bool,
    },
    /// An error packet instead.
    ErrorPacket {
        /// MySQL's error number.
        code: u16,
        /// SQLSTATE, where it was sent.
        state: Option<String>,
        /// The server's words.
        message: String,
    },
    /// The connection was closed before a byte.
    Closed,
    /// The connection was reset before a byte.
    Reset,
    /// Nothing came.
    Silent {
        /// After this many milliseconds.
        after_ms: u64,
    },
    /// Bytes that are no MySQL greeting.
    NotMysql {
        /// The first of them, printable ones as they came, others as `.`.
        start: String,
    },
    /// Anything else.
    Failed {
        /// The system's words.
        message: String,
    },
}

/// Login and a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoginAttempt {
    /// Where to.
    pub address: SocketAddr,
    /// The user name that was sent.
    pub user: String,
    /// The database that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Whether the connection was encrypted when the password was sent.
    pub tls: bool,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: LoginOutcome,
    /// From connection to outcome, in milliseconds.
    pub elapsed_ms: u64,
}

/// What came of a login.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum LoginOutcome {
    /// `SELECT VERSION()` answered.
    Queried {
        /// Its answer.
        version: String,
    },
    /// The server refused.
    Refused {
        /// MySQL's error number.
        code: u16,
        /// SQLSTATE.
        state: String,
        /// The server's words.
        message: String,
    },
    /// TLS could not be set up, so no password was sent.
    TlsFailed {
        /// What was wrong.
        message: String,
    },
    /// The server offers no TLS, so no password was sent.
    TlsNotOffered,
    /// No answer.
    TimedOut {
        /// After this many milliseconds.
        after_ms: u64,
    },
    /// Anything else.
    Failed {
        /// The driver's or system's words.
        message: String,
    },
}
