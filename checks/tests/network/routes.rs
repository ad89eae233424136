//! Rules 18 to 21 and the doubts about routes: tables, peerings, gateways.

use crate::world::{World, from_cidr, local, open, tcp, way};
use pldoctor_checks::facts::{Fact, Observed, Why};
use pldoctor_checks::network::{HopName, HopVerdict, Reason, RuleRef, Start, Verdict};
use serde_json::{Value, json};

const THERE: HopName = HopName::ClientRoute;
const BACK: HopName = HopName::EndpointRoute;

/// The usual world with a route table of its own for the client's subnet.
fn client(routes: Value) -> World {
    World::new().table("rtb-c", "vpc-1", false, &["subnet-a"], routes)
}

fn blackhole(mut route: Value) -> Value {
    route["State"] = json!("blackhole");
    route
}

fn by_list(id: &str, key: &str, target: &str) -> Value {
    json!({ "DestinationPrefixListId": id, key: target, "State": "active", "Origin": "CreateRoute" })
}

#[test]
fn rule_18_the_explicit_table_else_the_main_one_of_the_vpc() {
    assert_eq!(World::new().hop(THERE).resource.as_deref(), Some("rtb-1"));
    let world = client(json!([local("10.0.0.0/16")])).vpc("vpc-2", "10.2.0.0/16");
    assert_eq!(world.hop(THERE).resource.as_deref(), Some("rtb-c"));
    assert_eq!(world.hop(BACK).resource.as_deref(), Some("rtb-1"));
    world.is(Verdict::Reachable);
}

#[test]
fn rule_18_an_edge_association_is_no_subnets_table() {
    let world = World::new().table("rtb-edge", "vpc-1", false, &[], json!([])).with(|facts| {
        let tables = &mut facts.aws.route_tables.known_mut().expect("tables").route_tables;
        let edge = tables.iter_mut().find(|table| table.route_table_id == "rtb-edge").expect("the table");
        edge.associations = crate::world::read(json!([{ "GatewayId": "igw-1", "Main": false }]));
    });
    world.is(Verdict::Reachable);
}

#[test]
fn rule_18_no_table_at_all_is_unknown() {
    let world = World::new().with(|facts| facts.aws.route_tables.known_mut().expect("tables").route_tables.clear());
    world.is_unknown_at(&[THERE, BACK]);
}

#[test]
fn rule_19_no_route_is_blocked() {
    let world = client(json!([]));
    world.is_blocked_by(&[THERE]);
    let hop = world.hop(THERE);
    assert_eq!((hop.reason, hop.explanation_code), (Reason::NoRoute, Some("NO_ROUTE_TO_DESTINATION")));
}

#[test]
fn rule_19_a_default_route_loses_to_local() {
    client(json!([way("0.0.0.0/0", "GatewayId", "igw-1"), local("10.0.0.0/16")])).is(Verdict::Reachable);
    client(json!([way("10.0.0.0/8", "TransitGatewayId", "tgw-1"), local("10.0.0.0/16")])).is(Verdict::Reachable);
}

#[test]
fn rule_19_one_local_route_per_block_of_the_vpc() {
    client(json!([local("10.1.0.0/16"), local("10.0.0.0/16")])).is(Verdict::Reachable);
    client(json!([local("10.1.0.0/16")])).is_blocked_by(&[THERE]);
}

#[test]
fn rule_19_families_are_independent() {
    client(json!([local("10.0.0.0/16"), way("::/0", "NatGatewayId", "nat-1")])).is(Verdict::Reachable);
    client(json!([local("::/0")])).is_blocked_by(&[THERE]);
}

#[test]
fn rule_19_more_specific_than_local_leaves_the_model() {
    for (key, target) in [("NetworkInterfaceId", "eni-fw"), ("NatGatewayId", "nat-1"), ("GatewayId", "vpce-gwlb")] {
        let world = client(json!([local("10.0.0.0/16"), way("10.0.2.0/24", key, target)]));
        let hop = world.hop(THERE);
        assert_eq!(hop.verdict, HopVerdict::Unknown);
        assert_eq!(hop.reason, Reason::LeavesModel { via: target.into() });
        assert_eq!(hop.explanation_code, Some("MORE_SPECIFIC_ROUTE"));
        let state = "active".to_owned();
        let (table, destination) = ("rtb-c".to_owned(), "10.0.2.0/24".to_owned());
        assert_eq!(hop.rule, Some(RuleRef::Route { table, destination, target: target.into(), state }));
    }
    // Beside the endpoint it takes nothing.
    client(json!([local("10.0.0.0/16"), way("10.0.3.0/24", "NetworkInterfaceId", "eni-fw")])).is(Verdict::Reachable);
}

#[test]
fn rule_19_behind_a_nat_gateway_the_client_is_not_seen() {
    let world = client(json!([local("10.0.0.0/16"), way("10.0.2.0/24", "NatGatewayId", "nat-1")]));
    world.is_unknown_at(&[THERE, HopName::EndpointSgIngress, BACK]);
    // What stops the client before the gateway still does.
    world.egress("sg-c", json!([])).is_blocked_by(&[HopName::ClientSgEgress]);
}

#[test]
fn doubt_a_blackhole_drops_and_does_not_fall_back() {
    let route = blackhole(way("10.0.2.0/24", "NetworkInterfaceId", "eni-gone"));
    let world = client(json!([local("10.0.0.0/16"), route]));
    world.is_blocked_by(&[THERE]);
    let hop = world.hop(THERE);
    assert_eq!((hop.reason, hop.explanation_code), (Reason::Blackhole, Some("BAD_STATE_ROUTE")));
    // One that does not win has no say.
    client(json!([local("10.0.0.0/16"), blackhole(way("10.0.0.0/8", "NetworkInterfaceId", "eni-gone"))]))
        .is(Verdict::Reachable);
}

#[test]
fn rule_19_the_way_back_counts_as_much() {
    let route = blackhole(way("10.0.1.0/24", "NetworkInterfaceId", "eni-gone"));
    let world = World::new().table("rtb-e", "vpc-1", false, &["subnet-b"], json!([local("10.0.0.0/16"), route]));
    world.is_blocked_by(&[BACK]);
}

#[test]
fn rule_19_ties_go_to_static_then_list_then_propagated() {
    let propagated = |cidr: &str, target: &str| {
        let mut route = way(cidr, "GatewayId", target);
        route["Origin"] = json!("EnableVgwRoutePropagation");
        route
    };
    let target = |routes: Value| match peered(routes).hop(THERE).rule {
        Some(RuleRef::Route { target, .. }) => target,
        other => panic!("{other:?}"),
    };
    let pcx = || way("10.0.0.0/16", "VpcPeeringConnectionId", "pcx-1");
    let own = || local("10.2.0.0/16");
    assert_eq!(target(json!([own(), propagated("10.0.0.0/16", "vgw-1"), pcx()])), "pcx-1");
    assert_eq!(target(json!([own(), by_list("pl-1", "TransitGatewayId", "tgw-1"), pcx()])), "pcx-1");
    let both = json!([own(), propagated("10.0.0.0/16", "vgw-1"), by_list("pl-1", "TransitGatewayId", "tgw-1")]);
    assert_eq!(target(both), "tgw-1");
    // Doubt: a propagated route that is more specific wins over a static one.
    assert_eq!(target(json!([own(), propagated("10.0.2.0/24", "vgw-1"), pcx()])), "vgw-1");
}

/// A client in `vpc-2` with these routes, peered with the endpoint's VPC over `pcx-1`; the endpoint's side has its route.
fn peered(routes: Value) -> World {
    World::new()
        .vpc("vpc-2", "10.2.0.0/16")
        .subnet("subnet-p", "vpc-2", "10.2.1.0/24", "use1-az1")
        .group("sg-p", "vpc-2", json!([]), open())
        .interface("eni-p", "subnet-p", "10.2.1.5", &["sg-p"])
        .peering("pcx-1", "active", [("vpc-1", "10.0.0.0/16", "us-east-1"), ("vpc-2", "10.2.0.0/16", "us-east-1")])
        .list("pl-1", &["10.0.0.0/16"])
        .table("rtb-p", "vpc-2", false, &["subnet-p"], routes)
        .route("rtb-1", way("10.2.0.0/16", "VpcPeeringConnectionId", "pcx-1"))
        .ingress("sg-e", json!([tcp(4000, 4000, from_cidr("10.2.1.0/24"))]))
        .from(Start::Interface("eni-p".into()))
}

fn pcx(id: &str) -> Value {
    json!([local("10.2.0.0/16"), way("10.0.0.0/16", "VpcPeeringConnectionId", id)])
}

#[test]
fn rule_20_peering_needs_a_route_on_both_sides() {
    peered(pcx("pcx-1")).is(Verdict::Reachable);
    peered(json!([local("10.2.0.0/16")])).is_blocked_by(&[THERE]);
    let one_way = peered(pcx("pcx-1")).table("rtb-e", "vpc-1", false, &["subnet-b"], json!([local("10.0.0.0/16")]));
    one_way.is_blocked_by(&[BACK]);
}

#[test]
fn rule_20_the_peering_must_be_active() {
    let inactive = |status: &str| {
        peered(pcx("pcx-1")).with(|facts| {
            let all = facts.aws.vpc_peering_connections.known_mut().expect("peerings");
            all.vpc_peering_connections[0].status.code = status.into();
        })
    };
    for status in ["pending-acceptance", "deleted", "rejected", "expired"] {
        inactive(status).is_blocked_by(&[THERE, BACK]);
        assert_eq!(inactive(status).hop(THERE).reason, Reason::PeeringInactive { status: status.into() });
    }
}

#[test]
fn rule_20_the_peering_must_lead_to_the_right_vpc() {
    let world = peered(pcx("pcx-9")).peering(
        "pcx-9",
        "active",
        [("vpc-2", "10.2.0.0/16", "us-east-1"), ("vpc-9", "10.0.0.0/16", "us-east-1")],
    );
    world.is_blocked_by(&[THERE]);
    let hop = world.hop(THERE);
    assert_eq!(
        (hop.reason, hop.explanation_code),
        (Reason::WrongPeer { via: "pcx-9".into() }, Some("DISCONNECTED_VPCS"))
    );
}

#[test]
fn rule_20_nothing_passes_through_a_third_vpc() {
    // vpc-2 is peered with vpc-3, and vpc-3 with vpc-1.
    let world = peered(pcx("pcx-3")).peering(
        "pcx-3",
        "active",
        [("vpc-2", "10.2.0.0/16", "us-east-1"), ("vpc-3", "10.3.0.0/16", "us-east-1")],
    );
    world.is_blocked_by(&[THERE]);
}

#[test]
fn rule_20_a_peering_that_was_not_collected_is_unknown() {
    let world = peered(pcx("pcx-1"));
    let denied = world.clone().with(|facts| {
        facts.aws.vpc_peering_connections = Observed::Unknown(Why::new("UnauthorizedOperation", ""));
    });
    denied.is_unknown_at(&[THERE, BACK]);
    let missing = denied.hop(THERE).missing.expect("what is missing");
    assert_eq!(missing.fact, Fact::VpcPeeringConnections);
    world
        .with(|facts| facts.aws.vpc_peering_connections = Observed::Known(Default::default()))
        .is_unknown_at(&[THERE, BACK]);
}

#[test]
fn rule_20_gateways_to_elsewhere_deliver_to_no_other_vpc() {
    for (key, target) in [("GatewayId", "igw-1"), ("NatGatewayId", "nat-1"), ("GatewayId", "vgw-1")] {
        let world = peered(json!([local("10.2.0.0/16"), way("0.0.0.0/0", key, target)]));
        world.is_blocked_by(&[THERE]);
        assert_eq!(world.hop(THERE).reason, Reason::CannotDeliver { via: target.into() });
    }
    let to_internet = peered(json!([local("10.2.0.0/16"), way("0.0.0.0/0", "GatewayId", "igw-1")]));
    assert_eq!(to_internet.hop(THERE).explanation_code, Some("IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"));
}

#[test]
fn rule_20_overlapping_vpcs_keep_the_packet_at_home() {
    let world = peered(json!([local("10.0.0.0/8")]));
    world.is_blocked_by(&[THERE]);
    assert_eq!(world.hop(THERE).explanation_code, Some("VPC_LOCAL_ROUTE_CIDR_RESTRICTION"));
}

/// A client in `vpc-2`, both VPCs attached to `tgw-1` in these subnets.
fn attached(near: &[&str], far: &[&str], state: &str) -> World {
    peered(json!([local("10.2.0.0/16"), way("10.0.0.0/16", "TransitGatewayId", "tgw-1")]))
        .subnet("subnet-q", "vpc-2", "10.2.2.0/24", "use1-az6")
        .table(
            "rtb-e",
            "vpc-1",
            false,
            &["subnet-b"],
            json!([local("10.0.0.0/16"), way("10.2.0.0/16", "TransitGatewayId", "tgw-1")]),
        )
        .attachment("tgw-attach-1", "tgw-1", "vpc-1", far, "available")
        .attachment("tgw-attach-2", "tgw-1", "vpc-2", near, state)
}

#[test]
fn rule_21_a_transit_gateway_leaves_the_model() {
    let world = attached(&["subnet-p"], &["subnet-b"], "available");
    world.is_unknown_at(&[THERE, BACK]);
    assert_eq!(world.hop(THERE).reason, Reason::LeavesModel { via: "tgw-1".into() });
}

#[test]
fn rule_21_it_takes_packets_only_in_zones_with_an_attachment() {
    let world = attached(&["subnet-q"], &["subnet-b"], "available");
    world.is_blocked_by(&[THERE]);
    let reason = Reason::NoAttachmentInZone { gateway: "tgw-1".into(), az_id: "use1-az1".into() };
    assert_eq!(world.hop(THERE).reason, reason);
    attached(&["subnet-p"], &["subnet-a"], "available").is_blocked_by(&[BACK]);
    attached(&["subnet-q", "subnet-p"], &["subnet-a", "subnet-b"], "available").is(Verdict::Unknown);
}

#[test]
fn rule_21_the_attachment_must_work() {
    let world = attached(&["subnet-p"], &["subnet-b"], "deleting");
    world.is_blocked_by(&[THERE]);
    assert_eq!(world.hop(THERE).explanation_code, Some("BAD_STATE_ATTACHMENT"));
    // A gone one beside a working one is nothing.
    world.attachment("tgw-attach-3", "tgw-1", "vpc-2", &["subnet-p"], "available").is_unknown_at(&[THERE, BACK]);
}

#[test]
fn rule_21_attachments_that_were_not_collected_are_unknown() {
    let world = attached(&["subnet-p"], &["subnet-b"], "available").with(|facts| {
        facts.aws.transit_gateway_vpc_attachments = Observed::default();
    });
    world.is_unknown_at(&[THERE, BACK]);
    assert_eq!(world.hop(BACK).missing.expect("what is missing").fact, Fact::TransitGatewayVpcAttachments);
}

#[test]
fn doubt_a_list_that_was_not_collected_might_win_so_that_it_is_unknown() {
    client(json!([local("10.0.0.0/16"), by_list("pl-9", "NetworkInterfaceId", "eni-fw")])).is_unknown_at(&[THERE]);
    let listed = client(json!([local("10.0.0.0/16"), by_list("pl-9", "NetworkInterfaceId", "eni-fw")]));
    assert_eq!(listed.clone().list("pl-9", &["10.0.2.0/24"]).hop(THERE).explanation_code, Some("MORE_SPECIFIC_ROUTE"));
    listed.list("pl-9", &["192.168.0.0/16"]).is(Verdict::Reachable);
    // Nothing is longer than one address.
    let host = way("10.0.2.20/32", "NetworkInterfaceId", "eni-x");
    let world = client(json!([local("10.0.0.0/16"), blackhole(host), by_list("pl-9", "NatGatewayId", "nat-1")]));
    world.is_blocked_by(&[THERE]);
}

#[test]
fn the_list_of_a_gateway_endpoint_holds_no_private_address() {
    let routes = json!([local("10.0.0.0/16"), by_list("pl-s3", "GatewayId", "vpce-s3")]);
    let world = client(routes).with(|facts| {
        let all = facts.aws.vpc_endpoints.known_mut().expect("endpoints");
        let gateway = json!({ "VpcEndpointId": "vpce-s3", "VpcEndpointType": "Gateway", "VpcId": "vpc-1" });
        all.vpc_endpoints.push(crate::world::read(gateway));
    });
    world.is(Verdict::Reachable);
    // Of an endpoint of another type it might.
    world
        .with(|facts| {
            let all = facts.aws.vpc_endpoints.known_mut().expect("endpoints");
            all.vpc_endpoints[1].vpc_endpoint_type = "GatewayLoadBalancer".into();
        })
        .is_unknown_at(&[THERE]);
}
