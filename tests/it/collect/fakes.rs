//! Servers on loopback, each in threads that end with the process.

use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, CNAME};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request to a web server.
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

/// What a web server does.
pub(super) enum Reply {
    Status(u16, String),
    /// It keeps the connection and says nothing.
    Nothing,
}

impl Reply {
    pub(super) fn ok(body: impl Into<String>) -> Self {
        Self::Status(200, body.into())
    }
}

/// A web server, one thread a connection; its address.
pub(super) fn http(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let reply = Arc::new(reply);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = Arc::clone(&reply);
            thread::spawn(move || serve(&stream, &*reply));
        }
    });
    address
}

fn serve(stream: &TcpStream, reply: &dyn Fn(&Asked) -> Reply) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let mut words = line.split_whitespace();
        let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let body = String::from_utf8_lossy(&body).into_owned();
        match reply(&Asked { method, path, headers, body }) {
            Reply::Nothing => thread::park(),
            Reply::Status(status, body) => {
                let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
                // The metadata service's token has its lifetime in a header.
                let head = format!("{head}X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\r\n{body}");
                (&mut &*stream).write_all(head.as_bytes()).ok()?;
            }
        }
    }
}

/// What a DNS server does with a question.
#[derive(Clone)]
pub(super) enum Dns {
    Addresses(Vec<[u8; 4]>),
    /// By way of this name.
    Alias(&'static str, [u8; 4]),
    Code(ResponseCode),
    /// Truncated over UDP, whole over TCP.
    Truncated([u8; 4]),
    /// An answer with a wrong id, then the right one.
    ForgedFirst([u8; 4]),
    Nothing,
}

/// A DNS server at this address and port, for every name that has an entry; NXDOMAIN for others. The names it was asked for are logged.
pub(super) fn dns(address: [u8; 4], port: u16, names: Vec<(&'static str, Dns)>) -> Arc<Mutex<Vec<String>>> {
    let address = SocketAddr::from((address, port));
    let (udp, tcp) = (UdpSocket::bind(address).unwrap(), TcpListener::bind(address).unwrap());
    let log = Arc::new(Mutex::new(Vec::new()));
    let (names, logged) = (Arc::new(names), Arc::clone(&log));
    let answers = Arc::clone(&names);
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, peer)) = udp.recv_from(&mut buffer) {
            for answer in answer(&buffer[..length], &answers, &logged, false) {
                _ = udp.send_to(&answer, peer);
            }
        }
    });
    let logged = Arc::clone(&log);
    thread::spawn(move || {
        for mut stream in tcp.incoming().flatten() {
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut question).unwrap();
            for answer in answer(&question, &names, &logged, true) {
                stream.write_all(&(answer.len() as u16).to_be_bytes()).unwrap();
                stream.write_all(&answer).unwrap();
            }
        }
    });
    log
}

fn answer(question: &[u8], names: &[(&str, Dns)], log: &Mutex<Vec<String>>, tcp: bool) -> Vec<Vec<u8>> {
    let mut message = Message::from_vec(question).unwrap();
    let query = message.queries[0].clone();
    let name = query.name().to_ascii().trim_end_matches('.').to_ascii_lowercase();
    log.lock().unwrap().push(format!("{name} {}{}", query.query_type(), if tcp { " tcp" } else { "" }));
    assert!(message.metadata.recursion_desired && message.edns.is_none());
    message.metadata.message_type = MessageType::Response;
    let a = |owner: &Name, octets: [u8; 4]| Record::from_rdata(owner.clone(), 60, RData::A(A(Ipv4Addr::from(octets))));
    let ipv4 = query.query_type() == RecordType::A;
    let mut forged = None;
    match names.iter().find(|(own, _)| *own == name).map(|(_, reply)| reply) {
        None => message.metadata.response_code = ResponseCode::NXDomain,
        Some(Dns::Nothing) => return Vec::new(),
        Some(Dns::Code(code)) => message.metadata.response_code = *code,
        Some(_) if !ipv4 => {}
        Some(Dns::Addresses(addresses)) => {
            addresses.iter().for_each(|address| _ = message.add_answer(a(query.name(), *address)));
        }
        Some(Dns::Alias(alias, address)) => {
            let alias = Name::from_ascii(alias).unwrap();
            message.add_answer(Record::from_rdata(query.name().clone(), 5, RData::CNAME(CNAME(alias.clone()))));
            message.add_answer(a(&alias, *address));
        }
        Some(Dns::Truncated(_)) if !tcp => message.metadata.truncation = true,
        Some(Dns::Truncated(address)) => _ = message.add_answer(a(query.name(), *address)),
        Some(Dns::ForgedFirst(address)) => {
            let mut other = message.clone();
            other.metadata.id = other.metadata.id.wrapping_add(1);
            other.add_answer(a(query.name(), [6, 6, 6, 6]));
            forged = Some(other);
            message.add_answer(a(query.name(), *address));
        }
    }
    forged.into_iter().chain([message]).map(|message| message.to_vec().unwrap()).collect()
}

/// A port that is free for TCP and UDP on loopback addresses, for servers that share it.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port()
}

/// A TCP server at this address: each connection is handed to `serve` in a thread of its own.
pub(super) fn tcp(address: impl Into<IpAddr>, port: u16, serve: impl Fn(TcpStream) + Send + Sync + 'static) {
    let listener = TcpListener::bind((address.into(), port)).unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(stream));
        }
    });
}

/// TiDB's greeting, framed, with or without TLS on offer.
pub(super) fn greeting(tls: bool) -> Vec<u8> {
    let capabilities: u32 = if tls { 0x1b_ae8f } else { 0x1b_a68f };
    let mut payload = b"\x0a8.0.11-TiDB-v8.5.3-serverless\0\x07\0\0\0saltsalt\0".to_vec();
    payload.extend(&capabilities.to_le_bytes()[..2]);
    payload.extend(b"\x2e\x02\0");
    payload.extend(&capabilities.to_le_bytes()[2..]);
    payload.push(21);
    payload.extend([0; 10]);
    payload.extend(b"saltsaltsalt\0mysql_native_password\0");
    let length = payload.len() as u32;
    [&length.to_le_bytes()[..3], &[0], &payload].concat()
}
