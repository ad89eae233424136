//! Connections to every address that anybody names, as soon as it is named: TCP, and on the same connection the greeting.

use super::greeting::Received;
use super::request::{Limits, Request};
use super::run::{Clock, Cut, Run, millis, task};
use super::tcp;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use pldoctor_checks::facts::{GreetingAttempt, GreetingOutcome, Observed, TcpAttempt, Why};
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Addresses that are tried. An endpoint has one in each zone, so at most six; the rest is room for odd answers.
const ADDRESSES_LIMIT: usize = 64;
/// How often a greeting is waited for: a server that hangs up is seen twice before it counts.
const TRIES: u32 = 2;

/// Where addresses are sent to be tried. Trying ends when every clone is gone.
pub(super) type Addresses = mpsc::UnboundedSender<IpAddr>;

/// What came of the connections.
pub(super) struct Dialled {
    pub(super) tcp: Observed<Vec<TcpAttempt>>,
    pub(super) greetings: Observed<Vec<GreetingAttempt>>,
}

/// Tries each address that is sent, once, all at once. `greeted` learns of the first server that greets with TLS, or at the end of one
/// that greets without.
pub(super) async fn dial(
    run: &Run<'_>,
    request: &Request,
    mut addresses: mpsc::UnboundedReceiver<IpAddr>,
    greeted: oneshot::Sender<(SocketAddr, bool)>,
) -> Dialled {
    let mut seen = HashSet::new();
    let mut trying = FuturesUnordered::new();
    let mut found: Vec<(Option<TcpAttempt>, Option<GreetingAttempt>)> = Vec::new();
    let mut greeted = Some(greeted);
    let mut open = true;
    while open || !trying.is_empty() {
        tokio::select! {
            address = addresses.recv(), if open => match address {
                None => open = false,
                // `::ffff:10.0.2.20` is `10.0.2.20`.
                Some(address) if seen.len() < ADDRESSES_LIMIT && seen.insert(address.to_canonical()) => {
                    let address = SocketAddr::new(address.to_canonical(), request.question.target.port);
                    let attempt = task(attempt(run.clock.clone(), request.limits, address));
                    trying.push(run.stage(format!("tcp {address}"), attempt));
                }
                Some(_) => {}
            },
            Some(tried) = trying.next() => {
                let (tcp, greeting) = tried.unwrap_or_default();
                if let Some(GreetingAttempt { address, outcome: GreetingOutcome::Greeted { tls: true, .. }, .. }) = &greeting
                    && let Some(greeted) = greeted.take()
                {
                    // Nobody waits for it where nobody logs in.
                    _ = greeted.send((*address, true));
                }
                found.push((tcp, greeting));
            }
        }
    }
    let (tcp, greetings): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let (mut tcp, mut greetings): (Vec<_>, Vec<_>) =
        (tcp.into_iter().flatten().collect(), greetings.into_iter().flatten().collect());
    tcp.sort_by_key(|attempt: &TcpAttempt| attempt.address);
    greetings.sort_by_key(|attempt: &GreetingAttempt| attempt.address);
    let plain = greetings.iter().find(|attempt| matches!(attempt.outcome, GreetingOutcome::Greeted { .. }));
    if let (Some(greeted), Some(plain)) = (greeted, plain) {
        _ = greeted.send((plain.address, false));
    }
    judged(seen.len(), tcp, greetings)
}

/// The lists as facts: an empty one stands for something else, which is said.
fn judged(addresses: usize, tcp: Vec<TcpAttempt>, greetings: Vec<GreetingAttempt>) -> Dialled {
    let connected = tcp.iter().filter(|attempt| attempt.outcome.is_connected()).count();
    let cut = || Why::new(Why::TIMED_OUT, "the run ended before an address had answered or failed");
    let greetings = match (greetings.is_empty(), connected) {
        (false, _) => Observed::Known(greetings),
        (true, 0) if !tcp.is_empty() || addresses == 0 => Observed::Unknown(Why::not_asked("no connection came about")),
        (true, _) => Observed::Unknown(cut()),
    };
    let tcp = match (tcp.is_empty(), addresses) {
        (false, _) => Observed::Known(tcp),
        (true, 0) => Observed::Unknown(Why::not_asked("no address of the target is known")),
        (true, _) => Observed::Unknown(cut()),
    };
    Dialled { tcp, greetings }
}

/// One address: connection and greeting, each tried twice before its failure counts.
async fn attempt(clock: Clock, limits: Limits, address: SocketAddr) -> (Option<TcpAttempt>, Option<GreetingAttempt>) {
    let Some((tcp, mut stream)) = tcp::connect(&clock, &limits, address).await else { return (None, None) };
    if !tcp.outcome.is_connected() {
        return (Some(tcp), None);
    }
    let mut last = None;
    for tries in 1..=TRIES {
        let Some(greeting) = greet(&clock, &limits, address, stream.take()).await else { break };
        let counts = matches!(
            greeting.outcome,
            GreetingOutcome::Greeted { .. } | GreetingOutcome::ErrorPacket { .. } | GreetingOutcome::NotMysql { .. }
        );
        last = Some(greeting);
        if counts || tries == TRIES {
            break;
        }
        match tcp::connect(&clock, &limits, address).await {
            Some((again, connected)) if again.outcome.is_connected() => stream = connected,
            _ => break,
        }
    }
    (Some(tcp), last)
}

/// The greeting on a connection, which was reset where there is none left; `None` where the run ended before anything could be said.
async fn greet(
    clock: &Clock,
    limits: &Limits,
    address: SocketAddr,
    stream: Option<TcpStream>,
) -> Option<GreetingAttempt> {
    let Some(mut stream) = stream else {
        return Some(GreetingAttempt { address, outcome: GreetingOutcome::Reset, elapsed_ms: 0 });
    };
    let started = Instant::now();
    let mut received = Received::default();
    let outcome = match clock.within(limits.greeting, received.read(&mut stream)).await {
        Ok(outcome) => outcome,
        Err(Cut::Bound(bound)) => received.silent(millis(bound)),
        Err(Cut::Deadline | Cut::Cancelled) => return None,
    };
    Some(GreetingAttempt { address, outcome, elapsed_ms: millis(started.elapsed()) })
}
