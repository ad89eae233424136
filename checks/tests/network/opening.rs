//! What opens a path, what that makes of the facts, and what else it opens.

use crate::world::{World, entry, from_cidr, from_group, from_list, local, open as everything, read, tcp, way};
use pldoctor_checks::network::{
    Change, Family, Goal, HopName, Opened, Peer, Reason, Start, Verdict, also_opens, apply, open, open_all,
};
use serde_json::{Value, json};

impl World {
    /// The changes for the only path, proved: together they open it, and none is too many.
    #[track_caller]
    fn opening(&self) -> Vec<Change> {
        let changes = open(&self.facts, &self.question, &self.path());
        self.proves(&changes);
        changes
    }

    #[track_caller]
    fn proves(&self, changes: &[Change]) {
        let with = |changes: &[&Change]| {
            let mut world = self.clone();
            changes.iter().for_each(|change| apply(change, &mut world.facts));
            world.reach().verdict
        };
        let all: Vec<_> = changes.iter().collect();
        assert_eq!(with(&all), Verdict::Reachable, "{changes:#?}");
        for left_out in 0..all.len() {
            let mut fewer = all.clone();
            fewer.remove(left_out);
            assert_ne!(with(&fewer), Verdict::Reachable, "{:?} is not needed", all[left_out]);
        }
    }

    fn also(&self, changes: &[Change]) -> Vec<Opened> {
        let widening = also_opens(&self.facts, &self.question, changes);
        assert_eq!(widening.not_judged, 0);
        widening.opened
    }
}

fn group(id: &str) -> Peer {
    Peer::Group(id.into())
}

fn cidr(text: &str) -> Peer {
    Peer::Cidr(text.parse().expect("a block"))
}

fn ingress(id: &str, peer: Peer) -> Change {
    Change::AllowIngress { group: id.into(), port: 4000, peer }
}

fn acl(id: &str, number: i32, egress: bool, cidr: &str, ports: (u16, u16)) -> Change {
    Change::AclEntry { acl: id.into(), number, egress, cidr: cidr.parse().expect("a block"), ports }
}

#[test]
fn nothing_opens_what_is_open() {
    assert_eq!(World::new().opening(), []);
}

#[test]
fn the_endpoints_group_lets_the_clients_group_in() {
    let world = World::new().ingress("sg-e", json!([]));
    let changes = world.opening();
    assert_eq!(changes, [ingress("sg-e", group("sg-c"))]);
    assert_eq!(world.also(&changes), []);
    // Who else carries the client's group comes in too, and is named.
    let shared = world.interface("eni-d", "subnet-a", "10.0.1.26", &["sg-c"]);
    assert_eq!(shared.also(&changes), [Opened { from: "eni-d".into(), to: "eni-e".into() }]);
}

#[test]
fn the_rule_goes_to_the_first_group_that_is_not_the_default_one() {
    let mut world = World::new().ingress("sg-e", json!([])).group("sg-a", "vpc-1", json!([]), everything());
    world.find_group("sg-a").group_name = "default".into();
    world.find_interface("eni-e").groups = read(json!([{ "GroupId": "sg-e" }, { "GroupId": "sg-a" }]));
    assert_eq!(world.opening(), [ingress("sg-e", group("sg-c"))]);
    // Where there is no other, it is that one.
    world.find_interface("eni-e").groups = read(json!([{ "GroupId": "sg-a" }]));
    assert_eq!(world.opening(), [ingress("sg-a", group("sg-c"))]);
}

#[test]
fn the_clients_group_that_fewest_carry_is_referred_to() {
    let mut world = World::new()
        .ingress("sg-e", json!([]))
        .group("sg-narrow", "vpc-1", json!([]), json!([]))
        .interface("eni-d", "subnet-a", "10.0.1.26", &["sg-c"]);
    world.find_interface("eni-c").groups = read(json!([{ "GroupId": "sg-c" }, { "GroupId": "sg-narrow" }]));
    let changes = world.opening();
    assert_eq!(changes, [ingress("sg-e", group("sg-narrow"))]);
    assert_eq!(world.also(&changes), []);
}

#[test]
fn the_clients_group_is_let_out_to_the_endpoints_group() {
    let world = World::new().egress("sg-c", json!([]));
    assert_eq!(world.opening(), [Change::AllowEgress { group: "sg-c".into(), port: 4000, peer: group("sg-e") }]);
}

#[test]
fn a_prefix_list_that_lacks_the_client_is_left_alone() {
    let world =
        World::new().ingress("sg-e", json!([tcp(4000, 4000, from_list("pl-1"))])).list("pl-1", &["10.9.0.0/16"]);
    assert_eq!(world.opening(), [ingress("sg-e", group("sg-c"))]);
}

#[test]
fn an_address_without_an_interface_gets_a_block_of_one() {
    let world = World::new()
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.0.9.0/24"))]))
        .from(Start::Address("10.0.1.99".parse().expect("an address")));
    let changes = open(&world.facts, &world.question, &world.path());
    assert_eq!(changes, [ingress("sg-e", cidr("10.0.1.99/32"))]);
}

fn ephemeral() -> (u16, u16) {
    (32768, 60999)
}

#[test]
fn an_entry_goes_just_before_the_deny_that_hits() {
    let entries = vec![
        entry(90, false, "deny", "6", "10.0.1.0/24", Some((3000, 5000))),
        entry(89, false, "allow", "6", "10.0.7.0/24", None),
        entry(100, false, "allow", "-1", "0.0.0.0/0", None),
        entry(100, true, "allow", "-1", "0.0.0.0/0", None),
    ];
    let world = World::new().acl("acl-e", "vpc-1", false, &["subnet-b"], entries);
    let changes = world.opening();
    assert_eq!(changes, [acl("acl-e", 88, false, "10.0.1.25/32", (4000, 4000))]);
    assert_eq!(world.also(&changes), []);
}

#[test]
fn where_only_the_final_deny_is_in_the_way_the_entry_goes_after_the_others() {
    let entries = vec![
        entry(100, false, "allow", "6", "10.0.7.0/24", None),
        entry(32767, false, "deny", "-1", "0.0.0.0/0", None),
        entry(100, true, "allow", "-1", "0.0.0.0/0", None),
    ];
    let world = World::new().acl("acl-e", "vpc-1", false, &["subnet-b"], entries);
    assert_eq!(world.opening(), [acl("acl-e", 110, false, "10.0.1.25/32", (4000, 4000))]);
}

#[test]
fn entries_for_the_answer_come_only_where_they_are_missing_and_only_for_the_ports_that_are() {
    let entries = vec![
        entry(100, false, "allow", "-1", "0.0.0.0/0", None),
        entry(100, true, "allow", "6", "0.0.0.0/0", Some((49152, 65535))),
    ];
    let world = World::new().acl("acl-e", "vpc-1", false, &["subnet-b"], entries);
    world.is(Verdict::Partial);
    assert_eq!(world.opening(), [acl("acl-e", 110, true, "10.0.1.25/32", (32768, 49151))]);
}

#[test]
fn two_holes_in_the_range_get_one_entry_over_both() {
    let entries = vec![
        entry(100, false, "allow", "-1", "0.0.0.0/0", None),
        entry(20, true, "deny", "6", "0.0.0.0/0", Some((50000, 50009))),
        entry(10, true, "deny", "6", "0.0.0.0/0", Some((40000, 40009))),
        entry(100, true, "allow", "-1", "0.0.0.0/0", None),
    ];
    let world = World::new().acl("acl-e", "vpc-1", false, &["subnet-b"], entries);
    assert_eq!(world.opening(), [acl("acl-e", 9, true, "10.0.1.25/32", (40000, 50009))]);
}

#[test]
fn one_acl_for_both_subnets_gets_four_entries_with_four_numbers() {
    let world = World::new().acl("acl-b", "vpc-1", false, &["subnet-a", "subnet-b"], vec![]);
    let changes = world.opening();
    assert_eq!(
        changes,
        [
            acl("acl-b", 10, true, "10.0.2.20/32", (4000, 4000)),
            acl("acl-b", 10, false, "10.0.1.25/32", (4000, 4000)),
            acl("acl-b", 20, true, "10.0.1.25/32", ephemeral()),
            acl("acl-b", 20, false, "10.0.2.20/32", ephemeral()),
        ]
    );
}

#[test]
fn two_halves_that_do_not_meet_get_both_their_other_halves() {
    let world = World::new()
        .acl(
            "acl-e",
            "vpc-1",
            false,
            &["subnet-b"],
            vec![
                entry(1, false, "allow", "-1", "0.0.0.0/0", None),
                entry(1, true, "allow", "6", "0.0.0.0/0", Some((32768, 49151))),
            ],
        )
        .acl(
            "acl-c",
            "vpc-1",
            false,
            &["subnet-a"],
            vec![
                entry(1, true, "allow", "-1", "0.0.0.0/0", None),
                entry(1, false, "allow", "6", "0.0.0.0/0", Some((49152, 60999))),
            ],
        );
    assert_eq!(
        world.opening(),
        [
            acl("acl-e", 10, true, "10.0.1.25/32", (49152, 60999)),
            acl("acl-c", 10, false, "10.0.2.20/32", (32768, 49151)),
        ]
    );
}

#[test]
fn no_free_number_before_the_deny_is_a_decision() {
    let entries = vec![
        entry(1, false, "deny", "6", "10.0.1.0/24", None),
        entry(100, false, "allow", "-1", "0.0.0.0/0", None),
        entry(100, true, "allow", "-1", "0.0.0.0/0", None),
    ];
    let world = World::new().acl("acl-e", "vpc-1", false, &["subnet-b"], entries);
    let changes = open(&world.facts, &world.question, &world.path());
    let reason = Reason::AclDeny { number: 1 };
    assert_eq!(
        changes,
        [Change::Decision { hop: HopName::EndpointNaclIngress, resource: Some("acl-e".into()), reason }]
    );
}

#[test]
fn a_blackhole_inside_the_vpc_goes_away() {
    let mut route = way("10.0.2.0/24", "NetworkInterfaceId", "eni-gone");
    route["State"] = json!("blackhole");
    let world = World::new().table("rtb-c", "vpc-1", false, &["subnet-a"], json!([local("10.0.0.0/16"), route]));
    let changes = world.opening();
    assert_eq!(changes, [Change::DeleteRoute { table: "rtb-c".into(), destination: "10.0.2.0/24".into() }]);
}

/// A client in a peered VPC with these routes; the endpoint's side has these.
fn peered(near: Value, far: Value) -> World {
    World::new()
        .vpc("vpc-2", "10.2.0.0/16")
        .subnet("subnet-p", "vpc-2", "10.2.1.0/24", "use1-az1")
        .group("sg-p", "vpc-2", json!([]), everything())
        .interface("eni-p", "subnet-p", "10.2.1.5", &["sg-p"])
        .peering("pcx-1", "active", [("vpc-1", "10.0.0.0/16", "us-east-1"), ("vpc-2", "10.2.0.0/16", "us-east-1")])
        .table("rtb-p", "vpc-2", false, &["subnet-p"], near)
        .table("rtb-e", "vpc-1", false, &["subnet-b"], far)
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.2.1.0/24"))]))
        .from(Start::Interface("eni-p".into()))
}

fn route(table: &str, destination: &str) -> Change {
    Change::Route { table: table.into(), destination: destination.parse().expect("a block"), target: "pcx-1".into() }
}

#[test]
fn a_peering_gets_the_routes_that_it_lacks_on_each_side() {
    let world = peered(json!([local("10.2.0.0/16")]), json!([local("10.0.0.0/16")]));
    assert_eq!(world.opening(), [route("rtb-p", "10.0.2.0/24"), route("rtb-e", "10.2.1.0/24")]);
}

#[test]
fn a_route_that_loses_to_a_worse_one_is_made_as_long_as_it_must() {
    let wrong = |cidr: &str| json!([local("10.2.0.0/16"), way(cidr, "GatewayId", "igw-1")]);
    let back = || json!([local("10.0.0.0/16"), way("10.2.0.0/16", "VpcPeeringConnectionId", "pcx-1")]);
    assert_eq!(peered(wrong("0.0.0.0/0"), back()).opening(), [route("rtb-p", "10.0.2.0/24")]);
    assert_eq!(peered(wrong("10.0.2.16/28"), back()).opening(), [route("rtb-p", "10.0.2.20/32")]);
    let replaced = |destination: &str| {
        let (table, target) = ("rtb-p".into(), "pcx-1".into());
        Change::ReplaceRoute { table, destination: destination.into(), target }
    };
    assert_eq!(peered(wrong("10.0.2.0/24"), back()).opening(), [replaced("10.0.2.0/24")]);
    assert_eq!(peered(wrong("10.0.2.20/32"), back()).opening(), [replaced("10.0.2.20/32")]);
}

#[test]
fn over_a_peering_a_group_is_referred_to_in_one_region_only() {
    let routes = |own: &str, other: &str| json!([local(own), way(other, "VpcPeeringConnectionId", "pcx-1")]);
    let world =
        peered(routes("10.2.0.0/16", "10.0.0.0/16"), routes("10.0.0.0/16", "10.2.0.0/16")).ingress("sg-e", json!([]));
    assert_eq!(world.opening(), [ingress("sg-e", group("sg-p"))]);
    let abroad = world.with(|facts| {
        let all = facts.aws.vpc_peering_connections.known_mut().expect("peerings");
        all.vpc_peering_connections[0].accepter_vpc_info.region = "eu-west-1".into();
    });
    assert_eq!(abroad.opening(), [ingress("sg-e", cidr("10.2.1.5/32"))]);
}

#[test]
fn over_a_transit_gateway_the_rule_names_the_address_and_the_rest_is_open() {
    let routes = |own: &str, other: &str| json!([local(own), way(other, "TransitGatewayId", "tgw-1")]);
    let world = peered(routes("10.2.0.0/16", "10.0.0.0/16"), routes("10.0.0.0/16", "10.2.0.0/16"))
        .attachment("tgw-attach-1", "tgw-1", "vpc-1", &["subnet-b"], "available")
        .attachment("tgw-attach-2", "tgw-1", "vpc-2", &["subnet-p"], "available")
        .ingress("sg-e", json!([tcp(4000, 4000, from_group("sg-p"))]));
    let changes = open(&world.facts, &world.question, &world.path());
    assert_eq!(changes, [ingress("sg-e", cidr("10.2.1.5/32"))]);
}

#[test]
fn once_a_peering_takes_over_from_a_gateway_the_rule_names_the_group() {
    let to_gateway = json!([local("10.2.0.0/16"), way("10.0.0.0/8", "TransitGatewayId", "tgw-1")]);
    let world =
        peered(to_gateway, json!([local("10.0.0.0/16"), way("10.2.0.0/16", "VpcPeeringConnectionId", "pcx-1")]))
            .attachment("tgw-attach-2", "tgw-1", "vpc-2", &[], "available")
            .egress("sg-p", json!([]))
            .ingress("sg-e", json!([]));
    let egress = Change::AllowEgress { group: "sg-p".into(), port: 4000, peer: group("sg-e") };
    assert_eq!(world.opening(), [egress, route("rtb-p", "10.0.2.0/24"), ingress("sg-e", group("sg-p"))]);
}

#[test]
fn without_a_peering_the_route_is_a_decision() {
    let world = peered(json!([local("10.2.0.0/16")]), json!([local("10.0.0.0/16")])).with(|facts| {
        facts.aws.vpc_peering_connections.known_mut().expect("peerings").vpc_peering_connections.clear();
    });
    let changes = open(&world.facts, &world.question, &world.path());
    let decision = |hop, table: &str| Change::Decision { hop, resource: Some(table.into()), reason: Reason::NoRoute };
    assert_eq!(changes, [decision(HopName::ClientRoute, "rtb-p"), decision(HopName::EndpointRoute, "rtb-e")]);
}

#[test]
fn what_is_not_up_is_a_decision() {
    let mut world = World::new().ingress("sg-e", json!([])).instance("i-c", "stopped");
    world.find_endpoint("vpce-1").raw_state = "pendingAcceptance".into();
    let changes = open(&world.facts, &world.question, &world.path());
    let hops: Vec<_> = changes
        .iter()
        .map(|change| match change {
            Change::Decision { hop, .. } => Some(*hop),
            _ => None,
        })
        .collect();
    assert_eq!(hops, [Some(HopName::EndpointState), Some(HopName::InstanceState), None]);
}

#[test]
fn ipv6_gets_blocks_of_its_own_length() {
    let mut world = World::new().ingress("sg-e", json!([]));
    for (interface, address) in [("eni-c", "fd12::1:25"), ("eni-e", "fd12::2:20")] {
        world.find_interface(interface).ipv6_addresses = read(json!([{ "Ipv6Address": address }]));
    }
    let local = json!({ "DestinationIpv6CidrBlock": "fd12::/64", "GatewayId": "local", "State": "active" });
    let mut world = world.route("rtb-1", local);
    world.question.family = Family::Ipv6;
    let changes = world.opening();
    assert!(changes.contains(&acl("acl-1", 110, true, "fd12::2:20/128", (4000, 4000))), "{changes:?}");
    assert!(changes.contains(&ingress("sg-e", group("sg-c"))), "{changes:?}");
    assert!(changes.contains(&Change::AllowEgress { group: "sg-c".into(), port: 4000, peer: group("sg-e") }));
    assert_eq!(changes.len(), 6);
}

#[test]
fn every_zone_is_opened_with_no_change_twice() {
    let mut world = World::new()
        .subnet("subnet-d", "vpc-1", "10.0.3.0/24", "use1-az4")
        .interface("eni-f", "subnet-d", "10.0.3.20", &["sg-e"])
        .acl("acl-d", "vpc-1", false, &["subnet-d"], vec![])
        .ingress("sg-e", json!([]));
    world.find_interface("eni-f").interface_type = "vpc_endpoint".into();
    world.find_endpoint("vpce-1").network_interface_ids.push("eni-f".into());
    let changes = open_all(&world.facts, &world.question);
    world.proves(&changes);
    assert_eq!(
        changes,
        [
            ingress("sg-e", group("sg-c")),
            acl("acl-d", 10, false, "10.0.1.25/32", (4000, 4000)),
            acl("acl-d", 10, true, "10.0.1.25/32", ephemeral()),
        ]
    );
    assert_eq!(world.also(&changes), []);
}

#[test]
fn one_path_of_several_can_be_opened_alone() {
    let mut world = World::new()
        .subnet("subnet-d", "vpc-1", "10.0.3.0/24", "use1-az4")
        .interface("eni-f", "subnet-d", "10.0.3.20", &["sg-e"])
        .acl("acl-d", "vpc-1", false, &["subnet-b", "subnet-d"], vec![]);
    world.find_interface("eni-f").interface_type = "vpc_endpoint".into();
    world.find_endpoint("vpce-1").network_interface_ids.push("eni-f".into());
    let reach = world.reach();
    let changes = open(&world.facts, &world.question, &reach.paths[1]);
    let mut mended = world.clone();
    changes.iter().for_each(|change| apply(change, &mut mended.facts));
    assert_eq!(mended.reach().paths[1].verdict, Verdict::Reachable);
    assert_eq!(changes.len(), 2);
}

#[test]
fn an_interface_that_only_another_change_of_the_plan_lets_through_is_named_too() {
    // eni-d is held up by the group and by the ACL, as the client is; the ACL is opened for the client's address only.
    let held = World::new().ingress("sg-e", json!([])).acl("acl-e", "vpc-1", false, &["subnet-b"], vec![]).interface(
        "eni-d",
        "subnet-a",
        "10.0.1.26",
        &["sg-c"],
    );
    assert_eq!(held.also(&held.opening()), []);
    let near = held.interface("eni-n", "subnet-b", "10.0.2.26", &["sg-c"]).to(Goal::Endpoint("vpce-1".into()));
    assert_eq!(near.also(&near.opening()), [Opened { from: "eni-n".into(), to: "eni-e".into() }]);
}
