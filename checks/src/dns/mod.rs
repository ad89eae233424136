//! From name to address.

pub mod dns_firewall;
mod foreseen;
pub mod host_resolver_answer;
pub mod hosted_zone;
mod name;
pub mod resolver_rule;
pub mod vpc_resolver_answer;

use crate::check::{Judgement, Message};
use crate::facts::{DnsAnswer, DnsOutcome, Facts, same_name};
use std::net::IpAddr;

/// The addresses that the private name ought to have: those of the endpoint's interfaces. Empty where they are not known.
fn expected(facts: &Facts) -> Vec<IpAddr> {
    let interfaces = facts.endpoint_interfaces().unwrap_or_default();
    interfaces.iter().flat_map(|interface| interface.addresses()).collect()
}

/// Whether an address can only be reached over the internet.
fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || is_shared(*v4)),
        IpAddr::V6(v6) => !(v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local()),
    }
}

/// 100.64.0.0/10, which VPCs may use (RFC 6598).
fn is_shared(address: std::net::Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && (64..128).contains(&second)
}

/// How the addresses of an answer compare with the endpoint's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Addresses {
    /// All are the endpoint's, or, where those are not known, all are private.
    Right,
    /// All lie on the internet.
    Public,
    /// Some are the endpoint's, some are not.
    Mixed,
    /// None is the endpoint's.
    Foreign,
}

impl Addresses {
    fn compare(found: &[IpAddr], expected: &[IpAddr]) -> Self {
        let right = found.iter().filter(|address| expected.contains(address)).count();
        if found.iter().all(is_public) && right == 0 {
            Self::Public
        } else if expected.is_empty() || right == found.len() {
            Self::Right
        } else if right > 0 {
            Self::Mixed
        } else {
            Self::Foreign
        }
    }
}

/// The key of the sentence for an answer without addresses; the same keys in both checks of this layer.
fn no_address_key(outcome: &DnsOutcome) -> &'static str {
    match outcome {
        DnsOutcome::Answered { .. } | DnsOutcome::NoData => "nodata",
        DnsOutcome::NxDomain => "nxdomain",
        DnsOutcome::ServFail => "servfail",
        DnsOutcome::Refused => "refused",
        DnsOutcome::Truncated => "truncated",
        DnsOutcome::OtherCode { .. } => "other-code",
        DnsOutcome::TimedOut { .. } => "timed-out",
        DnsOutcome::Unreachable { .. } => "unreachable",
    }
}

/// The words of an outcome that only the server or the system has.
fn detail(outcome: &DnsOutcome) -> String {
    match outcome {
        DnsOutcome::OtherCode { code } => code.clone(),
        DnsOutcome::Unreachable { message } => message.clone(),
        DnsOutcome::TimedOut { after_ms } => format!("{after_ms} ms"),
        _ => String::new(),
    }
}

fn join(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Fills what the sentences of both checks have in common.
fn describe(judgement: Judgement, name: &str, found: &[IpAddr], expected: &[IpAddr]) -> Judgement {
    let judgement = match found {
        [] => judgement.say_words("found", Message::new("no-address")),
        _ => judgement.say("found", join(found)),
    };
    judgement
        .say("name", name)
        .say("expected", join(expected))
        .data("addresses", found.iter().map(ToString::to_string).collect::<Vec<_>>())
        .data("expected", expected.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// The answers for a name.
fn answers_for<'a>(answers: &'a [DnsAnswer], name: &'a str) -> impl Iterator<Item = &'a DnsAnswer> {
    answers.iter().filter(move |answer| same_name(&answer.name, name))
}
