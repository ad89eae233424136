//! What the VPC's own resolver answers, whatever this machine is told to ask.

use super::{Addresses, answers_for, describe, detail, expected, foreseen, no_address_key};
use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass};
use crate::facts::{DnsAnswer, Fact, Facts, Why, reads};
use crate::remedy::{ByHand, Remedy};
use crate::resolver;

check!(VpcResolverAnswer {
    id: "vpc-resolver-answer",
    layer: Layer::Dns,
    owner: Owner::Dns,
    reads: reads::VPC.and(resolver::READS).and(reads::OUTSIDE),
    after: &["vantage"],
    explained_by: &[
        "target-name",
        "vantage",
        "vpc-dns-support",
        "vpc-dns-hostnames",
        "endpoint-exists",
        "endpoint-state",
        "private-dns-conflict",
        "endpoint-private-dns",
        "hosted-zone",
        "resolver-rule",
        "dns-firewall",
    ],
    measured_by: Some("host-resolver-answer"),
    words: include_str!("vpc_resolver_answer.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let name = facts.private_name().ok_or_else(|| Stop::not_applicable("no-name"))?;
    let answers = facts.vpc_resolver_answers()?;
    if facts.seems_outside_aws() {
        return Err(Stop::Blocked("vantage"));
    }
    let answer = answers_for(answers, name).next().ok_or_else(|| crate::check::Missing {
        fact: Fact::VpcResolverAnswers,
        object: Some(name.to_owned()),
        why: Why::not_collected(),
    })?;
    let expected = expected(facts);
    let found = answer.addresses();
    let judgement = if found.is_empty() {
        let key = no_address_key(&answer.outcome);
        let control = answers.iter().find(|other| !std::ptr::eq(*other, answer) && !other.addresses().is_empty());
        no_address(facts, key, control).say("detail", detail(&answer.outcome))
    } else {
        match Addresses::compare(found, &expected) {
            Addresses::Right if expected.is_empty() => pass("private"),
            Addresses::Right => pass("right"),
            Addresses::Public => fail("public").remedy(remedy(facts)),
            Addresses::Mixed => fail("mixed").remedy(remedy(facts)),
            Addresses::Foreign => fail("foreign").remedy(remedy(facts)),
        }
    };
    let judgement = foreseen::beside(facts, judgement, name, answer);
    Ok(describe(judgement, name, found, &expected).say("server", answer.server).data("elapsed_ms", answer.elapsed_ms))
}

/// A control sample that did resolve shows that the resolver works, and only the private name fails.
fn no_address(facts: &Facts, key: &'static str, control: Option<&DnsAnswer>) -> Judgement {
    match (key, control) {
        ("nxdomain", Some(control)) => fail("nxdomain-only-this").say("control", &control.name).remedy(remedy(facts)),
        (key, _) => fail(key).remedy(remedy(facts)),
    }
}

/// Without seeing the endpoint, what answers in its place can't be told from its private DNS being off.
fn remedy(facts: &Facts) -> Remedy {
    match facts.endpoint() {
        Err(Stop::Missing(_)) => ByHand::new("show-settings", Owner::Iam).into(),
        _ => ByHand::new("find-dns-override", Owner::Dns).into(),
    }
}
