//! Security groups: the union of the rules of all groups of an interface, each rule matched as a whole.

use super::crossing::Crossing;
use super::ends::End;
use super::index::Network;
use super::prefix::{self, covers};
use super::{Direction, Family};
use super::{Hop, HopName, HopVerdict, Reason, RulePeer, RuleRef};
use crate::check::Missing;
use crate::facts::Fact;
use crate::facts::aws::{IpPermission, SecurityGroup, UserIdGroupPair};
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::OnceLock;

/// A group, and its rules about TCP once they are read.
pub(super) struct Group<'a> {
    pub(super) group: &'a SecurityGroup,
    ingress: OnceLock<Vec<Rule<'a>>>,
    egress: OnceLock<Vec<Rule<'a>>>,
}

/// One rule about TCP: one peer of one permission.
struct Rule<'a> {
    peer: Peer<'a>,
    /// `None` where they can't be read.
    ports: Option<(u16, u16)>,
    permission: &'a IpPermission,
}

/// In the order in which rules are tried, which only decides which one of several is named.
#[derive(Clone, Copy)]
enum Peer<'a> {
    Group(&'a UserIdGroupPair),
    Block(&'a str, Option<IpNet>),
    List(&'a str),
}

impl<'a> Peer<'a> {
    fn key(&self) -> (u8, &'a str) {
        match self {
            Self::Group(pair) => (0, &pair.group_id),
            Self::Block(text, _) => (1, text),
            Self::List(id) => (2, id),
        }
    }
}

/// The ports of a permission, as far as it is about TCP: all of them where it is about every protocol.
///
/// `None`: it says nothing about TCP. `Some(None)`: it does, and can't be read.
fn tcp_ports(permission: &IpPermission) -> Option<Option<(u16, u16)>> {
    let protocol = permission.ip_protocol.as_str();
    if protocol == "-1" || protocol.eq_ignore_ascii_case("all") {
        return Some(Some((0, u16::MAX)));
    }
    if protocol != "6" && !protocol.eq_ignore_ascii_case("tcp") {
        return protocol.is_empty().then_some(None);
    }
    let port = |number: Option<i32>| u16::try_from(number?).ok();
    Some(port(permission.from_port).zip(port(permission.to_port)))
}

fn rules_of<'a>(permissions: &'a [IpPermission]) -> Vec<Rule<'a>> {
    let mut rules = Vec::new();
    for permission in permissions {
        let Some(ports) = tcp_ports(permission) else { continue };
        let groups = permission.user_id_group_pairs.iter().map(Peer::Group);
        let ipv4 = permission.ip_ranges.iter().map(|range| range.cidr_ip.as_str());
        let ipv6 = permission.ipv6_ranges.iter().map(|range| range.cidr_ipv6.as_str());
        let blocks = ipv4.chain(ipv6).map(|text| Peer::Block(text, prefix::block(text)));
        let lists = permission.prefix_list_ids.iter().map(|list| Peer::List(&list.prefix_list_id));
        rules.extend(groups.chain(blocks).chain(lists).map(|peer| Rule { peer, ports, permission }));
    }
    // The ports as they are written count too: for protocol `-1` they differ and say nothing.
    let written =
        |rule: &Rule<'a>| (rule.permission.ip_protocol.as_str(), rule.permission.from_port, rule.permission.to_port);
    rules.sort_by(|a, b| (a.peer.key(), a.ports, written(a)).cmp(&(b.peer.key(), b.ports, written(b))));
    rules
}

impl<'a> Group<'a> {
    pub(super) fn new(group: &'a SecurityGroup) -> Self {
        Self { group, ingress: OnceLock::new(), egress: OnceLock::new() }
    }

    fn permissions(&self, direction: Direction) -> &'a [IpPermission] {
        match direction {
            Direction::Ingress => &self.group.ip_permissions,
            Direction::Egress => &self.group.ip_permissions_egress,
        }
    }

    fn rules(&self, direction: Direction) -> &[Rule<'a>] {
        let slot = match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        };
        slot.get_or_init(|| rules_of(self.permissions(direction)))
    }

    fn rule_ref(&self, rule: &Rule<'_>) -> RuleRef {
        RuleRef::Group {
            group: self.group.group_id.clone(),
            protocol: rule.permission.ip_protocol.clone(),
            from: rule.permission.from_port,
            to: rule.permission.to_port,
            peer: match rule.peer {
                Peer::Group(pair) => RulePeer::Group(pair.group_id.clone()),
                Peer::Block(text, _) => RulePeer::Cidr(text.to_owned()),
                Peer::List(id) => RulePeer::PrefixList(id.to_owned()),
            },
        }
    }
}

/// The groups that an interface carries, as far as they are known.
#[derive(Clone, Debug)]
pub(super) enum Carried<'a> {
    /// These, sorted.
    Known(Vec<&'a str>),
    /// Interfaces of this type carry none, and nothing filters them.
    None(&'a str),
    /// They are not known: for this fact, or because no interface bears the address.
    Unknown(Option<Missing>),
    /// It is outside every VPC of the facts.
    Outside,
}

/// The other side, as a rule sees it.
pub(super) struct Other<'a> {
    pub(super) address: Option<IpAddr>,
    /// Why the address is not known.
    pub(super) missing: Option<&'a Missing>,
    pub(super) carried: &'a Carried<'a>,
    pub(super) crossing: &'a Crossing<'a>,
    /// Whether the rules are those of an endpoint's interface.
    pub(super) to_endpoint: bool,
}

impl<'a> Other<'a> {
    pub(super) fn at(end: &'a End<'a>, crossing: &'a Crossing<'a>, to_endpoint: bool) -> Self {
        Self { address: end.address, missing: end.missing.as_ref(), carried: &end.carried, crossing, to_endpoint }
    }
}

/// Whether a rule's peer is the other side.
enum Match {
    Yes,
    No,
    /// It would be, but for this.
    Lost(Reason, Option<&'static str>),
    /// Not known, for this reason and want of this.
    Unknown(Reason, Option<Missing>),
}

impl Match {
    fn missing(missing: Missing) -> Self {
        Self::Unknown(Reason::Missing, Some(missing))
    }
}

/// Whether a reference to a group reaches the other side (path rules 5 to 8).
fn reference(pair: &UserIdGroupPair, other: &Other<'_>, direction: Direction) -> Match {
    let group = || pair.group_id.clone();
    let stale = pair.peering_status.as_deref().is_some_and(|status| !status.eq_ignore_ascii_case("active"));
    match other.carried {
        Carried::Known(ids) if ids.binary_search(&pair.group_id.as_str()).is_err() => return Match::No,
        Carried::None(_) => return Match::No,
        // Whoever is in none of our VPCs carries none of their groups; a group over a peering may be of the VPC that can't be seen.
        Carried::Outside if stale || pair.vpc_peering_connection_id.is_none() => return Match::No,
        Carried::Outside => return Match::Unknown(Reason::GroupsUnknown, None),
        Carried::Unknown(_) if stale => return Match::No,
        Carried::Unknown(missing) => return Match::Unknown(Reason::GroupsUnknown, missing.clone()),
        Carried::Known(_) if stale => return Match::Lost(Reason::StaleReference { group: group() }, None),
        Carried::Known(_) => {}
    }
    let lost =
        |by: &str, code| Match::Lost(Reason::ReferenceNotPreserved { group: group(), by: by.to_owned() }, Some(code));
    let doubtful = |via: &str| Match::Unknown(Reason::LeavesModel { via: via.to_owned() }, None);
    match other.crossing {
        Crossing::Direct => Match::Yes,
        Crossing::Peering { active: false, .. } => Match::Lost(Reason::StaleReference { group: group() }, None),
        Crossing::Peering { same_region: Some(true), .. } => Match::Yes,
        Crossing::Peering { same_region: Some(false), id, .. } => lost(id, "SG_REFERENCES_NOT_PRESERVED"),
        Crossing::Peering { same_region: None, id, .. } => doubtful(id),
        Crossing::TransitGateway { id, .. } if other.to_endpoint || direction == Direction::Egress => {
            lost(id, "SG_REFERENCES_NOT_PRESERVED")
        }
        Crossing::TransitGateway { id, referencing: false } => lost(id, "SG_REFERENCING_SUPPORT"),
        // The gateway's own setting is not among the facts.
        Crossing::TransitGateway { id, .. } => doubtful(id),
        Crossing::Appliance(target) => lost(target, "SG_REFERENCES_NOT_PRESERVED"),
        Crossing::Nat(id) => doubtful(id),
        Crossing::Unknown(Some(missing)) => Match::missing(missing.clone()),
        Crossing::Unknown(None) => doubtful(""),
    }
}

impl<'a> Network<'a> {
    fn peer_matches(
        &self,
        rule: &Rule<'_>,
        other: &Other<'_>,
        direction: Direction,
        family: Family,
        group: &str,
    ) -> Match {
        match rule.peer {
            Peer::Group(pair) => reference(pair, other, direction),
            Peer::Block(_, None) => Match::missing(prefix::unreadable(Fact::SecurityGroups, group)),
            Peer::Block(_, Some(net)) => match covers(&net, other.address, family) {
                Some(true) => Match::Yes,
                Some(false) => Match::No,
                None => Match::Unknown(Reason::AddressUnknown, other.missing.cloned()),
            },
            Peer::List(id) => match self.in_list(id, other.address, family) {
                Ok(Some(_)) => Match::Yes,
                Ok(None) => Match::No,
                Err(missing) => Match::missing(missing),
            },
        }
    }

    /// Judges the groups of one interface in one direction.
    pub(super) fn judge_groups(
        &self,
        name: HopName,
        carried: &Carried<'_>,
        other: &Other<'_>,
        port: u16,
        family: Family,
    ) -> Hop {
        let direction = name.direction().unwrap_or(Direction::Ingress);
        let ids = match carried {
            Carried::Known(ids) => ids,
            Carried::None(kind) => return Hop::skipped(name, Reason::NoGroupsOnType((*kind).to_owned())),
            Carried::Unknown(missing) => return Hop::unknown(name, Reason::GroupsUnknown, missing.clone()),
            Carried::Outside => return Hop::skipped(name, Reason::Outside),
        };
        let mut hop = Hop::new(name, HopVerdict::Deny, Reason::NoRuleMatches);
        hop.resources = ids.iter().map(|id| (*id).to_owned()).collect();
        hop.resource = self.group_to_change(ids).map(str::to_owned);
        hop.explanation_code = Some("ENI_SG_RULES_MISMATCH");
        let (mut doubt, mut any_rule) = (None, false);
        for id in ids {
            let group = match self.groups.get(id) {
                Ok(group) => group,
                Err(missing) => {
                    doubt.get_or_insert((Reason::Missing, Some(missing)));
                    continue;
                }
            };
            any_rule |= !group.permissions(direction).is_empty();
            for rule in group.rules(direction) {
                let matched = match rule.ports {
                    Some((first, last)) if (first..=last).contains(&port) => {
                        self.peer_matches(rule, other, direction, family, id)
                    }
                    Some(_) => Match::No,
                    None => Match::missing(prefix::unreadable(Fact::SecurityGroups, id)),
                };
                match matched {
                    Match::Yes => {
                        hop.verdict = HopVerdict::Allow;
                        hop.reason = Reason::RuleMatches;
                        hop.explanation_code = None;
                        hop.resource = Some((*id).to_owned());
                        hop.rule = Some(group.rule_ref(rule));
                        return hop;
                    }
                    Match::No => {}
                    Match::Lost(reason, code) if hop.reason == Reason::NoRuleMatches => {
                        hop.reason = reason;
                        hop.explanation_code = code.or(hop.explanation_code);
                        hop.rule = Some(group.rule_ref(rule));
                    }
                    Match::Lost(..) => {}
                    Match::Unknown(reason, missing) => {
                        // A named fact says more than none.
                        if !matches!(doubt, Some((_, Some(_)))) {
                            doubt = Some((reason, missing));
                        }
                    }
                }
            }
        }
        if let Some((reason, missing)) = doubt {
            return Hop { resources: hop.resources, resource: hop.resource, ..Hop::unknown(name, reason, missing) };
        }
        if !any_rule {
            hop.reason = Reason::GroupHasNoRules;
            hop.explanation_code = Some("SG_HAS_NO_RULES");
        }
        hop
    }

    /// Which of an interface's groups a rule would be added to: the first that is not the VPC's default group, else that one.
    pub(super) fn group_to_change<'i>(&self, ids: &[&'i str]) -> Option<&'i str> {
        ids.iter().find(|id| !self.is_default_group(id)).or(ids.first()).copied()
    }

    /// Whether it is the group that AWS made with the VPC.
    pub(super) fn is_default_group(&self, id: &str) -> bool {
        self.groups.get(id).is_ok_and(|group| group.group.group_name == "default")
    }
}
