//! What a hop says for itself, in words.

use super::{Hop, Path, Ports, Reason, RulePeer, RuleRef};
use crate::check::Message;
use crate::words::Table;
use std::sync::OnceLock;

/// The sentences of hops.
///
/// # Panics
/// Where the text file is not valid, which a test rules out.
pub fn hop_words() -> &'static Table {
    static WORDS: OnceLock<Table> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("words.toml")).unwrap_or_else(|error| panic!("network/words.toml: {error}"))
    })
}

impl Hop {
    /// Why it is judged as it is: a key of [`hop_words`]. `path` is the one that the hop is on.
    pub fn message(&self, path: &Path) -> Message {
        let resource =
            if self.resources.is_empty() { self.resource.iter().cloned().collect() } else { self.resources.clone() };
        let message = Message::new(self.reason.key())
            .say("resource", resource.join(", "))
            .say("rule", self.rule.as_ref().map(RuleRef::describe).unwrap_or_else(|| resource.join(", ")));
        match &self.reason {
            Reason::NoGroupsOnType(detail)
            | Reason::EndpointState(detail)
            | Reason::EndpointType(detail)
            | Reason::InstanceState(detail)
            | Reason::PeeringInactive { status: detail }
            | Reason::StaleReference { group: detail } => message.say("detail", detail),
            Reason::ReferenceNotPreserved { group, by } => message.say("detail", group).say("via", by),
            Reason::AclDeny { number } => message.say("number", number),
            Reason::PartOfPorts { admitted, refused } => message
                .say("admitted", list(admitted))
                .say("refused", list(refused))
                .say("percent", path.lost_percent()),
            Reason::HalvesDontMeet { admitted } => message.say("admitted", list(admitted)),
            Reason::LeavesModel { via } | Reason::CannotDeliver { via } | Reason::WrongPeer { via } => {
                message.say("via", via)
            }
            Reason::NoAttachmentInZone { gateway, az_id } => message.say("via", gateway).say("detail", az_id),
            Reason::AttachmentInactive { gateway, state } => message.say("via", gateway).say("detail", state),
            Reason::Missing => match &self.missing {
                Some(missing) => message.say("fact", missing.fact.name()).say("call", missing.fact.source()),
                None => message.say("fact", "").say("call", ""),
            },
            _ => message,
        }
    }
}

impl Path {
    /// Of a hundred connections, how many get no answer because of network ACLs: neither none nor all of them is true of a part, however small.
    pub fn lost_percent(&self) -> u32 {
        let (first, last) = self.ephemeral;
        let all = u64::from(last.saturating_sub(first)) + 1;
        let lost = all.saturating_sub(u64::from(self.admitted.count()));
        u32::try_from(lost * 100 / all).unwrap_or(99).clamp(1, 99)
    }
}

fn list(ports: &Ports) -> String {
    let text = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    ports.ranges().iter().map(text).collect::<Vec<_>>().join(", ")
}

impl RuleRef {
    /// As short as AWS's own consoles have it.
    fn describe(&self) -> String {
        match self {
            Self::Group { group, protocol, from, to, peer } => {
                let peer = match peer {
                    RulePeer::Cidr(peer) | RulePeer::PrefixList(peer) | RulePeer::Group(peer) => peer,
                };
                match (protocol.as_str(), from, to) {
                    ("-1", ..) => format!("{group} (all, {peer})"),
                    (_, Some(from), Some(to)) if from == to => format!("{group} ({protocol} {from}, {peer})"),
                    (_, Some(from), Some(to)) => format!("{group} ({protocol} {from}-{to}, {peer})"),
                    _ => format!("{group} ({protocol}, {peer})"),
                }
            }
            Self::Acl { acl, number, .. } => format!("{acl} ({number})"),
            Self::Route { table, destination, target, .. } => format!("{table} ({destination} > {target})"),
        }
    }
}

impl Reason {
    fn key(&self) -> &'static str {
        match self {
            Self::RuleMatches => "rule-matches",
            Self::SameSubnet => "same-subnet",
            Self::NeverFiltered => "never-filtered",
            Self::NoGroupsOnType(_) => "no-groups-on-type",
            Self::Outside => "outside",
            Self::NoRuleMatches => "no-rule-matches",
            Self::GroupHasNoRules => "group-has-no-rules",
            Self::StaleReference { .. } => "stale-reference",
            Self::ReferenceNotPreserved { .. } => "reference-not-preserved",
            Self::AclDeny { .. } => "acl-deny",
            Self::AclNoMatch => "acl-no-match",
            Self::PartOfPorts { .. } => "part-of-ports",
            Self::HalvesDontMeet { .. } => "halves-dont-meet",
            Self::NoRoute => "no-route",
            Self::Blackhole => "blackhole",
            Self::LeavesModel { .. } => "leaves-model",
            Self::CannotDeliver { .. } => "cannot-deliver",
            Self::OverlappingVpc => "overlapping-vpc",
            Self::WrongPeer { .. } => "wrong-peer",
            Self::PeeringInactive { .. } => "peering-inactive",
            Self::NoAttachmentInZone { .. } => "no-attachment-in-zone",
            Self::AttachmentInactive { .. } => "attachment-inactive",
            Self::EndpointState(_) => "endpoint-state",
            Self::EndpointType(_) => "endpoint-type",
            Self::EndpointInitiates => "endpoint-initiates",
            Self::NoInterface => "no-interface",
            Self::NotBorne => "not-borne",
            Self::InstanceState(_) => "instance-state",
            Self::NoAddress => "no-address",
            Self::GroupsUnknown => "groups-unknown",
            Self::AddressUnknown => "address-unknown",
            Self::Missing => "missing",
        }
    }
}
