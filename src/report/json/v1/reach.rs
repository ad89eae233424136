//! From the path model's answer to the document's.

use super::{End, Hop, HopKind, HopVerdict, Missing, Opened, Path, PathVerdict, Reach, Rule};
use pldoctor_checks::network::{self, HopName, PathEnd, RulePeer, RuleRef, hop_words};
use pldoctor_checks::words::Lang;

/// The hops that block some path, each once, in path order.
pub(super) fn reach(reach: &network::Reach, lang: Lang) -> Reach {
    let mut blockers: Vec<(HopName, Hop)> = Vec::new();
    for path in &reach.paths {
        for blocking in path.blockers() {
            let hop = hop(blocking, path, lang);
            if !blockers.iter().any(|(_, other)| *other == hop) {
                blockers.push((blocking.hop, hop));
            }
        }
    }
    blockers.sort_by_key(|(name, _)| *name);
    let blockers: Vec<Hop> = blockers.into_iter().map(|(_, hop)| hop).collect();
    Reach { verdict: reach.verdict.into(), blocker: blockers.first().cloned(), blockers }
}

pub(super) fn paths(reach: &network::Reach, lang: Lang) -> Vec<Path> {
    reach.paths.iter().map(|each| path(each, lang)).collect()
}

/// Pairs of interfaces that a plan would open besides.
pub(super) fn opened(widening: &network::Widening) -> Vec<Opened> {
    widening.opened.iter().map(|pair| Opened { from: pair.from.clone(), to: pair.to.clone() }).collect()
}

fn path(path: &network::Path, lang: Lang) -> Path {
    let blockers: Vec<Hop> = path.blockers().map(|blocking| hop(blocking, path, lang)).collect();
    Path {
        from: end(&path.from),
        to: end(&path.to),
        port: path.port,
        verdict: path.verdict.into(),
        blocker: blockers.first().cloned(),
        blockers,
        hops: path.hops.iter().map(|each| hop(each, path, lang)).collect(),
    }
}

fn end(end: &PathEnd) -> End {
    End {
        eni: end.eni.clone(),
        ip: end.ip.map(|ip| ip.to_string()),
        subnet_id: end.subnet_id.clone(),
        az_id: end.az_id.clone(),
    }
}

fn hop(hop: &network::Hop, path: &network::Path, lang: Lang) -> Hop {
    Hop {
        hop: hop.hop.into(),
        resource: hop.resource.clone(),
        verdict: hop.verdict.into(),
        rule: hop.rule.as_ref().map(rule),
        reason: hop_words().say(lang, &hop.message(path)),
        explanation_code: hop.explanation_code.map(str::to_owned),
        missing: hop.missing.as_ref().map(Missing::from),
    }
}

fn rule(rule: &RuleRef) -> Rule {
    match rule.clone() {
        RuleRef::Group { group, protocol, from, to, peer } => Rule::SecurityGroupRule {
            group,
            protocol,
            from_port: from,
            to_port: to,
            peer: match peer {
                RulePeer::Cidr(peer) | RulePeer::PrefixList(peer) | RulePeer::Group(peer) => peer,
            },
        },
        RuleRef::Acl { acl, number, egress, allow, cidr } => Rule::NetworkAclEntry { acl, number, egress, allow, cidr },
        RuleRef::Route { table, destination, target, state } => Rule::Route { table, destination, target, state },
    }
}

impl From<network::Verdict> for PathVerdict {
    fn from(verdict: network::Verdict) -> Self {
        match verdict {
            network::Verdict::Reachable => Self::Reachable,
            network::Verdict::Partial => Self::Partial,
            network::Verdict::Blocked => Self::Blocked,
            network::Verdict::Unknown => Self::Unknown,
        }
    }
}

impl From<network::HopVerdict> for HopVerdict {
    fn from(verdict: network::HopVerdict) -> Self {
        match verdict {
            network::HopVerdict::Allow => Self::Allow,
            network::HopVerdict::Deny => Self::Deny,
            network::HopVerdict::Partial => Self::Partial,
            network::HopVerdict::Unknown => Self::Unknown,
            network::HopVerdict::Skipped => Self::Skipped,
        }
    }
}

impl From<HopName> for HopKind {
    fn from(name: HopName) -> Self {
        match name {
            HopName::EndpointState => Self::EndpointState,
            HopName::EndpointType => Self::EndpointType,
            HopName::EndpointInterfaces => Self::EndpointInterfaces,
            HopName::InstanceState => Self::InstanceState,
            HopName::AddressFamily => Self::AddressFamily,
            HopName::ClientSgEgress => Self::ClientSgEgress,
            HopName::ClientNaclEgress => Self::ClientNaclEgress,
            HopName::ClientRoute => Self::ClientRoute,
            HopName::EndpointNaclIngress => Self::EndpointNaclIngress,
            HopName::EndpointSgIngress => Self::EndpointSgIngress,
            HopName::EndpointNaclEgress => Self::EndpointNaclEgress,
            HopName::EndpointRoute => Self::EndpointRoute,
            HopName::ClientNaclIngress => Self::ClientNaclIngress,
        }
    }
}
