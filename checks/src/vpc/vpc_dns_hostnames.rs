//! Whether `enableDnsHostnames` is on, which private DNS needs.

use crate::check::{Judged, Layer, Owner, check, fail, pass};
use crate::facts::{Fact, FactSet, Facts, reads};
use crate::remedy::{SetVpcAttribute, VpcDnsAttribute};

check!(VpcDnsHostnames {
    id: "vpc-dns-hostnames",
    layer: Layer::Vpc,
    owner: Owner::Vpc,
    reads: reads::VPC.and(FactSet::of(&[Fact::VpcDnsHostnames])),
    after: &["vantage"],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("vpc_dns_hostnames.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let vpc_id = facts.vpc_id()?;
    let judgement = if facts.dns_hostnames(&vpc_id)? {
        pass("on")
    } else {
        fail("off").remedy(SetVpcAttribute { vpc_id: vpc_id.clone(), attribute: VpcDnsAttribute::Hostnames }.into())
    };
    Ok(judgement.say("vpc", &vpc_id).about(vpc_id))
}
