//! The permissions that collecting needs: those of the facts that checks read, and of the facts through which those are found.

use pldoctor_checks::check::Check;
use pldoctor_checks::facts::{Fact, FactSet, Source};
use std::collections::BTreeSet;

/// What tells which VPCs the question is about, where the metadata service doesn't: see `graph::vpcs` and `graph::origin`.
const SCOPE: FactSet =
    FactSet::of(&[Fact::VpcEndpoints, Fact::VpcEndpointServices, Fact::NetworkInterfaces, Fact::Instances, Fact::Vpcs]);

/// The facts through which a fact is found: what the collection has to know before it can ask, as `graph` draws it.
const fn through(fact: Fact) -> FactSet {
    match fact {
        Fact::Vpcs
        | Fact::VpcDnsSupport
        | Fact::VpcDnsHostnames
        | Fact::Subnets
        | Fact::NetworkInterfaces
        | Fact::SecurityGroups
        | Fact::NetworkAcls
        | Fact::RouteTables
        | Fact::HostedZones
        | Fact::ClientHostedZones
        | Fact::ProfileAssociations
        | Fact::ResolverRuleAssociations
        | Fact::FirewallAssociations
        | Fact::FirewallConfigs => SCOPE,
        Fact::PrefixListEntries => FactSet::of(&[Fact::SecurityGroups, Fact::RouteTables]),
        Fact::VpcPeeringConnections | Fact::TransitGatewayVpcAttachments => FactSet::of(&[Fact::RouteTables]),
        Fact::ProfileResources => FactSet::of(&[Fact::ProfileAssociations]),
        Fact::HostedZoneNames => FactSet::of(&[Fact::ProfileResources]),
        Fact::RecordSets => FactSet::of(&[Fact::HostedZones, Fact::ClientHostedZones, Fact::HostedZoneNames]),
        Fact::FirewallRules => FactSet::of(&[Fact::FirewallAssociations, Fact::ProfileResources]),
        Fact::FirewallDomains => FactSet::of(&[Fact::FirewallRules]),
        _ => FactSet::EMPTY,
    }
}

/// The IAM actions without which some fact that these checks read can't be collected.
pub fn actions(checks: &[&'static dyn Check]) -> BTreeSet<&'static str> {
    let read = checks.iter().fold(FactSet::EMPTY, |all, check| all.and(check.meta().reads));
    with_what_finds_them(read).iter().filter_map(action).collect()
}

fn with_what_finds_them(facts: FactSet) -> FactSet {
    let more = facts.iter().fold(facts, |all, fact| all.and(through(fact)));
    if more == facts { facts } else { with_what_finds_them(more) }
}

fn action(fact: Fact) -> Option<&'static str> {
    match fact.source() {
        Source::Api { action, .. } => action,
        Source::Machine { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pldoctor_checks::registry::{CHECKS, check};

    fn of(id: &str) -> Vec<&'static str> {
        actions(&[check(id).expect("a check")]).into_iter().collect()
    }

    #[test]
    fn a_fact_brings_what_it_is_found_through() {
        let firewall = of("dns-firewall");
        for action in [
            "ec2:DescribeVpcEndpoints",
            "route53profiles:ListProfileResourceAssociations",
            "route53resolver:ListFirewallRuleGroupAssociations",
        ] {
            assert!(firewall.contains(&action), "{action}");
        }
        assert!(!firewall.contains(&"ec2:DescribeRouteTables"));
    }

    #[test]
    fn fewer_checks_need_less_and_all_need_everything_that_is_asked() {
        let all = actions(CHECKS);
        assert!(of("vpc-dns-support").len() < all.len());
        assert_eq!(all, Fact::ALL.iter().filter_map(|fact| action(*fact)).collect());
    }
}
