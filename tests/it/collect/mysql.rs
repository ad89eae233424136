//! MySQL servers of our own making: TLS with any certificate, and sessions that say whatever a test wants.

use super::fakes::greeting;
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

/// What a server heard, all connections together.
pub(super) type Heard = Arc<Mutex<Vec<u8>>>;

/// A certificate's key and itself.
pub(super) struct Identity {
    key: KeyPair,
    params: CertificateParams,
    pub(super) der: CertificateDer<'static>,
}

impl Identity {
    /// A CA, signed by itself.
    pub(super) fn ca(name: &str) -> Self {
        let mut params = params(name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::signed_by_itself(params)
    }

    pub(super) fn signed_by_itself(params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().clone();
        Self { key, params, der }
    }

    /// What this CA signs.
    pub(super) fn sign(&self, params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        let der = params.signed_by(&key, &issuer).unwrap().der().clone();
        Self { key, params, der }
    }

    pub(super) fn pem(&self) -> String {
        let lines = pem_lines(&self.der);
        format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
    }

    /// A server that shows this certificate, and then these.
    pub(super) fn server(
        &self,
        others: &[CertificateDer<'static>],
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let chain = [std::slice::from_ref(&self.der), others].concat();
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
    }
}

fn pem_lines(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let quads = der.chunks(3).map(|chunk| {
        let bits = chunk.iter().chain([0, 0].iter()).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let digit = |index: usize| {
            if index > chunk.len() { '=' } else { char::from(DIGITS[(bits >> (18 - 6 * index)) as usize & 63]) }
        };
        String::from_iter((0..4).map(digit))
    });
    let quads: Vec<String> = quads.collect();
    quads.chunks(16).map(|line| line.concat() + "\n").collect()
}

/// A certificate for these names, from 2024 until 2040.
pub(super) fn params(common: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common);
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params
}

/// Greets, takes the request for TLS, and shakes hands.
pub(super) fn tls(
    mut stream: TcpStream,
    config: &Arc<ServerConfig>,
) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
    stream.write_all(&greeting(true))?;
    stream.read_exact(&mut [0; 36])?;
    let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?, stream);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// A packet, and its number.
pub(super) fn read_packet(stream: &mut impl Read, heard: &Heard) -> io::Result<(u8, Vec<u8>)> {
    let mut header = [0; 4];
    stream.read_exact(&mut header)?;
    let length = usize::from(header[0]) | usize::from(header[1]) << 8 | usize::from(header[2]) << 16;
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload)?;
    heard.lock().unwrap().extend(&payload);
    Ok((header[3], payload))
}

pub(super) fn write_packet(stream: &mut impl Write, number: u8, payload: &[u8]) -> io::Result<()> {
    let length = (payload.len() as u32).to_le_bytes();
    stream.write_all(&[&length[..3], &[number], payload].concat())
}

pub(super) const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
const EOF: &[u8] = &[0xfe, 0, 0, 2, 0];

/// A result of one row, as text.
pub(super) fn row(stream: &mut impl Write, values: &[&str]) -> io::Result<()> {
    let columns: Vec<Vec<u8>> = values.iter().map(|_| column()).collect();
    let texts = values.iter().flat_map(|value| [&[value.len() as u8], value.as_bytes()].concat()).collect();
    let packets = [vec![vec![values.len() as u8]], columns, vec![EOF.to_vec(), texts, EOF.to_vec()]].concat();
    packets.iter().zip(1..).try_for_each(|(packet, number)| write_packet(stream, number, packet))
}

/// A column of text that is called `c`.
fn column() -> Vec<u8> {
    let names = b"\x03def\0\0\0\x01c\0\x0c";
    [names.as_slice(), &[45, 0, 0xff, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0]].concat()
}

/// Answers commands as TiDB would, until the client goes. A prepared statement has one column and ever more rows; they end after `rows`.
pub(super) fn session(stream: &mut (impl Read + Write), heard: &Heard, rows: Option<u32>) -> io::Result<()> {
    loop {
        let (_, command) = read_packet(stream, heard)?;
        match command.first() {
            Some(0x03) if command.ends_with(b"SELECT 1") => row(stream, &["1"])?,
            Some(0x03) if command.ends_with(b"CURRENT_USER()") => {
                row(stream, &["8.0.11-TiDB-v8.5.3-serverless", "u@%"])?
            }
            Some(0x03) => row(stream, &["Release Version: v8.5.3\nEdition: Community"])?,
            Some(0x16) => {
                // Statement 1, one column, no parameters.
                write_packet(stream, 1, &[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
                write_packet(stream, 2, &column())?;
                write_packet(stream, 3, EOF)?;
            }
            Some(0x17) => {
                write_packet(stream, 1, &[1])?;
                write_packet(stream, 2, &column())?;
                write_packet(stream, 3, EOF)?;
                let mut number = 3_u8;
                for _ in 0..rows.unwrap_or(u32::MAX) {
                    number = number.wrapping_add(1);
                    write_packet(stream, number, b"\0\0\x04cell")?;
                }
                write_packet(stream, number.wrapping_add(1), EOF)?;
            }
            Some(0x19) => {}
            _ => return Ok(()),
        }
    }
}
