//! TLS, seen by itself: a handshake on a connection that never carries a credential.

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// A TLS handshake with one address, with the target's name as SNI.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TlsAttempt {
    /// Where to.
    pub address: SocketAddr,
    /// The name that was asked for and is looked for in the certificate.
    pub server_name: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: TlsOutcome,
    /// From the request for TLS to the outcome, in milliseconds.
    pub elapsed_ms: u64,
}

/// What came of a handshake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum TlsOutcome {
    /// It came about, whatever the certificate is worth.
    Established {
        /// `TLSv1.2` or `TLSv1.3`.
        version: String,
        /// The cipher suite's name, as the IANA has it.
        cipher: String,
        /// What the server sent, its own certificate first; at most [`TlsOutcome::CERTIFICATES_LIMIT`] of them.
        certificates: Vec<Certificate>,
        /// How many certificates the server sent.
        chain_length: usize,
        /// Whether the chain is trusted, by each store of roots; the name left out.
        trust: Vec<Trust>,
        /// Whether the certificate is for the name.
        name: NameMatch,
    },
    /// The server's greeting offers no TLS.
    NotOffered,
    /// The server said why not.
    Alert {
        /// The alert's name in the TLS standard, such as `protocol_version`.
        description: String,
    },
    /// The server chose a version of TLS that is too old to be spoken.
    OldVersion {
        /// `TLSv1.1`, `TLSv1.0` or `SSLv3`.
        version: String,
    },
    /// The connection stands, and no answer came.
    TimedOut {
        /// After this many milliseconds.
        after_ms: u64,
        /// The bytes that came until then.
        received: u64,
    },
    /// The connection was closed.
    Closed,
    /// The connection was reset.
    Reset,
    /// What came is not TLS.
    NotTls {
        /// The first bytes of it, printable ones as they came, others as `.`.
        start: String,
    },
    /// Anything else.
    Failed {
        /// What was wrong, in the words of the TLS library or the system.
        message: String,
    },
}

impl TlsOutcome {
    /// How many certificates of a chain are kept. Real chains have two to four.
    pub const CERTIFICATES_LIMIT: usize = 10;
}

/// One certificate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// Whose it is: an X.500 name such as `CN=*.example.com, O=Example`.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names and addresses of its subject alternative names, at most 32 of them.
    pub names: Vec<String>,
    /// When it begins to count, in RFC 3339.
    pub not_before: String,
    /// When it ends, in RFC 3339.
    pub not_after: String,
    /// Whether it may sign others.
    pub is_ca: bool,
    /// The version of X.509: 3, or 1 for very old ones.
    pub version: u32,
    /// SHA-256 of the whole certificate, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// What one store of roots makes of a chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trust {
    /// Which store.
    pub store: RootStore,
    /// Its verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// A store of roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RootStore {
    /// The operating system's, which OpenSSL's clients use.
    System,
    /// The public ones that drivers have built in.
    Public,
    /// The file that the user named with `--ca`.
    Given,
}

impl RootStore {
    /// The key of the common words that name it.
    pub fn words(self) -> &'static str {
        match self {
            Self::System => "store-system",
            Self::Public => "store-public",
            Self::Given => "store-given",
        }
    }
}

/// Whether a chain leads to a root that is trusted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It does.
    Trusted,
    /// It leads to none of the store's roots.
    UnknownIssuer,
    /// A certificate has ended.
    Expired,
    /// A certificate has not begun.
    NotYetValid,
    /// A signature is wrong. A root of the same name and another key gives this, too.
    BadSignature,
    /// This library refuses what OpenSSL would take, such as X.509 version 1.
    Strict {
        /// The library's words.
        message: String,
    },
    /// Anything else.
    Refused {
        /// The library's words.
        message: String,
    },
    /// The store can't be read, or has no root.
    NoStore {
        /// What was wrong.
        message: String,
    },
}

/// Whether a certificate is for the name that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameMatch {
    /// It is.
    Matches,
    /// It is for others.
    Other,
    /// Only its common name is, and it has no alternative names: OpenSSL takes that, most other libraries don't.
    CommonNameOnly,
}
