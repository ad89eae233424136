//! The fewest and narrowest changes that open a path.
//!
//! One blocking hop is mended at a time, routes first, because what lies on the way decides whether a group can be referred to. Each change is
//! applied to a copy of the facts, which is judged again; in the end, whatever is not needed is dropped.

use super::acls::FINAL;
use super::change::{Change, Peer, apply};
use super::crossing::Crossing;
use super::ends::End;
use super::excerpt::excerpt;
use super::groups::Carried;
use super::index::Network;
use super::prefix;
use super::{Family, Hop, HopName, Path, PathQuestion, Ports, Reason, RuleRef, Verdict};
use crate::facts::Facts;
use ipnet::IpNet;
use std::net::IpAddr;

/// What would open this path of the question. Empty where nothing blocks it.
///
/// Applied together, the changes make it reachable, and without any one of them it is not; except where one of them is a
/// [`Change::Decision`], or a fact is missing.
pub fn open(facts: &Facts, question: &PathQuestion, path: &Path) -> Vec<Change> {
    if path.blocker().is_none() {
        return Vec::new();
    }
    let facts = excerpt(facts, std::slice::from_ref(path));
    let mut changes = mend(&mut facts.clone(), question, path);
    drop_needless(&facts, &mut changes, |facts| {
        judge(facts, question, path).is_some_and(|path| path.verdict == Verdict::Reachable)
    });
    changes
}

/// What would open every path of the question: what opens one is not asked for twice.
pub fn open_all(facts: &Facts, question: &PathQuestion) -> Vec<Change> {
    let reach = Network::new(facts).paths(question);
    if reach.blocker().is_none() {
        return Vec::new();
    }
    let facts = excerpt(facts, &reach.paths);
    let mut changed = facts.clone();
    let mut changes: Vec<Change> = Vec::new();
    for path in &reach.paths {
        for change in mend(&mut changed, question, path) {
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    drop_needless(&facts, &mut changes, |facts| Network::new(facts).paths(question).verdict == Verdict::Reachable);
    changes
}

/// Drops the changes without which the aim is reached all the same.
fn drop_needless(facts: &Facts, changes: &mut Vec<Change>, reached: impl Fn(&Facts) -> bool) {
    let with = |changes: &[Change]| {
        let mut changed = facts.clone();
        changes.iter().for_each(|change| apply(change, &mut changed));
        reached(&changed)
    };
    if changes.len() < 2 || !with(changes) {
        return;
    }
    let mut index = 0;
    while index < changes.len() {
        let kept = changes.remove(index);
        if !with(changes) {
            changes.insert(index, kept);
            index += 1;
        }
    }
}

/// The same path of the question in other facts.
fn judge(facts: &Facts, question: &PathQuestion, path: &Path) -> Option<Path> {
    let mut paths = Network::new(facts).paths(question).paths.into_iter();
    paths.find(|other| is_same(other, path))
}

fn is_same(one: &Path, other: &Path) -> bool {
    (&one.to.eni, one.to.ip, &one.from.eni, one.from.ip) == (&other.to.eni, other.to.ip, &other.from.eni, other.from.ip)
}

/// The order in which blocking hops are mended.
fn urgency(hop: &Hop) -> (bool, HopName) {
    (!matches!(hop.hop, HopName::ClientRoute | HopName::EndpointRoute), hop.hop)
}

/// Mends the path in the facts, hop by hop. The changes are in path order.
fn mend(changed: &mut Facts, question: &PathQuestion, path: &Path) -> Vec<Change> {
    let mut changes: Vec<(HopName, Change)> = Vec::new();
    let mut given_up = Vec::new();
    loop {
        let network = Network::new(changed);
        let Ok(ends) = network.ends(question) else { break };
        let mut judged = ends.iter().filter_map(|(from, to)| Some((from, to, network.path(question, from, to).ok()?)));
        let Some((from, to, now)) = judged.find(|(_, _, now)| is_same(now, path)) else { break };
        let blocking = now.hops.iter().filter(|hop| hop.blocks() && !given_up.contains(&hop.hop));
        let Some(hop) = blocking.min_by_key(|hop| urgency(hop)) else { break };
        let name = hop.hop;
        // A route can hide behind another one; nothing else needs two changes.
        let tried = changes.iter().filter(|(other, _)| *other == name).count();
        let change = network.mend_hop(question, &now, hop, from, to).filter(|_| tried < 4);
        let change = change.unwrap_or_else(|| {
            given_up.push(name);
            Change::Decision { hop: name, resource: hop.resource.clone(), reason: hop.reason.clone() }
        });
        drop(judged);
        apply(&change, changed);
        changes.push((name, change));
    }
    changes.sort_by_key(|(name, _)| *name);
    changes.into_iter().map(|(_, change)| change).collect()
}

fn host(address: IpAddr) -> IpNet {
    IpNet::from(address)
}

impl Network<'_> {
    fn mend_hop(
        &self,
        question: &PathQuestion,
        path: &Path,
        hop: &Hop,
        from: &End<'_>,
        to: &End<'_>,
    ) -> Option<Change> {
        let (port, family) = (question.port, question.family);
        let ephemeral = Ports::range(path.ephemeral.0, path.ephemeral.1);
        let request = Ports::range(port, port);
        match hop.hop {
            HopName::ClientSgEgress => {
                let group = hop.resource.clone()?;
                Some(Change::AllowEgress { group, port, peer: self.peer(to, from, to, family)? })
            }
            HopName::EndpointSgIngress => {
                let group = hop.resource.clone()?;
                Some(Change::AllowIngress { group, port, peer: self.peer(from, from, to, family)? })
            }
            HopName::ClientNaclEgress => self.acl_entry(hop, from, to, true, &request),
            HopName::EndpointNaclIngress => self.acl_entry(hop, to, from, false, &request),
            HopName::EndpointNaclEgress => self.acl_entry(hop, to, from, true, &ephemeral),
            HopName::ClientNaclIngress => self.acl_entry(hop, from, to, false, &ephemeral),
            HopName::ClientRoute => self.route(hop, from, to),
            HopName::EndpointRoute => self.route(hop, to, from),
            HopName::EndpointState
            | HopName::EndpointType
            | HopName::EndpointInterfaces
            | HopName::InstanceState
            | HopName::AddressFamily => None,
        }
    }

    /// How a rule names an end: by a group where references work, else by its address.
    fn peer(&self, end: &End<'_>, from: &End<'_>, to: &End<'_>, family: Family) -> Option<Peer> {
        let (_, _, crossing) = self.judge_routes(from, to, family);
        let by_group = match crossing {
            Crossing::Direct => true,
            // The guide speaks of references over a peering for IPv4 only, so that IPv6 gets the address.
            Crossing::Peering { active, same_region, .. } => {
                active && same_region == Some(true) && family == Family::Ipv4
            }
            Crossing::TransitGateway { .. } | Crossing::Appliance(_) | Crossing::Nat(_) | Crossing::Unknown(_) => false,
        };
        match &end.carried {
            Carried::Known(ids) if by_group => self.narrowest_group(ids).map(|id| Peer::Group(id.to_owned())),
            _ => end.address.map(|address| Peer::Cidr(host(address))),
        }
    }

    /// Of an interface's groups, one that is not the VPC's default group, carried by as few interfaces as can be.
    fn narrowest_group<'i>(&self, ids: &[&'i str]) -> Option<&'i str> {
        ids.iter().copied().min_by_key(|id| (self.is_default_group(id), self.carriers(id).count(), *id))
    }

    /// An entry before the one that refuses, for the ports that it refuses.
    fn acl_entry(&self, hop: &Hop, own: &End<'_>, other: &End<'_>, egress: bool, asked: &Ports) -> Option<Change> {
        let refused = match &hop.reason {
            Reason::PartOfPorts { refused, .. } => refused.clone(),
            Reason::HalvesDontMeet { admitted } => asked.without(admitted),
            _ => asked.clone(),
        };
        // From the first to the last of them: what lies between is let through already.
        let ports = (refused.ranges().first()?.0, refused.ranges().last()?.1);
        let before = match hop.rule {
            Some(RuleRef::Acl { number, allow: false, .. }) => number,
            _ => FINAL,
        };
        let acl = self.acls.of(own.subnet_id?, own.vpc_id).ok()?.acl;
        let used: Vec<_> =
            acl.entries.iter().filter(|entry| entry.egress == egress).map(|entry| entry.rule_number).collect();
        let free = |number: &i32| (1..before).contains(number) && !used.contains(number);
        let last = used.iter().copied().filter(|number| *number < FINAL).max().unwrap_or(0);
        // After everything else where only the final deny is in the way, else as near before the deny as can be.
        let number = Some((last / 10 + 1) * 10)
            .filter(|number| before == FINAL && free(number))
            .or_else(|| (1..FINAL).rev().find(free))?;
        let cidr = host(other.address?);
        Some(Change::AclEntry { acl: acl.network_acl_id.clone(), number, egress, cidr, ports })
    }

    /// A route to the other end's subnet over a peering that is there, or one less inside the VPC. Anything else is a design.
    fn route(&self, hop: &Hop, own: &End<'_>, other: &End<'_>) -> Option<Change> {
        let table = hop.resource.clone()?;
        let taken = match &hop.rule {
            Some(RuleRef::Route { destination, .. }) => Some(destination.clone()),
            _ => None,
        };
        let (own_vpc, other_vpc) = (own.vpc_id?, other.vpc_id?);
        if own_vpc == other_vpc {
            let destination = taken.filter(|_| hop.reason == Reason::Blackhole)?;
            return Some(Change::DeleteRoute { table, destination });
        }
        if hop.reason == Reason::OverlappingVpc {
            return None;
        }
        let Crossing::Peering { id, active: true, .. } = self.crossing_between(own, other) else { return None };
        let target = id.to_owned();
        let address = other.address?;
        let subnet = self.subnets.get(other.subnet_id?).ok()?;
        let ipv6 = subnet.ipv6_cidr_block_association_set.iter().map(|block| block.ipv6_cidr_block.as_str());
        let mut blocks = std::iter::once(subnet.cidr_block.as_str()).chain(ipv6).filter_map(prefix::block);
        let subnet = blocks.find(|block| block.contains(&address))?;
        let taken_net = taken.as_deref().and_then(prefix::block);
        let destination = match (taken, taken_net) {
            (None, _) => subnet,
            (Some(destination), Some(net)) if net == subnet || net == host(address) => {
                return Some(Change::ReplaceRoute { table, destination, target });
            }
            (Some(_), Some(net)) if net.prefix_len() < subnet.prefix_len() => subnet,
            // Something longer than the subnet takes the packet: only the address itself is longer for certain.
            (Some(_), _) => host(address),
        };
        Some(Change::Route { table, destination, target })
    }
}
