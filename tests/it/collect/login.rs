//! The login against servers of our own making: what goes where, and that nobody gets what is not theirs.

use super::fakes::{free_port, greeting, tcp};
use super::mysql::{Heard, Identity, OK, params, read_packet, session, tls, write_packet};
use super::worker::{Found, Task, run};
use pldoctor_checks::facts::{LoginOutcome, OwnQueryOutcome, Question, Target};
use rustls::version::TLS13;
use std::io::{self, Read, Write};

const PASSWORD: &str = "correct horse battery staple";
const USER: &str = "3pTAoNNegb47Uc8.root";

fn task(last: u8, port: u16) -> Task {
    let host = format!("127.0.10.{last}");
    let target = Target { host: Some(host), port, user: Some(USER.into()), ..Target::default() };
    Task {
        question: Question { target, ..Question::default() },
        password: Some(PASSWORD.into()),
        dns_port: free_port(),
        step_ms: Some(3_000),
        ..Task::default()
    }
}

fn alone(task: Task) -> Found {
    let found = run(&[("AWS_EC2_METADATA_DISABLED", "true".into()), ("AWS_REGION", "us-east-1".into())], task);
    assert!(!found.output.contains(PASSWORD), "the password was written");
    found
}

/// A server without TLS; `serve` comes after the client's answer to the greeting, with its number.
fn plain(
    last: u8,
    port: u16,
    serve: impl Fn(&mut dyn Both, u8, &Heard) -> io::Result<()> + Send + Sync + 'static,
) -> Heard {
    let heard = Heard::default();
    let ears = Heard::clone(&heard);
    tcp([127, 0, 10, last], port, move |mut stream| {
        _ = stream.write_all(&greeting(false));
        if let Ok((number, _)) = read_packet(&mut stream, &ears) {
            _ = serve(&mut stream, number, &ears);
        }
    });
    heard
}

/// The same behind TLS.
fn secure(
    last: u8,
    port: u16,
    identity: &Identity,
    serve: impl Fn(&mut dyn Both, u8, &Heard) -> io::Result<()> + Send + Sync + 'static,
) -> Heard {
    let heard = Heard::default();
    let (ears, config) = (Heard::clone(&heard), identity.server(&[], &[&TLS13]));
    tcp([127, 0, 10, last], port, move |stream| {
        if let Ok(mut stream) = tls(stream, &config)
            && let Ok((number, _)) = read_packet(&mut stream, &ears)
        {
            _ = serve(&mut stream, number, &ears);
        }
    });
    heard
}

trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

fn hears(heard: &Heard, needle: &[u8]) -> bool {
    heard.lock().unwrap().windows(needle.len()).any(|window| window == needle)
}

fn welcome(mut stream: &mut dyn Both, number: u8, heard: &Heard, rows: Option<u32>) -> io::Result<()> {
    write_packet(&mut stream, number + 1, OK)?;
    session(&mut stream, heard, rows)
}

/// "Use this plugin instead."
fn switch(mut stream: &mut dyn Both, number: u8, plugin: &str, heard: &Heard) -> io::Result<()> {
    write_packet(&mut stream, number + 1, &[b"\xfe", plugin.as_bytes(), b"\0saltsaltsaltsaltsalt\0"].concat())?;
    read_packet(&mut stream, heard).map(|_| ())
}

#[test]
fn the_login_and_each_query_are_told_apart() {
    let port = free_port();
    let ca = Identity::ca("Test CA");
    let heard = secure(1, port, &ca.sign(params("db", &["127.0.10.1"])), |stream, number, heard| {
        welcome(stream, number, heard, Some(70_000))
    });
    let query = "SELECT * FROM t; DROP TABLE t";
    let found = alone(Task { ca: Some(ca.pem()), query: Some(query.into()), ..task(1, port) });
    let login = found.facts.login_attempt().unwrap();
    assert!(login.tls, "{login:?}");
    let LoginOutcome::Queried { version, tidb_version, current_user, login_ms, query_ms, own } = &login.outcome else {
        panic!("{login:?}")
    };
    assert_eq!(version, "8.0.11-TiDB-v8.5.3-serverless");
    assert_eq!(tidb_version.as_deref(), Some("Release Version: v8.5.3"));
    assert_eq!(current_user.as_deref(), Some("u@%"));
    assert!(login_ms.is_some() && query_ms.is_some());
    assert_eq!(own.as_ref().map(|own| &own.outcome), Some(&OwnQueryOutcome::Answered { rows: 70_000 }));
    // Prepared, so that a server refuses what is more than one statement; never as text.
    assert!(
        hears(&heard, &[b"\x16", query.as_bytes()].concat()) && !hears(&heard, &[b"\x03", query.as_bytes()].concat())
    );
    for stage in ["login", "query", "own query"] {
        assert!(found.stages.iter().any(|own| own == stage), "{:?}", found.stages);
    }
}

#[test]
fn without_leave_the_password_goes_nowhere_that_is_not_verified() {
    let port = free_port();
    let stranger = Identity::ca("Another CA").sign(params("db", &["127.0.10.2"]));
    let serve = |stream: &mut dyn Both, number: u8, heard: &Heard| welcome(stream, number, heard, None);
    let (behind_tls, in_the_clear) = (secure(2, port, &stranger, serve), plain(3, port, serve));
    let outcome = |last, plaintext_password| {
        let found = alone(Task { plaintext_password, ..task(last, port) });
        found.facts.login_attempt().unwrap().clone()
    };
    let (distrusted, not_offered) = (outcome(2, false), outcome(3, false));
    assert!(matches!(&distrusted.outcome, LoginOutcome::TlsFailed { message } if message.contains("UnknownIssuer")));
    assert_eq!((&not_offered.outcome, not_offered.tls, distrusted.tls), (&LoginOutcome::TlsNotOffered, false, false));
    for heard in [&behind_tls, &in_the_clear] {
        assert_eq!(heard.lock().unwrap().as_slice(), b"", "something was sent");
    }
    // With it, each of them is logged in at, and the report says that it was not safe.
    for (last, heard) in [(2, &behind_tls), (3, &in_the_clear)] {
        let login = outcome(last, true);
        assert!(matches!(login.outcome, LoginOutcome::Queried { .. }), "{login:?}");
        assert!(!login.tls && hears(heard, USER.as_bytes()) && !hears(heard, PASSWORD.as_bytes()));
    }
}

#[test]
fn no_server_talks_the_driver_out_of_the_password() {
    let port = free_port();
    let ca = Identity::ca("Test CA");
    let own = |last: u8| ca.sign(params("db", &[&format!("127.0.10.{last}")]));
    for (last, plugin) in [(4, "mysql_clear_password"), (5, "mysql_old_password"), (6, "tidb_sm3_password")] {
        let heard = secure(last, port, &own(last), move |stream, number, heard| switch(stream, number, plugin, heard));
        let found = alone(Task { ca: Some(ca.pem()), ..task(last, port) });
        let login = found.facts.login_attempt().unwrap();
        assert_eq!(login.outcome, LoginOutcome::UnknownPlugin { plugin: plugin.into() });
        assert!(!hears(&heard, PASSWORD.as_bytes()), "{plugin}");
    }
    // "Encrypt it with this key", in the clear, and the key is none: whatever the driver does, nobody reads the password.
    let heard = plain(7, port, |mut stream, number, heard| {
        switch(stream, number, "caching_sha2_password", heard)?;
        write_packet(&mut stream, number + 3, &[1, 4])?;
        read_packet(&mut stream, heard)?;
        write_packet(&mut stream, number + 5, b"\x01-----BEGIN PUBLIC KEY-----\nnone\n-----END PUBLIC KEY-----")?;
        read_packet(&mut stream, heard).map(|_| ())
    });
    let found = alone(Task { plaintext_password: true, ..task(7, port) });
    let login = found.facts.login_attempt().unwrap();
    assert!(matches!(&login.outcome, LoginOutcome::Failed { .. }), "{login:?}");
    assert!(!hears(&heard, PASSWORD.as_bytes()));
    // The user let it go without TLS, and still nobody gets it by asking for it.
    let heard = plain(8, port, |stream, number, heard| switch(stream, number, "mysql_clear_password", heard));
    let found = alone(Task { plaintext_password: true, ..task(8, port) });
    let plugin = "mysql_clear_password".into();
    assert_eq!(found.facts.login_attempt().unwrap().outcome, LoginOutcome::UnknownPlugin { plugin });
    assert!(!hears(&heard, PASSWORD.as_bytes()));
}

#[test]
fn no_server_gets_a_file_or_the_run_for_itself() {
    let port = free_port();
    let ca = Identity::ca("Test CA");
    let own = |last: u8| ca.sign(params("db", &[&format!("127.0.10.{last}")]));
    let task =
        |last, query: Option<&str>| Task { ca: Some(ca.pem()), query: query.map(Into::into), ..task(last, port) };
    // "Send me that file."
    let heard = secure(9, port, &own(9), |mut stream, number, heard| {
        write_packet(&mut stream, number + 1, OK)?;
        read_packet(&mut stream, heard)?;
        write_packet(&mut stream, 1, b"\xfb/etc/passwd")?;
        read_packet(&mut stream, heard).map(|_| ())
    });
    let found = alone(task(9, None));
    let login = found.facts.login_attempt().unwrap();
    assert!(matches!(&login.outcome, LoginOutcome::Failed { .. }), "{login:?}");
    assert!(!hears(&heard, b"root:"));
    // Rows without end.
    secure(10, port, &own(10), |stream, number, heard| welcome(stream, number, heard, None));
    let found = alone(task(10, Some("SELECT * FROM t")));
    let login = found.facts.login_attempt().unwrap();
    let LoginOutcome::Queried { own: Some(query), .. } = &login.outcome else { panic!("{login:?}") };
    let late = OwnQueryOutcome::Failed { message: "no end within 3000 ms".into() };
    assert_eq!(query.outcome, late);
    assert!(query.elapsed_ms < 6_000);
    // Nothing at all once the password is there, and a packet that never ends.
    secure(11, port, &own(11), |mut stream, _, heard| read_packet(&mut stream, heard).map(|_| ()));
    let found = alone(task(11, None));
    assert_eq!(found.facts.login_attempt().unwrap().outcome, LoginOutcome::TimedOut { after_ms: 3_000 });
    secure(12, port, &own(12), |stream, number, _| {
        loop {
            stream.write_all(&[&[0xff, 0xff, 0xff, number + 1], [0; 65_536].as_slice()].concat())?;
        }
    });
    let found = alone(task(12, None));
    let login = found.facts.login_attempt().unwrap();
    let bounded = matches!(&login.outcome, LoginOutcome::Failed { .. } | LoginOutcome::TimedOut { .. });
    assert!(bounded, "{login:?}");
}
