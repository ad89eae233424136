//! Rules 1 to 10: security groups and prefix lists.

use crate::world::{World, from_cidr, from_group, from_list, local, open, rule, tcp, way};
use pldoctor_checks::facts::{Fact, Observed, Why};
use pldoctor_checks::network::{Goal, HopName, HopVerdict, Reason, RulePeer, RuleRef, Start, Verdict};
use serde_json::{Value, json};

const IN: HopName = HopName::EndpointSgIngress;
const OUT: HopName = HopName::ClientSgEgress;

/// The usual world with these inbound rules on the endpoint's group.
fn admitting(rules: Value) -> World {
    World::new().ingress("sg-e", rules)
}

#[track_caller]
fn admits(rules: Value, verdict: Verdict) {
    admitting(rules).is(verdict);
}

#[test]
fn a_healthy_world_is_reachable_and_names_the_rule_that_lets_it_in() {
    let world = World::new();
    world.is(Verdict::Reachable);
    let hop = world.hop(IN);
    let peer = RulePeer::Group("sg-c".into());
    let rule = RuleRef::Group { group: "sg-e".into(), protocol: "tcp".into(), from: Some(4000), to: Some(4000), peer };
    assert_eq!(hop.rule, Some(rule));
    assert_eq!((hop.verdict, hop.resource.as_deref()), (HopVerdict::Allow, Some("sg-e")));
}

#[test]
fn rule_1_nothing_matches_is_denied_with_the_analyzers_code() {
    let world = admitting(json!([tcp(4001, 4001, from_group("sg-c"))]));
    world.is_blocked_by(&[IN]);
    let hop = world.hop(IN);
    assert_eq!((hop.reason, hop.explanation_code), (Reason::NoRuleMatches, Some("ENI_SG_RULES_MISMATCH")));
}

#[test]
fn rule_1_no_rule_at_all_says_so() {
    let hop = admitting(json!([])).hop(IN);
    assert_eq!((hop.reason, hop.explanation_code), (Reason::GroupHasNoRules, Some("SG_HAS_NO_RULES")));
    let world = World::new().egress("sg-c", json!([]));
    world.is_blocked_by(&[OUT]);
    assert_eq!(world.hop(OUT).reason, Reason::GroupHasNoRules);
}

#[test]
fn rule_1_the_union_of_all_groups_of_the_interface_decides() {
    let mut world =
        admitting(json!([])).group("sg-f", "vpc-1", json!([tcp(4000, 4000, from_cidr("10.0.0.0/16"))]), json!([]));
    world.is(Verdict::Blocked);
    world.find_interface("eni-e").groups.push(crate::world::read(json!({ "GroupId": "sg-f", "GroupName": "f" })));
    world.is(Verdict::Reachable);
    let hop = world.hop(IN);
    assert_eq!((hop.resource.as_deref(), hop.resources), (Some("sg-f"), vec!["sg-e".to_owned(), "sg-f".to_owned()]));
}

#[test]
fn rule_1_fields_of_two_rules_do_not_combine() {
    admits(json!([tcp(4000, 4000, from_cidr("10.0.9.0/24")), tcp(22, 22, from_group("sg-c"))]), Verdict::Blocked);
    admits(json!([rule("udp", 4000, 4000, from_group("sg-c")), tcp(22, 22, from_group("sg-c"))]), Verdict::Blocked);
}

#[test]
fn rule_2_the_other_directions_rules_never_matter() {
    // The endpoint's group lets nothing out, the client's nothing in.
    World::new().egress("sg-e", json!([])).ingress("sg-c", json!([])).is(Verdict::Reachable);
}

#[test]
fn rule_3_protocol_minus_one_ignores_the_ports() {
    for (from, to) in [
        (json!(null), json!(null)),
        (json!(0), json!(0)),
        (json!(-1), json!(-1)),
        (json!(0), json!(65535)),
        (json!(22), json!(22)),
    ] {
        let mut rule = from_group("sg-c");
        rule["IpProtocol"] = json!("-1");
        rule["FromPort"] = from;
        rule["ToPort"] = to;
        admits(json!([rule]), Verdict::Reachable);
    }
}

#[test]
fn rule_3_tcp_by_name_and_number_in_any_case() {
    for protocol in ["tcp", "TCP", "Tcp", "6"] {
        admits(json!([rule(protocol, 4000, 4000, from_group("sg-c"))]), Verdict::Reachable);
    }
    for protocol in ["udp", "17", "icmp", "1", "icmpv6", "58", "50", "60"] {
        admits(json!([rule(protocol, 4000, 4000, from_group("sg-c"))]), Verdict::Blocked);
    }
}

#[test]
fn rule_3_an_icmp_type_is_no_port() {
    admits(json!([rule("icmp", -1, -1, from_group("sg-c"))]), Verdict::Blocked);
    admits(json!([rule("icmp", 0, 65535, from_group("sg-c"))]), Verdict::Blocked);
}

#[test]
fn rule_3_both_ends_of_a_range_are_included() {
    for (from, to, verdict) in [
        (4000, 5000, Verdict::Reachable),
        (3000, 4000, Verdict::Reachable),
        (0, 65535, Verdict::Reachable),
        (4001, 5000, Verdict::Blocked),
        (3000, 3999, Verdict::Blocked),
        (5000, 3000, Verdict::Blocked),
    ] {
        admits(json!([tcp(from, to, from_group("sg-c"))]), verdict);
    }
}

#[test]
fn rule_3_tcp_without_readable_ports_is_unknown() {
    let mut rule = from_group("sg-c");
    rule["IpProtocol"] = json!("tcp");
    admits(json!([rule]), Verdict::Unknown);
    admits(json!([tcp(-1, -1, from_group("sg-c"))]), Verdict::Unknown);
    // What else there is may still decide.
    admits(json!([tcp(-1, -1, from_group("sg-c")), tcp(4000, 4000, from_cidr("0.0.0.0/0"))]), Verdict::Reachable);
}

#[test]
fn rule_4_families_never_match_each_other() {
    admits(json!([tcp(4000, 4000, from_cidr("::/0"))]), Verdict::Blocked);
    World::new().egress("sg-c", json!([rule("-1", 0, 0, from_cidr("::/0"))])).is_blocked_by(&[OUT]);
}

#[test]
fn rule_4_host_bits_in_a_block_are_read_leniently() {
    admits(json!([tcp(4000, 4000, from_cidr("10.0.1.25/24"))]), Verdict::Reachable);
    admits(json!([tcp(4000, 4000, from_cidr("10.0.1.25/32"))]), Verdict::Reachable);
    admits(json!([tcp(4000, 4000, from_cidr("10.0.1.25"))]), Verdict::Reachable);
    admits(json!([tcp(4000, 4000, from_cidr("10.0.1.24/32"))]), Verdict::Blocked);
    admits(json!([tcp(4000, 4000, from_cidr("10.0.1.128/25"))]), Verdict::Blocked);
}

#[test]
fn rule_4_a_block_that_cannot_be_read_is_unknown() {
    let world = admitting(json!([tcp(4000, 4000, from_cidr("10.0.1/24"))]));
    world.is_unknown_at(&[IN]);
    assert_eq!(world.hop(IN).missing.expect("what is missing").why.code, Why::MALFORMED);
}

#[test]
fn rule_5_a_reference_matches_who_carries_the_group_and_imports_no_rules() {
    // sg-x is not carried by the client; that sg-x lets the client in is nothing to sg-e.
    admitting(json!([tcp(4000, 4000, from_group("sg-x"))]))
        .group("sg-x", "vpc-1", json!([tcp(4000, 4000, from_cidr("0.0.0.0/0"))]), open())
        .is_blocked_by(&[IN]);
}

#[test]
fn rule_5_a_self_reference_connects_members_only() {
    let world = admitting(json!([tcp(4000, 4000, from_group("sg-e"))]));
    world.is_blocked_by(&[IN]);
    let mut inside = world.clone();
    inside.find_interface("eni-c").groups.push(crate::world::read(json!({ "GroupId": "sg-e", "GroupName": "e" })));
    inside.is(Verdict::Reachable);
}

#[test]
fn rule_5_the_default_group_admits_its_own_members_only() {
    // What `create-vpc-endpoint` without `--security-group-ids` makes.
    let mut world =
        World::new().group("sg-default", "vpc-1", json!([rule("-1", 0, 0, from_group("sg-default"))]), open());
    world.find_group("sg-default").group_name = "default".into();
    world.find_interface("eni-e").groups =
        crate::world::read(json!([{ "GroupId": "sg-default", "GroupName": "default" }]));
    world.is_blocked_by(&[IN]);
    world.find_interface("eni-c").groups =
        crate::world::read(json!([{ "GroupId": "sg-default", "GroupName": "default" }]));
    world.is(Verdict::Reachable);
}

#[test]
fn rule_5_egress_by_reference_to_the_endpoints_group() {
    World::new().egress("sg-c", json!([tcp(4000, 4000, from_group("sg-e"))])).is(Verdict::Reachable);
    World::new().egress("sg-c", json!([tcp(4000, 4000, from_group("sg-c"))])).is_blocked_by(&[OUT]);
    World::new().egress("sg-c", json!([tcp(443, 443, from_cidr("0.0.0.0/0"))])).is_blocked_by(&[OUT]);
}

/// A client in `vpc-2`, peered, with routes on both sides; the endpoint's group refers to its group as EC2 writes it.
fn peered(status: &str, pair_status: &str, region: &str) -> World {
    let pair = json!({ "UserIdGroupPairs": [{
        "GroupId": "sg-p", "VpcId": "vpc-2", "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": pair_status,
    }] });
    World::new()
        .vpc("vpc-2", "10.2.0.0/16")
        .subnet("subnet-p", "vpc-2", "10.2.1.0/24", "use1-az1")
        .group("sg-p", "vpc-2", json!([]), open())
        .interface("eni-p", "subnet-p", "10.2.1.5", &["sg-p"])
        .peering("pcx-1", status, [("vpc-1", "10.0.0.0/16", "us-east-1"), ("vpc-2", "10.2.0.0/16", region)])
        .route("rtb-1", way("10.2.0.0/16", "VpcPeeringConnectionId", "pcx-1"))
        .route("rtb-2", way("10.0.0.0/16", "VpcPeeringConnectionId", "pcx-1"))
        .ingress("sg-e", json!([tcp(4000, 4000, pair)]))
        .from(Start::Interface("eni-p".into()))
}

#[test]
fn rule_6_a_reference_crosses_an_active_peering_in_one_region() {
    peered("active", "active", "us-east-1").is(Verdict::Reachable);
}

#[test]
fn rule_6_a_stale_reference_matches_nothing() {
    let world = peered("active", "deleted", "us-east-1");
    world.is_blocked_by(&[IN]);
    assert_eq!(world.hop(IN).reason, Reason::StaleReference { group: "sg-p".into() });
}

#[test]
fn rule_6_a_reference_does_not_cross_regions() {
    let world = peered("active", "active", "eu-west-1");
    world.is_blocked_by(&[IN]);
    let hop = world.hop(IN);
    assert_eq!(hop.reason, Reason::ReferenceNotPreserved { group: "sg-p".into(), by: "pcx-1".into() });
    assert_eq!(hop.explanation_code, Some("SG_REFERENCES_NOT_PRESERVED"));
    // A block does.
    world.ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.2.1.5/32"))])).is(Verdict::Reachable);
}

/// A client in `vpc-2` behind a transit gateway with attachments in both zones.
fn over_gateway(referencing: &str) -> World {
    World::new()
        .vpc("vpc-2", "10.2.0.0/16")
        .subnet("subnet-p", "vpc-2", "10.2.1.0/24", "use1-az1")
        .group("sg-p", "vpc-2", json!([]), open())
        .interface("eni-p", "subnet-p", "10.2.1.5", &["sg-p"])
        .attachment("tgw-attach-1", "tgw-1", "vpc-1", &["subnet-a", "subnet-b"], "available")
        .attachment("tgw-attach-2", "tgw-1", "vpc-2", &["subnet-p"], "available")
        .route("rtb-1", way("10.2.0.0/16", "TransitGatewayId", "tgw-1"))
        .route("rtb-2", way("10.0.0.0/16", "TransitGatewayId", "tgw-1"))
        .ingress("sg-e", json!([tcp(4000, 4000, from_group("sg-p"))]))
        .from(Start::Interface("eni-p".into()))
        .with(|facts| {
            let all = facts.aws.transit_gateway_vpc_attachments.known_mut().expect("attachments");
            for attachment in &mut all.transit_gateway_vpc_attachments {
                attachment.options.security_group_referencing_support = referencing.into();
            }
        })
}

#[test]
fn rule_7_no_reference_reaches_an_endpoint_over_a_transit_gateway() {
    let world = over_gateway("enable");
    world.is_blocked_by(&[IN]);
    let hop = world.hop(IN);
    assert_eq!(hop.reason, Reason::ReferenceNotPreserved { group: "sg-p".into(), by: "tgw-1".into() });
    // A block gets through the group; what the gateway does with it is outside the model.
    let by_block = world.ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.2.1.0/24"))]));
    by_block.is_unknown_at(&[HopName::ClientRoute, HopName::EndpointRoute]);
}

#[test]
fn rule_7_to_an_instance_inbound_references_need_support_on_both_attachments() {
    let to_instance = |referencing| {
        over_gateway(referencing)
            .interface("eni-i", "subnet-b", "10.0.2.30", &["sg-e"])
            .to(Goal::Interface("eni-i".into()))
    };
    assert_eq!(to_instance("enable").hop(IN).verdict, HopVerdict::Unknown);
    let off = to_instance("disable").hop(IN);
    assert_eq!((off.verdict, off.explanation_code), (HopVerdict::Deny, Some("SG_REFERENCING_SUPPORT")));
    // Outbound references never work.
    let out = to_instance("enable").egress("sg-p", json!([tcp(4000, 4000, from_group("sg-e"))])).hop(OUT);
    assert_eq!((out.verdict, out.explanation_code), (HopVerdict::Deny, Some("SG_REFERENCES_NOT_PRESERVED")));
}

#[test]
fn rule_8_behind_a_middlebox_references_do_not_match() {
    let routes = json!([local("10.0.0.0/16"), way("10.0.2.0/24", "NetworkInterfaceId", "eni-fw")]);
    let world = World::new().table("rtb-fw", "vpc-1", false, &["subnet-a"], routes);
    let hop = world.hop(IN);
    assert_eq!(hop.reason, Reason::ReferenceNotPreserved { group: "sg-c".into(), by: "eni-fw".into() });
    assert_eq!(hop.explanation_code, Some("SG_REFERENCES_NOT_PRESERVED"));
    // By address it passes the group, and the route remains open.
    world.ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.0.1.25/32"))])).is_unknown_at(&[HopName::ClientRoute]);
}

#[test]
fn rule_9_a_prefix_list_matches_by_any_of_its_entries() {
    let world = admitting(json!([tcp(4000, 4000, from_list("pl-1")), tcp(4000, 4000, from_list("pl-2"))]));
    let with = |one: &[&str], two: &[&str]| world.clone().list("pl-1", one).list("pl-2", two);
    with(&[], &["192.168.0.0/16", "10.0.1.0/24"]).is(Verdict::Reachable);
    with(&["10.0.1.25/32", "10.0.1.25/32"], &[]).is(Verdict::Reachable);
    with(&[], &[]).is_blocked_by(&[IN]);
    with(&["10.0.9.0/24"], &["::/0"]).is_blocked_by(&[IN]);
    assert_eq!(
        with(&["10.0.0.0/8"], &[]).hop(IN).rule,
        Some(RuleRef::Group {
            group: "sg-e".into(),
            protocol: "tcp".into(),
            from: Some(4000),
            to: Some(4000),
            peer: RulePeer::PrefixList("pl-1".into()),
        })
    );
}

#[test]
fn rule_9_entries_missing_from_the_data_are_unknown_and_not_denied() {
    let world = admitting(json!([tcp(4000, 4000, from_list("pl-1"))]));
    world.is_unknown_at(&[IN]);
    let missing = world.hop(IN).missing.expect("what is missing");
    assert_eq!((missing.fact, missing.object.as_deref()), (Fact::PrefixListEntries, Some("pl-1")));
    assert_eq!(missing.iam_action(), Some("ec2:GetManagedPrefixListEntries"));
    let denied = world.clone().with(|facts| {
        let why = Observed::Unknown(Why::new("UnauthorizedOperation", ""));
        facts.aws.prefix_list_entries.insert("pl-1".into(), why);
    });
    assert_eq!(denied.hop(IN).missing.expect("what is missing").why.code, "UnauthorizedOperation");
    // Another rule may decide without it, and another port leaves the list out of it.
    admits(json!([tcp(4000, 4000, from_list("pl-1")), tcp(4000, 4000, from_group("sg-c"))]), Verdict::Reachable);
    admits(json!([tcp(4001, 4001, from_list("pl-1"))]), Verdict::Blocked);
}

#[test]
fn rule_9_an_entry_that_cannot_be_read_is_unknown_unless_another_matches() {
    let world = admitting(json!([tcp(4000, 4000, from_list("pl-1"))]));
    world.clone().list("pl-1", &["10.0.1/24"]).is_unknown_at(&[IN]);
    world.list("pl-1", &["10.0.1/24", "10.0.1.0/24"]).is(Verdict::Reachable);
}

#[test]
fn rule_10_amazons_own_services_are_never_filtered() {
    let closed = World::new().egress("sg-c", json!([]));
    for address in ["169.254.169.253", "169.254.169.254", "10.0.0.2", "169.254.170.2", "169.254.169.123"] {
        let world = closed.clone().to(Goal::Address(address.parse().expect("an address")));
        world.is(Verdict::Reachable);
        assert_eq!(world.hop(OUT).reason, Reason::NeverFiltered);
    }
    // Whoever is outside is not served there, and whoever can't be placed is not known to be.
    let outside = Start::Address("192.168.7.7".parse().expect("an address"));
    let outside = closed.clone().from(outside).to(Goal::Address("169.254.169.254".parse().expect("an address")));
    outside.is(Verdict::Unknown);
    outside.with(|facts| facts.aws.subnets = Observed::default()).is(Verdict::Unknown);
    // A DNS server of one's own, named by the DHCP options, is ordinary traffic; so is the address beside the resolver's.
    closed
        .clone()
        .interface("eni-dns", "subnet-a", "10.0.1.53", &["sg-e"])
        .to(Goal::Interface("eni-dns".into()))
        .is(Verdict::Blocked);
    closed.to(Goal::Address("10.0.0.3".parse().expect("an address"))).is(Verdict::Blocked);
}

#[test]
fn a_group_that_is_not_among_the_facts_is_unknown() {
    let mut world = World::new();
    world.find_interface("eni-e").groups = crate::world::read(json!([{ "GroupId": "sg-gone" }]));
    world.is_unknown_at(&[IN]);
    assert_eq!(world.hop(IN).missing.expect("what is missing").object.as_deref(), Some("sg-gone"));
}

#[test]
fn groups_of_an_endpoint_interface_may_stand_with_the_endpoint() {
    let mut world = World::new();
    world.find_interface("eni-e").groups.clear();
    world.is_unknown_at(&[IN]);
    world.find_endpoint("vpce-1").groups = crate::world::read(json!([{ "GroupId": "sg-e", "GroupName": "e" }]));
    world.is(Verdict::Reachable);
}
