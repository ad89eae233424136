//! What applications on this machine get for the name.

use super::{Addresses, answers_for, describe, detail, expected, no_address_key};
use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{DnsAnswer, DnsOutcome, Fact, FactSet, Facts, reads};
use crate::remedy::ByHand;
use std::net::IpAddr;

check!(HostResolverAnswer {
    id: "host-resolver-answer",
    layer: Layer::Dns,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(FactSet::of(&[
        Fact::SystemAnswer,
        Fact::HostResolverAnswers,
        Fact::VpcResolverAnswers,
        Fact::HostsFile,
    ])),
    explained_by: &[
        "target-name",
        "vantage",
        "vpc-dns-support",
        "vpc-dns-hostnames",
        "endpoint-exists",
        "endpoint-state",
        "private-dns-conflict",
        "endpoint-private-dns",
        "vpc-resolver-answer",
    ],
    words: include_str!("host_resolver_answer.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let name = facts.question.target.host.as_deref().ok_or_else(|| Stop::not_applicable("no-name"))?;
    let answer = facts.system_answer()?;
    let expected = wanted(facts, name);
    let found = answer.addresses.as_slice();
    let servers: Vec<&DnsAnswer> = answers_for(facts.host_resolver_answers().unwrap_or_default(), name).collect();
    let judgement = if found.is_empty() {
        no_address(&servers).say("error", answer.error.clone().unwrap_or_default())
    } else {
        match (Addresses::compare(found, &expected), hosts_line(facts, found)) {
            (Addresses::Right, _) => right(&servers, &expected),
            (_, Some((file, line))) => {
                let remedy =
                    ByHand::new("edit-hosts", Owner::Client).say("file", &file).say("line", line).say("name", name);
                // The hosts file answers before any server is asked, so nothing in DNS explains it.
                fail("hosts-file").explained_by(&[]).say("file", file).say("line", line).remedy(remedy.into())
            }
            (Addresses::Public, None) => fail("public").remedy(remedy()),
            (Addresses::Mixed, None) => fail("mixed").remedy(remedy()),
            (Addresses::Foreign, None) => fail("foreign").remedy(remedy()),
        }
    };
    Ok(describe(judgement, name, found, &expected).data("elapsed_ms", answer.elapsed_ms))
}

/// What the machine ought to get: the endpoint's addresses, else what the VPC resolver says.
fn wanted(facts: &Facts, name: &str) -> Vec<IpAddr> {
    let expected = expected(facts);
    if !expected.is_empty() {
        return expected;
    }
    let vpc = facts.vpc_resolver_answers().unwrap_or_default();
    answers_for(vpc, name).flat_map(|answer| answer.addresses().to_vec()).collect()
}

/// The hosts file's line that gave one of these addresses.
fn hosts_line(facts: &Facts, found: &[IpAddr]) -> Option<(String, usize)> {
    let lines = facts.hosts_lines().ok()?;
    lines.iter().find(|line| found.contains(&line.address)).map(|line| (line.file.clone(), line.line))
}

/// The name resolves rightly. A server that is dead or lies makes it slow or unreliable all the same.
fn right(servers: &[&DnsAnswer], expected: &[IpAddr]) -> Judgement {
    let bad = servers.iter().find(|answer| answer.addresses().is_empty());
    let good = servers.iter().any(|answer| !answer.addresses().is_empty());
    match bad {
        Some(bad) if good => {
            warn("one-server-bad").say("server", bad.server).say("outcome", outcome_word(&bad.outcome))
        }
        _ if expected.is_empty() => pass("resolves"),
        _ => pass("right"),
    }
}

fn no_address(servers: &[&DnsAnswer]) -> Judgement {
    let Some(first) = servers.first() else { return fail("no-answer").remedy(remedy()) };
    let list = |answer: &&DnsAnswer| format!("{} {}", answer.server, outcome_word(&answer.outcome));
    fail(no_address_key(&first.outcome))
        .say("servers", servers.iter().map(list).collect::<Vec<_>>().join(", "))
        .say("detail", detail(&first.outcome))
        .remedy(remedy())
}

fn outcome_word(outcome: &DnsOutcome) -> &'static str {
    match outcome {
        DnsOutcome::Answered { .. } => "ok",
        DnsOutcome::NxDomain => "NXDOMAIN",
        DnsOutcome::NoData => "NODATA",
        DnsOutcome::ServFail => "SERVFAIL",
        DnsOutcome::Refused => "REFUSED",
        DnsOutcome::OtherCode { .. } => "error",
        DnsOutcome::TimedOut { .. } => "timeout",
        DnsOutcome::Unreachable { .. } => "unreachable",
    }
}

fn remedy() -> crate::remedy::Remedy {
    ByHand::new("use-vpc-resolver", Owner::Client).into()
}
