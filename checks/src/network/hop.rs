//! One hop of a path: what was asked there, what decided, and why.

use super::Reason;
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
    /// A hop about which nothing more is said.
    pub(super) fn new(hop: HopName, verdict: HopVerdict, reason: Reason) -> Self {
        Self {
            hop,
            resource: None,
            resources: Vec::new(),
            verdict,
            rule: None,
            reason,
            explanation_code: None,
            missing: None,
        }
    }

    /// A hop that has no say.
    pub(super) fn skipped(hop: HopName, reason: Reason) -> Self {
        Self::new(hop, HopVerdict::Skipped, reason)
    }

    /// A hop that is open, for want of this.
    pub(super) fn unknown(hop: HopName, reason: Reason, missing: Option<Missing>) -> Self {
        Self { missing, ..Self::new(hop, HopVerdict::Unknown, reason) }
    }

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
