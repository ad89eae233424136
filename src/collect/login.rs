//! Login and queries, by the driver that an application might use. The password goes only over TLS that was verified for the target's name, unless
//! the user lets it go otherwise.

use super::request::Request;
use super::run::{Clock, Cut, Run, millis, task};
use super::text::{chain, readable};
use super::tls::Stores;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, Error, IoError, Opts, OptsBuilder, Row, SslOpts};
use pldoctor_checks::facts::{LoginAttempt, LoginOutcome, OwnQuery, OwnQueryOutcome};
use secrecy::{ExposeSecret as _, SecretString};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The largest packet that is taken, in bytes. A version has about 30.
const PACKET_LIMIT: usize = 1 << 20;
/// Saying goodbye is a courtesy.
const GOODBYE: Duration = Duration::from_millis(500);

/// Who logs in where.
pub(super) struct Login {
    /// The server's name, for which its certificate is verified.
    pub(super) name: String,
    /// The address that is used for it.
    pub(super) address: SocketAddr,
    /// Whether the server's greeting offered TLS.
    pub(super) tls_offered: bool,
    pub(super) user: String,
    pub(super) password: SecretString,
    pub(super) database: Option<String>,
    /// The roots that are trusted besides the public ones, which the driver has built in.
    pub(super) stores: Arc<Stores>,
}

/// What keeps others from reading the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cover {
    /// TLS, its certificate verified for the name.
    Verified,
    /// TLS with whoever answers.
    Unverified,
    /// None.
    Plain,
}

/// Why a step of the login has no answer.
enum Stopped {
    /// The driver gave up in a way that it should not. Its words may hold anything, so they are not kept.
    Panicked,
    /// Its bound, in milliseconds.
    Late(u64),
    /// The run ended.
    Ended,
}

/// Tries to log in, and to query. `None` where the run ended before an outcome.
pub(super) async fn log_in(run: &Run<'_>, request: &Request, login: Login) -> Option<LoginAttempt> {
    let started = Instant::now();
    let (outcome, cover) = outcome(run, request, &login).await?;
    let Login { address, user, database, .. } = login;
    let said = !matches!(outcome, LoginOutcome::TlsFailed { .. } | LoginOutcome::TlsNotOffered);
    let tls = cover == Cover::Verified && said;
    Some(LoginAttempt { address, user, database, tls, outcome, elapsed_ms: millis(started.elapsed()) })
}

async fn outcome(run: &Run<'_>, request: &Request, login: &Login) -> Option<(LoginOutcome, Cover)> {
    let mut cover = match (login.tls_offered, request.plaintext_password) {
        (true, _) => Cover::Verified,
        (false, true) => Cover::Plain,
        (false, false) => return Some((LoginOutcome::TlsNotOffered, Cover::Verified)),
    };
    let mut opened = open(run, request, login, cover).await;
    // Only a certificate that isn't trusted makes way for TLS without that trust: where TLS itself breaks, nothing is sent in the clear.
    if request.plaintext_password && matches!(&opened, Ok(Err(error)) if distrusts(error)) {
        cover = Cover::Unverified;
        opened = open(run, request, login, cover).await;
    }
    let (connection, login_ms) = match opened {
        Ok(Ok(opened)) => opened,
        Ok(Err(error)) => return Some((failure(&error), cover)),
        Err(stopped) => return stopped.outcome().map(|outcome| (outcome, cover)),
    };
    Some((query(run, request, connection, login_ms).await?, cover))
}

/// A connection on which the user is logged in, and how many milliseconds that took.
async fn open(
    run: &Run<'_>,
    request: &Request,
    login: &Login,
    cover: Cover,
) -> Result<Result<(Conn, u64), Error>, Stopped> {
    let opts = options(login, cover);
    let connecting = async move {
        let started = Instant::now();
        Conn::new(opts).await.map(|connection| (connection, millis(started.elapsed())))
    };
    run.stage("login", bounded(&run.clock, request.limits.login, connecting)).await
}

/// Asks what is always asked, and then what the user wants to know.
async fn query(run: &Run<'_>, request: &Request, mut connection: Conn, login_ms: u64) -> Option<LoginOutcome> {
    let limits = &request.limits;
    let asking = async move { ask(&mut connection).await.map(|answers| (connection, answers)) };
    let (mut connection, answers) = match run.stage("query", bounded(&run.clock, limits.query, asking)).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => return Some(failure(&error)),
        Err(stopped) => return stopped.outcome(),
    };
    let own = match request.query.clone() {
        None => {
            let goodbye = bounded(&run.clock, GOODBYE, connection.disconnect());
            _ = goodbye.await;
            None
        }
        Some(sql) => {
            let started = Instant::now();
            let asking = async move { count(&mut connection, &sql).await };
            let asked = run.stage("own query", bounded(&run.clock, limits.query, asking)).await;
            let outcome = match asked {
                Ok(Ok(rows)) => OwnQueryOutcome::Answered { rows },
                Ok(Err(error)) => own_failure(&error),
                Err(stopped) => OwnQueryOutcome::Failed { message: stopped.words() },
            };
            Some(OwnQuery { elapsed_ms: millis(started.elapsed()), outcome })
        }
    };
    let Answers { version, tidb_version, current_user, query_ms } = answers;
    let (login_ms, query_ms) = (Some(login_ms), Some(query_ms));
    Some(LoginOutcome::Queried { version, tidb_version, current_user, login_ms, query_ms, own })
}

/// A step in a task of its own, within its bound.
async fn bounded<T: Send + 'static>(
    clock: &Clock,
    bound: Duration,
    step: impl Future<Output = T> + Send + 'static,
) -> Result<T, Stopped> {
    match clock.within(bound, task(step)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_)) => Err(Stopped::Panicked),
        Err(Cut::Bound(bound)) => Err(Stopped::Late(millis(bound))),
        Err(Cut::Deadline | Cut::Cancelled) => Err(Stopped::Ended),
    }
}

impl Stopped {
    fn outcome(self) -> Option<LoginOutcome> {
        match self {
            Self::Late(after_ms) => Some(LoginOutcome::TimedOut { after_ms }),
            Self::Panicked => Some(LoginOutcome::Failed { message: self.words() }),
            Self::Ended => None,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Panicked => "the MySQL driver panicked".into(),
            Self::Late(after_ms) => format!("no end within {after_ms} ms"),
            Self::Ended => "the run ended before the answer did".into(),
        }
    }
}

/// What the server says of itself.
struct Answers {
    version: String,
    tidb_version: Option<String>,
    current_user: Option<String>,
    query_ms: u64,
}

async fn ask(connection: &mut Conn) -> Result<Answers, Error> {
    let started = Instant::now();
    connection.query_drop("SELECT 1").await?;
    let query_ms = millis(started.elapsed());
    let row: Option<Row> = connection.query_first("SELECT VERSION(), CURRENT_USER()").await?;
    let text = |row: &Row, index| row.get_opt::<String, _>(index)?.ok().map(|text| readable(text.as_bytes()));
    let of_row = |index| row.as_ref().and_then(|row| text(row, index));
    // MySQL and MariaDB have no such function, which is no failure.
    let tidb: Option<Row> = connection.query_first("SELECT tidb_version()").await.unwrap_or_default();
    let tidb_version = tidb.and_then(|row| row.get_opt::<String, _>(0)?.ok());
    Ok(Answers {
        version: of_row(0).unwrap_or_default(),
        tidb_version: tidb_version.and_then(|text| text.lines().next().map(|line| readable(line.as_bytes()))),
        current_user: of_row(1),
        query_ms,
    })
}

/// How many rows the user's query has. Each is dropped as it comes. It goes as a prepared statement, which a server takes one of at a time.
async fn count(connection: &mut Conn, sql: &str) -> Result<u64, Error> {
    let mut result = connection.exec_iter(sql, ()).await?;
    let mut rows = 0;
    loop {
        while result.next().await?.is_some() {
            rows += 1;
        }
        if result.is_empty() {
            return Ok(rows);
        }
    }
}

/// The driver's options. They hold the password and print it: they are never logged, and don't leave this file.
fn options(login: &Login, cover: Cover) -> Opts {
    let roots = login.stores.roots().iter().map(|root| root.as_ref().to_vec().into()).collect();
    let tls = SslOpts::default().with_root_certs(roots);
    let tls = match cover {
        Cover::Verified => Some(tls),
        Cover::Unverified => Some(tls.with_danger_accept_invalid_certs(true)),
        Cover::Plain => None,
    };
    OptsBuilder::default()
        .ip_or_hostname(&login.name)
        .resolved_ips(Some(vec![login.address.ip()]))
        .tcp_port(login.address.port())
        .user(Some(&login.user))
        .pass(Some(login.password.expose_secret()))
        .db_name(login.database.as_ref())
        .ssl_opts(tls)
        // Whatever a server asks for: no password as it is, no old hash of it, no file of this machine.
        .enable_cleartext_plugin(false)
        .secure_auth(true)
        .local_infile_handler(None::<mysql_async::WhiteListFsHandler>)
        // Nothing of the driver's own initiative: no local socket, no questions about settings.
        .prefer_socket(false)
        .max_allowed_packet(Some(PACKET_LIMIT))
        .wait_timeout(Some(60))
        .into()
}

/// What TLS says within an error of the driver's, which hides it in an error of input and output.
fn tls_error(error: &Error) -> Option<&rustls::Error> {
    match error {
        Error::Io(IoError::Io(error)) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// Whether it is the certificate that isn't trusted.
fn distrusts(error: &Error) -> bool {
    matches!(tls_error(error), Some(rustls::Error::InvalidCertificate(_)))
}

/// What a failure of the driver's means.
fn failure(error: &Error) -> LoginOutcome {
    if let Some(tls) = tls_error(error) {
        return LoginOutcome::TlsFailed { message: readable(tls.to_string().as_bytes()) };
    }
    match error {
        Error::Server(refusal) => LoginOutcome::Refused {
            code: refusal.code,
            state: readable(refusal.state.as_bytes()),
            message: readable(refusal.message.as_bytes()),
        },
        Error::Driver(DriverError::NoClientSslFlagFromServer) => LoginOutcome::TlsNotOffered,
        Error::Driver(DriverError::UnknownAuthPlugin { name }) => {
            LoginOutcome::UnknownPlugin { plugin: readable(name.as_bytes()) }
        }
        Error::Driver(DriverError::CleartextPluginDisabled) => {
            LoginOutcome::UnknownPlugin { plugin: "mysql_clear_password".into() }
        }
        Error::Driver(DriverError::MysqlOldPasswordDisabled) => {
            LoginOutcome::UnknownPlugin { plugin: "mysql_old_password".into() }
        }
        Error::Io(IoError::Tls(error)) => LoginOutcome::TlsFailed { message: chain(error) },
        error => LoginOutcome::Failed { message: words(error) },
    }
}

fn own_failure(error: &Error) -> OwnQueryOutcome {
    match failure(error) {
        LoginOutcome::Refused { code, state, message } => OwnQueryOutcome::Refused { code, state, message },
        _ => OwnQueryOutcome::Failed { message: words(error) },
    }
}

fn words(error: &Error) -> String {
    match error {
        // It prints the whole packet.
        Error::Driver(DriverError::UnexpectedPacket { payload }) => {
            format!("the server sent a packet of {} bytes that was not expected", payload.len())
        }
        Error::Io(IoError::Io(error)) => readable(chain(error).as_bytes()),
        error => readable(chain(error).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mysql_async::ServerError;

    #[test]
    fn failures_of_the_driver_are_told_apart() {
        let refused = ServerError { code: 1045, message: "Access denied".into(), state: "28000".into() };
        let expected = LoginOutcome::Refused { code: 1045, state: "28000".into(), message: "Access denied".into() };
        assert_eq!(failure(&Error::Server(refused)), expected);

        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let hidden = |error| Error::Io(IoError::Io(std::io::Error::new(std::io::ErrorKind::InvalidData, error)));
        let message = "invalid peer certificate: UnknownIssuer".into();
        assert_eq!(failure(&hidden(tls.clone())), LoginOutcome::TlsFailed { message });
        assert!(distrusts(&hidden(tls)));
        assert!(!distrusts(&hidden(rustls::Error::DecryptError)));

        assert_eq!(failure(&Error::Driver(DriverError::NoClientSslFlagFromServer)), LoginOutcome::TlsNotOffered);
        let outcome = failure(&Error::Driver(DriverError::UnexpectedPacket { payload: b"secret".to_vec() }));
        assert!(matches!(outcome, LoginOutcome::Failed { message } if !message.contains("115")));
        let plugin = |error| failure(&Error::Driver(error));
        let unknown = DriverError::UnknownAuthPlugin { name: "tidb_sm3_password".into() };
        assert_eq!(plugin(unknown), LoginOutcome::UnknownPlugin { plugin: "tidb_sm3_password".into() });
        let clear = LoginOutcome::UnknownPlugin { plugin: "mysql_clear_password".into() };
        assert_eq!(plugin(DriverError::CleartextPluginDisabled), clear);
    }
}
