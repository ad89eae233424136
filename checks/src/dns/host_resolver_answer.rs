//! What applications on this machine get for the name.

use super::{Addresses, answers_for, describe, detail, expected, no_address_key};
use crate::check::{Judged, Judgement, Layer, Message, Owner, Stop, check, fail, pass, warn};
use crate::facts::{DnsAnswer, DnsOutcome, Fact, FactSet, Facts, reads};
use crate::remedy::{ByHand, Remedy};
use std::net::IpAddr;

check!(HostResolverAnswer {
    id: "host-resolver-answer",
    layer: Layer::Dns,
    owner: Owner::Client,
    reads: reads::ENDPOINT.and(reads::OUTSIDE).and(FactSet::of(&[
        Fact::SystemAnswer,
        Fact::HostResolverAnswers,
        Fact::VpcResolverAnswers,
        Fact::HostsFile,
        Fact::ResolvConf,
        Fact::NameService,
    ])),
    after: &["vantage"],
    explained_by: &[
        "target-name",
        "vantage",
        "vpc-dns-support",
        "vpc-dns-hostnames",
        "vpc-dhcp-dns",
        "endpoint-exists",
        "endpoint-state",
        "private-dns-conflict",
        "endpoint-private-dns",
        "hosted-zone",
        "resolver-rule",
        "dns-firewall",
        "vpc-resolver-answer",
    ],
    words: include_str!("host_resolver_answer.toml"),
});

/// The address of the VPC's resolver that is the same in every VPC.
const VPC_RESOLVER: &str = "169.254.169.253";

fn judge(facts: &Facts) -> Judged {
    let name = facts.question.target.host.as_deref().ok_or_else(|| Stop::not_applicable("no-name"))?;
    let answer = facts.system_answer()?;
    let expected = wanted(facts, name);
    let found = answer.addresses.as_slice();
    let servers: Vec<&DnsAnswer> = answers_for(facts.host_resolver_answers().unwrap_or_default(), name).collect();
    let compared = Addresses::compare(found, &expected);
    let judgement = if found.is_empty() {
        match between(facts, &servers, &expected) {
            Some(judgement) => judgement,
            // Outside its VPC a private name does not exist.
            None if facts.seems_outside_aws() => return Err(Stop::Blocked("vantage")),
            None => no_address(&servers).remedies(remedies(facts, &servers, &expected)),
        }
        .say("error", answer.error.clone().unwrap_or_default())
    } else if compared == Addresses::Right {
        right(&servers, &expected)
    } else if let Some((file, line)) = hosts_line(facts, found) {
        let remedy = ByHand::new("edit-hosts", Owner::Client).say("file", &file).say("line", line).say("name", name);
        // The hosts file answers before any server is asked, so nothing in DNS explains it.
        fail("hosts-file").explained_by(&[]).say("file", file).say("line", line).remedy(remedy.into())
    } else if let Some(judgement) = between(facts, &servers, &expected) {
        judgement
    } else {
        let key_is = match compared {
            Addresses::Public => fail("public"),
            Addresses::Mixed => fail("mixed"),
            _ => fail("foreign"),
        };
        key_is.remedies(remedies(facts, &servers, &expected))
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

/// Every server answers rightly, so what is wrong lies between them and the application, on this machine.
fn between(facts: &Facts, servers: &[&DnsAnswer], expected: &[IpAddr]) -> Option<Judgement> {
    if servers.is_empty() || expected.is_empty() || !servers.iter().all(|answer| is_right(answer, expected)) {
        return None;
    }
    let service = facts.name_service().ok();
    let sources = service.map(|service| service.hosts.as_slice()).unwrap_or_default();
    let asks_servers = sources.iter().any(|source| source == "dns" || source == "resolve");
    let judgement = if !sources.is_empty() && !asks_servers {
        let remedy = ByHand::new("edit-nsswitch", Owner::Client).say("sources", sources.join(" "));
        fail("no-dns-source").say("sources", sources.join(" ")).remedy(remedy.into())
    } else {
        match service.and_then(|service| service.daemons.first()) {
            Some(daemon) => {
                let remedy = ByHand::new("flush-cache", Owner::Client).say("daemon", daemon);
                fail("cached").say("daemon", daemon).remedy(remedy.into())
            }
            None => fail("between").remedy(use_vpc_resolver()),
        }
    };
    Some(judgement.explained_by(&[]))
}

fn is_right(answer: &DnsAnswer, expected: &[IpAddr]) -> bool {
    let found = answer.addresses();
    !found.is_empty() && Addresses::compare(found, expected) == Addresses::Right
}

/// The name resolves rightly. A server that is dead or lies makes it slow or unreliable all the same.
fn right(servers: &[&DnsAnswer], expected: &[IpAddr]) -> Judgement {
    let bad = servers.iter().find(|answer| answer.addresses().is_empty());
    let good = servers.iter().any(|answer| !answer.addresses().is_empty());
    let lies = servers.iter().find(|answer| !answer.addresses().is_empty() && !is_right(answer, expected));
    match (bad, lies) {
        (Some(bad), _) if good => {
            warn("one-server-bad").say("server", bad.server).say_words("outcome", outcome_words(&bad.outcome))
        }
        (_, Some(lies)) if !expected.is_empty() => {
            warn("one-server-wrong").say("server", lies.server).say("other", super::join(lies.addresses()))
        }
        _ if expected.is_empty() => pass("resolves"),
        _ => pass("right"),
    }
}

fn no_address(servers: &[&DnsAnswer]) -> Judgement {
    let Some(first) = servers.first() else { return fail("no-answer") };
    let said = |answer: &DnsAnswer| {
        Message::new("server-says").say("server", answer.server).say_words("outcome", outcome_words(&answer.outcome))
    };
    let all = servers[1..].iter().fold(said(first), |before, answer| {
        Message::new("and-further").say_words("first", before).say_words("next", said(answer))
    });
    fail(no_address_key(&first.outcome)).say_words("servers", all).say("detail", detail(&first.outcome))
}

/// The line of resolv.conf that names a server which does not answer rightly, where the file says so itself; else in general words.
fn remedies(facts: &Facts, servers: &[&DnsAnswer], expected: &[IpAddr]) -> Vec<Remedy> {
    let Ok(conf) = facts.resolv_conf() else { return vec![use_vpc_resolver()] };
    let wrong = |server: &IpAddr| servers.iter().any(|answer| answer.server == *server && !is_right(answer, expected));
    // A server on this machine itself asks others, which the file does not name.
    let lines = conf.nameservers.iter().zip(&conf.lines).filter(|(server, _)| !server.is_loopback() && wrong(server));
    let edits: Vec<Remedy> = lines
        .map(|(server, line)| {
            let file = conf.file.as_deref().unwrap_or("/etc/resolv.conf");
            let edit = ByHand::new("edit-resolv-conf", Owner::Client).say("file", file).say("line", line);
            edit.say("server", server).say("resolver", VPC_RESOLVER).into()
        })
        .collect();
    if edits.is_empty() { vec![use_vpc_resolver()] } else { edits }
}

/// In a word or two. Codes are DNS's own, in every language.
fn outcome_words(outcome: &DnsOutcome) -> Message {
    let code = |code: &str| Message::new("as-is").say("text", code);
    match outcome {
        DnsOutcome::Answered { .. } => Message::new("dns-answered"),
        DnsOutcome::NxDomain => code("NXDOMAIN"),
        DnsOutcome::NoData => code("NODATA"),
        DnsOutcome::ServFail => code("SERVFAIL"),
        DnsOutcome::Refused => code("REFUSED"),
        DnsOutcome::Truncated => Message::new("dns-truncated"),
        DnsOutcome::OtherCode { .. } => Message::new("dns-error"),
        DnsOutcome::TimedOut { .. } => Message::new("dns-timed-out"),
        DnsOutcome::Unreachable { .. } => Message::new("dns-unreachable"),
    }
}

fn use_vpc_resolver() -> Remedy {
    ByHand::new("use-vpc-resolver", Owner::Client).into()
}
