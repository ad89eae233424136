//! A TCP connection to one address. What answers here decides: the path model only predicts.

use super::icmp::{self, Messages};
use super::request::Limits;
use super::run::{Clock, Cut, millis};
use super::text::clipped;
use nix::sys::socket::{getsockopt, sockopt};
use pldoctor_checks::facts::{Icmp, TcpAttempt, TcpOutcome};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

/// Between two tries, so that the second meets a moment of its own.
const PAUSE: Duration = Duration::from_millis(100);

/// A connection that was tried.
pub(super) struct Tried {
    pub(super) attempt: TcpAttempt,
    /// There where the outcome is `Connected`, unless the peer reset the connection as soon as it stood.
    pub(super) stream: Option<TcpStream>,
    /// What came of `beside`, where that was tried.
    pub(super) beside: Option<TcpAttempt>,
}

/// Connects. A failure counts when it was seen twice; while it is tried again, `beside` is tried, once, where there is one. `None` where the
/// run ended before anything could be said of the address.
pub(super) async fn connect(
    clock: &Clock,
    limits: &Limits,
    address: SocketAddr,
    beside: Option<SocketAddr>,
) -> Option<Tried> {
    let first = once(clock, limits, address, 1).await?;
    if first.attempt.outcome.is_connected() {
        return Some(first);
    }
    let second = async {
        match clock.within(PAUSE, std::future::pending::<()>()).await {
            Err(Cut::Bound(_)) => once(clock, limits, address, 2).await,
            _ => None,
        }
    };
    let beside = async {
        match beside {
            Some(beside) => once(clock, limits, beside, 1).await.map(|tried| tried.attempt),
            None => None,
        }
    };
    let (second, beside) = futures::join!(second, beside);
    // A try that was cut short says nothing; the one before it still does.
    Some(Tried { beside, ..second.unwrap_or(first) })
}

/// One try. `None` where the run ended before its outcome.
async fn once(clock: &Clock, limits: &Limits, address: SocketAddr, tries: u32) -> Option<Tried> {
    let attempt = |outcome| TcpAttempt { address, source: None, tries, mss: None, mtu: None, outcome };
    let tried = |attempt, stream| Some(Tried { attempt, stream, beside: None });
    let socket = match if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() } {
        Ok(socket) => socket,
        Err(error) => return tried(attempt(failure(&error, Duration::ZERO, None)), None),
    };
    let messages = Messages::of(&socket, address);
    let started = Instant::now();
    let connected = clock.within(limits.connect, socket.connect(address)).await;
    let elapsed = started.elapsed();
    let outcome = TcpOutcome::Connected { round_trip_us: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX) };
    match connected {
        Ok(Ok(stream)) => {
            icmp::keep(&stream, address, false);
            // Or the first bytes of TLS would wait until the server has acknowledged the request for it, which it delays.
            _ = stream.set_nodelay(true);
            let source = stream.local_addr().ok().map(|local| local.ip());
            let (mss, mtu) = sizes(&stream);
            tried(TcpAttempt { source, mss, mtu, ..attempt(outcome) }, Some(stream))
        }
        // A SYN is refused, never reset: this connection stood.
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => tried(attempt(outcome), None),
        Ok(Err(error)) => {
            let icmp = messages.and_then(|messages| messages.last());
            tried(attempt(failure(&error, elapsed, icmp)), None)
        }
        Err(Cut::Bound(bound)) => tried(attempt(TcpOutcome::TimedOut { after_ms: millis(bound) }), None),
        Err(Cut::Deadline | Cut::Cancelled) => None,
    }
}

/// The largest segment of a connection and the MTU of its route, in bytes.
fn sizes(stream: &TcpStream) -> (Option<u32>, Option<u32>) {
    let mss = getsockopt(stream, sockopt::TcpMaxSeg).ok();
    let mtu = getsockopt(stream, sockopt::IpMtu).ok().and_then(|mtu| u32::try_from(mtu).ok());
    (mss.filter(|mss| *mss > 0), mtu.filter(|mtu| *mtu > 0))
}

fn failure(error: &io::Error, after: Duration, icmp: Option<Icmp>) -> TcpOutcome {
    let message = || clipped(&error.to_string());
    match error.kind() {
        // A router that rejects with "port unreachable" is no closed port.
        io::ErrorKind::ConnectionRefused if icmp.is_none() => TcpOutcome::Refused,
        io::ErrorKind::TimedOut => TcpOutcome::TimedOut { after_ms: millis(after) },
        // No route, an ICMP that says so, or a rule of the local firewall's.
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::PermissionDenied => {
            TcpOutcome::Unreachable { message: message(), icmp }
        }
        _ if icmp.is_some() => TcpOutcome::Unreachable { message: message(), icmp },
        _ => TcpOutcome::Failed { message: message() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_system_are_told_apart() {
        let of = |code, icmp| failure(&io::Error::from_raw_os_error(code), Duration::from_secs(1), icmp);
        // Linux: ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EPERM, EADDRNOTAVAIL.
        assert_eq!(of(111, None), TcpOutcome::Refused);
        assert_eq!(of(110, None), TcpOutcome::TimedOut { after_ms: 1_000 });
        assert!(matches!(of(113, None), TcpOutcome::Unreachable { icmp: None, .. }));
        assert!(matches!(of(101, None), TcpOutcome::Unreachable { .. }));
        assert!(matches!(of(1, None), TcpOutcome::Unreachable { .. }));
        assert!(matches!(of(99, None), TcpOutcome::Failed { .. }));
        // "Port unreachable" comes as a refusal, and is a router's or a firewall's.
        let port = Icmp { from: None, kind: 3, code: 3 };
        assert!(matches!(of(111, Some(port)), TcpOutcome::Unreachable { icmp: Some(_), .. }));
    }
}
