//! The connections that were tried: TCP, greeting, login.

use crate::facts::Observed;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

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
