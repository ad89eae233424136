//! One hop of a path: what was asked there, what decided, and why.

use super::Ports;
use crate::check::Missing;

/// The hops, in the order in which a path meets them. The first five appear only where they stop it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HopName {
    /// The endpoint is not available.
    EndpointState,
    /// The endpoint is no interface endpoint, or is asked to open connections itself.
    EndpointType,
    /// The endpoint has no interface, or it is not known.
    EndpointInterfaces,
    /// The instance at one end does not run.
    InstanceState,
    /// One end has no address of the family asked for.
    AddressFamily,
    /// The client's groups, outbound.
    ClientSgEgress,
    /// The network ACL of the client's subnet, outbound: the request.
    ClientNaclEgress,
    /// The route table of the client's subnet: the request.
    ClientRoute,
    /// The network ACL of the endpoint's subnet, inbound: the request.
    EndpointNaclIngress,
    /// The endpoint's groups, inbound.
    EndpointSgIngress,
    /// The network ACL of the endpoint's subnet, outbound: the answer.
    EndpointNaclEgress,
    /// The route table of the endpoint's subnet: the answer.
    EndpointRoute,
    /// The network ACL of the client's subnet, inbound: the answer.
    ClientNaclIngress,
}

/// Into something or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into it.
    Ingress,
    /// Out of it.
    Egress,
}

impl HopName {
    /// Every hop, in path order.
    pub const ALL: [Self; 13] = [
        Self::EndpointState,
        Self::EndpointType,
        Self::EndpointInterfaces,
        Self::InstanceState,
        Self::AddressFamily,
        Self::ClientSgEgress,
        Self::ClientNaclEgress,
        Self::ClientRoute,
        Self::EndpointNaclIngress,
        Self::EndpointSgIngress,
        Self::EndpointNaclEgress,
        Self::EndpointRoute,
        Self::ClientNaclIngress,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::EndpointState => "endpoint-state",
            Self::EndpointType => "endpoint-type",
            Self::EndpointInterfaces => "endpoint-interfaces",
            Self::InstanceState => "instance-state",
            Self::AddressFamily => "address-family",
            Self::ClientSgEgress => "client-sg-egress",
            Self::ClientNaclEgress => "client-nacl-egress",
            Self::ClientRoute => "client-route",
            Self::EndpointNaclIngress => "endpoint-nacl-ingress",
            Self::EndpointSgIngress => "endpoint-sg-ingress",
            Self::EndpointNaclEgress => "endpoint-nacl-egress",
            Self::EndpointRoute => "endpoint-route",
            Self::ClientNaclIngress => "client-nacl-ingress",
        }
    }

    /// The direction in which the packet passes what stands there, for groups, network ACLs and routes.
    pub fn direction(self) -> Option<Direction> {
        match self {
            Self::ClientSgEgress
            | Self::ClientNaclEgress
            | Self::ClientRoute
            | Self::EndpointNaclEgress
            | Self::EndpointRoute => Some(Direction::Egress),
            Self::EndpointNaclIngress | Self::EndpointSgIngress | Self::ClientNaclIngress => Some(Direction::Ingress),
            _ => None,
        }
    }

    /// Whether the answer passes there, and not the request.
    pub fn is_return(self) -> bool {
        matches!(self, Self::EndpointNaclEgress | Self::EndpointRoute | Self::ClientNaclIngress)
    }
}

/// What a hop does to the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopVerdict {
    /// It lets it through.
    Allow,
    /// It stops it.
    Deny,
    /// It lets the answers to a part of the client's ports through.
    Partial,
    /// A fact is missing, or the path leaves the model.
    Unknown,
    /// It has no say.
    Skipped,
}

/// One hop, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// Which.
    pub hop: HopName,
    /// The group, network ACL, route table, endpoint or instance that decides (or would have to be changed), where one is known.
    pub resource: Option<String>,
    /// Everything that has a say there: all groups of the interface. Sorted.
    pub resources: Vec<String>,
    /// What it does.
    pub verdict: HopVerdict,
    /// The rule, entry or route that decides, where one does.
    pub rule: Option<RuleRef>,
    /// Why.
    pub reason: Reason,
    /// AWS Reachability Analyzer's code for it, where one fits.
    pub explanation_code: Option<&'static str>,
    /// The fact that would decide, where one is missing.
    pub missing: Option<Missing>,
}

impl Hop {
    /// Whether it stops all of the path or a part of it.
    pub fn blocks(&self) -> bool {
        matches!(self.verdict, HopVerdict::Deny | HopVerdict::Partial)
    }
}

/// What decided, by its name in AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleRef {
    /// A rule of a security group.
    Group {
        /// `sg-…`
        group: String,
        /// As AWS wrote it: `tcp`, `6`, `-1`.
        protocol: String,
        /// The first port; means nothing for protocol `-1`.
        from: Option<i32>,
        /// The last port.
        to: Option<i32>,
        /// Who is let through.
        peer: RulePeer,
    },
    /// An entry of a network ACL.
    Acl {
        /// `acl-…`
        acl: String,
        /// The entry's number.
        number: i32,
        /// Whether it is an outbound entry.
        egress: bool,
        /// Whether it allows.
        allow: bool,
        /// Its block, as AWS wrote it.
        cidr: String,
    },
    /// A route.
    Route {
        /// `rtb-…`
        table: String,
        /// A block or a prefix list, as AWS wrote it.
        destination: String,
        /// `local`, `pcx-…`, `tgw-…`, `eni-…` …
        target: String,
        /// `active`, `blackhole`.
        state: String,
    },
}

/// The other side of a security group's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RulePeer {
    /// A block, as AWS wrote it.
    Cidr(String),
    /// A prefix list.
    PrefixList(String),
    /// Whoever carries the group.
    Group(String),
}

/// Why a hop is judged as it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The rule named lets it through.
    RuleMatches,
    /// Both ends are in one subnet: network ACLs and route tables have no say.
    SameSubnet,
    /// AWS's own services inside the VPC (resolver, metadata, time) are never filtered.
    NeverFiltered,
    /// Interfaces of this type carry no group.
    NoGroupsOnType(String),
    /// That end is outside every VPC of the facts: what filters there is not AWS's, or not seen.
    Outside,
    /// No rule of any of the groups lets it through.
    NoRuleMatches,
    /// The groups have no rule in that direction.
    GroupHasNoRules,
    /// The only rule that would match refers to a group over a peering that is not active.
    StaleReference {
        /// The group that the rule refers to.
        group: String,
    },
    /// The only rule that would match refers to a group, and group identity is lost on the way.
    ReferenceNotPreserved {
        /// The group that the rule refers to.
        group: String,
        /// What loses it: `tgw-…`, `eni-…`, `pcx-…` between Regions.
        by: String,
    },
    /// A numbered entry denies it.
    AclDeny {
        /// The entry; 32767 is the final `*`.
        number: i32,
    },
    /// No entry matches, which is the final `*`.
    AclNoMatch,
    /// The answers to some of the client's ports pass and others not.
    PartOfPorts {
        /// The ports that pass.
        admitted: Ports,
        /// The ports that don't.
        refused: Ports,
    },
    /// Each of the two network ACLs on the way back lets some ports through, and none is let through by both.
    HalvesDontMeet {
        /// What this one lets through.
        admitted: Ports,
    },
    /// No route leads there.
    NoRoute,
    /// The route that wins leads nowhere.
    Blackhole,
    /// The route that wins leads into something that the model can't look into.
    LeavesModel {
        /// The route's target.
        via: String,
    },
    /// The route that wins leads to something that can't deliver it: an internet gateway, a NAT gateway, a VPN gateway.
    CannotDeliver {
        /// The route's target.
        via: String,
    },
    /// The address lies inside the sender's own VPC too, so the packet stays there.
    OverlappingVpc,
    /// The route leads to a peering with another VPC than the one that is wanted.
    WrongPeer {
        /// The route's target.
        via: String,
    },
    /// The peering is not active.
    PeeringInactive {
        /// Its status.
        status: String,
    },
    /// The VPC's attachment to the transit gateway has no subnet in the sender's zone.
    NoAttachmentInZone {
        /// The gateway.
        gateway: String,
        /// The zone's id.
        az_id: String,
    },
    /// The VPC's attachment to the transit gateway does not work.
    AttachmentInactive {
        /// The gateway.
        gateway: String,
        /// The attachment's state.
        state: String,
    },
    /// The endpoint's state, as AWS wrote it.
    EndpointState(String),
    /// The endpoint's type, as AWS wrote it.
    EndpointType(String),
    /// An endpoint never opens connections.
    EndpointInitiates,
    /// The endpoint has no interface.
    NoInterface,
    /// No interface bears the address.
    NotBorne,
    /// The instance's state.
    InstanceState(String),
    /// That end has no address of the family.
    NoAddress,
    /// No interface bears the address, so its groups are not known.
    GroupsUnknown,
    /// That end's address or subnet is not known.
    AddressUnknown,
    /// A fact is missing; the hop says which.
    Missing,
}
