//! DNS, connections, greetings and the login's refusal to send a password in the clear. No API: there are no credentials.

use super::fakes::{Dns, dns, free_port, greeting, tcp};
use super::worker::{Found, Task, run};
use hickory_resolver::proto::op::ResponseCode;
use pldoctor_checks::facts::{
    DnsOutcome, GreetingOutcome, LoginOutcome, OtherProtocol, Question, Target, TcpOutcome, Why, WhyKind,
};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Shutdown};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A collection without API and metadata.
fn alone(task: Task) -> Found {
    run(&[("AWS_EC2_METADATA_DISABLED", "true".into()), ("AWS_REGION", "us-east-1".into())], task)
}

fn question(host: &str, port: u16) -> Question {
    Question { target: Target { host: Some(host.into()), port, ..Target::default() }, ..Question::default() }
}

/// The outcomes of one server's answers for `db.test`, one a name server.
fn outcome(found: &Found, server: [u8; 4]) -> DnsOutcome {
    let answers = found.facts.host_resolver_answers().unwrap();
    answers.iter().find(|answer| answer.server == IpAddr::from(server)).expect("it was asked").outcome.clone()
}

#[test]
fn each_server_is_asked_and_each_outcome_told_apart() {
    let port = free_port();
    let servers: [([u8; 4], Dns); 8] = [
        ([127, 0, 5, 1], Dns::Alias("gw.test.", [10, 0, 2, 20])),
        ([127, 0, 5, 2], Dns::Code(ResponseCode::NXDomain)),
        ([127, 0, 5, 3], Dns::Code(ResponseCode::ServFail)),
        ([127, 0, 5, 4], Dns::Code(ResponseCode::Refused)),
        ([127, 0, 5, 5], Dns::Addresses(vec![])),
        ([127, 0, 5, 6], Dns::Nothing),
        ([127, 0, 5, 7], Dns::Truncated([10, 0, 2, 21])),
        ([127, 0, 5, 8], Dns::ForgedFirst([10, 0, 2, 22])),
    ];
    let mut log = None;
    for (address, reply) in servers.clone() {
        log = Some(dns(address, port, vec![("db.test", reply)]));
    }
    let lines = servers.iter().map(|(address, _)| format!("nameserver {}\n", IpAddr::from(*address)));
    let task = Task {
        question: Question { from: None, ..question("DB.test.", 1) },
        resolv_conf: lines.collect(),
        hosts: "10.9.9.9 db.test\n".into(),
        dns_port: port,
        // No time for the addresses, which lead nowhere.
        total_ms: Some(2_500),
        ..Task::default()
    };
    let found = alone(task);
    let answered = |address: [u8; 4], ttl, cnames: &[&str]| DnsOutcome::Answered {
        addresses: vec![address.into()],
        ttl,
        cnames: cnames.iter().map(|name| (*name).to_owned()).collect(),
    };
    assert_eq!(outcome(&found, [127, 0, 5, 1]), answered([10, 0, 2, 20], 5, &["gw.test"]));
    assert_eq!(outcome(&found, [127, 0, 5, 2]), DnsOutcome::NxDomain);
    assert_eq!(outcome(&found, [127, 0, 5, 3]), DnsOutcome::ServFail);
    assert_eq!(outcome(&found, [127, 0, 5, 4]), DnsOutcome::Refused);
    assert_eq!(outcome(&found, [127, 0, 5, 5]), DnsOutcome::NoData);
    assert!(matches!(outcome(&found, [127, 0, 5, 6]), DnsOutcome::TimedOut { after_ms } if after_ms >= 600));
    assert_eq!(outcome(&found, [127, 0, 5, 7]), answered([10, 0, 2, 21], 60, &[]));
    assert_eq!(outcome(&found, [127, 0, 5, 8]), answered([10, 0, 2, 22], 60, &[]));
    // Nothing listens at the VPC resolver's address, which is no time-out.
    let vpc = &found.facts.vpc_resolver_answers().unwrap()[0];
    assert!(matches!(&vpc.outcome, DnsOutcome::Unreachable { message } if message.contains("refused")), "{vpc:?}");
    assert_eq!(vpc.name, "DB.test");
    let asked = log.unwrap().lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|question| question.starts_with("db.test A")).count(), 2, "{asked:?}");
    let line = &found.facts.hosts_lines().unwrap()[0];
    assert_eq!((line.line, line.address), (1, [10, 9, 9, 9].into()));
}

#[test]
fn every_peer_is_told_by_what_it_does() {
    let port = free_port();
    let at = |last| IpAddr::from([127, 0, 6, last]);
    tcp(at(1), port, |mut stream| {
        _ = stream.write_all(&greeting(true));
        _ = stream.read(&mut [0; 1]);
    });
    tcp(at(2), port, |stream| _ = stream.shutdown(Shutdown::Both));
    tcp(at(3), port, |stream| {
        // Closed with unread data, or with this: a reset instead of an end.
        _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    });
    tcp(at(4), port, |stream| {
        thread::park();
        drop(stream);
    });
    tcp(at(5), port, |mut stream| _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    tcp(at(6), port, |mut stream| _ = stream.write_all(b"\x17\0\0\0\xff\x10\x04Too many connections"));
    // A byte now and then gains nothing: the bound is on the whole.
    tcp(at(7), port, |mut stream| {
        for byte in greeting(true) {
            thread::sleep(Duration::from_millis(100));
            if stream.write_all(&[byte]).is_err() {
                return;
            }
        }
    });
    // Sixteen megabytes that are announced, and more bytes than anybody wants.
    tcp(at(8), port, |mut stream| while stream.write_all(&[0xff; 65_536]).is_ok() {});
    let server = [127, 0, 6, 100];
    let addresses = (1..=9).map(|last| [127, 0, 6, last]).collect();
    let log = dns(server, port, vec![("db.test", Dns::Addresses(addresses))]);
    let task = Task {
        question: question("db.test", port),
        resolv_conf: format!("nameserver {}\n", IpAddr::from(server)),
        dns_port: port,
        greeting_ms: Some(700),
        ..Task::default()
    };
    let found = alone(task);
    drop(log);
    let attempts = found.facts.tcp_attempts().unwrap();
    assert_eq!(attempts.len(), 9);
    let refused = &attempts[8];
    assert_eq!((refused.address.ip(), &refused.outcome, refused.tries), (at(9), &TcpOutcome::Refused, 2));
    assert!(attempts[..8].iter().all(|attempt| attempt.outcome.is_connected()), "{attempts:?}");
    assert_eq!(attempts[0].source, Some([127, 0, 0, 1].into()));
    let outcomes: Vec<_> = found.facts.greetings().unwrap().iter().map(|greeting| greeting.outcome.clone()).collect();
    let [greeted, closed, reset, silent, http, error, drip, flood] = outcomes.as_slice() else {
        panic!("{outcomes:?}")
    };
    assert!(matches!(greeted, GreetingOutcome::Greeted { tls: true, version, .. } if version.contains("-TiDB-")));
    assert_eq!(*closed, GreetingOutcome::Closed);
    assert_eq!(*reset, GreetingOutcome::Reset);
    assert_eq!(*silent, GreetingOutcome::Silent { after_ms: 700 });
    let protocol = Some(OtherProtocol::Http);
    assert_eq!(*http, GreetingOutcome::NotMysql { start: "HTTP/1.1 400 Bad Request....".into(), protocol });
    let message = "Too many connections".into();
    assert_eq!(*error, GreetingOutcome::ErrorPacket { code: 1040, state: None, message });
    assert!(matches!(drip, GreetingOutcome::Failed { message } if message.contains("within 700 ms")), "{drip:?}");
    assert!(matches!(flood, GreetingOutcome::NotMysql { .. }), "{flood:?}");
}

#[test]
fn a_password_is_never_sent_in_the_clear() {
    let port = free_port();
    let server = IpAddr::from([127, 0, 7, 1]);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    tcp(server, port, move |mut stream| {
        _ = stream.write_all(&greeting(false));
        let mut bytes = Vec::new();
        _ = stream.read_to_end(&mut bytes);
        ears.lock().unwrap().extend(bytes);
    });
    let mut question = question("127.0.7.1", port);
    question.target.user = Some("3pTAoNNegb47Uc8.root".into());
    let password = "correct horse battery staple";
    let task = Task { question, password: Some(password.into()), dns_port: free_port(), ..Task::default() };
    let found = alone(task);
    let login = found.facts.login_attempt().unwrap();
    assert_eq!((&login.outcome, login.tls), (&LoginOutcome::TlsNotOffered, false));
    assert_eq!(heard.lock().unwrap().as_slice(), b"", "something was sent");
    assert!(!found.output.contains(password));
    let Err(why) = found.facts.dns.system.as_ref() else { panic!("an address was looked up") };
    assert_eq!(why.kind(), WhyKind::NotAsked);
}

#[test]
fn a_server_that_breaks_tls_gets_no_password() {
    let port = free_port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    tcp([127, 0, 7, 2], port, move |mut stream| {
        _ = stream.write_all(&greeting(true));
        let mut request = [0; 36];
        if stream.read_exact(&mut request).is_ok() {
            ears.lock().unwrap().extend(request);
            _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let mut bytes = Vec::new();
            _ = stream.read_to_end(&mut bytes);
            ears.lock().unwrap().extend(bytes);
        }
    });
    let mut question = question("127.0.7.2", port);
    question.target.user = Some("3pTAoNNegb47Uc8.root".into());
    let task = Task { question, password: Some("hunter2".into()), dns_port: free_port(), ..Task::default() };
    let found = alone(task);
    let login = found.facts.login_attempt().unwrap();
    assert!(matches!(&login.outcome, LoginOutcome::TlsFailed { .. }), "{login:?}");
    let heard = heard.lock().unwrap();
    assert!(heard.len() > 36, "TLS was not tried");
    let holds = |needle: &[u8]| heard.windows(needle.len()).any(|window| window == needle);
    assert!(!holds(b"hunter2") && !holds(b"3pTAoNNegb47Uc8"));
}

#[test]
fn without_an_address_nothing_is_claimed_of_connections() {
    let task = Task { question: question("db.test", 4000), dns_port: free_port(), ..Task::default() };
    let found = alone(task);
    for why in [found.facts.connections.tcp.as_ref().err(), found.facts.connections.greetings.as_ref().err()] {
        assert_eq!(why.map(Why::kind), Some(WhyKind::NotAsked));
    }
    assert_eq!(found.facts.aws.vpcs.as_ref().err().map(Why::kind), Some(WhyKind::NoCredentials));
    assert_eq!(found.api_calls.len(), 0);
    assert_eq!(found.ended, "complete");
}
