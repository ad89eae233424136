//! Whether every address of the endpoint accepts a connection.

use super::{to_endpoint, with_zone, zone_of};
use crate::check::{Judged, Judgement, Layer, Message, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, TcpAttempt, TcpOutcome, reads};
use crate::remedy::{ByHand, Remedy};

check!(Tcp {
    id: "tcp",
    layer: Layer::Connection,
    owner: Owner::Vpc,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::SecurityGroups, Fact::NetworkAcls, Fact::RouteTables])),
    after: &["host-resolver-answer"],
    explained_by: &[
        "target-port",
        "vantage",
        "endpoint-exists",
        "endpoint-state",
        "endpoint-zones",
        "client-security-group",
        "endpoint-security-group",
        "client-network-acl",
        "endpoint-network-acl",
        "route",
    ],
    words: include_str!("tcp.toml"),
});

/// A round trip this long inside a Region means that the first SYN was lost and sent again, in microseconds.
const LOST_SYN_US: u64 = 900_000;

fn judge(facts: &Facts) -> Judged {
    let attempts = to_endpoint(facts, facts.tcp_attempts()?);
    if attempts.is_empty() {
        return Err(Stop::Blocked("host-resolver-answer"));
    }
    let (good, bad): (Vec<&TcpAttempt>, Vec<&TcpAttempt>) =
        attempts.iter().copied().partition(|attempt| attempt.outcome.is_connected());
    let judgement = match (bad.first(), good.is_empty()) {
        (None, _) => connected(&good),
        (Some(_), false) => partial(facts, &bad),
        (Some(first), true) => none_connected(facts, first, &bad),
    };
    let port = facts.question.target.port;
    let list = |attempts: &[&TcpAttempt]| {
        attempts.iter().map(|attempt| with_zone(facts, attempt.address.ip())).collect::<Vec<_>>().join(", ")
    };
    let fastest = good.iter().filter_map(|attempt| round_trip(attempt)).min().unwrap_or_default();
    Ok(judgement
        .say("port", port)
        .say("dead", bad.len())
        .say("all", attempts.len())
        .say("good", list(&good))
        .say("bad", list(&bad))
        .say_words("how", bad.first().map_or_else(|| Message::new("refused"), |attempt| how(&attempt.outcome)))
        .say("ms", format!("{}.{:01}", fastest / 1000, fastest % 1000 / 100))
        .data("connected", good.iter().map(|attempt| attempt.address.to_string()).collect::<Vec<_>>())
        .data("failed", bad.iter().map(|attempt| attempt.address.to_string()).collect::<Vec<_>>()))
}

fn round_trip(attempt: &TcpAttempt) -> Option<u64> {
    match attempt.outcome {
        TcpOutcome::Connected { round_trip_us } => Some(round_trip_us),
        _ => None,
    }
}

fn connected(good: &[&TcpAttempt]) -> Judgement {
    let slow = good.iter().any(|attempt| attempt.tries > 1 || round_trip(attempt).is_some_and(|us| us > LOST_SYN_US));
    if slow { warn("slow") } else { pass("connected") }
}

fn partial(facts: &Facts, bad: &[&TcpAttempt]) -> Judgement {
    let judgement = fail("partial").remedies(ask(facts, bad)).owner(blame(facts));
    if sees_settings(facts) { judgement.if_unexplained("nothing-tells-them-apart") } else { judgement }
}

fn none_connected(facts: &Facts, first: &TcpAttempt, bad: &[&TcpAttempt]) -> Judgement {
    match first.outcome {
        TcpOutcome::Refused => {
            fail("refused").owner(Owner::TidbCloud).explained_by(&["target-port"]).remedies(ask(facts, bad))
        }
        TcpOutcome::Unreachable { .. } => {
            fail("unreachable").remedy(ByHand::new("look-at-routes", Owner::Client).into())
        }
        // Without AWS's settings a time-out has a dozen causes: what would tell them apart comes first.
        _ if !sees_settings(facts) => fail("timed-out-unseen").remedy(ByHand::new("show-settings", Owner::Iam).into()),
        TcpOutcome::TimedOut { .. } => fail("timed-out").if_unexplained("nothing-stops-it").remedies(ask(facts, bad)),
        _ => fail("failed").remedies(ask(facts, bad)),
    }
}

/// Whether the facts that explain a time-out are there.
fn sees_settings(facts: &Facts) -> bool {
    facts.endpoint_interfaces().is_ok()
        && facts.security_groups().is_ok()
        && facts.network_acls().is_ok()
        && facts.route_tables().is_ok()
}

/// Where one zone answers and another doesn't, and nothing in the VPC differs, the rest is on the other side.
fn blame(facts: &Facts) -> Owner {
    if sees_settings(facts) { Owner::TidbCloud } else { Owner::Vpc }
}

fn ask(facts: &Facts, bad: &[&TcpAttempt]) -> Option<Remedy> {
    let endpoint = facts.endpoint().ok()?;
    // From another VPC, what lies between comes first.
    facts.vantage().ok().filter(|vantage| vantage.vpc_id.as_deref() == Some(&endpoint.vpc_id))?;
    let zones: Vec<String> = bad.iter().filter_map(|attempt| zone_of(facts, attempt.address.ip())).collect();
    let remedy = ByHand::new("ask-tidb-cloud-zone", Owner::TidbCloud)
        .say("endpoint", &endpoint.vpc_endpoint_id)
        .say("service", &endpoint.service_name)
        .say("zones", zones.join(", "))
        .say("port", facts.question.target.port);
    Some(remedy.into())
}

fn how(outcome: &TcpOutcome) -> Message {
    match outcome {
        TcpOutcome::TimedOut { after_ms } => Message::new("no-answer-in").say("seconds", after_ms.div_ceil(1000)),
        TcpOutcome::Connected { .. } | TcpOutcome::Refused => Message::new("refused"),
        TcpOutcome::Unreachable { message } | TcpOutcome::Failed { message } => {
            Message::new("as-is").say("text", message)
        }
    }
}
