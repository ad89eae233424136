//! A TCP connection to one address. What answers here decides: the path model only predicts.

use super::request::Limits;
use super::run::{Clock, Cut, millis};
use super::text::clipped;
use pldoctor_checks::facts::{TcpAttempt, TcpOutcome};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How often a connection is tried: a failure counts when it was seen twice.
const TRIES: u32 = 2;
/// Between two tries, so that the second meets a moment of its own.
const PAUSE: Duration = Duration::from_millis(100);

/// Connects. The stream is there where the outcome is `Connected`, unless the peer reset the connection as soon as it stood. `None` where the run
/// ended before anything could be said of the address.
pub(super) async fn connect(
    clock: &Clock,
    limits: &Limits,
    address: SocketAddr,
) -> Option<(TcpAttempt, Option<TcpStream>)> {
    let mut last = None;
    for tries in 1..=TRIES {
        let started = Instant::now();
        let connected = clock.within(limits.connect, TcpStream::connect(address)).await;
        let elapsed = started.elapsed();
        let connection = |stream: Option<TcpStream>| {
            let round_trip_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
            let source = stream.as_ref().and_then(|stream| stream.local_addr().ok()).map(|local| local.ip());
            (
                TcpAttempt {
                    address,
                    source,
                    tries,
                    mss: None,
                    mtu: None,
                    outcome: TcpOutcome::Connected { round_trip_us },
                },
                stream,
            )
        };
        let outcome = match connected {
            Ok(Ok(stream)) => return Some(connection(Some(stream))),
            // A SYN is refused, never reset: this connection stood.
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => return Some(connection(None)),
            Ok(Err(error)) => failure(&error, elapsed),
            Err(Cut::Bound(bound)) => TcpOutcome::TimedOut { after_ms: millis(bound) },
            // A try that was cut short says nothing; one before it still does.
            Err(Cut::Deadline | Cut::Cancelled) => break,
        };
        last = Some((TcpAttempt { address, source: None, tries, mss: None, mtu: None, outcome }, None));
        if tries < TRIES && !matches!(clock.within(PAUSE, std::future::pending::<()>()).await, Err(Cut::Bound(_))) {
            break;
        }
    }
    last
}

fn failure(error: &io::Error, after: Duration) -> TcpOutcome {
    let message = || clipped(&error.to_string());
    match error.kind() {
        io::ErrorKind::ConnectionRefused => TcpOutcome::Refused,
        io::ErrorKind::TimedOut => TcpOutcome::TimedOut { after_ms: millis(after) },
        // No route, an ICMP that says so, or a rule of the local firewall's.
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::PermissionDenied => {
            TcpOutcome::Unreachable { message: message(), icmp: None }
        }
        _ => TcpOutcome::Failed { message: message() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_system_are_told_apart() {
        let of = |code| failure(&io::Error::from_raw_os_error(code), Duration::from_secs(1));
        // Linux: ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EPERM, EADDRNOTAVAIL.
        assert_eq!(of(111), TcpOutcome::Refused);
        assert_eq!(of(110), TcpOutcome::TimedOut { after_ms: 1_000 });
        assert!(matches!(of(113), TcpOutcome::Unreachable { .. }));
        assert!(matches!(of(101), TcpOutcome::Unreachable { .. }));
        assert!(matches!(of(1), TcpOutcome::Unreachable { .. }));
        assert!(matches!(of(99), TcpOutcome::Failed { .. }));
    }
}
