//! The connections that were tried: TCP, greeting, TLS, login.

use super::TlsAttempt;
use crate::facts::Observed;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// `connections.json`: the connections that were tried from this machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Connections {
    /// TCP, one element an address.
    pub tcp: Observed<Vec<TcpAttempt>>,
    /// TCP to the same addresses on port 4000; `NotAsked` where that is the target's port, or where the target's port connects.
    pub default_port: Observed<Vec<TcpAttempt>>,
    /// The server's greeting, one element an address that connected.
    pub greetings: Observed<Vec<GreetingAttempt>>,
    /// TLS, one element an address that greeted.
    pub tls: Observed<Vec<TlsAttempt>>,
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
    /// The largest segment that the connection takes, in bytes, as the kernel has it after the handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mss: Option<u32>,
    /// The route's MTU, in bytes, as the kernel has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
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
        /// The ICMP message that said so; `None` where the machine itself did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        icmp: Option<Icmp>,
    },
    /// Anything else.
    Failed {
        /// The system's words.
        message: String,
    },
}

/// An ICMP or ICMPv6 message in answer to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Icmp {
    /// Who sent it.
    pub from: Option<IpAddr>,
    /// Its type: 3 is "destination unreachable", 1 in ICMPv6.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Its code: 13 is "administratively prohibited", 1 in ICMPv6.
    pub code: u8,
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
        /// All capability flags of the greeting.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        capabilities: Option<u32>,
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
        /// The protocol that they are of, where they tell it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        protocol: Option<OtherProtocol>,
    },
    /// A first packet that says to be longer than any greeting.
    Oversized {
        /// The length that its header claims, in bytes.
        length: u32,
    },
    /// Anything else.
    Failed {
        /// The system's words.
        message: String,
    },
}

/// A protocol that is known by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OtherProtocol {
    /// `HTTP/…`
    Http,
    /// A TLS record, an alert mostly.
    Tls,
    /// `SSH-…`
    Ssh,
    /// An X Protocol message, MySQL's port 33060.
    MysqlX,
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
    /// Whether everything was said over TLS that was verified for the target's name. Only `--allow-plaintext-password` lets a password go otherwise.
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
    /// A query answered.
    Queried {
        /// `VERSION()`
        version: String,
        /// `tidb_version()`, its first line; `None` where the server has no such function.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tidb_version: Option<String>,
        /// `CURRENT_USER()`: the account as which the server took the user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        current_user: Option<String>,
        /// From connection to the end of the login, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        login_ms: Option<u64>,
        /// How long `SELECT 1` took, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        query_ms: Option<u64>,
        /// What came of the user's own query, where one was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        own: Option<OwnQuery>,
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
    /// The server asks for an authentication that the driver does not know, or that would hand the password over as it is.
    UnknownPlugin {
        /// The plugin's name.
        plugin: String,
    },
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

/// What came of the user's own query. Its rows are never kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnQuery {
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: OwnQueryOutcome,
}

/// What came of the user's own query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum OwnQueryOutcome {
    /// It answered.
    Answered {
        /// How many rows, all result sets together.
        rows: u64,
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
    /// Anything else.
    Failed {
        /// The driver's or system's words.
        message: String,
    },
}
