//! Rules 11 to 16: network ACLs.

use crate::world::{World, entry};
use pldoctor_checks::facts::Fact;
use pldoctor_checks::network::{Goal, HopName, HopVerdict, Ports, Reason, RuleRef, Verdict};
use serde_json::Value;

const CLIENT_OUT: HopName = HopName::ClientNaclEgress;
const ENDPOINT_IN: HopName = HopName::EndpointNaclIngress;
const ENDPOINT_OUT: HopName = HopName::EndpointNaclEgress;
const CLIENT_IN: HopName = HopName::ClientNaclIngress;

const ALL: &str = "0.0.0.0/0";

/// The usual world with an ACL of its own for the client's subnet.
fn client(entries: Vec<Value>) -> World {
    World::new().acl("acl-c", "vpc-1", false, &["subnet-a"], entries)
}

/// The usual world with an ACL of its own for the endpoint's subnet.
fn endpoint(entries: Vec<Value>) -> World {
    World::new().acl("acl-e", "vpc-1", false, &["subnet-b"], entries)
}

fn out(number: i32, action: &str, ports: Option<(i32, i32)>) -> Value {
    entry(number, true, action, "6", ALL, ports)
}

fn into(number: i32, action: &str, ports: Option<(i32, i32)>) -> Value {
    entry(number, false, action, "6", ALL, ports)
}

#[test]
fn rule_11_inside_one_subnet_neither_acls_nor_routes_are_asked() {
    let world = client(vec![])
        .table("rtb-none", "vpc-1", false, &["subnet-a"], serde_json::json!([]))
        .interface("eni-n", "subnet-a", "10.0.1.30", &["sg-e"])
        .to(Goal::Interface("eni-n".into()));
    world.is(Verdict::Reachable);
    let skipped = world.path().hops.into_iter().filter(|hop| hop.reason == Reason::SameSubnet);
    assert_eq!(skipped.count(), 6);
}

#[test]
fn rule_11_two_subnets_with_the_same_acl_are_two_crossings() {
    let both = |entries| World::new().acl("acl-b", "vpc-1", false, &["subnet-a", "subnet-b"], entries);
    both(vec![]).is_blocked_by(&[CLIENT_OUT, ENDPOINT_IN, ENDPOINT_OUT, CLIENT_IN]);
    // Out to the client's ports alone, and in on 4000 alone, is not enough: the client's subnet needs both the other way round too.
    both(vec![into(1, "allow", Some((4000, 4000))), out(1, "allow", Some((32768, 60999)))])
        .is_blocked_by(&[CLIENT_OUT, CLIENT_IN]);
}

#[test]
fn rule_12_the_lowest_number_decides_whatever_the_order_of_the_list() {
    let world = endpoint(vec![
        into(200, "allow", None),
        into(100, "deny", Some((4000, 4000))),
        into(300, "deny", None),
        out(1, "allow", None),
    ]);
    world.is_blocked_by(&[ENDPOINT_IN]);
    let hop = world.hop(ENDPOINT_IN);
    assert_eq!(hop.reason, Reason::AclDeny { number: 100 });
    assert_eq!(hop.explanation_code, Some("SUBNET_ACL_RESTRICTION"));
    let rule = RuleRef::Acl { acl: "acl-e".into(), number: 100, egress: false, allow: false, cidr: ALL.into() };
    assert_eq!((hop.rule, hop.resource.as_deref()), (Some(rule), Some("acl-e")));
    endpoint(vec![into(200, "deny", None), into(100, "allow", Some((4000, 4000))), out(1, "allow", None)])
        .is(Verdict::Reachable);
}

#[test]
fn rule_12_no_match_is_a_deny_even_without_the_final_entry() {
    let world = endpoint(vec![into(100, "allow", Some((443, 443))), out(1, "allow", None)]);
    world.is_blocked_by(&[ENDPOINT_IN]);
    let hop = world.hop(ENDPOINT_IN);
    assert_eq!((hop.reason, hop.rule), (Reason::AclNoMatch, None));
    let world = endpoint(vec![into(32767, "deny", None), out(1, "allow", None)]);
    assert_eq!(world.hop(ENDPOINT_IN).reason, Reason::AclNoMatch);
}

#[test]
fn rule_12_inbound_and_outbound_numbers_are_two_spaces() {
    endpoint(vec![into(100, "allow", None), out(100, "allow", None), out(200, "deny", None)]).is(Verdict::Reachable);
    endpoint(vec![into(100, "allow", None), out(100, "deny", None), out(200, "allow", None)])
        .is_blocked_by(&[ENDPOINT_OUT]);
}

#[test]
fn rule_12_inbound_matches_the_source_and_outbound_the_destination() {
    let narrow = |peer_in: &str, peer_out: &str| {
        endpoint(vec![entry(1, false, "allow", "6", peer_in, None), entry(1, true, "allow", "6", peer_out, None)])
    };
    narrow("10.0.1.25/32", "10.0.1.25/32").is(Verdict::Reachable);
    narrow("10.0.2.20/32", "10.0.1.25/32").is_blocked_by(&[ENDPOINT_IN]);
    narrow("10.0.1.25/32", "10.0.2.20/32").is_blocked_by(&[ENDPOINT_OUT]);
}

#[test]
fn rule_12_ports_are_destination_ports() {
    // 4000 on the way back would be the source port.
    endpoint(vec![into(1, "allow", Some((4000, 4000))), out(1, "allow", Some((4000, 4000)))])
        .is_blocked_by(&[ENDPOINT_OUT]);
}

#[test]
fn rule_13_protocols_are_numbers_and_minus_one_ignores_ports() {
    let with = |protocol: &str, ports| {
        endpoint(vec![entry(1, false, "allow", protocol, ALL, ports), entry(1, true, "allow", "-1", ALL, None)])
    };
    with("-1", Some((22, 22))).is(Verdict::Reachable);
    with("6", None).is(Verdict::Reachable);
    with("tcp", None).is(Verdict::Reachable);
    for protocol in ["1", "17", "58"] {
        with(protocol, None).is_blocked_by(&[ENDPOINT_IN]);
    }
    // An ICMP deny stops no TCP either.
    endpoint(vec![
        entry(1, false, "deny", "1", ALL, None),
        entry(2, false, "allow", "6", ALL, None),
        entry(1, true, "allow", "-1", ALL, None),
    ])
    .is(Verdict::Reachable);
}

#[test]
fn rule_13_entries_of_the_other_family_never_match() {
    endpoint(vec![
        entry(1, false, "deny", "-1", "::/0", None),
        entry(2, false, "allow", "-1", ALL, None),
        entry(1, true, "allow", "-1", "::/0", None),
    ])
    .is_blocked_by(&[ENDPOINT_OUT]);
}

#[test]
fn rule_14_four_checks_each_blocks_alone_and_all_are_found_together() {
    let ok = || vec![into(100, "allow", None), out(100, "allow", None)];
    let deny = |egress, ports: (i32, i32)| {
        let mut entries = ok();
        entries.push(entry(50, egress, "deny", "6", ALL, Some(ports)));
        entries
    };
    client(deny(true, (4000, 4000))).is_blocked_by(&[CLIENT_OUT]);
    endpoint(deny(false, (4000, 4000))).is_blocked_by(&[ENDPOINT_IN]);
    endpoint(deny(true, (1024, 65535))).is_blocked_by(&[ENDPOINT_OUT]);
    client(deny(false, (1024, 65535))).is_blocked_by(&[CLIENT_IN]);
    client(vec![]).acl("acl-e", "vpc-1", false, &["subnet-b"], vec![]).is_blocked_by(&[
        CLIENT_OUT,
        ENDPOINT_IN,
        ENDPOINT_OUT,
        CLIENT_IN,
    ]);
}

#[test]
fn rule_14_the_whole_ephemeral_range_counts() {
    let with = |ports| endpoint(vec![into(1, "allow", None), out(1, "allow", Some(ports))]);
    with((32768, 60999)).is(Verdict::Reachable);
    with((1024, 65535)).is(Verdict::Reachable);
    with((32768, 61000)).is(Verdict::Reachable);
    with((49152, 65535)).is(Verdict::Partial);
    with((1024, 32767)).is_blocked_by(&[ENDPOINT_OUT]);
    with((32769, 60999)).is(Verdict::Partial);
    with((32768, 60998)).is(Verdict::Partial);
    let half = with((49152, 65535));
    let hop = half.hop(ENDPOINT_OUT);
    let (admitted, refused) = (Ports::range(49152, 60999), Ports::range(32768, 49151));
    assert_eq!(hop.verdict, HopVerdict::Partial);
    assert_eq!(hop.reason, Reason::PartOfPorts { admitted: admitted.clone(), refused });
    assert_eq!(half.path().admitted, admitted);
    assert_eq!(half.reach().blockers(), [ENDPOINT_OUT]);
}

#[test]
fn rule_14_the_clients_own_range_is_taken() {
    let mut world = endpoint(vec![into(1, "allow", None), out(1, "allow", Some((49152, 65535)))]);
    world.is(Verdict::Partial);
    world.question.ephemeral = Some((49152, 65535));
    world.is(Verdict::Reachable);
    world.question.ephemeral = Some((1024, 2047));
    world.is(Verdict::Blocked);
}

#[test]
fn rule_14_a_function_uses_more_ports_than_linux() {
    let mut world = endpoint(vec![into(1, "allow", None), out(1, "allow", Some((32768, 60999)))]);
    world.is(Verdict::Reachable);
    world.find_interface("eni-c").interface_type = "lambda".into();
    world.is(Verdict::Partial);
    assert_eq!(world.path().ephemeral, (1024, 65535));
}

#[test]
fn rule_14_a_hole_in_the_range_is_partial() {
    let world = endpoint(vec![into(1, "allow", None), out(50, "deny", Some((40000, 40000))), out(100, "allow", None)]);
    world.is(Verdict::Partial);
    assert_eq!(world.path().admitted.to_string(), "32768-39999, 40001-60999");
    let rule = RuleRef::Acl { acl: "acl-e".into(), number: 50, egress: true, allow: false, cidr: ALL.into() };
    assert_eq!(world.hop(ENDPOINT_OUT).rule, Some(rule));
}

#[test]
fn rule_14_two_halves_that_do_not_meet_are_blocked() {
    let halves = |low: (i32, i32), high: (i32, i32)| {
        endpoint(vec![into(1, "allow", None), out(1, "allow", Some(low))]).acl(
            "acl-c",
            "vpc-1",
            false,
            &["subnet-a"],
            vec![out(1, "allow", None), into(1, "allow", Some(high))],
        )
    };
    let apart = halves((32768, 49151), (49152, 60999));
    apart.is_blocked_by(&[CLIENT_IN]);
    assert_eq!(apart.hop(ENDPOINT_OUT).verdict, HopVerdict::Partial);
    assert_eq!(apart.hop(CLIENT_IN).reason, Reason::HalvesDontMeet { admitted: Ports::range(49152, 60999) });
    // One port in common is enough to work now and then.
    halves((32768, 49152), (49152, 60999)).is(Verdict::Partial);
    assert_eq!(halves((32768, 49152), (49152, 60999)).path().admitted.count(), 1);
}

#[test]
fn rule_15_the_associated_acl_else_the_default_one_of_the_vpc() {
    // A default ACL of another VPC, and an ACL that nothing is tied to, have no say.
    World::new().vpc("vpc-2", "10.2.0.0/16").acl("acl-x", "vpc-1", false, &[], vec![]).is(Verdict::Reachable);
    assert_eq!(World::new().hop(CLIENT_OUT).resource.as_deref(), Some("acl-1"));
    assert_eq!(client(vec![]).hop(CLIENT_OUT).resource.as_deref(), Some("acl-c"));
    assert_eq!(client(vec![]).hop(ENDPOINT_IN).resource.as_deref(), Some("acl-1"));
}

#[test]
fn rule_15_no_acl_at_all_is_unknown() {
    let none = World::new().with(|facts| facts.aws.network_acls.known_mut().expect("acls").network_acls.clear());
    none.is_unknown_at(&[CLIENT_OUT, ENDPOINT_IN, ENDPOINT_OUT, CLIENT_IN]);
    let missing = none.hop(CLIENT_OUT).missing.expect("what is missing");
    assert_eq!((missing.fact, missing.object.as_deref()), (Fact::NetworkAcls, Some("subnet-a")));
}

#[test]
fn rule_16_acls_do_not_stop_the_resolver_or_the_metadata() {
    for address in ["169.254.169.253", "169.254.169.254", "10.0.0.2"] {
        client(vec![]).to(Goal::Address(address.parse().expect("an address"))).is(Verdict::Reachable);
    }
}

#[test]
fn an_entry_that_cannot_be_read_leaves_its_ports_in_doubt() {
    let with = |number| {
        endpoint(vec![
            into(1, "allow", None),
            entry(number, true, "deny", "6", "10.0.1/24", Some((40000, 40000))),
            out(100, "allow", None),
        ])
    };
    with(50).is_unknown_at(&[ENDPOINT_OUT]);
    with(150).is(Verdict::Reachable);
}
