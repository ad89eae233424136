//! The ladder, at every address that anybody names, as soon as it is named: TCP, greeting, TLS. All addresses are climbed at once, so that more of
//! them take no more time.

use super::greeting::Received;
use super::request::Request;
use super::run::{Clock, Cut, Run, millis, task};
use super::tcp::{self, Tried};
use super::text::printable;
use super::tls::Probe;
use futures::StreamExt as _;
use futures::future::{BoxFuture, Shared};
use futures::stream::FuturesUnordered;
use pldoctor_checks::facts::{
    DEFAULT_PORT, GreetingAttempt, GreetingOutcome, Observed, TcpAttempt, TlsAttempt, TlsOutcome, Why,
};
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Addresses that are tried. An endpoint has one in each zone, so at most six; the rest is room for odd answers.
const ADDRESSES_LIMIT: usize = 64;
/// How often a greeting or a handshake is tried: a server that hangs up is seen twice before it counts.
const TRIES: u32 = 2;
/// What is shown of bytes that somebody put after a greeting.
const START: usize = 64;

/// Where addresses are sent to be tried. Trying ends when every clone is gone.
pub(super) type Addresses = mpsc::UnboundedSender<IpAddr>;

/// Whom the ladder tells of what others wait for.
pub(super) struct Listeners {
    /// The first address that is tried.
    pub(super) first: oneshot::Sender<IpAddr>,
    /// The first server that greets and offers TLS, or at the end one that greets without.
    pub(super) greeted: oneshot::Sender<(SocketAddr, bool)>,
}

/// What came of the connections.
pub(super) struct Dialled {
    pub(super) tcp: Observed<Vec<TcpAttempt>>,
    pub(super) default_port: Observed<Vec<TcpAttempt>>,
    pub(super) greetings: Observed<Vec<GreetingAttempt>>,
    pub(super) tls: Observed<Vec<TlsAttempt>>,
}

/// What came of one address, as far as it was climbed.
#[derive(Default)]
struct Climbed {
    tcp: Option<TcpAttempt>,
    default_port: Option<TcpAttempt>,
    greeting: Option<GreetingAttempt>,
    tls: Option<TlsAttempt>,
}

/// The ladder, as all addresses share it.
struct Ladder<'a> {
    run: &'a Run<'a>,
    request: &'a Request,
    /// What TLS is tried with; `None` where the target has no name.
    probe: Shared<BoxFuture<'a, Option<Probe>>>,
    greeted: Mutex<Option<oneshot::Sender<(SocketAddr, bool)>>>,
    /// Whether the target's port has connected somewhere.
    connected: AtomicBool,
}

/// Climbs at each address that is sent, once, all at once.
pub(super) async fn dial<'a>(
    run: &'a Run<'a>,
    request: &'a Request,
    mut addresses: mpsc::UnboundedReceiver<IpAddr>,
    probe: Shared<BoxFuture<'a, Option<Probe>>>,
    listeners: Listeners,
) -> Dialled {
    let mut first = Some(listeners.first);
    let greeted = Mutex::new(Some(listeners.greeted));
    let ladder = Ladder { run, request, probe, greeted, connected: AtomicBool::default() };
    let mut seen = HashSet::new();
    let mut climbing = FuturesUnordered::new();
    let mut found: Vec<Climbed> = Vec::new();
    let mut open = true;
    while open || !climbing.is_empty() {
        tokio::select! {
            address = addresses.recv(), if open => match address {
                None => open = false,
                // `::ffff:10.0.2.20` is `10.0.2.20`.
                Some(address) if seen.len() < ADDRESSES_LIMIT && seen.insert(address.to_canonical()) => {
                    if let Some(first) = first.take() {
                        // Nobody waits for it where the run has ended.
                        _ = first.send(address.to_canonical());
                    }
                    climbing.push(ladder.climb(SocketAddr::new(address.to_canonical(), request.question.target.port)));
                }
                Some(_) => {}
            },
            Some(climbed) = climbing.next() => found.push(climbed),
        }
    }
    found.sort_by_key(|climbed| climbed.tcp.as_ref().map(|tcp| tcp.address));
    let plain = found.iter().filter_map(|climbed| climbed.greeting.as_ref());
    let mut plain = plain.filter(|attempt| matches!(attempt.outcome, GreetingOutcome::Greeted { .. }));
    if let Some(plain) = plain.next() {
        ladder.tell(plain.address, false);
    }
    judged(seen.len(), found)
}

/// The lists as facts: an empty one stands for something else, which is said.
fn judged(addresses: usize, found: Vec<Climbed>) -> Dialled {
    let connected = found.iter().filter_map(|one| one.tcp.as_ref()).filter(|tcp| tcp.outcome.is_connected()).count();
    let greeted = |attempt: &&GreetingAttempt| matches!(attempt.outcome, GreetingOutcome::Greeted { .. });
    let greeted = found.iter().filter_map(|one| one.greeting.as_ref()).filter(greeted).count();
    let (mut tcp, mut default_port, mut greetings, mut tls) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in found {
        tcp.extend(one.tcp);
        default_port.extend(one.default_port);
        greetings.extend(one.greeting);
        tls.extend(one.tls);
    }
    // An empty list: where nothing stood below it, nobody asked; else the run ended first.
    fn fact<T>(list: Vec<T>, below: bool, why: &str) -> Observed<Vec<T>> {
        match (list.is_empty(), below) {
            (false, _) => Observed::Known(list),
            (true, false) => Observed::Unknown(Why::not_asked(why)),
            (true, true) => {
                Observed::Unknown(Why::new(Why::TIMED_OUT, "the run ended before an address had answered or failed"))
            }
        }
    }
    let cut = tcp.is_empty() && addresses > 0;
    let default_port = match (default_port.is_empty(), connected) {
        (false, 0) => Observed::Known(default_port),
        (true, 0) => Observed::Unknown(Why::not_asked("the target's port is the default one, or no address is known")),
        _ => Observed::Unknown(Why::not_asked("the target's port connects")),
    };
    Dialled {
        tcp: fact(tcp, addresses > 0, "no address of the target is known"),
        default_port,
        greetings: fact(greetings, connected > 0 || cut, "no connection came about"),
        tls: fact(tls, greeted > 0 || cut, "no server greeted"),
    }
}

impl Ladder<'_> {
    /// One address, as far up as it goes.
    async fn climb(&self, address: SocketAddr) -> Climbed {
        let run = self.run;
        let elsewhere = address.port() != DEFAULT_PORT && !self.connected.load(Ordering::Relaxed);
        let beside = elsewhere.then(|| SocketAddr::new(address.ip(), DEFAULT_PORT));
        let connecting = run.stage(format!("tcp {address}"), self.connect(address, beside));
        let Some(Tried { attempt, stream, beside }) = connecting.await else { return Climbed::default() };
        let connected = attempt.outcome.is_connected();
        self.connected.fetch_or(connected, Ordering::Relaxed);
        let mut climbed = Climbed { tcp: Some(attempt), default_port: beside, ..Climbed::default() };
        if connected {
            let greeted = run.stage(format!("greeting {address}"), self.greeting(address, stream)).await;
            if let Some((greeting, stands)) = greeted {
                climbed.tls = self.tls(&greeting, stands).await;
                climbed.greeting = Some(greeting);
            }
        }
        climbed
    }

    async fn connect(&self, address: SocketAddr, beside: Option<SocketAddr>) -> Option<Tried> {
        let (clock, limits) = (self.run.clock.clone(), self.request.limits);
        task(async move { tcp::connect(&clock, &limits, address, beside).await }).await.ok().flatten()
    }

    /// The greeting, tried twice before its failure counts, and the connection that it came on.
    async fn greeting(
        &self,
        address: SocketAddr,
        stream: Option<TcpStream>,
    ) -> Option<(GreetingAttempt, Option<Stands>)> {
        let mut last = None;
        let mut stream = stream;
        for tries in 1..=TRIES {
            let Some((greeting, stands)) = self.greet(address, stream.take()).await else { break };
            let counts = matches!(
                greeting.outcome,
                GreetingOutcome::Greeted { .. }
                    | GreetingOutcome::ErrorPacket { .. }
                    | GreetingOutcome::NotMysql { .. }
                    | GreetingOutcome::Oversized { .. }
            );
            last = Some((greeting, stands));
            if counts || tries == TRIES {
                break;
            }
            match self.connect(address, None).await {
                Some(again) if again.attempt.outcome.is_connected() => stream = again.stream,
                _ => break,
            }
        }
        last
    }

    async fn greet(&self, address: SocketAddr, stream: Option<TcpStream>) -> Option<(GreetingAttempt, Option<Stands>)> {
        let (clock, bound) = (self.run.clock.clone(), self.request.limits.greeting);
        task(greet(clock, bound, address, stream)).await.ok().flatten()
    }

    /// A handshake with a server that greeted.
    async fn tls(&self, greeting: &GreetingAttempt, stands: Option<Stands>) -> Option<TlsAttempt> {
        let GreetingOutcome::Greeted { tls, .. } = greeting.outcome else { return None };
        let address = greeting.address;
        if tls {
            self.tell(address, true);
        }
        let probe = self.probe.clone().await?;
        if !tls {
            return Some(probe.attempt(address, TlsOutcome::NotOffered, 0));
        }
        self.run.stage(format!("tls {address}"), self.handshakes(&probe, address, stands)).await
    }

    async fn handshakes(&self, probe: &Probe, address: SocketAddr, stands: Option<Stands>) -> Option<TlsAttempt> {
        let first = self.handshake(probe, address, stands?).await?;
        let again = matches!(
            first.outcome,
            TlsOutcome::TimedOut { .. } | TlsOutcome::Closed | TlsOutcome::Reset | TlsOutcome::Failed { .. }
        );
        if !again {
            return Some(first);
        }
        let second = async {
            let tried = self.connect(address, None).await?;
            let (_, stands) = self.greet(address, tried.stream).await?;
            self.handshake(probe, address, stands?).await
        };
        Some(second.await.unwrap_or(first))
    }

    async fn handshake(&self, probe: &Probe, address: SocketAddr, stands: Stands) -> Option<TlsAttempt> {
        if !stands.beyond.is_empty() {
            let start = printable(&stands.beyond, START);
            return Some(probe.attempt(address, TlsOutcome::NotTls { start }, 0));
        }
        let (clock, limits, own) = (self.run.clock.clone(), self.request.limits, probe.clone());
        let shaken = task(async move { own.shake_hands(&clock, &limits, address, stands.stream).await }).await;
        shaken.unwrap_or_else(|_| {
            // A certificate that brings the parser down is no secret, but its words are not ours.
            let outcome = TlsOutcome::Failed { message: "the TLS probe panicked".into() };
            Some(probe.attempt(address, outcome, 0))
        })
    }

    /// Tells who wants to log in where that can be done. Only the first counts.
    fn tell(&self, address: SocketAddr, tls: bool) {
        if let Some(greeted) = self.greeted.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Nobody waits for it where nobody logs in.
            _ = greeted.send((address, tls));
        }
    }
}

/// A connection after its greeting, and what came with that.
struct Stands {
    stream: TcpStream,
    beyond: Vec<u8>,
}

/// The greeting on a connection, which was reset where there is none left; `None` where the run ended before anything could be said.
async fn greet(
    clock: Clock,
    bound: Duration,
    address: SocketAddr,
    stream: Option<TcpStream>,
) -> Option<(GreetingAttempt, Option<Stands>)> {
    let Some(mut stream) = stream else {
        return Some((GreetingAttempt { address, outcome: GreetingOutcome::Reset, elapsed_ms: 0 }, None));
    };
    let started = Instant::now();
    let mut received = Received::default();
    let outcome = match clock.within(bound, received.read(&mut stream)).await {
        Ok(outcome) => outcome,
        Err(Cut::Bound(bound)) => received.silent(millis(bound)),
        Err(Cut::Deadline | Cut::Cancelled) => return None,
    };
    let greeting = GreetingAttempt { address, outcome, elapsed_ms: millis(started.elapsed()) };
    let greeted = matches!(greeting.outcome, GreetingOutcome::Greeted { .. });
    let stands = greeted.then(|| Stands { stream, beyond: received.beyond().to_vec() });
    Some((greeting, stands))
}
