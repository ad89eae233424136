//! A second evaluator, written from the rules and not from the model: it sends one SYN, and one SYN-ACK for each sampled source port, and
//! asks at every door whether the packet passes. It is slow and plain on purpose, and shares no code with the model.

use crate::world::World;
use pldoctor_checks::facts::{Facts, aws};
use pldoctor_checks::network::{Family, Goal, PathQuestion, Start, Verdict};
use std::net::IpAddr;

/// What a door says to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Pass,
    Shrug,
    Drop,
}

/// A host at one end.
#[derive(Clone, Debug, Default)]
struct Who {
    eni: Option<String>,
    address: Option<IpAddr>,
    subnet: Option<String>,
    vpc: Option<String>,
    zone: Option<String>,
    groups: Option<Vec<String>>,
    instance: Option<String>,
    kind: String,
    /// Outside every VPC.
    outside: bool,
    /// No address of the family.
    mute: bool,
    /// It should be there, and it can't be seen.
    unseen: bool,
}

/// What a packet went through on its way.
#[derive(Clone, Debug, PartialEq)]
enum Via {
    Home,
    Peering(String),
    Gateway(String),
    Box,
    Nat,
    Puzzle,
}

struct Naive<'a> {
    facts: &'a Facts,
    family: Family,
    port: u16,
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

/// How long a block is if it has the address in it.
fn length_if_in(block: &str, address: IpAddr) -> Option<u32> {
    let (net, length) = block.split_once('/')?;
    let (net, width) = bits(net.parse().ok()?);
    let (own, own_width) = bits(address);
    let length: u32 = length.parse().ok()?;
    let shift = width - length;
    let same = |a: u128, b: u128| shift == 128 || a >> shift == b >> shift;
    (width == own_width && same(net, own)).then_some(length)
}

impl<'a> Naive<'a> {
    fn interfaces(&self) -> Option<&'a [aws::NetworkInterface]> {
        self.facts.aws.network_interfaces.known().map(|list| list.network_interfaces.as_slice())
    }

    fn subnets(&self) -> Option<&'a [aws::Subnet]> {
        self.facts.aws.subnets.known().map(|list| list.subnets.as_slice())
    }

    fn endpoints(&self) -> Option<&'a [aws::VpcEndpoint]> {
        self.facts.aws.vpc_endpoints.known().map(|list| list.vpc_endpoints.as_slice())
    }

    fn endpoint_of(&self, eni: &str) -> Option<&'a aws::VpcEndpoint> {
        self.endpoints()?.iter().find(|endpoint| endpoint.network_interface_ids.iter().any(|id| id == eni))
    }

    fn is_ours(&self, address: &IpAddr) -> bool {
        address.is_ipv6() == (self.family == Family::Ipv6)
    }

    fn at(&self, interface: &aws::NetworkInterface) -> Who {
        let mut addresses = vec![interface.private_ip_address];
        addresses.extend(interface.ipv6_addresses.iter().map(|entry| entry.ipv6_address));
        let address = addresses.into_iter().flatten().find(|address| self.is_ours(address));
        let subnet = self.subnets().and_then(|all| all.iter().find(|subnet| subnet.subnet_id == interface.subnet_id));
        Who {
            eni: Some(interface.network_interface_id.clone()),
            address,
            subnet: Some(interface.subnet_id.clone()),
            vpc: Some(interface.vpc_id.clone()),
            zone: subnet.map(|subnet| subnet.availability_zone_id.clone()),
            groups: Some(interface.groups.iter().map(|group| group.group_id.clone()).collect()),
            instance: interface.attachment.as_ref().and_then(|attachment| attachment.instance_id.clone()),
            kind: interface.interface_type.clone(),
            mute: address.is_none(),
            ..Who::default()
        }
    }

    fn named(&self, eni: &str) -> Option<Who> {
        self.interfaces()?.iter().find(|interface| interface.network_interface_id == eni).map(|found| self.at(found))
    }

    fn with_address(&self, address: IpAddr) -> Who {
        let own = Some(address).filter(|address| self.is_ours(address));
        let bears = |interface: &&aws::NetworkInterface| {
            interface.private_ip_address == Some(address)
                || interface.ipv6_addresses.iter().any(|entry| entry.ipv6_address == Some(address))
        };
        if let Some(interface) = self.interfaces().and_then(|all| all.iter().find(bears)) {
            return Who { address: own, mute: own.is_none(), ..self.at(interface) };
        }
        let somewhere = Who { address: own, mute: own.is_none(), ..Who::default() };
        let around = |subnet: &&aws::Subnet| length_if_in(&subnet.cidr_block, address).is_some();
        if let Some(subnet) = self.subnets().and_then(|all| all.iter().find(around)) {
            return Who {
                subnet: Some(subnet.subnet_id.clone()),
                vpc: Some(subnet.vpc_id.clone()),
                zone: Some(subnet.availability_zone_id.clone()),
                unseen: self.interfaces().is_none(),
                ..somewhere
            };
        }
        let known = self.subnets().is_some() && self.interfaces().is_some();
        Who { outside: known, unseen: !known, ..somewhere }
    }

    fn of_instance(&self, id: &str, towards: Option<&Who>) -> Option<Who> {
        let own: Vec<_> = self
            .interfaces()?
            .iter()
            .filter(|interface| interface.attachment.as_ref().is_some_and(|tie| tie.instance_id.as_deref() == Some(id)))
            .collect();
        let subnet = towards.and_then(|who| who.subnet.as_deref());
        let mut near: Vec<_> = own.iter().filter(|interface| Some(interface.subnet_id.as_str()) == subnet).collect();
        near.sort_by_key(|interface| interface.attachment.as_ref().map(|tie| tie.device_index));
        let primary =
            own.iter().find(|interface| interface.attachment.as_ref().is_some_and(|tie| tie.device_index == 0));
        near.first().copied().or(primary).map(|interface| self.at(interface))
    }

    /// What a group door says to a packet for `port` to or from `other`.
    fn groups(&self, own: &Who, other: &Who, egress: bool, via: &Via, to_endpoint: bool) -> Fate {
        if own.outside {
            return Fate::Pass;
        }
        let Some(ids) = &own.groups else { return Fate::Shrug };
        let mut best = Fate::Drop;
        for id in ids {
            let all = self.facts.aws.security_groups.known().map(|list| &list.security_groups);
            let Some(group) = all.and_then(|all| all.iter().find(|group| group.group_id == *id)) else {
                best = best.min(Fate::Shrug);
                continue;
            };
            let rules = if egress { &group.ip_permissions_egress } else { &group.ip_permissions };
            for rule in rules {
                let any = rule.ip_protocol == "-1";
                let tcp = rule.ip_protocol.to_lowercase() == "tcp" || rule.ip_protocol == "6";
                let port = i32::from(self.port);
                let hits = any || (tcp && rule.from_port <= Some(port) && Some(port) <= rule.to_port);
                if !hits {
                    continue;
                }
                let blocks = rule.ip_ranges.iter().map(|range| &range.cidr_ip);
                for block in blocks.chain(rule.ipv6_ranges.iter().map(|range| &range.cidr_ipv6)) {
                    best = best.min(self.block_door(block, other));
                }
                for list in &rule.prefix_list_ids {
                    best = best.min(self.list_door(&list.prefix_list_id, other));
                }
                for pair in &rule.user_id_group_pairs {
                    best = best.min(reference_door(pair, own, other, egress, via, to_endpoint, self.facts));
                }
            }
        }
        best
    }

    fn block_door(&self, block: &str, other: &Who) -> Fate {
        let everything = if self.family == Family::Ipv6 { "::/0" } else { "0.0.0.0/0" };
        match other.address {
            _ if block == everything => Fate::Pass,
            _ if block.contains(':') != (self.family == Family::Ipv6) => Fate::Drop,
            None => Fate::Shrug,
            Some(address) if length_if_in(block, address).is_some() => Fate::Pass,
            Some(_) => Fate::Drop,
        }
    }

    fn list_door(&self, id: &str, other: &Who) -> Fate {
        let Some(list) = self.facts.aws.prefix_list_entries.get(id).and_then(|slot| slot.known()) else {
            return Fate::Shrug;
        };
        list.entries.iter().map(|entry| self.block_door(&entry.cidr, other)).min().unwrap_or(Fate::Drop)
    }

    /// What the network ACL of `own`'s subnet says to a packet with this destination port.
    fn acl(&self, own: &Who, other: &Who, egress: bool, destination_port: u16) -> Fate {
        if own.outside {
            return Fate::Pass;
        }
        let Some(subnet) = &own.subnet else { return Fate::Shrug };
        let Some(all) = self.facts.aws.network_acls.known().map(|list| &list.network_acls) else { return Fate::Shrug };
        let tied = all.iter().find(|acl| acl.associations.iter().any(|tie| tie.subnet_id == *subnet));
        let default = || all.iter().find(|acl| acl.is_default && Some(&acl.vpc_id) == own.vpc.as_ref());
        let Some(acl) = tied.or_else(default) else { return Fate::Shrug };
        for number in 1..=32767 {
            let entry = acl.entries.iter().find(|entry| entry.rule_number == number && entry.egress == egress);
            let Some(entry) = entry else { continue };
            let port = i32::from(destination_port);
            let hits = match (entry.protocol.as_str(), &entry.port_range) {
                ("-1", _) | ("6", None) => true,
                ("6", Some(range)) => range.from <= port && port <= range.to,
                _ => false,
            };
            if !hits {
                continue;
            }
            let block = entry.cidr_block.as_ref().or(entry.ipv6_cidr_block.as_ref()).expect("a block");
            match self.block_door(block, other) {
                Fate::Drop => {}
                Fate::Shrug => return Fate::Shrug,
                Fate::Pass if entry.rule_action == "allow" => return Fate::Pass,
                Fate::Pass => return Fate::Drop,
            }
        }
        Fate::Drop
    }

    /// Where the route table of `own`'s subnet sends a packet for `other`.
    fn route(&self, own: &Who, other: &Who) -> (Fate, Via) {
        let puzzle = (Fate::Shrug, Via::Puzzle);
        if own.outside {
            return if other.outside { puzzle } else { (Fate::Pass, Via::Puzzle) };
        }
        let (Some(subnet), Some(address)) = (&own.subnet, other.address) else { return puzzle };
        let Some(all) = self.facts.aws.route_tables.known().map(|list| &list.route_tables) else { return puzzle };
        let tied = all.iter().find(|table| table.associations.iter().any(|tie| tie.subnet_id.as_ref() == Some(subnet)));
        let is_main = |table: &&aws::RouteTable| {
            Some(&table.vpc_id) == own.vpc.as_ref() && table.associations.iter().any(|tie| tie.main)
        };
        let Some(table) = tied.or_else(|| all.iter().find(is_main)) else { return puzzle };
        // Longest first; of the same length local, static, list, propagated; of the same kind the one that sorts first.
        let mut candidates = Vec::new();
        let mut doubt = false;
        for route in &table.routes {
            let is_local = route.gateway_id.as_deref() == Some("local");
            let mut rank = if is_local { 0 } else { 1 };
            let block = route.destination_cidr_block.as_ref().or(route.destination_ipv6_cidr_block.as_ref());
            let length = match (block, &route.destination_prefix_list_id) {
                (Some(block), _) => length_if_in(block, address),
                (None, Some(list)) => {
                    rank = rank.max(if is_local { 0 } else { 2 });
                    match self.facts.aws.prefix_list_entries.get(list).and_then(|slot| slot.known()) {
                        Some(list) => list.entries.iter().filter_map(|entry| length_if_in(&entry.cidr, address)).max(),
                        None => {
                            doubt = true;
                            None
                        }
                    }
                }
                (None, None) => None,
            };
            if route.origin == "EnableVgwRoutePropagation" && !is_local {
                rank = 3;
            }
            let Some(length) = length else { continue };
            candidates.push((std::cmp::Reverse(length), rank, route));
        }
        let best = candidates.iter().map(|(length, rank, _)| (*length, *rank)).min();
        let longest = if address.is_ipv4() { 32 } else { 128 };
        if doubt && best.is_none_or(|(length, rank)| length.0 < longest || rank >= 2) {
            return puzzle;
        }
        let Some(best) = best else { return (Fate::Drop, Via::Puzzle) };
        let mut winners: Vec<_> = candidates.iter().filter(|(length, rank, _)| (*length, *rank) == best).collect();
        winners.sort_by_key(|(_, _, route)| (order(route), route.state == "blackhole"));
        let route = winners[0].2;
        if route.state == "blackhole" {
            return (Fate::Drop, Via::Puzzle);
        }
        self.deliver(route, own, other, address)
    }

    fn deliver(&self, route: &aws::Route, own: &Who, other: &Who, address: IpAddr) -> (Fate, Via) {
        let home = own.vpc.is_some() && own.vpc == other.vpc;
        let foreign = other.vpc.is_some() && !home;
        if let Some(id) = &route.vpc_peering_connection_id {
            return self.over_peering(id, own, other, address);
        }
        if let Some(id) = &route.transit_gateway_id {
            return (self.over_gateway(id, own), Via::Gateway(id.clone()));
        }
        if route.nat_gateway_id.is_some() {
            let private = address.is_ipv4() || address.to_string().starts_with("fd");
            return match home {
                true => (Fate::Shrug, Via::Nat),
                false if foreign || private => (Fate::Drop, Via::Puzzle),
                false => (Fate::Shrug, Via::Puzzle),
            };
        }
        if route.network_interface_id.is_some() {
            return (Fate::Shrug, Via::Box);
        }
        match route.gateway_id.as_deref() {
            Some("local") if home => (Fate::Pass, Via::Home),
            Some("local") if foreign => (Fate::Drop, Via::Puzzle),
            Some("local") => (Fate::Shrug, Via::Puzzle),
            Some(id) if id.starts_with("vpce-") => (Fate::Shrug, Via::Box),
            // Every address in these worlds is private.
            Some(id) if id.starts_with("igw-") && !home => (Fate::Drop, Via::Puzzle),
            Some(id) if id.starts_with("vgw-") && foreign => (Fate::Drop, Via::Puzzle),
            _ => (Fate::Shrug, Via::Puzzle),
        }
    }

    fn over_peering(&self, id: &str, own: &Who, other: &Who, address: IpAddr) -> (Fate, Via) {
        let all = self.facts.aws.vpc_peering_connections.known().map(|list| &list.vpc_peering_connections);
        let Some(peering) = all.and_then(|all| all.iter().find(|one| one.vpc_peering_connection_id == id)) else {
            return (Fate::Shrug, Via::Puzzle);
        };
        let via = Via::Peering(id.to_owned());
        if peering.status.code != "active" {
            return (Fate::Drop, via);
        }
        let sides = [&peering.requester_vpc_info, &peering.accepter_vpc_info];
        let Some(mine) = sides.iter().position(|side| Some(&side.vpc_id) == own.vpc.as_ref()) else {
            return (Fate::Drop, via);
        };
        let theirs = sides[1 - mine];
        match &other.vpc {
            Some(vpc) if *vpc == theirs.vpc_id => (Fate::Pass, via),
            Some(_) => (Fate::Drop, via),
            None if length_if_in(&theirs.cidr_block, address).is_some() => (Fate::Shrug, via),
            None => (Fate::Drop, via),
        }
    }

    fn over_gateway(&self, id: &str, own: &Who) -> Fate {
        let Some(all) = self.facts.aws.transit_gateway_vpc_attachments.known() else { return Fate::Shrug };
        let mine = |one: &&aws::TransitGatewayVpcAttachment| {
            one.transit_gateway_id == id && Some(&one.vpc_id) == own.vpc.as_ref()
        };
        let Some(own_attachment) = all.transit_gateway_vpc_attachments.iter().find(mine) else { return Fate::Shrug };
        if own_attachment.state != "available" {
            return Fate::Drop;
        }
        let (Some(zone), Some(subnets)) = (&own.zone, self.subnets()) else { return Fate::Shrug };
        let in_zone = own_attachment
            .subnet_ids
            .iter()
            .any(|id| subnets.iter().any(|subnet| subnet.subnet_id == *id && subnet.availability_zone_id == *zone));
        // Its own tables are not modelled.
        if in_zone { Fate::Shrug } else { Fate::Drop }
    }

    /// Whether the ends are up at all.
    fn ends(&self, from: &Who, to: &Who) -> Fate {
        let mut fate = Fate::Pass;
        for end in [from, to] {
            if end.mute {
                fate = fate.max(Fate::Drop);
            }
            if end.unseen {
                fate = fate.max(Fate::Shrug);
            }
            if let Some(id) = &end.instance {
                let all = self.facts.aws.instances.known().map(|list| &list.reservations);
                let found = all.and_then(|all| {
                    all.iter().flat_map(|one| &one.instances).find(|instance| instance.instance_id == *id)
                });
                fate = fate.max(match found {
                    Some(instance) if instance.state.name == "running" => Fate::Pass,
                    Some(_) => Fate::Drop,
                    None => Fate::Shrug,
                });
            }
        }
        if from.kind == "vpc_endpoint" {
            fate = Fate::Drop;
        }
        if to.eni.is_none() && !to.outside {
            fate = fate.max(Fate::Shrug);
        }
        match to.eni.as_deref().and_then(|eni| self.endpoint_of(eni)) {
            Some(endpoint) => match endpoint.raw_state.to_lowercase().as_str() {
                "available" => fate,
                "partial" => fate.max(Fate::Shrug),
                _ => Fate::Drop,
            },
            None if to.kind == "vpc_endpoint" => fate.max(Fate::Shrug),
            None => fate,
        }
    }

    fn pair(&self, from: &Who, to: &Who, ephemeral: Option<(u16, u16)>) -> Verdict {
        let (first, last) = ephemeral.unwrap_or(if from.kind == "lambda" { (1024, 65535) } else { (32768, 60999) });
        let to_endpoint = to.eni.as_deref().is_some_and(|eni| self.endpoint_of(eni).is_some());
        let same_subnet = from.subnet.is_some() && from.subnet == to.subnet;
        // Whether subnets are crossed can't be said where one of them is not known.
        let vague = !same_subnet && !((from.subnet.is_some() || from.outside) && (to.subnet.is_some() || to.outside))
            || (from.outside && to.outside);
        let (mut there, mut via) = self.route(from, to);
        let mut back = self.route(to, from);
        if from.outside {
            via = back.1.clone();
        }
        if same_subnet {
            (there, via, back) = (Fate::Pass, Via::Home, (Fate::Pass, Via::Home));
        }
        if vague {
            (there, via, back) = (Fate::Shrug, Via::Puzzle, (Fate::Shrug, Via::Puzzle));
        }
        let masked = Who { address: None, groups: None, ..from.clone() };
        let client = if via == Via::Nat { &masked } else { from };
        if via == Via::Nat {
            back = self.route(to, client);
        }
        let through_acl = |own: &Who, other: &Who, egress, port| match (same_subnet, vague) {
            (true, _) => Fate::Pass,
            (_, true) if own.outside => Fate::Pass,
            (_, true) => Fate::Shrug,
            _ => self.acl(own, other, egress, port),
        };
        let syn = [
            self.ends(from, to),
            self.groups(from, to, true, &via, to_endpoint),
            through_acl(from, to, true, self.port),
            there,
            through_acl(to, client, false, self.port),
            self.groups(to, client, false, &via, to_endpoint),
        ];
        let mut fates = Vec::new();
        for port in self.samples(first, last) {
            let syn_ack = [through_acl(to, client, true, port), back.0, through_acl(from, to, false, port)];
            fates.push(syn.iter().chain(&syn_ack).copied().max().expect("a fate"));
        }
        let all = |fate| fates.iter().all(|one| *one == fate);
        match () {
            () if all(Fate::Drop) => Verdict::Blocked,
            () if fates.contains(&Fate::Shrug) => Verdict::Unknown,
            () if all(Fate::Pass) => Verdict::Reachable,
            () => Verdict::Partial,
        }
    }

    /// The source ports at which some entry's answer could change, and the first and last.
    fn samples(&self, first: u16, last: u16) -> Vec<u16> {
        let mut ports = vec![i32::from(first), i32::from(last)];
        for acl in self.facts.aws.network_acls.known().into_iter().flat_map(|list| &list.network_acls) {
            for range in acl.entries.iter().filter_map(|entry| entry.port_range.as_ref()) {
                ports.extend([range.from - 1, range.from, range.to, range.to + 1]);
            }
        }
        ports.retain(|port| (i32::from(first)..=i32::from(last)).contains(port));
        ports.sort_unstable();
        ports.dedup();
        ports.into_iter().map(|port| port as u16).collect()
    }
}

/// The order in which the model names one of two routes that AWS would not let stand side by side.
fn order(route: &aws::Route) -> (u8, String) {
    let gateway = route.gateway_id.clone().unwrap_or_default();
    let rank = match gateway.as_str() {
        "local" => 0,
        id if id.starts_with("igw-") => 3,
        id if id.starts_with("vgw-") => 5,
        _ if route.vpc_peering_connection_id.is_some() => 1,
        _ if route.transit_gateway_id.is_some() => 2,
        _ if route.nat_gateway_id.is_some() => 4,
        _ => 6,
    };
    let ids = [&route.vpc_peering_connection_id, &route.network_interface_id];
    (rank, ids.into_iter().flatten().next().cloned().unwrap_or(gateway))
}

fn reference_door(
    pair: &aws::UserIdGroupPair,
    own: &Who,
    other: &Who,
    egress: bool,
    via: &Via,
    to_endpoint: bool,
    facts: &Facts,
) -> Fate {
    let stale = pair.peering_status.as_deref().is_some_and(|status| status != "active");
    if stale {
        return Fate::Drop;
    }
    if other.outside {
        return if pair.vpc_peering_connection_id.is_some() { Fate::Shrug } else { Fate::Drop };
    }
    let Some(groups) = &other.groups else { return Fate::Shrug };
    if !groups.contains(&pair.group_id) {
        return Fate::Drop;
    }
    match via {
        Via::Home => Fate::Pass,
        Via::Box => Fate::Drop,
        Via::Nat => Fate::Shrug,
        // Whether something stands between two subnets of one VPC is the route's question.
        Via::Puzzle if own.vpc == other.vpc => Fate::Pass,
        Via::Puzzle => Fate::Shrug,
        Via::Peering(id) => {
            let all = facts.aws.vpc_peering_connections.known().map(|list| &list.vpc_peering_connections);
            let found = all.and_then(|all| all.iter().find(|one| one.vpc_peering_connection_id == *id));
            let one_region = found.is_some_and(|one| one.requester_vpc_info.region == one.accepter_vpc_info.region);
            if one_region { Fate::Pass } else { Fate::Drop }
        }
        Via::Gateway(_) if egress || to_endpoint => Fate::Drop,
        Via::Gateway(id) => {
            let all = facts.aws.transit_gateway_vpc_attachments.known();
            let off = all.into_iter().flat_map(|list| &list.transit_gateway_vpc_attachments).any(|one| {
                one.transit_gateway_id == *id
                    && [&own.vpc, &other.vpc].into_iter().flatten().any(|vpc| *vpc == one.vpc_id)
                    && one.options.security_group_referencing_support == "disable"
            });
            if off { Fate::Drop } else { Fate::Shrug }
        }
    }
}

/// AWS's own services, which nothing filters.
fn is_amazons(address: IpAddr, facts: &Facts, vpc: Option<&str>) -> bool {
    let text = address.to_string();
    let vpcs = facts.aws.vpcs.known().into_iter().flat_map(|list| &list.vpcs);
    let own = vpcs.filter(|known| Some(known.vpc_id.as_str()) == vpc);
    let mut resolvers = own.map(|known| known.cidr_block.replace("0.0/16", "0.2"));
    text.starts_with("169.254.169.") || resolvers.any(|resolver| resolver == text)
}

/// The verdicts of all paths in the order of the target interfaces' ids; `None` where an end is not known.
pub(crate) fn verdicts(world: &World) -> Option<Vec<Verdict>> {
    let question: &PathQuestion = &world.question;
    let naive = Naive { facts: &world.facts, family: question.family, port: question.port };
    let goals = match &question.to {
        Goal::Endpoint(id) => {
            let endpoint = naive.endpoints()?.iter().find(|endpoint| endpoint.vpc_endpoint_id == *id)?;
            let mut ids = endpoint.network_interface_ids.clone();
            ids.sort();
            // Seen or not, the endpoint says which VPC it is in.
            let unseen = |id: &String| Who {
                eni: Some(id.clone()),
                vpc: Some(endpoint.vpc_id.clone()),
                kind: "vpc_endpoint".into(),
                unseen: true,
                ..Who::default()
            };
            ids.iter().map(|id| naive.named(id).unwrap_or_else(|| unseen(id))).collect()
        }
        Goal::Interface(id) => vec![naive.named(id)?],
        Goal::Instance(id) => vec![naive.of_instance(id, None)?],
        Goal::Address(address) => vec![naive.with_address(*address)],
    };
    let mut verdicts = Vec::new();
    for to in goals {
        let from = match &question.from {
            Start::Interface(id) => naive.named(id)?,
            Start::Instance(id) => naive.of_instance(id, Some(&to))?,
            Start::Address(address) => naive.with_address(*address),
            Start::Machine(_) => return None,
        };
        let served = |address: IpAddr| {
            naive.is_ours(&address)
                && from.vpc.is_some()
                && !from.mute
                && is_amazons(address, &world.facts, from.vpc.as_deref())
        };
        // Which address the resolver has, only the VPC says.
        let may_be_served = matches!(&question.to, Goal::Address(address) if naive.is_ours(address) && address.to_string() == "10.0.0.2")
            && from.vpc.is_some()
            && !from.mute
            && !from.outside;
        if may_be_served && world.facts.aws.vpcs.known().is_none() {
            return None;
        }
        verdicts.push(match &question.to {
            Goal::Address(address) if served(*address) => {
                // Only a sender that is down keeps it from answering.
                let alone = Who { kind: String::new(), ..from.clone() };
                let nobody = Who { outside: true, ..Who::default() };
                match naive.ends(&alone, &nobody) {
                    Fate::Pass => Verdict::Reachable,
                    Fate::Shrug => Verdict::Unknown,
                    Fate::Drop => Verdict::Blocked,
                }
            }
            _ if to.unseen && to.eni.is_some() => match naive.pair(&from, &to, question.ephemeral) {
                Verdict::Blocked => Verdict::Blocked,
                _ => Verdict::Unknown,
            },
            _ => naive.pair(&from, &to, question.ephemeral),
        });
    }
    Some(verdicts)
}
