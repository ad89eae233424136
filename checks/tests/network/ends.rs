//! Rules 22 to 25, and who the ends are: endpoints, instances, interfaces, addresses.

use crate::world::{World, entry, from_cidr, from_group, local, open, read, tcp, way};
use pldoctor_checks::facts::{Fact, MetadataInterface, Observed, Origin, Vantage, Why};
use pldoctor_checks::network::{Family, Goal, HopName, HopVerdict, PathQuestion, Reason, Start, Verdict};
use serde_json::json;
use std::net::IpAddr;

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// The usual world with a second interface of the endpoint in a third subnet and zone.
fn two_zones() -> World {
    let mut world = World::new().subnet("subnet-d", "vpc-1", "10.0.3.0/24", "use1-az4").interface(
        "eni-f",
        "subnet-d",
        "10.0.3.20",
        &["sg-e"],
    );
    world.find_interface("eni-f").interface_type = "vpc_endpoint".into();
    world.find_endpoint("vpce-1").network_interface_ids = vec!["eni-f".into(), "eni-e".into()];
    world
}

#[test]
fn rule_22_every_state_but_available_blocks_in_any_case() {
    for state in ["available", "Available", "AVAILABLE"] {
        let mut world = World::new();
        world.find_endpoint("vpce-1").raw_state = state.into();
        world.is(Verdict::Reachable);
    }
    for state in
        ["pendingAcceptance", "PendingAcceptance", "pending", "rejected", "failed", "expired", "deleting", "deleted"]
    {
        let mut world = World::new();
        world.find_endpoint("vpce-1").raw_state = state.into();
        world.is_blocked_by(&[HopName::EndpointState]);
        let hop = world.hop(HopName::EndpointState);
        assert_eq!((hop.reason, hop.explanation_code), (Reason::EndpointState(state.into()), Some("BAD_STATE")));
    }
    let mut world = World::new();
    world.find_endpoint("vpce-1").raw_state = "something-new".into();
    world.is_unknown_at(&[HopName::EndpointState]);
}

#[test]
fn rule_22_the_type_must_be_interface() {
    let mut world = World::new();
    world.find_endpoint("vpce-1").vpc_endpoint_type = "GatewayLoadBalancer".into();
    world.is_blocked_by(&[HopName::EndpointType]);
}

#[test]
fn everything_that_blocks_is_found_in_one_run_and_the_first_in_path_order_is_the_blocker() {
    let mut world = World::new()
        .ingress("sg-e", json!([]))
        .egress("sg-c", json!([]))
        .instance("i-c", "stopped")
        .acl("acl-x", "vpc-1", false, &["subnet-a", "subnet-b"], vec![])
        .table("rtb-x", "vpc-1", false, &["subnet-a", "subnet-b"], json!([]));
    world.find_endpoint("vpce-1").raw_state = "rejected".into();
    world.is_blocked_by(&[
        HopName::EndpointState,
        HopName::InstanceState,
        HopName::ClientSgEgress,
        HopName::ClientNaclEgress,
        HopName::ClientRoute,
        HopName::EndpointNaclIngress,
        HopName::EndpointSgIngress,
        HopName::EndpointNaclEgress,
        HopName::EndpointRoute,
        HopName::ClientNaclIngress,
    ]);
    assert_eq!(world.reach().blocker(), Some(HopName::EndpointState));
}

#[test]
fn rule_23_every_interface_is_judged_and_one_bad_zone_is_partial() {
    let world = two_zones();
    world.is(Verdict::Reachable);
    let ends: Vec<_> = world.reach().paths.into_iter().map(|path| (path.to.eni, path.to.az_id)).collect();
    let end = |eni: &str, zone: &str| (Some(eni.to_owned()), Some(zone.to_owned()));
    assert_eq!(ends, [end("eni-e", "use1-az2"), end("eni-f", "use1-az4")]);
    let bad = world.acl("acl-d", "vpc-1", false, &["subnet-d"], vec![]);
    bad.is(Verdict::Partial);
    assert_eq!(bad.reach().blockers(), [HopName::EndpointNaclIngress, HopName::EndpointNaclEgress]);
    assert_eq!(bad.reach().paths[0].verdict, Verdict::Reachable);
    bad.ingress("sg-e", json!([])).is(Verdict::Blocked);
}

#[test]
fn rule_23_one_zone_unknown_leaves_the_whole_unknown_unless_another_settles_it() {
    let world = two_zones().table(
        "rtb-d",
        "vpc-1",
        false,
        &["subnet-d"],
        json!([local("10.0.0.0/16"), way("10.0.1.0/24", "NatGatewayId", "nat-1")]),
    );
    assert_eq!(world.reach().verdict, Verdict::Unknown);
    let mut three = world
        .subnet("subnet-g", "vpc-1", "10.0.4.0/24", "use1-az5")
        .acl("acl-g", "vpc-1", false, &["subnet-g"], vec![])
        .interface("eni-g", "subnet-g", "10.0.4.20", &["sg-e"]);
    three.find_endpoint("vpce-1").network_interface_ids.push("eni-g".into());
    assert_eq!(three.reach().verdict, Verdict::Partial);
}

#[test]
fn rule_23_a_client_in_a_zone_without_interface_still_connects() {
    let world = World::new().subnet("subnet-z", "vpc-1", "10.0.9.0/24", "use1-az6").interface(
        "eni-z",
        "subnet-z",
        "10.0.9.9",
        &["sg-c"],
    );
    world.from(Start::Interface("eni-z".into())).is(Verdict::Reachable);
}

#[test]
fn an_endpoint_without_interface_is_blocked_and_one_that_is_not_known_is_unknown() {
    let mut world = World::new();
    world.find_endpoint("vpce-1").network_interface_ids.clear();
    world.is(Verdict::Blocked);
    assert_eq!(world.reach().blocker(), Some(HopName::EndpointInterfaces));
    let mut world = World::new();
    world.find_endpoint("vpce-1").network_interface_ids.push("eni-gone".into());
    assert_eq!(world.reach().verdict, Verdict::Unknown);
    let missing = world.reach().paths[1].hop(HopName::EndpointInterfaces).and_then(|hop| hop.missing.clone());
    assert_eq!(missing.expect("what is missing").object.as_deref(), Some("eni-gone"));
}

#[test]
fn without_interfaces_the_groups_can_still_be_judged() {
    // The machine knows its own groups, and the endpoint lists its own.
    let mut world = World::new().with(|facts| {
        facts.aws.network_interfaces = Observed::Unknown(Why::new("UnauthorizedOperation", ""));
    });
    world.find_endpoint("vpce-1").groups = read(json!([{ "GroupId": "sg-e", "GroupName": "e" }]));
    let world = world.from(Start::Machine(machine()));
    world.is(Verdict::Unknown);
    assert_eq!(world.hop(HopName::EndpointSgIngress).verdict, HopVerdict::Allow);
    assert_eq!(world.hop(HopName::ClientSgEgress).verdict, HopVerdict::Allow);
    world.ingress("sg-e", json!([tcp(4000, 4000, from_group("sg-x"))])).is_blocked_by(&[HopName::EndpointSgIngress]);
}

fn machine() -> Vantage {
    Vantage {
        instance_id: Some("i-c".into()),
        interface_id: Some("eni-c".into()),
        address: Some(address("10.0.1.25")),
        vpc_id: Some("vpc-1".into()),
        subnet_id: Some("subnet-a".into()),
        group_ids: Some(vec!["sg-c".into()]),
    }
}

#[test]
fn rule_24_an_endpoint_never_initiates() {
    let world = World::new()
        .from(Start::Interface("eni-e".into()))
        .to(Goal::Interface("eni-c".into()))
        .ingress("sg-c", json!([tcp(0, 65535, from_cidr("0.0.0.0/0"))]));
    world.is_blocked_by(&[HopName::EndpointType]);
    let hop = world.hop(HopName::EndpointType);
    assert_eq!((hop.reason, hop.explanation_code), (Reason::EndpointInitiates, Some("VPCE_INTRA_VPC_TRAFFIC")));
}

/// The client's instance with a second interface, listed first, whose group lets nothing out.
fn two_interfaces(subnet: &str, address: &str) -> World {
    let mut world = World::new()
        .group("sg-closed", "vpc-1", json!([]), json!([]))
        .interface("eni-2", subnet, address, &["sg-closed"])
        .attach("eni-2", "i-c", 1)
        .from(Start::Instance("i-c".into()));
    let interfaces = world.facts.aws.network_interfaces.known_mut().expect("interfaces");
    interfaces.network_interfaces.reverse();
    world
}

#[test]
fn rule_25_an_instance_speaks_through_device_index_0() {
    let world = two_interfaces("subnet-a", "10.0.1.26");
    world.is(Verdict::Reachable);
    assert_eq!(world.path().from.eni.as_deref(), Some("eni-c"));
    assert_eq!(world.path().from.ip, Some(address("10.0.1.25")));
}

#[test]
fn rule_25_unless_the_target_is_on_the_subnet_of_another_interface() {
    let world = two_interfaces("subnet-b", "10.0.2.26");
    world.is_blocked_by(&[HopName::ClientSgEgress, HopName::EndpointSgIngress]);
    assert_eq!(world.path().from.eni.as_deref(), Some("eni-2"));
}

#[test]
fn an_instance_that_does_not_run_is_blocked_and_one_that_is_not_known_is_unknown() {
    for state in ["stopped", "stopping", "pending", "terminated"] {
        World::new().instance("i-c", state).is_blocked_by(&[HopName::InstanceState]);
    }
    World::new().with(|facts| facts.aws.instances = Observed::default()).is_unknown_at(&[HopName::InstanceState]);
    // The machine itself runs, or nobody would ask.
    let world = World::new().with(|facts| facts.aws.instances = Observed::default());
    world.from(Start::Machine(machine())).is(Verdict::Reachable);
}

#[test]
fn an_address_is_who_bears_it_in_the_right_vpc() {
    let world = World::new().from(Start::Address(address("10.0.1.25")));
    world.is(Verdict::Reachable);
    assert_eq!(world.path().from.eni.as_deref(), Some("eni-c"));
    // Another VPC with the same addresses is nothing to this one.
    let twice = world
        .vpc("vpc-2", "10.0.0.0/16")
        .subnet("subnet-2", "vpc-2", "10.0.1.0/24", "use1-az1")
        .group("sg-2", "vpc-2", json!([]), json!([]))
        .interface("eni-2", "subnet-2", "10.0.1.25", &["sg-2"]);
    twice.is(Verdict::Reachable);
    assert_eq!(twice.path().from.eni.as_deref(), Some("eni-c"));
}

#[test]
fn an_address_that_two_bear_is_unknown_where_nothing_tells_them_apart() {
    let world = World::new()
        .vpc("vpc-2", "10.9.0.0/16")
        .subnet("subnet-2", "vpc-2", "10.9.1.0/24", "use1-az1")
        .interface("eni-2", "subnet-2", "10.9.1.25", &["sg-c"])
        .vpc("vpc-3", "10.9.0.0/16")
        .subnet("subnet-3", "vpc-3", "10.9.1.0/24", "use1-az1")
        .interface("eni-3", "subnet-3", "10.9.1.25", &["sg-c"])
        .from(Start::Address(address("10.9.1.25")));
    let reach = world.reach();
    assert_eq!((reach.verdict, reach.paths.len()), (Verdict::Unknown, 0));
    assert_eq!(reach.missing.expect("what is missing").why.code, "Ambiguous");
}

#[test]
fn an_address_that_nobody_bears_yet_has_unknown_groups() {
    let world = World::new().from(Start::Address(address("10.0.1.99")));
    world.is_unknown_at(&[HopName::ClientSgEgress, HopName::EndpointSgIngress]);
    world
        .clone()
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.0.1.0/24"))]))
        .is_unknown_at(&[HopName::ClientSgEgress]);
    world
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.0.9.0/24"))]))
        .is_blocked_by(&[HopName::EndpointSgIngress]);
}

#[test]
fn a_client_outside_is_judged_on_the_endpoints_side_only() {
    let world = World::new().from(Start::Address(address("192.168.7.7")));
    // Without a route back it is blocked, and no group of ours is carried out there.
    world.is_blocked_by(&[HopName::EndpointSgIngress, HopName::EndpointRoute]);
    for hop in [HopName::ClientSgEgress, HopName::ClientNaclEgress, HopName::ClientRoute, HopName::ClientNaclIngress] {
        assert_eq!((world.hop(hop).verdict, world.hop(hop).reason), (HopVerdict::Skipped, Reason::Outside));
    }
    let by_vpn = world
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("192.168.0.0/16"))]))
        .route("rtb-1", way("192.168.0.0/16", "GatewayId", "vgw-1"));
    by_vpn.is_unknown_at(&[HopName::EndpointRoute]);
    assert_eq!(by_vpn.hop(HopName::EndpointRoute).reason, Reason::LeavesModel { via: "vgw-1".into() });
    let to_internet = World::new()
        .from(Start::Address(address("192.168.7.7")))
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("192.168.0.0/16"))]))
        .route("rtb-1", way("0.0.0.0/0", "GatewayId", "igw-1"));
    to_internet.is_blocked_by(&[HopName::EndpointRoute]);
}

#[test]
fn a_client_in_a_vpc_that_was_not_collected_is_unknown_over_an_active_peering() {
    let with = |cidr: &str| {
        World::new()
            .from(Start::Address(address("10.7.1.5")))
            .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.7.0.0/16"))]))
            .peering("pcx-7", "active", [("vpc-1", "10.0.0.0/16", "us-east-1"), ("vpc-7", cidr, "us-east-1")])
            .route("rtb-1", way("10.7.0.0/16", "VpcPeeringConnectionId", "pcx-7"))
    };
    with("10.7.0.0/16").is_unknown_at(&[HopName::EndpointRoute]);
    let wrong = with("10.8.0.0/16");
    wrong.is_blocked_by(&[HopName::EndpointRoute]);
    assert_eq!(wrong.hop(HopName::EndpointRoute).explanation_code, Some("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"));
}

#[test]
fn an_end_that_is_not_there_is_unknown_with_its_name() {
    for world in [
        World::new().from(Start::Interface("eni-none".into())),
        World::new().from(Start::Instance("i-none".into())),
        World::new().to(Goal::Endpoint("vpce-none".into())),
        World::new().to(Goal::Interface("eni-none".into())),
    ] {
        let reach = world.reach();
        assert_eq!((reach.verdict, reach.paths.len()), (Verdict::Unknown, 0));
        assert!(reach.missing.expect("what is missing").object.expect("a name").ends_with("-none"));
    }
    World::new().to(Goal::Address(address("10.0.2.99"))).is(Verdict::Unknown);
}

#[test]
fn an_endpoints_interface_needs_its_endpoint_known() {
    let world = World::new().to(Goal::Interface("eni-e".into()));
    world.is(Verdict::Reachable);
    let blank = world.with(|facts| facts.aws.vpc_endpoints = Observed::default());
    blank.is_unknown_at(&[HopName::EndpointState]);
    assert_eq!(blank.hop(HopName::EndpointState).missing.expect("what is missing").fact, Fact::VpcEndpoints);
}

/// The usual world in both families.
fn dual_stack() -> World {
    let mut world = World::new();
    for (interface, address) in [("eni-c", "fd12::1:25"), ("eni-e", "fd12::2:20")] {
        world.find_interface(interface).ipv6_addresses = read(json!([{ "Ipv6Address": address }]));
    }
    let mut world = world
        .route("rtb-1", json!({ "DestinationIpv6CidrBlock": "fd12::/64", "GatewayId": "local", "State": "active" }));
    let acls = world.facts.aws.network_acls.known_mut().expect("acls");
    for egress in [true, false] {
        acls.network_acls[0].entries.push(read(entry(101, egress, "allow", "-1", "::/0", None)));
    }
    world.find_group("sg-c").ip_permissions_egress = read(json!([
        { "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }], "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] },
    ]));
    world.question.family = Family::Ipv6;
    world
}

#[test]
fn ipv6_has_rules_entries_routes_and_addresses_of_its_own() {
    let world = dual_stack();
    world.is(Verdict::Reachable);
    assert_eq!(world.path().to.ip, Some(address("fd12::2:20")));
    world.clone().egress("sg-c", open()).is_blocked_by(&[HopName::ClientSgEgress]);
    world
        .clone()
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("0.0.0.0/0"))]))
        .is_blocked_by(&[HopName::EndpointSgIngress]);
    world.clone().ingress("sg-e", json!([tcp(4000, 4000, from_cidr("fd12::1:0/112"))])).is(Verdict::Reachable);
    world
        .clone()
        .table("rtb-4", "vpc-1", false, &["subnet-a"], json!([local("10.0.0.0/16")]))
        .is_blocked_by(&[HopName::ClientRoute]);
    let only_4 =
        vec![entry(1, false, "allow", "-1", "0.0.0.0/0", None), entry(1, true, "allow", "-1", "0.0.0.0/0", None)];
    world
        .acl("acl-4", "vpc-1", false, &["subnet-b"], only_4)
        .is_blocked_by(&[HopName::EndpointNaclIngress, HopName::EndpointNaclEgress]);
}

#[test]
fn an_end_without_an_address_of_the_family_is_blocked_there() {
    let mut world = dual_stack();
    world.find_interface("eni-e").ipv6_addresses.clear();
    world.is(Verdict::Blocked);
    assert_eq!(world.reach().blocker(), Some(HopName::AddressFamily));
    assert_eq!(world.hop(HopName::AddressFamily).resource.as_deref(), Some("eni-e"));
}

#[test]
fn the_question_of_the_facts_takes_the_machines_own_ports_only_for_the_machine() {
    let mut world = World::new();
    world.facts.question.target.endpoint_id = Some("vpce-1".into());
    world.facts.host.ephemeral_ports = Observed::Known((10000, 10999));
    world.facts.question.from = Some(Origin::Interface("eni-c".into()));
    let named = PathQuestion::of(&world.facts).expect("a question");
    assert_eq!((named.ephemeral, &named.from, named.port), (None, &Start::Interface("eni-c".into()), 4000));
    world.facts.question.from = None;
    let interface = MetadataInterface {
        interface_id: "eni-c".into(),
        vpc_id: "vpc-1".into(),
        subnet_id: "subnet-a".into(),
        security_group_ids: vec!["sg-c".into()],
        local_ipv4s: vec![address("10.0.1.25")],
        ..MetadataInterface::default()
    };
    world.facts.host.metadata =
        Observed::Known(pldoctor_checks::facts::Metadata { interfaces: vec![interface], ..Default::default() });
    let own = PathQuestion::of(&world.facts).expect("a question");
    assert_eq!(own.ephemeral, Some((10000, 10999)));
    assert!(matches!(own.from, Start::Machine(_)));
}

#[test]
fn an_address_says_which_family_is_asked_about() {
    let family = |from: Start, to: Goal| PathQuestion::new(from, to, 4000).family;
    let (v4, v6) = (address("10.0.1.25"), address("fd12::1:25"));
    let endpoint = || Goal::Endpoint("vpce-1".into());
    assert_eq!(family(Start::Address(v6), endpoint()), Family::Ipv6);
    assert_eq!(family(Start::Address(v4), endpoint()), Family::Ipv4);
    assert_eq!(family(Start::Interface("eni-c".into()), Goal::Address(v6)), Family::Ipv6);
    assert_eq!(family(Start::Interface("eni-c".into()), endpoint()), Family::Ipv4);
}

#[test]
fn a_goal_is_read_from_its_name() {
    assert_eq!(Goal::parse("vpce-1"), Some(Goal::Endpoint("vpce-1".into())));
    assert_eq!(Goal::parse("i-1"), Some(Goal::Instance("i-1".into())));
    assert_eq!(Goal::parse("eni-1"), Some(Goal::Interface("eni-1".into())));
    assert_eq!(Goal::parse("10.0.0.1"), Some(Goal::Address(address("10.0.0.1"))));
    assert_eq!(Goal::parse("fd00::1"), Some(Goal::Address(address("fd00::1"))));
    assert_eq!(Goal::parse("sg-1"), None);
}
