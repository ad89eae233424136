//! Login and a query, by the driver that an application might use. The password goes only over TLS that was verified for the target's name.

use super::request::Request;
use super::run::{Clock, Cut, millis, task};
use super::text::{chain, readable};
use super::{files, roots};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError, Error, IoError, Opts, OptsBuilder, SslOpts};
use pldoctor_checks::facts::{LoginAttempt, LoginOutcome};
use rustls::pki_types::CertificateDer;
use secrecy::{ExposeSecret as _, SecretString};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// The largest packet that is taken, in bytes. A version has about 30.
const PACKET_LIMIT: usize = 1 << 20;
/// Saying goodbye is a courtesy.
const GOODBYE: Duration = Duration::from_millis(500);
/// Where systems keep the roots that they trust: Debian and its kin, Red Hat and its kin, SUSE, Alpine and macOS.
const SYSTEM_ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

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
}

/// Tries to log in. `None` where the run ended before an outcome.
pub(super) async fn log_in(clock: &Clock, request: &Request, login: Login) -> Option<LoginAttempt> {
    let started = Instant::now();
    let Login { address, user, database, .. } = &login;
    let (address, user, database) = (*address, user.clone(), database.clone());
    let (outcome, tls) = if login.tls_offered {
        match trusted(request.ca_file.as_deref()) {
            Err(message) => (LoginOutcome::TlsFailed { message }, false),
            Ok(roots) => match clock.within(request.limits.login, task(query(login, roots))).await {
                Ok(Ok(outcome)) => outcome,
                // The driver gave up in a way that it should not. Its words may hold anything, so they are not kept.
                Ok(Err(_)) => (LoginOutcome::Failed { message: "the MySQL driver panicked".into() }, false),
                Err(Cut::Bound(bound)) => (LoginOutcome::TimedOut { after_ms: millis(bound) }, false),
                Err(Cut::Deadline | Cut::Cancelled) => return None,
            },
        }
    } else {
        (LoginOutcome::TlsNotOffered, false)
    };
    Some(LoginAttempt { address, user, database, tls, outcome, elapsed_ms: millis(started.elapsed()) })
}

/// Connects and asks for the version. Beside the outcome, whether TLS stood when the password was sent.
async fn query(login: Login, roots: Vec<CertificateDer<'static>>) -> (LoginOutcome, bool) {
    let opts = options(&login, roots);
    let mut connection = match Conn::new(opts).await {
        Ok(connection) => connection,
        Err(error) => return failure(&error),
    };
    let version = connection.query_first::<String, _>("SELECT VERSION()").await;
    _ = tokio::time::timeout(GOODBYE, connection.disconnect()).await;
    match version {
        Ok(version) => {
            let version = readable(version.unwrap_or_default().as_bytes());
            let queried = LoginOutcome::Queried {
                version,
                tidb_version: None,
                current_user: None,
                login_ms: None,
                query_ms: None,
                own: None,
            };
            (queried, true)
        }
        Err(error) => failure(&error),
    }
}

/// The driver's options. They hold the password and print it: they are never logged, and don't leave this file.
fn options(login: &Login, roots: Vec<CertificateDer<'static>>) -> Opts {
    let roots = roots.into_iter().map(|root| root.as_ref().to_vec().into()).collect();
    OptsBuilder::default()
        .ip_or_hostname(login.name.trim_end_matches('.'))
        .resolved_ips(Some(vec![login.address.ip()]))
        .tcp_port(login.address.port())
        .user(Some(&login.user))
        .pass(Some(login.password.expose_secret()))
        .db_name(login.database.as_ref())
        .ssl_opts(SslOpts::default().with_root_certs(roots))
        // Nothing of the driver's own initiative: no local socket, no questions about settings.
        .prefer_socket(false)
        .max_allowed_packet(Some(PACKET_LIMIT))
        .wait_timeout(Some(60))
        .into()
}

/// What a failure of the driver's means.
fn failure(error: &Error) -> (LoginOutcome, bool) {
    match error {
        Error::Server(refusal) => {
            let outcome = LoginOutcome::Refused {
                code: refusal.code,
                state: readable(refusal.state.as_bytes()),
                message: readable(refusal.message.as_bytes()),
            };
            (outcome, true)
        }
        Error::Driver(DriverError::NoClientSslFlagFromServer) => (LoginOutcome::TlsNotOffered, false),
        // It prints the whole packet.
        Error::Driver(DriverError::UnexpectedPacket { payload }) => {
            let message = format!("the server sent a packet of {} bytes that was not expected", payload.len());
            (LoginOutcome::Failed { message }, false)
        }
        Error::Io(IoError::Tls(error)) => (LoginOutcome::TlsFailed { message: chain(error) }, false),
        // The driver hides what TLS says within an error of input and output.
        Error::Io(IoError::Io(error)) => {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(tls) => (LoginOutcome::TlsFailed { message: readable(tls.to_string().as_bytes()) }, false),
                None => (LoginOutcome::Failed { message: readable(chain(error).as_bytes()) }, false),
            }
        }
        error => (LoginOutcome::Failed { message: readable(chain(error).as_bytes()) }, false),
    }
}

/// What is trusted besides the public roots that the driver has built in: the system's roots, and the file that the user named.
///
/// # Errors
/// In words, where the user's file can't be used.
fn trusted(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, String> {
    let named = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty()).map(PathBuf::from);
    let system = named.or_else(|| SYSTEM_ROOTS.iter().map(PathBuf::from).find(|file| file.is_file()));
    // The system's file may be anything; what can't be read of it is as if it weren't there.
    let mut trusted =
        system.and_then(|file| files::read_now(&file).ok()).map_or_else(Vec::new, |pem| roots::read(&pem).usable);
    if let Some(file) = ca_file {
        let failed = |problem: &str| format!("{}: {problem}", file.display());
        let own = roots::read(&files::read_now(file).map_err(|error| failed(&error.to_string()))?);
        match own.problem {
            Some(problem) => return Err(failed(&problem)),
            None => trusted.extend(own.usable),
        }
    }
    Ok(trusted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mysql_async::ServerError;

    #[test]
    fn failures_of_the_driver_are_told_apart() {
        let refused = ServerError { code: 1045, message: "Access denied".into(), state: "28000".into() };
        let expected = LoginOutcome::Refused { code: 1045, state: "28000".into(), message: "Access denied".into() };
        assert_eq!(failure(&Error::Server(refused)), (expected, true));

        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let hidden = Error::Io(IoError::Io(std::io::Error::new(std::io::ErrorKind::InvalidData, tls)));
        let message = "invalid peer certificate: UnknownIssuer".into();
        assert_eq!(failure(&hidden), (LoginOutcome::TlsFailed { message }, false));

        assert_eq!(
            failure(&Error::Driver(DriverError::NoClientSslFlagFromServer)),
            (LoginOutcome::TlsNotOffered, false)
        );
        let (outcome, _) = failure(&Error::Driver(DriverError::UnexpectedPacket { payload: b"secret".to_vec() }));
        assert!(matches!(outcome, LoginOutcome::Failed { message } if !message.contains("115")));
    }

    #[test]
    fn a_file_of_certificates_is_judged_before_the_driver_sees_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ca.pem");
        assert!(trusted(Some(&file)).is_err_and(|message| message.contains("No such file")));
        std::fs::write(&file, "no certificate").expect("it is written");
        assert!(trusted(Some(&file)).is_err_and(|message| message.contains("no certificate in PEM")));
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").expect("it is written");
        assert!(trusted(Some(&file)).is_err());
    }
}
