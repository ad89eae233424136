//! Whether every address of the endpoint accepts a connection.

use super::{to_endpoint, with_zone, zone_of};
use crate::check::{Judged, Judgement, Layer, Message, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Icmp, TcpAttempt, TcpOutcome, reads};
use crate::remedy::{ByHand, Remedy};

check!(Tcp {
    id: "tcp",
    layer: Layer::Connection,
    owner: Owner::Vpc,
    reads: reads::ENDPOINT.and(reads::OUTSIDE).and(FactSet::of(&[
        Fact::SecurityGroups,
        Fact::NetworkAcls,
        Fact::RouteTables
    ])),
    after: &["host-resolver-answer", "vantage"],
    explained_by: &[
        "target-port",
        "vantage",
        "capacity",
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

/// Linux sends a SYN again after a second: a round trip this long means that the first one, or its answer, was lost. In microseconds.
const LOST_SYN_US: u64 = 900_000;
/// Inside a Region a round trip takes a few milliseconds. In microseconds.
const FAR_US: u64 = 100_000;

fn judge(facts: &Facts) -> Judged {
    let attempts = to_endpoint(facts, facts.tcp_attempts()?);
    if attempts.is_empty() {
        return Err(Stop::Blocked("host-resolver-answer"));
    }
    let (good, bad): (Vec<&TcpAttempt>, Vec<&TcpAttempt>) =
        attempts.iter().copied().partition(|attempt| attempt.outcome.is_connected());
    let refused = |attempt: &&TcpAttempt| matches!(attempt.outcome, TcpOutcome::Refused);
    if good.is_empty() && !bad.iter().any(refused) && facts.seems_outside_aws() {
        return Err(Stop::Blocked("vantage"));
    }
    let judgement = match (bad.is_empty(), good.is_empty()) {
        (true, _) => connected(&good),
        (false, false) => partial(facts, &bad),
        (false, true) => none_connected(facts, &bad),
    };
    let port = facts.question.target.port;
    let list = |attempts: &[&TcpAttempt]| {
        attempts.iter().map(|attempt| with_zone(facts, attempt.address.ip())).collect::<Vec<_>>().join(", ")
    };
    let fastest = good.iter().filter_map(|attempt| round_trip(attempt)).min().unwrap_or_default();
    let slow: Vec<&TcpAttempt> = good.iter().copied().filter(|attempt| lost_syn(attempt) || is_far(attempt)).collect();
    let slowest = slow.iter().filter_map(|attempt| round_trip(attempt)).max().unwrap_or_default();
    Ok(judgement
        .say("port", port)
        .say("dead", bad.len())
        .say("all", attempts.len())
        .say("good", list(&good))
        .say("bad", list(&bad))
        .say_words("each", each(facts, &bad))
        .say("ms", millis(fastest))
        .say("slow", list(&slow))
        .say("slow_ms", millis(slowest))
        .data("connected", good.iter().map(|attempt| attempt.address.to_string()).collect::<Vec<_>>())
        .data("failed", bad.iter().map(|attempt| attempt.address.to_string()).collect::<Vec<_>>()))
}

fn round_trip(attempt: &TcpAttempt) -> Option<u64> {
    match attempt.outcome {
        TcpOutcome::Connected { round_trip_us } => Some(round_trip_us),
        _ => None,
    }
}

fn millis(us: u64) -> String {
    format!("{}.{:01}", us / 1000, us % 1000 / 100)
}

fn lost_syn(attempt: &TcpAttempt) -> bool {
    attempt.tries > 1 || round_trip(attempt).is_some_and(|us| us > LOST_SYN_US)
}

fn is_far(attempt: &TcpAttempt) -> bool {
    round_trip(attempt).is_some_and(|us| us > FAR_US)
}

fn connected(good: &[&TcpAttempt]) -> Judgement {
    if good.iter().any(|attempt| lost_syn(attempt)) {
        warn("syn-lost")
    } else if good.iter().any(|attempt| is_far(attempt)) {
        warn("slow")
    } else {
        pass("connected")
    }
}

fn partial(facts: &Facts, bad: &[&TcpAttempt]) -> Judgement {
    if all_filtered(bad) {
        return fail("partial").remedy(look_at_filter(bad));
    }
    let judgement = fail("partial").remedy(ask(facts, bad)).owner(blame(facts));
    if sees_settings(facts) { judgement.if_unexplained("nothing-tells-them-apart") } else { judgement }
}

fn none_connected(facts: &Facts, bad: &[&TcpAttempt]) -> Judgement {
    let all = |is: fn(&TcpOutcome) -> bool| bad.iter().all(|attempt| is(&attempt.outcome));
    if all(|outcome| matches!(outcome, TcpOutcome::Refused)) {
        return fail("refused").owner(Owner::TidbCloud).explained_by(&["target-port"]).remedy(ask(facts, bad));
    }
    if all_filtered(bad) {
        return fail("filtered").remedy(look_at_filter(bad));
    }
    if all(|outcome| matches!(outcome, TcpOutcome::Unreachable { .. })) {
        return fail("unreachable").remedy(look_at_routes());
    }
    if all(|outcome| !matches!(outcome, TcpOutcome::TimedOut { .. })) {
        return fail("failed").remedy(ask(facts, bad));
    }
    // Without AWS's settings a time-out has a dozen causes: what would tell them apart comes first.
    if !sees_settings(facts) {
        return fail("timed-out-unseen").remedy(ByHand::new("show-settings", Owner::Iam).into());
    }
    fail("timed-out").if_unexplained("nothing-stops-it").remedy(ask(facts, bad))
}

/// Whether routers or firewalls said of every attempt that a rule forbids it. AWS's own filters say nothing.
fn all_filtered(bad: &[&TcpAttempt]) -> bool {
    bad.iter().all(|attempt| match (&attempt.outcome, attempt.address) {
        (TcpOutcome::Unreachable { icmp: Some(icmp), .. }, address) => {
            icmp_key(icmp, address.is_ipv6()) == "icmp-filtered"
        }
        _ => false,
    })
}

fn look_at_filter(bad: &[&TcpAttempt]) -> Remedy {
    let mut senders: Vec<String> = Vec::new();
    for attempt in bad {
        if let TcpOutcome::Unreachable { icmp: Some(Icmp { from: Some(from), .. }), .. } = &attempt.outcome
            && !senders.contains(&from.to_string())
        {
            senders.push(from.to_string());
        }
    }
    if senders.is_empty() {
        return look_at_routes();
    }
    ByHand::new("look-at-filter", Owner::Vpc).say("from", senders.join(", ")).into()
}

fn look_at_routes() -> Remedy {
    ByHand::new("look-at-routes", Owner::Client).into()
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

fn ask(facts: &Facts, bad: &[&TcpAttempt]) -> Remedy {
    ask_zone(facts, bad).unwrap_or_else(look_at_routes)
}

fn ask_zone(facts: &Facts, bad: &[&TcpAttempt]) -> Option<Remedy> {
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

/// The addresses that failed, those that failed alike together, each with how.
fn each(facts: &Facts, bad: &[&TcpAttempt]) -> Message {
    let mut groups: Vec<(Message, Vec<String>)> = Vec::new();
    for attempt in bad {
        let how = how(attempt, longest_wait(bad));
        let address = with_zone(facts, attempt.address.ip());
        match groups.iter_mut().find(|(other, _)| *other == how) {
            Some((_, addresses)) => addresses.push(address),
            None => groups.push((how, vec![address])),
        }
    }
    let said = groups.into_iter().map(|(how, addresses)| {
        Message::new("addresses-how").say("addresses", addresses.join(", ")).say_words("how", how)
    });
    said.reduce(|before, next| Message::new("and-others").say_words("before", before).say_words("next", next))
        .unwrap_or_else(|| Message::new("as-is").say("text", ""))
}

/// In milliseconds. Waits for several addresses differ by nothing that anybody cares for.
fn longest_wait(bad: &[&TcpAttempt]) -> u64 {
    let waits = bad.iter().filter_map(|attempt| match attempt.outcome {
        TcpOutcome::TimedOut { after_ms } => Some(after_ms),
        _ => None,
    });
    waits.max().unwrap_or_default()
}

fn how(attempt: &TcpAttempt, wait_ms: u64) -> Message {
    match &attempt.outcome {
        TcpOutcome::TimedOut { .. } => Message::new("no-answer-in").say("seconds", wait_ms.div_ceil(1000)),
        TcpOutcome::Connected { .. } | TcpOutcome::Refused => Message::new("refused"),
        TcpOutcome::Unreachable { icmp: Some(icmp), .. } => said(icmp, attempt.address.is_ipv6()),
        TcpOutcome::Unreachable { message, .. } | TcpOutcome::Failed { message } => {
            Message::new("as-is").say("text", message)
        }
    }
}

/// Who sent the message, and what it says.
fn said(icmp: &Icmp, v6: bool) -> Message {
    let words = Message::new(icmp_key(icmp, v6)).say("type", icmp.kind).say("code", icmp.code);
    match icmp.from {
        Some(from) => words.say("from", from),
        None => words.say_words("from", Message::new("a-router")),
    }
}

/// What a message says, by the lists of RFC 792, 1122 and 1812, and of RFC 4443.
fn icmp_key(icmp: &Icmp, v6: bool) -> &'static str {
    match (v6, icmp.kind, icmp.code) {
        (false, 3, 9 | 10 | 13) | (true, 1, 1 | 5 | 6) => "icmp-filtered",
        (false, 3, 0 | 6 | 11) | (true, 1, 0) => "icmp-no-network",
        (false, 3, 1 | 7 | 12) | (true, 1, 3) => "icmp-no-host",
        (false, 3, 3) | (true, 1, 4) => "icmp-no-port",
        (false, 3, 4) | (true, 2, _) => "icmp-too-big",
        _ => "icmp-other",
    }
}
