//! Whether `enableDnsSupport` is on, which private DNS needs.

use crate::check::{Judged, Layer, Owner, check, fail, pass};
use crate::facts::{Fact, FactSet, Facts, reads};
use crate::remedy::{SetVpcAttribute, VpcDnsAttribute};

check!(VpcDnsSupport {
    id: "vpc-dns-support",
    layer: Layer::Vpc,
    owner: Owner::Vpc,
    reads: reads::VPC.and(FactSet::of(&[Fact::VpcDnsSupport])),
    after: &["vantage"],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("vpc_dns_support.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let vpc_id = facts.vpc_id()?;
    let judgement = if facts.dns_support(&vpc_id)? {
        pass("on")
    } else {
        fail("off").remedy(SetVpcAttribute { vpc_id: vpc_id.clone(), attribute: VpcDnsAttribute::Support }.into())
    };
    Ok(judgement.say("vpc", &vpc_id).about(vpc_id))
}
