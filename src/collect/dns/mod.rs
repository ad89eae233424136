//! DNS: one server, one name, asked directly, so that each server's answer is seen by itself. Messages are hickory's; the exchange is in
//! `exchange`, the judgement of what came back in `answer`.

mod answer;
mod exchange;

use super::request::Limits;
use super::run::{Clock, Cut, millis};
use super::text::chain;
use futures::future::{Either, select};
use hickory_resolver::proto::op::{Message, OpCode, Query};
use hickory_resolver::proto::rr::{Name, RecordType};
use pldoctor_checks::facts::{DnsAnswer, DnsOutcome, Why};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::time::Instant;

/// How often a server is asked that doesn't answer.
const TRIES: u32 = 2;
/// How long IPv6's answer may lag behind IPv4's: some servers drop the question, and the addresses in hand shall not wait for that.
const LAG: Duration = Duration::from_millis(500);

/// The name in the form of a question: absolute, so that no search domain comes into it.
///
/// # Errors
/// `Malformed` for what is no DNS name.
pub(super) fn absolute(name: &str) -> Result<Name, Why> {
    let mut parsed = Name::from_ascii(name)
        .map_err(|error| Why::new(Why::MALFORMED, format!("{name:?} is no DNS name: {}", chain(&error))))?;
    parsed.set_fqdn(true);
    Ok(parsed)
}

/// Asks a server for a name's addresses, of both families at once. `None` where the run ended before anything could be said of the server.
pub(super) async fn ask(clock: &Clock, limits: &Limits, server: SocketAddr, name: &Name) -> Option<DnsAnswer> {
    let started = Instant::now();
    let ipv4 = pin!(ask_for(clock, limits, server, name, RecordType::A));
    let ipv6 = pin!(ask_for(clock, limits, server, name, RecordType::AAAA));
    let (ipv4, ipv6) = match select(ipv4, ipv6).await {
        Either::Right((ipv6, ipv4)) => (ipv4.await, ipv6),
        Either::Left((ipv4, ipv6)) => {
            let in_hand = matches!(&ipv4, Some(DnsOutcome::Answered { .. }));
            let bound = if in_hand { LAG } else { limits.dns_try * (TRIES + 1) };
            let ipv6 = clock.within(bound, ipv6).await.ok().flatten();
            (ipv4, ipv6)
        }
    };
    Some(DnsAnswer {
        server: server.ip(),
        name: name.to_ascii().trim_end_matches('.').to_owned(),
        outcome: answer::combined(ipv4, ipv6)?,
        elapsed_ms: millis(started.elapsed()),
    })
}

/// Asks for the records of one type. `None` where the run ended first.
async fn ask_for(
    clock: &Clock,
    limits: &Limits,
    server: SocketAddr,
    name: &Name,
    kind: RecordType,
) -> Option<DnsOutcome> {
    let started = Instant::now();
    let mut outcome = None;
    for _ in 0..TRIES {
        let question = question(name, kind);
        outcome = match clock.within(limits.dns_try, exchange::exchange(server, &question)).await {
            Ok(Ok(message)) => return Some(answer::outcome(&message, name, kind)),
            Ok(Err(error)) => Some(DnsOutcome::Unreachable { message: error.to_string() }),
            Err(Cut::Bound(_)) => Some(DnsOutcome::TimedOut { after_ms: millis(started.elapsed()) }),
            // What the try before came to is true all the same.
            Err(Cut::Deadline | Cut::Cancelled) => return outcome,
        };
    }
    outcome
}

/// A question as a stub resolver asks it: recursion desired, no EDNS. Each has an id of its own.
fn question(name: &Name, kind: RecordType) -> Message {
    let mut message = Message::query();
    message.metadata.op_code = OpCode::Query;
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name.clone(), kind));
    message
}
