//! Random worlds: a healthy one of three VPCs, and a list of twists, so that a failing world shrinks to the twists that matter.

use crate::world::{World, entry, from_cidr, from_group, from_list, local, open, read, rule, tcp, way};
use pldoctor_checks::facts::{Fact, Observed, Why};
use pldoctor_checks::network::{Family, Goal, Start};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use std::sync::OnceLock;

pub(crate) const SUBNETS: [&str; 6] = ["subnet-a", "subnet-b", "subnet-d", "subnet-p", "subnet-q", "subnet-r"];
const INTERFACES: [&str; 10] =
    ["eni-c", "eni-c2", "eni-n", "eni-e1", "eni-e2", "eni-i", "eni-p", "eni-q", "eni-r", "eni-l"];
const GROUPS: [&str; 5] = ["sg-c", "sg-e", "sg-x", "sg-default", "sg-p"];
const LISTS: [&str; 3] = ["pl-1", "pl-2", "pl-missing"];
const BLOCKS: [&str; 16] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.1.0/24",
    "10.0.2.0/24",
    "10.0.3.0/24",
    "10.0.1.25/32",
    "10.0.2.20/32",
    "10.0.1.25/24",
    "10.2.0.0/16",
    "10.2.1.0/24",
    "10.3.0.0/16",
    "192.168.0.0/16",
    "::/0",
    "fd00:1::/32",
    "fd00:1::1:25/128",
];
const RANGES: [(i32, i32); 12] = [
    (4000, 4000),
    (0, 65535),
    (1024, 65535),
    (32768, 60999),
    (32768, 61000),
    (49152, 65535),
    (32768, 49151),
    (40000, 40002),
    (3999, 4001),
    (22, 22),
    (4001, 32767),
    (60999, 65535),
];
const HALVES: [(i32, i32); 6] =
    [(32768, 49151), (49152, 60999), (1024, 40000), (40001, 65535), (40001, 40001), (45000, 55000)];
const TARGETS: [(&str, &str); 11] = [
    ("VpcPeeringConnectionId", "pcx-12"),
    ("VpcPeeringConnectionId", "pcx-12"),
    ("VpcPeeringConnectionId", "pcx-23"),
    ("VpcPeeringConnectionId", "pcx-gone"),
    ("TransitGatewayId", "tgw-1"),
    ("GatewayId", "igw-1"),
    ("GatewayId", "vgw-1"),
    ("GatewayId", "vpce-gwlb"),
    ("GatewayId", "local"),
    ("NatGatewayId", "nat-1"),
    ("NetworkInterfaceId", "eni-fw"),
];
/// The facts that can go missing.
pub(crate) const FACTS: [Fact; 11] = [
    Fact::Vpcs,
    Fact::Subnets,
    Fact::VpcEndpoints,
    Fact::NetworkInterfaces,
    Fact::SecurityGroups,
    Fact::PrefixListEntries,
    Fact::NetworkAcls,
    Fact::RouteTables,
    Fact::VpcPeeringConnections,
    Fact::TransitGatewayVpcAttachments,
    Fact::Instances,
];

/// One departure from the healthy world.
#[derive(Clone, Debug)]
pub(crate) enum Twist {
    /// Adds a rule to a group.
    Rule { group: &'static str, egress: bool, rule: Value },
    /// Leaves a group with this rule alone.
    OnlyRule { group: &'static str, egress: bool, rule: Value },
    /// Takes all rules of a group away.
    NoRules { group: &'static str, egress: bool },
    /// Adds an entry to the network ACL of a subnet, or to the VPC's default one.
    Entry {
        acl: Index,
        number: i32,
        egress: bool,
        allow: bool,
        protocol: &'static str,
        block: &'static str,
        ports: Option<(i32, i32)>,
    },
    /// Refuses a part of the usual source ports, to everyone.
    Half { acl: Index, number: i32, egress: bool, ports: (i32, i32) },
    /// Refuses the usual source ports up to here on the way out, and from there on the way in.
    Halves { acl: Index, last: i32, first: i32 },
    /// Gives subnets a network ACL of their own that lets everything through, or nothing.
    OwnAcl { subnets: Vec<&'static str>, open: bool },
    /// Gives a subnet a route table of its own, with the local route only.
    OwnTable { subnet: &'static str },
    /// Adds a route to some table.
    Route {
        table: Index,
        destination: Result<&'static str, &'static str>,
        target: (&'static str, &'static str),
        blackhole: bool,
        propagated: bool,
    },
    /// Takes a route away.
    NoRoute { table: Index, route: Index },
    /// Gives an interface another group.
    Carries { interface: &'static str, group: &'static str },
    /// Sets the endpoint's state.
    State(&'static str),
    /// Sets the instance's state.
    Instance(&'static str),
    /// Sets a peering's status.
    Peering(Index, &'static str),
    /// Puts both sides of a peering into two Regions.
    Abroad(Index),
    /// Moves an attachment to another subnet, or breaks it.
    Attachment(Index, &'static str, &'static str, &'static str),
    /// Fills a prefix list.
    List { list: &'static str, blocks: Vec<&'static str> },
    /// Takes the addresses of one family from an interface.
    NoAddress { interface: &'static str, ipv6: bool },
    /// Takes a fact away.
    Missing(Fact),
}

fn peer() -> impl Strategy<Value = Value> {
    let pair =
        (select(&GROUPS[..]), select(vec![None, None, Some("active"), Some("deleted")])).prop_map(|(group, status)| {
            let mut pair = from_group(group);
            if let Some(status) = status {
                pair["UserIdGroupPairs"][0]["PeeringStatus"] = json!(status);
                pair["UserIdGroupPairs"][0]["VpcPeeringConnectionId"] = json!("pcx-12");
            }
            pair
        });
    prop_oneof![
        3 => select(&BLOCKS[..]).prop_map(from_cidr),
        3 => pair,
        1 => select(&LISTS[..]).prop_map(from_list),
    ]
}

fn group_rule() -> impl Strategy<Value = Value> {
    let protocol = select(vec!["tcp", "tcp", "tcp", "6", "TCP", "-1", "udp", "icmp", "17"]);
    (protocol, select(&RANGES[..]), peer()).prop_map(|(protocol, (from, to), peer)| rule(protocol, from, to, peer))
}

fn twist() -> impl Strategy<Value = Twist> {
    let subnet = || select(&SUBNETS[..]);
    let group = || select(&GROUPS[..]);
    let ports = || prop_oneof![1 => Just(None), 4 => select(&RANGES[..]).prop_map(Some)];
    let number = || prop_oneof![1i32..130, Just(32766)];
    let entry = (
        any::<Index>(),
        number(),
        any::<bool>(),
        any::<bool>(),
        select(vec!["6", "6", "-1", "17", "1"]),
        select(&BLOCKS[..]),
        ports(),
    );
    let destination = prop_oneof![6 => select(&BLOCKS[..]).prop_map(Ok), 1 => select(&LISTS[..]).prop_map(Err)];
    let route =
        (any::<Index>(), destination, select(&TARGETS[..]), prop::bool::weighted(0.15), prop::bool::weighted(0.1));
    prop_oneof![
        6 => (group(), any::<bool>(), group_rule()).prop_map(|(group, egress, rule)| Twist::Rule { group, egress, rule }),
        4 => (group(), any::<bool>(), group_rule())
            .prop_map(|(group, egress, rule)| Twist::OnlyRule { group, egress, rule }),
        2 => (any::<Index>(), 45000i32..45003, 45000i32..45003)
            .prop_map(|(acl, last, first)| Twist::Halves { acl, last, first }),
        2 => (group(), any::<bool>()).prop_map(|(group, egress)| Twist::NoRules { group, egress }),
        8 => entry.prop_map(|(acl, number, egress, allow, protocol, block, ports)| {
            Twist::Entry { acl, number, egress, allow, protocol, block, ports }
        }),
        6 => (any::<Index>(), 1i32..100, any::<bool>(), select(&HALVES[..]))
            .prop_map(|(acl, number, egress, ports)| Twist::Half { acl, number, egress, ports }),
        3 => (prop::collection::vec(subnet(), 1..4), any::<bool>()).prop_map(|(subnets, open)| Twist::OwnAcl { subnets, open }),
        2 => subnet().prop_map(|subnet| Twist::OwnTable { subnet }),
        4 => route.prop_map(|(table, destination, target, blackhole, propagated)| {
            Twist::Route { table, destination, target, blackhole, propagated }
        }),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(table, route)| Twist::NoRoute { table, route }),
        2 => (select(&INTERFACES[..]), group()).prop_map(|(interface, group)| Twist::Carries { interface, group }),
        1 => select(vec!["Available", "pendingAcceptance", "rejected", "partial"]).prop_map(Twist::State),
        1 => select(vec!["running", "stopped", "pending"]).prop_map(Twist::Instance),
        1 => (any::<Index>(), select(vec!["active", "pending-acceptance", "deleted"])).prop_map(|(at, status)| Twist::Peering(at, status)),
        1 => any::<Index>().prop_map(Twist::Abroad),
        1 => (any::<Index>(), subnet(), select(vec!["available", "deleting"]), select(vec!["enable", "disable"]))
            .prop_map(|(at, subnet, state, references)| Twist::Attachment(at, subnet, state, references)),
        1 => (select(&LISTS[..2]), prop::collection::vec(select(&BLOCKS[..]), 0..3)).prop_map(|(list, blocks)| Twist::List { list, blocks }),
        1 => (select(&INTERFACES[..]), any::<bool>()).prop_map(|(interface, ipv6)| Twist::NoAddress { interface, ipv6 }),
        3 => select(&FACTS[..]).prop_map(Twist::Missing),
    ]
}

fn start() -> impl Strategy<Value = Start> {
    let address = select(vec!["10.0.1.25", "10.0.1.99", "10.2.1.5", "192.168.7.7", "10.0.200.1", "fd00:1::1:25"]);
    prop_oneof![
        3 => select(&INTERFACES[..]).prop_map(|id| Start::Interface(id.into())),
        6 => Just(Start::Interface("eni-c".into())),
        2 => Just(Start::Instance("i-c".into())),
        2 => address.prop_map(|text| Start::Address(text.parse().expect("an address"))),
    ]
}

fn goal() -> impl Strategy<Value = Goal> {
    let address = select(vec![
        "10.0.2.20",
        "10.0.2.99",
        "10.2.1.5",
        "192.168.7.7",
        "10.0.0.2",
        "169.254.169.254",
        "fd00:1::2:20",
    ]);
    prop_oneof![
        6 => Just(Goal::Endpoint("vpce-1".into())),
        4 => select(&INTERFACES[..]).prop_map(|id| Goal::Interface(id.into())),
        1 => Just(Goal::Instance("i-c".into())),
        1 => address.prop_map(|text| Goal::Address(text.parse().expect("an address"))),
    ]
}

static BASE: OnceLock<World> = OnceLock::new();

/// A random world with a random question.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let family = prop_oneof![4 => Just(Family::Ipv4), 1 => Just(Family::Ipv6)];
    let ephemeral =
        select(vec![None, None, Some((32768, 60999)), Some((1024, 65535)), Some((40000, 40003)), Some((50000, 50000))]);
    let port = prop_oneof![20 => Just(4000u16), 1 => Just(22), 1 => Just(40001)];
    (prop::collection::vec(twist(), 0..8), start(), goal(), port, family, ephemeral).prop_map(
        |(twists, from, to, port, family, ephemeral)| {
            let mut world = BASE.get_or_init(base).clone().from(from).to(to);
            world.question.port = port;
            world.question.family = family;
            world.question.ephemeral = ephemeral;
            // What is taken away goes last, so that the other twists find what they change.
            let (last, first): (Vec<_>, Vec<_>) =
                twists.into_iter().partition(|twist| matches!(twist, Twist::Missing(_)));
            world.twists = first.into_iter().chain(last).collect();
            world.twists.clone().into_iter().fold(world, apply)
        },
    )
}

/// Three VPCs in a row of peerings, the first two on a transit gateway as well; everyone reaches everyone who is routed to.
fn base() -> World {
    let wide = |cidr: &str| {
        json!([
            tcp(4000, 4000, from_group("sg-c")),
            tcp(4000, 4000, from_cidr(cidr)),
            tcp(4000, 4000, from_cidr("fd00::/16"))
        ])
    };
    let out = || json!([rule("-1", 0, 0, from_cidr("0.0.0.0/0")), rule("-1", 0, 0, from_cidr("::/0"))]);
    let region = |vpc: &'static str, cidr: &'static str| (vpc, cidr, "us-east-1");
    let (one, two, three) =
        (region("vpc-1", "10.0.0.0/16"), region("vpc-2", "10.2.0.0/16"), region("vpc-3", "10.3.0.0/16"));
    let mut world = World::new()
        .subnet("subnet-d", "vpc-1", "10.0.3.0/24", "use1-az4")
        .vpc("vpc-2", "10.2.0.0/16")
        .subnet("subnet-p", "vpc-2", "10.2.1.0/24", "use1-az1")
        .subnet("subnet-q", "vpc-2", "10.2.2.0/24", "use1-az2")
        .vpc("vpc-3", "10.3.0.0/16")
        .subnet("subnet-r", "vpc-3", "10.3.1.0/24", "use1-az1")
        .group("sg-c", "vpc-1", wide("10.0.0.0/8"), out())
        .group("sg-e", "vpc-1", wide("10.2.0.0/16"), open())
        .group("sg-x", "vpc-1", json!([]), json!([tcp(4000, 4000, from_group("sg-e"))]))
        .group("sg-default", "vpc-1", json!([rule("-1", 0, 0, from_group("sg-default"))]), out())
        .group("sg-p", "vpc-2", wide("10.0.0.0/8"), out())
        .list("pl-1", &["10.0.1.0/24"])
        .list("pl-2", &["10.0.2.0/24", "fd00:1::/32"])
        .interface("eni-c2", "subnet-d", "10.0.3.25", &["sg-x", "sg-c"])
        .attach("eni-c2", "i-c", 1)
        .interface("eni-n", "subnet-a", "10.0.1.30", &["sg-default"])
        .interface("eni-e1", "subnet-b", "10.0.2.21", &["sg-e"])
        .interface("eni-e2", "subnet-d", "10.0.3.20", &["sg-e", "sg-x"])
        .interface("eni-i", "subnet-b", "10.0.2.30", &["sg-e"])
        .interface("eni-p", "subnet-p", "10.2.1.5", &["sg-p"])
        .interface("eni-q", "subnet-q", "10.2.2.5", &["sg-p"])
        .interface("eni-r", "subnet-r", "10.3.1.5", &["sg-p"])
        .interface("eni-l", "subnet-a", "10.0.1.40", &["sg-c"])
        .peering("pcx-12", "active", [one, two])
        .peering("pcx-23", "active", [two, three])
        .attachment("tgw-attach-1", "tgw-1", "vpc-1", &["subnet-a", "subnet-b"], "available")
        .attachment("tgw-attach-2", "tgw-1", "vpc-2", &["subnet-p"], "available")
        .route("rtb-1", way("10.2.0.0/16", "VpcPeeringConnectionId", "pcx-12"))
        .route("rtb-2", way("10.0.0.0/16", "VpcPeeringConnectionId", "pcx-12"))
        .route("rtb-2", way("10.3.0.0/16", "VpcPeeringConnectionId", "pcx-23"))
        .route("rtb-3", way("10.2.0.0/16", "VpcPeeringConnectionId", "pcx-23"));
    world.find_interface("eni-l").interface_type = "lambda".into();
    for id in ["eni-e1", "eni-e2"] {
        world.find_interface(id).interface_type = "vpc_endpoint".into();
    }
    world.find_endpoint("vpce-1").network_interface_ids = vec!["eni-e".into(), "eni-e1".into(), "eni-e2".into()];
    let numbered = [
        ("eni-c", "fd00:1::1:25"),
        ("eni-c2", "fd00:1::3:25"),
        ("eni-n", "fd00:1::1:30"),
        ("eni-e", "fd00:1::2:20"),
        ("eni-e1", "fd00:1::2:21"),
        ("eni-e2", "fd00:1::3:20"),
        ("eni-i", "fd00:1::2:30"),
        ("eni-p", "fd00:2::1:5"),
    ];
    for (id, address) in numbered {
        world.find_interface(id).ipv6_addresses = read(json!([{ "Ipv6Address": address }]));
    }
    for (number, block) in [("1", "fd00:1::/32"), ("2", "fd00:2::/32")] {
        let home = json!({ "DestinationIpv6CidrBlock": block, "GatewayId": "local", "State": "active" });
        world = world.route(&format!("rtb-{number}"), home);
    }
    let acls = &mut world.facts.aws.network_acls.known_mut().expect("acls").network_acls;
    for acl in acls.iter_mut() {
        acl.entries.extend([true, false].map(|egress| read(entry(131, egress, "allow", "-1", "::/0", None))));
    }
    let instances = [("eni-i", "i-i"), ("eni-p", "i-p")];
    instances
        .into_iter()
        .fold(world, |world, (interface, instance)| world.instance(instance, "running").attach(interface, instance, 0))
}

fn apply(mut world: World, twist: Twist) -> World {
    match twist {
        Twist::Rule { group, egress, rule } => {
            let group = world.find_group(group);
            let rules = if egress { &mut group.ip_permissions_egress } else { &mut group.ip_permissions };
            rules.insert(0, read(rule));
        }
        Twist::OnlyRule { group, egress, rule } => {
            world = apply(world, Twist::NoRules { group, egress });
            return apply(world, Twist::Rule { group, egress, rule });
        }
        Twist::NoRules { group, egress } => {
            let group = world.find_group(group);
            let rules = if egress { &mut group.ip_permissions_egress } else { &mut group.ip_permissions };
            rules.clear();
        }
        Twist::Entry { acl, number, egress, allow, protocol, block, ports } => {
            let acls = &mut world.facts.aws.network_acls.known_mut().expect("acls").network_acls;
            let acl = acl.index(acls.len());
            let entries = &mut acls[acl].entries;
            // AWS has every number once in a direction.
            if !entries.iter().any(|other| other.rule_number == number && other.egress == egress) {
                let action = if allow { "allow" } else { "deny" };
                entries.insert(0, read(entry(number, egress, action, protocol, block, ports)));
            }
        }
        Twist::Half { acl, number, egress, ports } => {
            let (protocol, block) = ("6", "0.0.0.0/0");
            return apply(
                world,
                Twist::Entry { acl, number, egress, allow: false, protocol, block, ports: Some(ports) },
            );
        }
        Twist::Halves { acl, last, first } => {
            world = apply(world, Twist::Half { acl, number: 1, egress: true, ports: (32768, last) });
            return apply(world, Twist::Half { acl, number: 1, egress: false, ports: (first, 65535) });
        }
        Twist::OwnAcl { subnets, open } => {
            let acls = &mut world.facts.aws.network_acls.known_mut().expect("acls").network_acls;
            let id = format!("acl-own-{}", acls.len());
            let vpc = vpc_of(subnets[0]);
            let subnets: Vec<_> = subnets.into_iter().filter(|subnet| vpc_of(subnet) == vpc).collect();
            for acl in acls.iter_mut() {
                acl.associations.retain(|tie| !subnets.contains(&tie.subnet_id.as_str()));
            }
            let entries = match open {
                true => [true, false].map(|egress| entry(100, egress, "allow", "-1", "0.0.0.0/0", None)).into(),
                false => vec![],
            };
            world = world.acl(&id, vpc, false, &subnets, entries);
        }
        Twist::OwnTable { subnet } => {
            let tables = &mut world.facts.aws.route_tables.known_mut().expect("tables").route_tables;
            let id = format!("rtb-own-{}", tables.len());
            for table in tables.iter_mut() {
                table.associations.retain(|tie| tie.subnet_id.as_deref() != Some(subnet));
            }
            let vpc = vpc_of(subnet);
            let cidr = match vpc {
                "vpc-1" => "10.0.0.0/16",
                "vpc-2" => "10.2.0.0/16",
                _ => "10.3.0.0/16",
            };
            world = world.table(&id, vpc, false, &[subnet], json!([local(cidr)]));
        }
        Twist::Route { table, destination, target, blackhole, propagated } => {
            let mut route = match destination {
                Ok(block) => way(block, target.0, target.1),
                Err(list) => json!({ "DestinationPrefixListId": list, target.0: target.1, "State": "active" }),
            };
            if blackhole && target.1 != "local" {
                route["State"] = json!("blackhole");
            }
            if propagated && destination.is_ok() {
                route["Origin"] = json!("EnableVgwRoutePropagation");
            }
            let tables = &mut world.facts.aws.route_tables.known_mut().expect("tables").route_tables;
            let at = table.index(tables.len());
            tables[at].routes.insert(0, read(route));
        }
        Twist::NoRoute { table, route } => {
            let tables = &mut world.facts.aws.route_tables.known_mut().expect("tables").route_tables;
            let at = table.index(tables.len());
            let routes = &mut tables[at].routes;
            if !routes.is_empty() {
                routes.remove(route.index(routes.len()));
            }
        }
        Twist::Carries { interface, group } => {
            world.find_interface(interface).groups.push(read(json!({ "GroupId": group, "GroupName": group })));
        }
        Twist::State(state) => world.find_endpoint("vpce-1").raw_state = state.into(),
        Twist::Instance(state) => world = world.instance("i-c", state),
        Twist::Peering(at, status) => {
            let all =
                &mut world.facts.aws.vpc_peering_connections.known_mut().expect("peerings").vpc_peering_connections;
            let at = at.index(all.len());
            all[at].status.code = status.into();
        }
        Twist::Abroad(at) => {
            let all =
                &mut world.facts.aws.vpc_peering_connections.known_mut().expect("peerings").vpc_peering_connections;
            let at = at.index(all.len());
            all[at].accepter_vpc_info.region = "eu-west-1".into();
        }
        Twist::Attachment(at, subnet, state, references) => {
            let all = world.facts.aws.transit_gateway_vpc_attachments.known_mut().expect("attachments");
            let at = at.index(all.transit_gateway_vpc_attachments.len());
            let attachment = &mut all.transit_gateway_vpc_attachments[at];
            attachment.subnet_ids = vec![subnet.into()];
            attachment.state = state.into();
            attachment.options.security_group_referencing_support = references.into();
        }
        Twist::List { list, blocks } => world = world.list(list, &blocks),
        Twist::NoAddress { interface, ipv6 } => {
            let interface = world.find_interface(interface);
            if ipv6 {
                interface.ipv6_addresses.clear();
            } else {
                interface.private_ip_address = None;
                interface.private_ip_addresses.clear();
            }
        }
        Twist::Missing(fact) => fact.blank(&mut world.facts, &Why::not_collected()),
    }
    world
}

fn vpc_of(subnet: &str) -> &'static str {
    match subnet {
        "subnet-p" | "subnet-q" => "vpc-2",
        "subnet-r" => "vpc-3",
        _ => "vpc-1",
    }
}

/// The same facts with every list that matters in another order, by a number.
pub(crate) fn shuffled(world: &World, seed: u64) -> World {
    let mut state = seed;
    let mut next = move |bound: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % bound.max(1)
    };
    fn mix<T>(list: &mut [T], next: &mut impl FnMut(usize) -> usize) {
        for last in (1..list.len()).rev() {
            list.swap(last, next(last + 1));
        }
    }
    fn known<T>(slot: &mut Observed<T>) -> impl Iterator<Item = &mut T> {
        slot.known_mut().into_iter()
    }
    let mut world = world.clone();
    let aws = &mut world.facts.aws;
    known(&mut aws.vpcs).for_each(|list| mix(&mut list.vpcs, &mut next));
    known(&mut aws.subnets).for_each(|list| mix(&mut list.subnets, &mut next));
    known(&mut aws.instances).for_each(|list| mix(&mut list.reservations, &mut next));
    known(&mut aws.vpc_peering_connections).for_each(|list| mix(&mut list.vpc_peering_connections, &mut next));
    known(&mut aws.transit_gateway_vpc_attachments).for_each(|list| {
        mix(&mut list.transit_gateway_vpc_attachments, &mut next);
        list.transit_gateway_vpc_attachments.iter_mut().for_each(|one| mix(&mut one.subnet_ids, &mut next));
    });
    known(&mut aws.vpc_endpoints).for_each(|list| {
        list.vpc_endpoints.iter_mut().for_each(|one| mix(&mut one.network_interface_ids, &mut next));
    });
    known(&mut aws.network_interfaces).for_each(|list| {
        mix(&mut list.network_interfaces, &mut next);
        list.network_interfaces.iter_mut().for_each(|one| mix(&mut one.groups, &mut next));
    });
    known(&mut aws.security_groups).for_each(|list| {
        mix(&mut list.security_groups, &mut next);
        for group in &mut list.security_groups {
            mix(&mut group.ip_permissions, &mut next);
            mix(&mut group.ip_permissions_egress, &mut next);
        }
    });
    known(&mut aws.network_acls).for_each(|list| {
        mix(&mut list.network_acls, &mut next);
        list.network_acls.iter_mut().for_each(|one| mix(&mut one.entries, &mut next));
    });
    known(&mut aws.route_tables).for_each(|list| {
        mix(&mut list.route_tables, &mut next);
        list.route_tables.iter_mut().for_each(|one| mix(&mut one.routes, &mut next));
    });
    aws.prefix_list_entries.values_mut().flat_map(known).for_each(|list| mix(&mut list.entries, &mut next));
    world
}
