//! Which DNS server the VPC tells its machines to ask.

use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{DnsAnswer, Fact, FactSet, Facts, aws, reads, same_name};
use crate::remedy::{AssociateDhcpOptions, CreateDhcpOptions, NEW_DHCP_OPTIONS, Remedy};
use ipnet::Ipv4Net;
use std::net::IpAddr;

check!(VpcDhcpDns {
    id: "vpc-dhcp-dns",
    layer: Layer::Vpc,
    owner: Owner::Vpc,
    reads: reads::VPC.and(FactSet::of(&[
        Fact::DhcpOptions,
        Fact::ResolvConf,
        Fact::SystemAnswer,
        Fact::HostResolverAnswers,
        Fact::VpcResolverAnswers,
    ])),
    after: &["vantage"],
    measured_by: Some("host-resolver-answer"),
    words: include_str!("vpc_dhcp_dns.toml"),
});

const SERVERS: &str = "domain-name-servers";

fn judge(facts: &Facts) -> Judged {
    let vpc_id = facts.resolver_vpc()?;
    let vpc = facts.vpcs()?.iter().find(|vpc| vpc.vpc_id == vpc_id);
    let vpc = vpc.ok_or_else(|| Stop::not_applicable("vpc-unseen"))?;
    let all = facts.dhcp_options()?;
    let Some(set) = all.iter().find(|set| set.dhcp_options_id == vpc.dhcp_options_id) else {
        return Err(Stop::not_applicable("no-set"));
    };
    let custom: Vec<&str> = servers(set).filter(|server| !is_amazons(server, vpc)).collect();
    let judgement = if servers(set).next().is_none() {
        warn("no-servers")
    } else if custom.is_empty() {
        pass("amazon")
    } else {
        customs(facts, &custom, || remedies(all, set, &vpc_id)).say("servers", custom.join(", "))
    };
    Ok(judgement.say("vpc", &vpc_id).say("options", &set.dhcp_options_id).about(vpc_id).about(&set.dhcp_options_id))
}

fn servers(set: &aws::DhcpOptions) -> impl Iterator<Item = &str> {
    let option = set.dhcp_configurations.iter().filter(|option| option.key == SERVERS);
    option.flat_map(|option| &option.values).map(|value| value.value.as_str())
}

/// Whether it is the VPC's own resolver, under any of its addresses: the base of one of the VPC's blocks plus two is one.
fn is_amazons(server: &str, vpc: &aws::Vpc) -> bool {
    let plus_two = |block: &str| {
        let block: Ipv4Net = block.parse().ok()?;
        let base = u32::from(block.network());
        Some(IpAddr::V4(base.checked_add(2)?.into()))
    };
    let blocks = vpc.cidr_block_association_set.iter().map(|block| block.cidr_block.as_str());
    ["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253"].contains(&server)
        || blocks.chain([vpc.cidr_block.as_str()]).filter_map(plus_two).any(|own| Ok(own) == server.parse())
}

/// Other servers are handed out, which is well where they ask the VPC's resolver in their turn.
fn customs(facts: &Facts, custom: &[&str], remedies: impl FnOnce() -> Vec<Remedy>) -> Judgement {
    let Some((host_right, vpc_right)) = compare(facts) else { return warn("custom") };
    if host_right {
        return pass("custom-right");
    }
    let blameless = |answer: &&DnsAnswer| {
        let named = custom.iter().any(|server| Ok(answer.server) == server.parse());
        named && is_right(facts, answer.addresses())
    };
    let asked = facts.host_resolver_answers().unwrap_or_default();
    if asked.iter().any(|answer| blameless(&answer)) {
        // Asked by themselves they answer rightly, so what is wrong lies on this machine.
        return pass("custom-right");
    }
    let asks_them = facts.resolv_conf().map_or(true, |conf| {
        // A stub on this machine asks whoever DHCP named.
        conf.nameservers.iter().any(|own| own.is_loopback() || custom.iter().any(|server| Ok(*own) == server.parse()))
    });
    match (asks_them, vpc_right) {
        (true, true) => fail("custom-wrong").remedies(remedies()),
        (false, _) => warn("custom-unused"),
        (true, false) => warn("custom"),
    }
}

/// Whether this machine, and whether the VPC's resolver, gets the endpoint's addresses. `None` where one was not asked, or nothing is known to compare.
fn compare(facts: &Facts) -> Option<(bool, bool)> {
    let host = facts.question.target.host.as_deref()?;
    let answers = facts.vpc_resolver_answers().ok()?;
    let of_vpc = answers.iter().find(|answer| same_name(&answer.name, host))?.addresses();
    let own = facts.system_answer().ok()?.addresses.as_slice();
    let is_known = facts.endpoint_interfaces().is_ok_and(|interfaces| !interfaces.is_empty());
    is_known.then(|| (is_right(facts, own), is_right(facts, of_vpc)))
}

/// Whether these are addresses of the endpoint, all of them.
fn is_right(facts: &Facts, found: &[IpAddr]) -> bool {
    let interfaces = facts.endpoint_interfaces().unwrap_or_default();
    let expected: Vec<IpAddr> = interfaces.iter().flat_map(|interface| interface.addresses()).collect();
    !found.is_empty() && found.iter().all(|address| expected.contains(address))
}

/// A set with Amazon's server: one that is there, else a new one that is otherwise like the present one.
fn remedies(all: &[aws::DhcpOptions], set: &aws::DhcpOptions, vpc_id: &str) -> Vec<Remedy> {
    let rest = |set: &aws::DhcpOptions| -> Vec<aws::DhcpConfiguration> {
        set.dhcp_configurations.iter().filter(|option| option.key != SERVERS).cloned().collect()
    };
    let is_fit = |other: &&aws::DhcpOptions| {
        servers(other).collect::<Vec<_>>() == ["AmazonProvidedDNS"] && rest(other) == rest(set)
    };
    let associate = |options_id: &str| -> Remedy {
        AssociateDhcpOptions {
            options_id: options_id.to_owned(),
            vpc_id: vpc_id.to_owned(),
            instead_of: set.dhcp_options_id.clone(),
        }
        .into()
    };
    match all.iter().find(is_fit) {
        Some(other) => vec![associate(&other.dhcp_options_id)],
        None => vec![CreateDhcpOptions { keeps: rest(set) }.into(), associate(NEW_DHCP_OPTIONS)],
    }
}
