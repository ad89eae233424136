//! The resolver model: what a VPC's resolver answers for a name by its settings, and because of which object.
//!
//! It reads configuration only and predicts, as the path model does for packets. The order of precedence is that of the Route 53 developer guide:
//! DNS Firewall looks at every name first; then the most specific of Resolver rules and private hosted zones decides, where a forwarding rule
//! beats a zone of the same domain, a SYSTEM rule takes a domain back from a forwarding one, and a zone that is asked never hands on what it
//! does not have.

mod domain;
mod firewall;
mod lookup;
mod parts;
mod predict;
mod profiles;
mod rules;
mod zones;

pub use domain::Domain;
pub use firewall::{Action, Block, Domains, Firewall, FirewallRule};
pub use lookup::{Found, lookup};
pub use parts::Parts;
pub use predict::{Answer, Because, Prediction, Resolver};
pub use rules::{Rule, RuleKind, Rules};
pub use zones::{Holder, Records, Zone, Zones};

use crate::facts::{Fact, FactSet, reads};

/// What [`Zones::of`] reads.
pub const ZONES: FactSet = reads::VPC.and(FactSet::of(&[
    Fact::HostedZones,
    Fact::ClientHostedZones,
    Fact::HostedZoneNames,
    Fact::RecordSets,
    Fact::ProfileAssociations,
    Fact::ProfileResources,
]));
/// What [`Rules::of`] reads.
pub const RULES: FactSet = FactSet::of(&[
    Fact::ResolverRules,
    Fact::ResolverRuleAssociations,
    Fact::ProfileAssociations,
    Fact::ProfileResources,
]);
/// What [`Firewall::of`] reads.
pub const FIREWALL: FactSet = FactSet::of(&[
    Fact::FirewallAssociations,
    Fact::FirewallRules,
    Fact::FirewallDomains,
    Fact::ProfileAssociations,
    Fact::ProfileResources,
]);
/// What [`Resolver::of`] reads.
pub const READS: FactSet =
    ZONES.and(RULES).and(FIREWALL).and(FactSet::of(&[Fact::VpcDnsSupport, Fact::VpcDnsHostnames]));
