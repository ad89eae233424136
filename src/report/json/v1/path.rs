//! The parts of the document that the path model fills.

use super::{Missing, structs, words::words};

structs! {
    /// What the path model says over all paths.
    Reach {
        /// In one word.
        verdict: PathVerdict,
        /// The first hop that blocks.
        blocker: Option<Hop>,
        /// Every hop that blocks.
        blockers: Vec<Hop>,
    }
    /// One path, there and back.
    Path {
        /// Where it starts.
        from: End,
        /// Where it leads.
        to: End,
        /// The port.
        port: u16,
        /// In one word.
        verdict: PathVerdict,
        /// The first hop that blocks.
        blocker: Option<Hop>,
        /// Every hop that blocks.
        blockers: Vec<Hop>,
        /// Every hop, in the order in which packets meet them.
        hops: Vec<Hop>,
    }
    /// One end of a path.
    End {
        /// `eni-…`
        eni: Option<String>,
        /// The address.
        ip: Option<String>,
        /// `subnet-…`
        subnet_id: Option<String>,
        /// The zone's id.
        az_id: Option<String>,
    }
    /// One thing that may let packets through or not.
    Hop {
        /// Which kind of thing.
        hop: HopKind,
        /// Its id.
        resource: Option<String>,
        /// What it does.
        verdict: HopVerdict,
        /// The rule that decided; null where none did.
        rule: Option<Rule>,
        /// Why, in a sentence.
        reason: String,
        /// AWS Reachability Analyzer's code, where one fits.
        explanation_code: Option<String>,
        /// The fact that would decide; null where none is missing.
        missing: Option<Missing>,
    }
    /// Two interfaces that could connect.
    Opened {
        /// `eni-…`, the one that could open connections.
        from: String,
        /// `eni-…`, the one that it could open them to.
        to: String,
    }
}

/// A rule, by its name in AWS.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// A rule of a security group.
    SecurityGroupRule {
        /// `sg-…`
        group: String,
        /// As AWS has it: `tcp`, `6`, `-1`.
        protocol: String,
        /// The first port.
        from_port: Option<i32>,
        /// The last port.
        to_port: Option<i32>,
        /// A block, `pl-…` or `sg-…`.
        peer: String,
    },
    /// An entry of a network ACL.
    NetworkAclEntry {
        /// `acl-…`
        acl: String,
        /// Its number; 32767 is the last one, `*`.
        number: i32,
        /// Whether it is an outbound entry.
        egress: bool,
        /// Whether it allows.
        allow: bool,
        /// Its block.
        cidr: String,
    },
    /// A route.
    Route {
        /// `rtb-…`
        table: String,
        /// A block or `pl-…`.
        destination: String,
        /// `local`, `pcx-…`, `tgw-…`, `eni-…` …
        target: String,
        /// `active` or `blackhole`.
        state: String,
    },
}

words! {
    /// What the path model says of a path.
    PathVerdict ("lowercase") {
        /// Packets get there, and their answers back.
        Reachable,
        /// Some do.
        Partial,
        /// None do.
        Blocked,
        /// Not enough is known.
        Unknown,
    }
    /// What a hop does.
    HopVerdict ("lowercase") {
        /// It lets packets through.
        Allow,
        /// It doesn't.
        Deny,
        /// Some only.
        Partial,
        /// Not enough is known.
        Unknown,
        /// It was not asked.
        Skipped,
    }
    /// Which kind of hop.
    HopKind ("kebab-case") {
        /// The endpoint is not in a state to carry packets.
        EndpointState,
        /// The endpoint is of a type without interfaces.
        EndpointType,
        /// The endpoint has no interfaces.
        EndpointInterfaces,
        /// The instance is not running.
        InstanceState,
        /// The two ends have no address family in common.
        AddressFamily,
        /// The client's security groups, outbound.
        ClientSgEgress,
        /// The client subnet's network ACL, outbound.
        ClientNaclEgress,
        /// The client subnet's routes.
        ClientRoute,
        /// The endpoint subnet's network ACL, inbound.
        EndpointNaclIngress,
        /// The endpoint's security groups, inbound.
        EndpointSgIngress,
        /// The endpoint subnet's network ACL, outbound, for the answer.
        EndpointNaclEgress,
        /// The endpoint subnet's routes, for the answer.
        EndpointRoute,
        /// The client subnet's network ACL, inbound, for the answer.
        ClientNaclIngress,
    }
}
