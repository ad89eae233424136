//! The order of precedence, line by line.

use crate::world::{
    NAME, REGIONAL, behind, block, endpoint_zone, forward, from_profile, rule, said, vpc, with, with_zones, zone,
};
use pldoctor_checks::resolver::{Action, Block, Domain, Resolver, RuleKind};

const PARENT: &str = "prod.aws.tidbcloud.com";

/// Each world, and what its resolver says of the private name.
fn table() -> Vec<(&'static str, Resolver, &'static str)> {
    let own = || endpoint_zone(NAME);
    let address = |domain: &str| zone(domain, &[(NAME, "A", "10.0.9.9")]);
    vec![
        (
            "nothing matches: public DNS",
            vpc(),
            "public gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com because of nothing",
        ),
        ("private DNS is on", with_zones(vec![own()]), "vpce-1 because of vpce-1"),
        (
            "enableDnsSupport is off: nobody answers",
            Resolver { support: false, ..with_zones(vec![own()]) },
            "silence because of enableDnsSupport",
        ),
        (
            "enableDnsHostnames is off: private zones don't count",
            Resolver { hostnames: false, ..with_zones(vec![own()]) },
            "public gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com because of nothing",
        ),
        // Zones.
        (
            "the most specific zone wins",
            with_zones(vec![address("tidbcloud.com"), own(), address(PARENT)]),
            "vpce-1 because of vpce-1",
        ),
        (
            "a zone without a record: NXDOMAIN, and no falling through to the one above",
            with_zones(vec![zone(PARENT, &[]), address("tidbcloud.com")]),
            "nxdomain because of Z-prod.aws.tidbcloud.com",
        ),
        (
            "a zone with another type of record for the name: NODATA",
            with_zones(vec![zone(PARENT, &[(NAME, "TXT", "\"x\"")])]),
            "nodata because of Z-prod.aws.tidbcloud.com",
        ),
        (
            "a zone shadows names that no more specific zone covers",
            with_zones(vec![
                endpoint_zone("gateway02-privatelink.us-east-1.prod.aws.tidbcloud.com"),
                zone(PARENT, &[]),
            ]),
            "nxdomain because of Z-prod.aws.tidbcloud.com",
        ),
        (
            "a zone of the very name beats an endpoint's wildcard",
            with_zones(vec![endpoint_zone("*.us-east-1.prod.aws.tidbcloud.com"), zone(NAME, &[])]),
            "nxdomain because of Z-gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com",
        ),
        (
            "an endpoint's wildcard covers one label",
            with_zones(vec![endpoint_zone("*.us-east-1.prod.aws.tidbcloud.com")]),
            "vpce-1 because of vpce-1",
        ),
        (
            "and no more than one",
            with_zones(vec![endpoint_zone("*.prod.aws.tidbcloud.com")]),
            "nxdomain because of vpce-1",
        ),
        (
            "a CNAME in somebody's zone leads to the endpoint",
            with_zones(vec![zone(PARENT, &[(NAME, "CNAME", REGIONAL)])]),
            "vpce-1 because of Z-prod.aws.tidbcloud.com",
        ),
        (
            "whose target is looked up in its turn",
            with(vec![zone(PARENT, &[(NAME, "CNAME", REGIONAL)])], vec![forward("com")]),
            "forwarded to 10.0.5.53 because of Z-prod.aws.tidbcloud.com",
        ),
        (
            "a wildcard record",
            with_zones(vec![zone(PARENT, &[("*.prod.aws.tidbcloud.com", "A", "10.0.9.9")])]),
            "10.0.9.9 because of Z-prod.aws.tidbcloud.com",
        ),
        // Rules and zones.
        (
            "FORWARD of the same domain beats the zone",
            with(vec![own()], vec![forward(NAME)]),
            "forwarded to 10.0.5.53 because of forward-gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com",
        ),
        (
            "FORWARD of a domain above loses to the zone",
            with(vec![own()], vec![forward("tidbcloud.com")]),
            "vpce-1 because of vpce-1",
        ),
        ("so does FORWARD of com", with(vec![own()], vec![forward("com")]), "vpce-1 because of vpce-1"),
        ("and FORWARD of everything", with(vec![own()], vec![forward(".")]), "vpce-1 because of vpce-1"),
        (
            "FORWARD of everything takes what no zone covers",
            with(vec![], vec![rule(".", RuleKind::Recursive), forward(".")]),
            "forwarded to 10.0.5.53 because of forward-.",
        ),
        (
            "FORWARD below somebody's zone beats it",
            with(vec![address("tidbcloud.com")], vec![forward(PARENT)]),
            "forwarded to 10.0.5.53 because of forward-prod.aws.tidbcloud.com",
        ),
        (
            "among rules the most specific one holds",
            with(vec![], vec![forward("com"), forward(PARENT), forward("tidbcloud.com")]),
            "forwarded to 10.0.5.53 because of forward-prod.aws.tidbcloud.com",
        ),
        (
            "SYSTEM takes a name back from a FORWARD above it",
            with(vec![address("tidbcloud.com")], vec![forward(PARENT), rule(NAME, RuleKind::System)]),
            "10.0.9.9 because of Z-tidbcloud.com",
        ),
        (
            "SYSTEM without a zone leaves the name to public DNS",
            with(vec![], vec![forward("com"), rule(PARENT, RuleKind::System)]),
            "public gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com because of nothing",
        ),
        (
            "SYSTEM of another name changes nothing",
            with(
                vec![address("tidbcloud.com")],
                vec![forward(PARENT), rule("gateway02.prod.aws.tidbcloud.com", RuleKind::System)],
            ),
            "forwarded to 10.0.5.53 because of forward-prod.aws.tidbcloud.com",
        ),
        (
            "RECURSIVE is the internet",
            with(vec![], vec![rule(".", RuleKind::Recursive)]),
            "public gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com because of nothing",
        ),
        (
            "DELEGATE asks those whom a zone hands a part of itself to",
            with(
                vec![zone("tidbcloud.com", &[(PARENT, "NS", "ns1.corp.test.")])],
                vec![rule("", RuleKind::Delegate(Domain::new("corp.test")))],
            ),
            "forwarded to ns1.corp.test. because of delegate-",
        ),
        (
            "DELEGATE alone does nothing",
            with(vec![own()], vec![rule("", RuleKind::Delegate(Domain::new("corp.test")))]),
            "vpce-1 because of vpce-1",
        ),
        // Profiles.
        (
            "of the same domain, the VPC's own zone is asked before a Profile's",
            with_zones(vec![own(), from_profile(zone(NAME, &[]))]),
            "vpce-1 because of vpce-1",
        ),
        (
            "a Profile's zone that is more specific wins",
            with_zones(vec![endpoint_zone("*.us-east-1.prod.aws.tidbcloud.com"), from_profile(zone(NAME, &[]))]),
            "nxdomain because of Z-gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com",
        ),
        // DNS Firewall.
        ("BLOCK with NODATA", behind(&[("*.tidbcloud.com", block(Block::NoData), false)]), "nodata because of frg-1"),
        ("BLOCK with NXDOMAIN", behind(&[("*", block(Block::NxDomain), false)]), "nxdomain because of frg-1"),
        (
            "BLOCK with OVERRIDE",
            behind(&[(NAME, block(Block::Override("wall.test".to_owned())), false)]),
            "public wall.test because of frg-1",
        ),
        ("ALERT lets pass", behind(&[("*", Action::Alert, false)]), "vpce-1 because of vpce-1"),
        (
            "the first rule that names it decides",
            behind(&[("*", Action::Allow, true), ("*", block(Block::NoData), false)]),
            "vpce-1 because of vpce-1",
        ),
        (
            "an entry without an asterisk is not about names below it",
            behind(&[("tidbcloud.com", block(Block::NoData), false)]),
            "vpce-1 because of vpce-1",
        ),
        (
            "nor one with an asterisk about its own name",
            behind(&[(STARRED, block(Block::NoData), false)]),
            "vpce-1 because of vpce-1",
        ),
        (
            "the name that it leads to is looked at, too",
            behind(&[(NAME, Action::Allow, false), ("*", block(Block::NoData), false)]),
            "nodata because of frg-1",
        ),
        (
            "unless redirection is trusted",
            behind(&[(NAME, Action::Allow, true), ("*", block(Block::NoData), false)]),
            "vpce-1 because of vpce-1",
        ),
    ]
}

const STARRED: &str = "*.gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com";

#[test]
fn the_order_of_precedence() {
    for (line, resolver, expected) in table() {
        assert_eq!(said(&resolver, NAME), expected, "{line}");
    }
}

#[test]
fn the_control_sample_is_in_public_dns() {
    assert_eq!(said(&vpc(), REGIONAL), "vpce-1 because of nothing");
    assert_eq!(said(&Resolver { hostnames: false, ..vpc() }, REGIONAL), "vpce-1 because of nothing");
}

#[test]
fn a_ring_of_names_ends() {
    let ring = with_zones(vec![zone("test", &[("a.test", "CNAME", "b.test"), ("b.test", "CNAME", "a.test")])]);
    assert_eq!(said(&ring, "a.test"), "nodata because of Z-test");
}
