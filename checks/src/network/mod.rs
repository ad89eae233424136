//! The path model: whether a client may open TCP to an interface, and if not, which rule of which resource stops it.
//!
//! It reads configuration only and predicts; what really happens is measured elsewhere. Security groups are stateful, network ACLs and routes
//! are asked for the request and for the answer, and every hop is judged even where an earlier one already stops the path.

mod acls;
mod before;
mod change;
mod crossing;
mod ends;
mod excerpt;
mod explain;
mod groups;
mod hop;
mod index;
mod open;
mod path;
mod ports;
mod prefix;
mod question;
mod reach;
mod reason;
mod routes;
mod widening;

pub use change::{Change, Peer, apply};
pub use explain::hop_words;
pub use hop::{Direction, Hop, HopName, HopVerdict, RulePeer, RuleRef};
pub use index::Network;
pub use open::{open, open_all};
pub use ports::Ports;
pub use question::{AWS_EPHEMERAL, Family, Goal, LINUX_EPHEMERAL, PathQuestion, Start};
pub use reach::{Path, PathEnd, Reach, Verdict};
pub use reason::Reason;
pub use widening::{Opened, Widening, also_opens};

use crate::facts::{Fact, FactSet, reads};

/// What [`Network::paths`] reads for the question of [`PathQuestion::of`], to be declared by the checks that ask it.
pub const READS: FactSet = reads::ENDPOINT.and(FactSet::of(&[
    Fact::Vpcs,
    Fact::Subnets,
    Fact::NetworkInterfaces,
    Fact::Instances,
    Fact::SecurityGroups,
    Fact::PrefixListEntries,
    Fact::NetworkAcls,
    Fact::RouteTables,
    Fact::VpcPeeringConnections,
    Fact::TransitGatewayVpcAttachments,
    Fact::AvailabilityZones,
    Fact::EphemeralPorts,
]));
