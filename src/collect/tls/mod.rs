//! TLS, seen by itself: on the connection that brought the greeting, after the same request that every client sends, and with the target's name.
//!
//! Whatever certificate comes is taken and kept, so that it can be judged afterwards; therefore nothing is ever said over this connection. What is
//! read is bounded in bytes and, as a whole, in time.

mod certificate;
mod recorder;
mod stores;
mod watched;

pub(super) use stores::Stores;

use super::request::Limits;
use super::run::{Clock, Cut, millis};
use super::text::{chain, printable, readable};
use mysql_common::constants::CapabilityFlags;
use mysql_common::packets::SslRequest;
use mysql_common::proto::MySerialize as _;
use pldoctor_checks::facts::{TlsAttempt, TlsOutcome};
use recorder::Recorder;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, Error};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use watched::{Seen, Watched};

/// What is shown of bytes that are no TLS.
const START: usize = 64;
/// Saying goodbye is a courtesy.
const GOODBYE: Duration = Duration::from_millis(100);
/// utf8mb4_general_ci, which every version of MySQL and TiDB knows.
const COLLATION: u8 = 45;
/// What the request says of the largest packet, in bytes: the usual 16 MB. No packet follows.
const PACKET: u32 = 1 << 24;

/// What a handshake is made with.
#[derive(Clone)]
pub(super) struct Probe {
    /// The name that is asked for and is looked for in the certificate.
    pub(super) name: String,
    /// By whom chains are judged.
    pub(super) stores: Arc<Stores>,
}

impl Probe {
    /// The attempt that came to this after so many milliseconds.
    pub(super) fn attempt(&self, address: SocketAddr, outcome: TlsOutcome, elapsed_ms: u64) -> TlsAttempt {
        TlsAttempt { address, server_name: self.name.clone(), outcome, elapsed_ms }
    }

    /// Shakes hands on a connection whose server has greeted and offers TLS. `None` where the run ended before an outcome.
    pub(super) async fn shake_hands(
        &self,
        clock: &Clock,
        limits: &Limits,
        address: SocketAddr,
        stream: TcpStream,
    ) -> Option<TlsAttempt> {
        let started = Instant::now();
        let seen = Arc::new(Seen::default());
        let outcome = match clock.within(limits.tls, self.handshake(stream, Arc::clone(&seen))).await {
            Ok(outcome) => outcome,
            Err(Cut::Bound(bound)) => TlsOutcome::TimedOut { after_ms: millis(bound), received: seen.received() },
            Err(Cut::Deadline | Cut::Cancelled) => return None,
        };
        Some(self.attempt(address, outcome, millis(started.elapsed())))
    }

    async fn handshake(&self, mut stream: TcpStream, seen: Arc<Seen>) -> TlsOutcome {
        let name = match ServerName::try_from(self.name.clone()) {
            Ok(name) => name,
            Err(error) => return TlsOutcome::Failed { message: error.to_string() },
        };
        let recorder = Arc::new(Recorder::default());
        let config = match config(Arc::clone(&recorder)) {
            Ok(config) => config,
            Err(error) => return TlsOutcome::Failed { message: error.to_string() },
        };
        if let Err(error) = stream.write_all(&request()).await {
            return failure(&error, &seen);
        }
        let connector = TlsConnector::from(Arc::new(config));
        let mut established = match connector.connect(name.clone(), Watched::new(stream, Arc::clone(&seen))).await {
            Ok(established) => established,
            Err(error) => return failure(&error, &seen),
        };
        let (_, connection) = established.get_ref();
        let version = match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "TLSv1.2",
        };
        let cipher = connection.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or_default();
        _ = tokio::time::timeout(GOODBYE, established.shutdown()).await;
        let chain = recorder.chain();
        TlsOutcome::Established {
            version: version.into(),
            // rustls puts the version before what IANA calls `TLS_AES_256_GCM_SHA384`.
            cipher: cipher.replacen("TLS13_", "TLS_", 1),
            certificates: chain.iter().take(TlsOutcome::CERTIFICATES_LIMIT).map(|der| certificate::read(der)).collect(),
            chain_length: chain.len(),
            trust: self.stores.judge(&chain),
            name: certificate::name_match(chain.first(), &name),
        }
    }
}

/// The request for TLS: 32 bytes, as MySQL has them since 4.1. TiProxy takes nothing shorter.
fn request() -> Vec<u8> {
    let capabilities = CapabilityFlags::CLIENT_PROTOCOL_41
        | CapabilityFlags::CLIENT_SSL
        | CapabilityFlags::CLIENT_SECURE_CONNECTION
        | CapabilityFlags::CLIENT_PLUGIN_AUTH
        | CapabilityFlags::CLIENT_LONG_PASSWORD;
    // Three bytes of length, and the number of the packet: the greeting was 0.
    let mut packet = vec![32, 0, 0, 1];
    SslRequest::new(capabilities, PACKET, COLLATION).serialize(&mut packet);
    packet
}

fn config(recorder: Arc<Recorder>) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(recorder::provider())
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(recorder)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn failure(error: &io::Error, seen: &Seen) -> TlsOutcome {
    let start = seen.start();
    if !start.is_empty() && !is_tls(&start) {
        return TlsOutcome::NotTls { start: printable(&start, START) };
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::AlertReceived(alert)) => {
            TlsOutcome::Alert { description: snake_case(alert.as_str().unwrap_or("unknown")) }
        }
        Some(Error::PeerIncompatible(_)) if old_version(&start).is_some() => {
            TlsOutcome::OldVersion { version: old_version(&start).unwrap_or_default().into() }
        }
        Some(tls) => TlsOutcome::Failed { message: readable(tls.to_string().as_bytes()) },
        None => match error.kind() {
            io::ErrorKind::UnexpectedEof => TlsOutcome::Closed,
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => TlsOutcome::Reset,
            _ => TlsOutcome::Failed { message: readable(chain(error).as_bytes()) },
        },
    }
}

/// Whether bytes can be the start of a TLS record: its type, and the major version.
fn is_tls(start: &[u8]) -> bool {
    matches!(start, [0x14..=0x18] | [0x14..=0x18, 3, ..])
}

/// The version that a ServerHello chose, where that is before 1.2: after five bytes of record and four of handshake.
fn old_version(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x16, 3, _, _, _, 2, _, _, _, 3, minor, ..] => {
            ["SSLv3", "TLSv1.0", "TLSv1.1"].get(usize::from(*minor)).copied()
        }
        _ => None,
    }
}

/// `UnknownCA` as the standard has it: `unknown_ca`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let after_lower = index > 0 && !letters[index - 1].is_ascii_uppercase();
        let before_lower = index > 0 && letters.get(index + 1).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && (after_lower || before_lower) {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_whole() {
        let request = request();
        assert_eq!(request.len(), 36);
        assert_eq!(request[..4], [32, 0, 0, 1]);
        // CLIENT_SSL and CLIENT_PROTOCOL_41 are bits 11 and 9.
        assert_eq!(request[5] & 0x0a, 0x0a);
    }

    #[test]
    fn alerts_have_the_standards_names() {
        for (name, expected) in [
            ("ProtocolVersion", "protocol_version"),
            ("UnknownCA", "unknown_ca"),
            ("HandshakeFailure", "handshake_failure"),
            ("BadRecordMac", "bad_record_mac"),
            ("UnknownPSKIdentity", "unknown_psk_identity"),
        ] {
            assert_eq!(snake_case(name), expected);
        }
    }

    #[test]
    fn what_came_tells_what_failed() {
        let after = |bytes: &[u8], error: io::Error| {
            let seen = Seen::default();
            seen.note(bytes);
            failure(&error, &seen)
        };
        let tls = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let alert = tls(Error::AlertReceived(rustls::AlertDescription::ProtocolVersion));
        let expected = TlsOutcome::Alert { description: "protocol_version".into() };
        assert_eq!(after(b"\x15\x03\x01\x00\x02\x02\x46", alert), expected);
        let incompatible = || tls(Error::PeerIncompatible(rustls::PeerIncompatible::ServerDoesNotSupportTls12Or13));
        let hello = b"\x16\x03\x02\x00\x31\x02\x00\x00\x2d\x03\x02";
        assert_eq!(after(hello, incompatible()), TlsOutcome::OldVersion { version: "TLSv1.1".into() });
        let hello = b"\x16\x03\x03\x00\x31\x02\x00\x00\x2d\x03\x03";
        assert!(matches!(after(hello, incompatible()), TlsOutcome::Failed { .. }));
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        assert_eq!(after(b"", end()), TlsOutcome::Closed);
        assert_eq!(after(b"", io::Error::from(io::ErrorKind::ConnectionReset)), TlsOutcome::Reset);
        let error = b"\x2a\0\0\x02\xff\x51\x04No TLS here";
        assert_eq!(after(error, end()), TlsOutcome::NotTls { start: "*....Q.No TLS here".into() });
    }
}
