//! TLS by itself: certificates of every kind, and servers that answer the request for TLS with something else.

use super::fakes::{Dns, dns, free_port, greeting, tcp};
use super::mysql::{Identity, params, tls};
use super::worker::{Found, Task, run};
use pldoctor_checks::facts::{NameMatch, Question, RootStore, Target, TlsAttempt, TlsOutcome, Verdict};
use rcgen::{CertificateParams, date_time_ymd};
use rustls::ServerConfig;
use rustls::version::{TLS12, TLS13};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const HOST: &str = "db.example.test";

/// Looks at `count` servers at 127.0.NET.1 and on.
fn look(net: u8, port: u16, count: u8, ca: &Identity) -> Found {
    let server = [127, 0, net, 100];
    let addresses = (1..=count).map(|last| [127, 0, net, last]).collect();
    let log = dns(server, port, vec![(HOST, Dns::Addresses(addresses))]);
    let target = Target { host: Some(HOST.into()), port, ..Target::default() };
    let task = Task {
        question: Question { target, ..Question::default() },
        resolv_conf: format!("nameserver {}\n", IpAddr::from(server)),
        dns_port: port,
        step_ms: Some(1_500),
        ca: Some(ca.pem()),
        ..Task::default()
    };
    let environment =
        [("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_REGION", "us-east-1"), ("SSL_CERT_FILE", "/nowhere/ca.pem")];
    let found = run(&environment.map(|(name, value)| (name, value.to_owned())), task);
    drop(log);
    found
}

fn serve(net: u8, last: u8, port: u16, config: Arc<ServerConfig>) {
    tcp([127, 0, net, last], port, move |stream| {
        if let Ok(mut stream) = tls(stream, &config) {
            _ = stream.read(&mut [0; 1]);
        }
    });
}

/// After the greeting and the request for TLS.
fn answer(net: u8, last: u8, port: u16, what: impl Fn(TcpStream) + Send + Sync + 'static) {
    tcp([127, 0, net, last], port, move |mut stream| {
        _ = stream.write_all(&greeting(true));
        if stream.read_exact(&mut [0; 36]).is_ok() {
            what(stream);
        }
    });
}

fn attempts(found: &Found, count: usize) -> &[TlsAttempt] {
    let attempts = found.facts.tls_attempts().unwrap();
    assert_eq!(attempts.len(), count, "{attempts:?}");
    attempts
}

/// The verdict of a store, and whether the name matches.
fn judged(attempt: &TlsAttempt, store: RootStore) -> (&Verdict, NameMatch) {
    let TlsOutcome::Established { trust, name, .. } = &attempt.outcome else { panic!("{attempt:?}") };
    (&trust.iter().find(|trust| trust.store == store).unwrap().verdict, *name)
}

#[test]
fn certificates_are_judged_by_each_store_and_by_name() {
    let port = free_port();
    let (ca, other) = (Identity::ca("Test CA"), Identity::ca("Test CA"));
    let both = [&TLS13, &TLS12];
    let own = |params: CertificateParams| ca.sign(params);
    let dated = |from, until| {
        let mut dated = params("db", &[HOST]);
        (dated.not_before, dated.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
        dated
    };
    let middle = {
        let mut middle = params("Test intermediate", &[]);
        middle.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        ca.sign(middle)
    };
    serve(9, 1, port, own(params("db", &["other.test", HOST])).server(&[], &both));
    serve(9, 2, port, own(params("db", &["other.test"])).server(&[], &[&TLS12]));
    serve(9, 3, port, own(dated(2020, 2021)).server(&[], &both));
    serve(9, 4, port, own(dated(2090, 2091)).server(&[], &both));
    serve(9, 5, port, Identity::ca("Another CA").sign(params("db", &[HOST])).server(&[], &both));
    serve(9, 6, port, other.sign(params("db", &[HOST])).server(&[], &both));
    serve(9, 7, port, own(params(HOST, &[])).server(&[], &both));
    serve(9, 8, port, middle.sign(params("db", &["*.example.test"])).server(std::slice::from_ref(&middle.der), &both));
    serve(9, 9, port, Identity::ca("Another CA").sign(dated(2020, 2021)).server(&[], &both));
    // A CA's own certificate as the server's, and that CA is trusted: OpenSSL takes it.
    serve(9, 10, port, ca.server(&[], &both));
    let found = look(9, port, 10, &ca);
    let attempts = attempts(&found, 10);
    let expected = [
        (Verdict::Trusted, NameMatch::Matches),
        (Verdict::Trusted, NameMatch::Other),
        (Verdict::Expired, NameMatch::Matches),
        (Verdict::NotYetValid, NameMatch::Matches),
        (Verdict::UnknownIssuer, NameMatch::Matches),
        (Verdict::BadSignature, NameMatch::Matches),
        (Verdict::Trusted, NameMatch::CommonNameOnly),
        (Verdict::Trusted, NameMatch::Matches),
        (Verdict::UnknownIssuer, NameMatch::Matches),
    ];
    for (attempt, (verdict, name)) in attempts.iter().zip(&expected) {
        assert_eq!(judged(attempt, RootStore::Given), (verdict, *name), "{}", attempt.address);
        assert_eq!(judged(attempt, RootStore::Public).0, &Verdict::UnknownIssuer, "{}", attempt.address);
    }
    assert!(matches!(judged(&attempts[9], RootStore::Given).0, Verdict::Strict { .. }), "{:?}", attempts[9]);
    let system = judged(&attempts[0], RootStore::System).0;
    assert!(matches!(system, Verdict::NoStore { message } if message.contains("/nowhere/ca.pem")), "{system:?}");
    let TlsOutcome::Established { version, cipher, certificates, chain_length, .. } = &attempts[0].outcome else {
        panic!("judged above")
    };
    assert_eq!((version.as_str(), *chain_length, certificates.len()), ("TLSv1.3", 1, 1));
    assert!(cipher.starts_with("TLS_"), "{cipher}");
    let own = &certificates[0];
    assert_eq!((own.subject.as_str(), own.issuer.as_str()), ("CN=db", "CN=Test CA"));
    assert_eq!(own.names, ["other.test", HOST]);
    assert_eq!((own.not_before.as_str(), own.not_after.as_str()), ("2024-01-01T00:00:00Z", "2040-01-01T00:00:00Z"));
    assert_eq!((own.is_ca, own.version, own.sha256.len()), (false, 3, 64));
    assert!(matches!(&attempts[1].outcome, TlsOutcome::Established { version, .. } if version == "TLSv1.2"));
    assert!(matches!(&attempts[7].outcome, TlsOutcome::Established { chain_length: 2, .. }));
    assert!(found.stages.iter().any(|stage| stage == &format!("tls 127.0.9.1:{port}")), "{:?}", found.stages);
}

#[test]
fn what_is_no_handshake_is_told_and_bounded() {
    let port = free_port();
    let ca = Identity::ca("Test CA");
    let long = |count: u16| -> Vec<_> {
        let name = |index: u16| params(&format!("filler {index}"), &[]);
        // The same few over and over: what counts is how many are sent.
        let few: Vec<_> = (0..4).map(|index| ca.sign(name(index)).der).collect();
        few.iter().cycle().take(usize::from(count)).cloned().collect()
    };
    let hang = |bytes: &'static [u8]| {
        move |mut stream: TcpStream| {
            _ = stream.write_all(bytes);
            thread::park();
            drop(stream);
        }
    };
    let say = |bytes: &'static [u8]| {
        move |mut stream: TcpStream| {
            _ = stream.write_all(bytes);
            _ = stream.shutdown(Shutdown::Write);
            _ = stream.read_to_end(&mut Vec::new());
        }
    };
    let endless =
        |record: &'static [u8]| move |mut stream: TcpStream| while stream.write_all(&record.repeat(1_000)).is_ok() {};
    answer(11, 1, port, hang(b""));
    answer(11, 2, port, hang(b"\x16\x03\x03\x40\x00\x02"));
    answer(11, 3, port, |stream| _ = stream.shutdown(Shutdown::Both));
    answer(11, 4, port, |stream| _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)));
    answer(11, 5, port, say(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    answer(11, 6, port, say(b"\x15\x03\x01\x00\x02\x02\x46"));
    // A ServerHello that chooses TLS 1.0.
    let hello = b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01RANDOMRANDOMRANDOMRANDOMRANDOM12\x00\xc0\x13\x00";
    answer(11, 7, port, say(hello));
    // One of a thousand certificates, and one of sixty.
    serve(11, 8, port, ca.sign(params("db", &[HOST])).server(&long(1_000), &[&TLS13]));
    serve(11, 9, port, ca.sign(params("db", &[HOST])).server(&long(60), &[&TLS12]));
    // Warnings without end, handshake messages without end, and records that hold nothing.
    answer(11, 10, port, endless(b"\x15\x03\x03\x00\x02\x01\x5a"));
    answer(11, 11, port, endless(b"\x16\x03\x03\x00\x04\x00\x00\x00\x00"));
    answer(11, 12, port, endless(b"\x16\x03\x03\x00\x00"));
    // Said before TLS stands, as though it had been said within.
    tcp([127, 0, 11, 13], port, |mut stream| {
        _ = stream.write_all(&[greeting(true), b"\x07\0\0\x02\0\0\0\x02\0\0\0".to_vec()].concat());
        _ = stream.read_to_end(&mut Vec::new());
    });
    tcp([127, 0, 11, 14], port, |mut stream| {
        _ = stream.write_all(&greeting(false));
        _ = stream.read_to_end(&mut Vec::new());
    });
    // A byte now and then gains nothing.
    answer(11, 15, port, |mut stream| {
        while stream.write_all(b"\x16").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let found = look(11, port, 15, &ca);
    let outcomes: Vec<_> = attempts(&found, 15).iter().map(|attempt| attempt.outcome.clone()).collect();
    let at = |last: usize| &outcomes[last - 1];
    assert_eq!(*at(1), TlsOutcome::TimedOut { after_ms: 1_500, received: 0 });
    assert_eq!(*at(2), TlsOutcome::TimedOut { after_ms: 1_500, received: 6 });
    assert_eq!(*at(3), TlsOutcome::Closed);
    assert_eq!(*at(4), TlsOutcome::Reset);
    assert_eq!(*at(5), TlsOutcome::NotTls { start: "HTTP/1.1 400 Bad Request....".into() });
    assert_eq!(*at(6), TlsOutcome::Alert { description: "protocol_version".into() });
    assert_eq!(*at(7), TlsOutcome::OldVersion { version: "TLSv1.0".into() });
    assert!(matches!(at(8), TlsOutcome::Failed { .. }), "{:?}", at(8));
    let TlsOutcome::Established { certificates, chain_length: 61, .. } = at(9) else { panic!("{:?}", at(9)) };
    assert_eq!(certificates.len(), TlsOutcome::CERTIFICATES_LIMIT);
    for last in 10..=12 {
        let bounded = matches!(at(last), TlsOutcome::Failed { .. } | TlsOutcome::TimedOut { .. });
        assert!(bounded, "{:?}", at(last));
    }
    assert!(matches!(at(13), TlsOutcome::NotTls { .. }), "{:?}", at(13));
    assert_eq!(*at(14), TlsOutcome::NotOffered);
    assert!(matches!(at(15), TlsOutcome::TimedOut { .. } | TlsOutcome::NotTls { .. }), "{:?}", at(15));
}
