//! Why a hop lets a path through or not.

use super::Ports;

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
