//! The first packet of a MySQL server. It comes unasked, so that no credential is needed to see it.
//!
//! The peer may be anything: what is read is bounded in bytes and, as a whole, in time, so that a byte a second gains it nothing.

use super::text::{clipped, printable, readable};
use mysql_common::constants::CapabilityFlags;
use mysql_common::io::ParseBuf;
use mysql_common::packets::{ErrPacket, HandshakePacket};
use pldoctor_checks::facts::{GreetingOutcome, OtherProtocol};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A packet's header: three bytes of length, one of sequence.
const HEADER: usize = 4;
/// The longest first packet, in bytes. Greetings have about 100, errors at most 600.
const PACKET_LIMIT: usize = 64 << 10;
/// What is shown of bytes that are no greeting.
const START: usize = 64;
/// The longest version string that is kept, in bytes.
const VERSION_LIMIT: usize = 256;

/// What has come in so far; it outlives a read that is cut short.
#[derive(Debug, Default)]
pub(super) struct Received(Vec<u8>);

impl Received {
    /// Reads until the bytes come to an outcome.
    pub(super) async fn read(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> GreetingOutcome {
        let mut chunk = [0; 4_096];
        loop {
            match stream.read(&mut chunk).await {
                Ok(0) if self.0.is_empty() => return GreetingOutcome::Closed,
                Ok(0) => return self.broken_off("the connection was closed"),
                Ok(length) => self.0.extend_from_slice(&chunk[..length]),
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset && self.0.is_empty() => {
                    return GreetingOutcome::Reset;
                }
                Err(error) if self.0.is_empty() => {
                    return GreetingOutcome::Failed { message: clipped(&error.to_string()) };
                }
                Err(error) => return self.broken_off(&error.to_string()),
            }
            if let Some(outcome) = self.outcome() {
                return outcome;
            }
        }
    }

    /// What it comes to that no more came within the bound, in milliseconds.
    pub(super) fn silent(&self, after_ms: u64) -> GreetingOutcome {
        if self.0.is_empty() {
            return GreetingOutcome::Silent { after_ms };
        }
        self.broken_off(&format!("no more came within {after_ms} ms"))
    }

    /// Some bytes came and then no more. Those of another protocol still tell which.
    fn broken_off(&self, how: &str) -> GreetingOutcome {
        if self.0.len() > HEADER && !matches!(self.0[HEADER], 0x0a | 0xff) {
            return self.not_mysql();
        }
        GreetingOutcome::Failed { message: clipped(&format!("{how} after {} bytes of the greeting", self.0.len())) }
    }

    /// What the bytes come to; `None` while more are needed.
    fn outcome(&self) -> Option<GreetingOutcome> {
        let header: &[u8; HEADER] = self.0.first_chunk()?;
        let length = usize::from(header[0]) | usize::from(header[1]) << 8 | usize::from(header[2]) << 16;
        // The first packet has the number 0; text of other protocols has a letter there.
        if header[3] != 0 || length == 0 {
            return Some(self.not_mysql());
        }
        if length > PACKET_LIMIT {
            // A TLS record looks like a long packet.
            return Some(match protocol(&self.0) {
                Some(_) => self.not_mysql(),
                None => GreetingOutcome::Oversized { length: length as u32 },
            });
        }
        let payload = self.0.get(HEADER..HEADER + length)?;
        Some(parse(payload).unwrap_or_else(|| self.not_mysql()))
    }

    fn not_mysql(&self) -> GreetingOutcome {
        GreetingOutcome::NotMysql { start: printable(&self.0, START), protocol: protocol(&self.0) }
    }

    /// What came after the greeting's packet. A server has to wait there, so that there is nothing, unless somebody put it in.
    pub(super) fn beyond(&self) -> &[u8] {
        let length = self
            .0
            .first_chunk::<3>()
            .map_or(0, |[low, middle, high]| usize::from(*low) | usize::from(*middle) << 8 | usize::from(*high) << 16);
        self.0.get(HEADER + length..).unwrap_or_default()
    }
}

/// The protocol that its first bytes tell.
fn protocol(bytes: &[u8]) -> Option<OtherProtocol> {
    match bytes {
        [b'H', b'T', b'T', b'P', b'/', ..] => Some(OtherProtocol::Http),
        [b'S', b'S', b'H', b'-', ..] => Some(OtherProtocol::Ssh),
        // A record of type "alert" or "handshake", and its version.
        [0x15 | 0x16, 3, 0..=4, ..] => Some(OtherProtocol::Tls),
        // A notice: four bytes of length, the message's type, and in protobuf what kind of notice it is.
        [_, _, 0, 0, 0x0b, 0x08, ..] => Some(OtherProtocol::MysqlX),
        _ => None,
    }
}

/// A greeting or an error; `None` for what is neither.
fn parse(payload: &[u8]) -> Option<GreetingOutcome> {
    match payload.first()? {
        0x0a => greeting(payload),
        0xff => error(payload),
        _ => None,
    }
}

fn greeting(payload: &[u8]) -> Option<GreetingOutcome> {
    let version = payload[1..].iter().position(|byte| *byte == 0)?;
    // mysql_common 0.37 takes the salt's length for a signed byte, and panics on 128 and more where overflow is checked. Real ones say 21.
    if *payload.get(1 + version + 1 + 20)? > 127 {
        return None;
    }
    let packet: HandshakePacket<'_> = ParseBuf(payload).parse(()).ok()?;
    let plugin = packet.auth_plugin_name_ref().filter(|plugin| !plugin.is_empty());
    let version = packet.server_version_ref();
    Some(GreetingOutcome::Greeted {
        version: readable(&version[..version.len().min(VERSION_LIMIT)]),
        protocol: packet.protocol_version(),
        auth_plugin: plugin.map(|plugin| readable(&plugin[..plugin.len().min(VERSION_LIMIT)])),
        tls: packet.capabilities().contains(CapabilityFlags::CLIENT_SSL),
        capabilities: Some(packet.capabilities().bits()),
    })
}

fn error(payload: &[u8]) -> Option<GreetingOutcome> {
    // Before a handshake servers should leave SQLSTATE out; MySQL does, some proxies don't.
    let with_state = payload.get(3) == Some(&b'#');
    let flags = if with_state { CapabilityFlags::CLIENT_PROTOCOL_41 } else { CapabilityFlags::empty() };
    let ErrPacket::Error(error) = ParseBuf(payload).parse(flags).ok()? else { return None };
    Some(GreetingOutcome::ErrorPacket {
        code: error.error_code(),
        state: with_state.then(|| error.sql_state_ref().map(|state| readable(&state.as_bytes()))).flatten(),
        message: readable(error.message_ref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TiDB's greeting, as its source lays it out.
    fn tidb(version: &str, capabilities: u32) -> Vec<u8> {
        let mut payload = vec![0x0a];
        payload.extend(version.as_bytes());
        payload.push(0);
        payload.extend(7_u32.to_le_bytes());
        payload.extend(b"saltsalt\0");
        payload.extend((capabilities as u16).to_le_bytes());
        payload.push(46);
        payload.extend(2_u16.to_le_bytes());
        payload.extend(((capabilities >> 16) as u16).to_le_bytes());
        payload.push(21);
        payload.extend([0; 10]);
        payload.extend(b"saltsaltsalt\0mysql_native_password\0");
        payload
    }

    fn framed(payload: &[u8]) -> Vec<u8> {
        let length = payload.len() as u32;
        [&length.to_le_bytes()[..3], &[0], payload].concat()
    }

    fn outcome(bytes: &[u8]) -> Option<GreetingOutcome> {
        Received(bytes.to_vec()).outcome()
    }

    fn not_mysql(start: &str, protocol: Option<OtherProtocol>) -> Option<GreetingOutcome> {
        Some(GreetingOutcome::NotMysql { start: start.into(), protocol })
    }

    #[test]
    fn tidb_greets_with_and_without_tls() {
        for (capabilities, tls) in [(0x1b_a68f, false), (0x1b_ae8f, true)] {
            let bytes = framed(&tidb("8.0.11-TiDB-v8.5.3-serverless", capabilities));
            let expected = GreetingOutcome::Greeted {
                version: "8.0.11-TiDB-v8.5.3-serverless".into(),
                protocol: 10,
                auth_plugin: Some("mysql_native_password".into()),
                tls,
                capabilities: Some(capabilities),
            };
            assert_eq!(outcome(&bytes), Some(expected));
            // Any shorter, and there is nothing to say yet.
            assert!((0..bytes.len()).all(|length| outcome(&bytes[..length]).is_none()));
        }
    }

    #[test]
    fn an_error_instead_with_and_without_its_state() {
        let error = |state: Option<&str>| GreetingOutcome::ErrorPacket {
            code: 1040,
            state: state.map(Into::into),
            message: "Too many connections".into(),
        };
        assert_eq!(outcome(&framed(b"\xff\x10\x04Too many connections")), Some(error(None)));
        assert_eq!(outcome(&framed(b"\xff\x10\x04#08004Too many connections")), Some(error(Some("08004"))));
    }

    #[test]
    fn other_protocols_are_known_by_their_first_bytes() {
        let http = Some(OtherProtocol::Http);
        assert_eq!(outcome(b"HTTP/1.1 400 Bad Request\r\n"), not_mysql("HTTP/1.1 400 Bad Request..", http));
        assert_eq!(outcome(b"SSH-2.0-OpenSSH_9.2\r\n"), not_mysql("SSH-2.0-OpenSSH_9.2..", Some(OtherProtocol::Ssh)));
        assert_eq!(outcome(b"\x15\x03\x01\x00\x02\x02\x46"), not_mysql("......F", Some(OtherProtocol::Tls)));
        // MySQL's port 33060 says hello by itself.
        let hello = b"\x05\0\0\0\x0b\x08\x05\x1a\0";
        assert_eq!(outcome(hello), not_mysql(".........", Some(OtherProtocol::MysqlX)));
        assert_eq!(outcome(b"\0\0\0\0"), not_mysql("....", None));
        assert_eq!(outcome(b"220 mail.example.com ESMTP\r\n"), not_mysql("220 mail.example.com ESMTP..", None));
    }

    #[test]
    fn what_follows_the_greeting_is_not_the_servers() {
        let whole = framed(&tidb("8.0.11", 0x1b_ae8f));
        assert_eq!(Received(whole.clone()).beyond(), b"");
        assert_eq!(Received([&whole[..], b"injected"].concat()).beyond(), b"injected");
    }

    #[test]
    fn hostile_greetings_are_no_greetings() {
        let whole = tidb("8.0.11", 0x1b_ae8f);
        for length in 0..whole.len() {
            // Cut anywhere, with a header that says it is whole: never a panic, and never waiting for more.
            assert!(length == 0 || outcome(&framed(&whole[..length])).is_some(), "at {length}");
        }
        for salt_length in 0..=u8::MAX {
            let mut payload = whole.clone();
            payload[1 + 6 + 1 + 20] = salt_length;
            assert!(outcome(&framed(&payload)).is_some(), "salt of {salt_length}");
        }
        assert_eq!(outcome(&framed(&[0x0a; 64])), not_mysql(&format!("@{}", ".".repeat(63)), None));
        assert_eq!(outcome(b"\xff\xff\xff\x00"), Some(GreetingOutcome::Oversized { length: 16_777_215 }));
        let Some(GreetingOutcome::Greeted { version, .. }) = outcome(&framed(&tidb("8.0\x1b[2J\x07", 0x1b_a68f)))
        else {
            panic!("it greets")
        };
        assert_eq!(version, "8.0\u{FFFD}[2J\u{FFFD}");
        let Some(GreetingOutcome::Greeted { version, .. }) = outcome(&framed(&tidb(&"9".repeat(60_000), 0x1b_a68f)))
        else {
            panic!("it greets")
        };
        assert_eq!(version.len(), VERSION_LIMIT);
    }

    #[test]
    fn what_breaks_off_is_told() {
        let silent = |bytes: &[u8]| Received(bytes.to_vec()).silent(3_000);
        assert_eq!(silent(b""), GreetingOutcome::Silent { after_ms: 3_000 });
        let message = "no more came within 3000 ms after 3 bytes of the greeting".into();
        assert_eq!(silent(b"\x4a\0\0"), GreetingOutcome::Failed { message });
        assert_eq!(silent(b"\x05\0\0\0hi"), GreetingOutcome::NotMysql { start: "....hi".into(), protocol: None });
    }

    proptest::proptest! {
        /// However a peer cuts its bytes into pieces, and whatever they are: the same outcome, and nothing in it that a terminal would obey.
        #[test]
        fn any_bytes_come_to_one_harmless_outcome(
            kind in 0..3_usize,
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
            cut in 0..300_usize,
        ) {
            let bytes = match kind {
                0 => framed(&[&[0x0a], &bytes[..]].concat()),
                1 => framed(&[&[0xff], &bytes[..]].concat()),
                _ => bytes,
            };
            let whole = outcome(&bytes);
            let first = outcome(&bytes[..cut.min(bytes.len())]);
            // Only what is no greeting is told before all of it is there.
            let early = matches!(first, None | Some(GreetingOutcome::NotMysql { .. } | GreetingOutcome::Oversized { .. }));
            proptest::prop_assert!(first == whole || early, "{first:?} before {whole:?}");
            let said = serde_json::to_string(&whole).expect("it can be written");
            proptest::prop_assert!(!said.contains("\\u00"), "{said}");
        }
    }
}
