//! From one subnet to another: what the route that wins leads to, and whether it delivers there.

use super::ends::End;
use super::index::Network;
use super::prefix;
use super::routes::{Target, Way, is_private, is_shared};
use super::{Family, RuleRef};
use super::{Hop, HopName, HopVerdict, Reason};
use crate::check::Missing;
use crate::facts::aws::{PeeringVpc, TransitGatewayVpcAttachment, VpcPeeringConnection};
use crate::facts::{Fact, Why};
use std::net::IpAddr;

/// What a packet passes between the two subnets, as far as it matters to group identity.
#[derive(Clone, Debug)]
pub(super) enum Crossing<'a> {
    /// Nothing.
    Direct,
    /// A peering.
    Peering {
        id: &'a str,
        active: bool,
        /// `None` where the Regions are not known.
        same_region: Option<bool>,
    },
    /// A transit gateway.
    TransitGateway {
        id: &'a str,
        /// Whether both attachments are set to carry group references.
        referencing: bool,
    },
    /// An appliance: the route's target.
    Appliance(&'a str),
    /// A NAT gateway, behind which the client is not seen.
    Nat(&'a str),
    /// Not known, for want of this.
    Unknown(Option<Missing>),
}

impl<'a> Crossing<'a> {
    fn peering(peering: &'a VpcPeeringConnection) -> Self {
        let (requester, accepter) = (&peering.requester_vpc_info.region, &peering.accepter_vpc_info.region);
        Self::Peering {
            id: &peering.vpc_peering_connection_id,
            active: is_active(peering),
            same_region: (!requester.is_empty() && !accepter.is_empty()).then_some(requester == accepter),
        }
    }
}

fn is_active(peering: &VpcPeeringConnection) -> bool {
    peering.status.code.eq_ignore_ascii_case("active")
}

/// The side of a peering that is not this VPC; `None` where this VPC is no side of it.
fn other_side<'p>(peering: &'p VpcPeeringConnection, vpc_id: &str) -> Option<&'p PeeringVpc> {
    let (requester, accepter) = (&peering.requester_vpc_info, &peering.accepter_vpc_info);
    if requester.vpc_id == vpc_id {
        Some(accepter)
    } else if accepter.vpc_id == vpc_id {
        Some(requester)
    } else {
        None
    }
}

/// Whether a side of a peering has the address; `None` where its blocks are not known.
fn side_has(side: &PeeringVpc, address: IpAddr) -> Option<bool> {
    let ipv4 = side.cidr_block_set.iter().map(|block| &block.cidr_block);
    let ipv6 = side.ipv6_cidr_block_set.iter().map(|block| &block.ipv6_cidr_block);
    let texts = std::iter::once(&side.cidr_block).chain(ipv4).chain(ipv6).filter(|text| !text.is_empty());
    let blocks: Vec<_> = texts.filter_map(|text| prefix::block(text)).collect();
    (!blocks.is_empty()).then(|| blocks.iter().any(|block| block.contains(&address)))
}

/// What a route's target does with the packet.
struct Delivery<'s> {
    verdict: HopVerdict,
    reason: Reason,
    code: Option<&'static str>,
    missing: Option<Missing>,
    crossing: Option<Crossing<'s>>,
}

impl Delivery<'_> {
    fn allow() -> Self {
        Self { verdict: HopVerdict::Allow, reason: Reason::RuleMatches, code: None, missing: None, crossing: None }
    }

    fn deny(reason: Reason, code: &'static str) -> Self {
        Self { verdict: HopVerdict::Deny, reason, code: Some(code), ..Self::allow() }
    }

    fn leaves(via: &str) -> Self {
        Self { verdict: HopVerdict::Unknown, reason: Reason::LeavesModel { via: via.to_owned() }, ..Self::allow() }
    }

    fn unknown(missing: Missing) -> Self {
        let missing = Some(missing);
        Self { verdict: HopVerdict::Unknown, reason: Reason::Missing, missing, ..Self::allow() }
    }
}

impl Network<'_> {
    /// Judges the route table of `from`'s subnet for packets to `to`, which is in another subnet. With what lies between, where it is known.
    pub(super) fn judge_route<'s>(
        &'s self,
        name: HopName,
        from: &End<'s>,
        to: &End<'s>,
        family: Family,
    ) -> (Hop, Option<Crossing<'s>>) {
        let unknown = |reason, missing: Option<Missing>| {
            (Hop::unknown(name, reason, missing.clone()), Some(Crossing::Unknown(missing)))
        };
        let (Some(subnet_id), Some(address)) = (from.subnet_id, to.address) else {
            return unknown(Reason::AddressUnknown, from.missing.clone().or_else(|| to.missing.clone()));
        };
        let table = match self.tables.of(subnet_id, from.vpc_id) {
            Ok(table) => table,
            Err(missing) => return unknown(Reason::Missing, Some(missing)),
        };
        let (rule, delivery): (Option<RuleRef>, _) = match table.winner(self, address, family) {
            Err(missing) => (None, Delivery::unknown(missing)),
            Ok(None) => (None, Delivery::deny(Reason::NoRoute, "NO_ROUTE_TO_DESTINATION")),
            Ok(Some(way)) => (Some(table.rule_ref(way)), self.deliver(way, from, to, address)),
        };
        let id = &table.table.route_table_id;
        let hop = Hop {
            resource: Some(id.clone()),
            resources: vec![id.clone()],
            rule,
            explanation_code: delivery.code,
            missing: delivery.missing.clone(),
            ..Hop::new(name, delivery.verdict, delivery.reason)
        };
        let crossing = match (delivery.crossing, delivery.verdict) {
            (None, HopVerdict::Unknown) => Some(Crossing::Unknown(delivery.missing)),
            (crossing, _) => crossing,
        };
        (hop, crossing)
    }

    fn deliver<'s>(&'s self, way: &Way<'s>, from: &End<'s>, to: &End<'s>, address: IpAddr) -> Delivery<'s> {
        if way.blackhole {
            return Delivery::deny(Reason::Blackhole, "BAD_STATE_ROUTE");
        }
        let inside = from.vpc_id.is_some() && from.vpc_id == to.vpc_id;
        let via = way.target.id();
        match way.target {
            Target::Local if inside => Delivery { crossing: Some(Crossing::Direct), ..Delivery::allow() },
            Target::Local if to.vpc_id.is_some() => {
                Delivery::deny(Reason::OverlappingVpc, "VPC_LOCAL_ROUTE_CIDR_RESTRICTION")
            }
            // Inside the VPC's blocks, and in no subnet that is known.
            Target::Local => Delivery { reason: Reason::AddressUnknown, ..Delivery::leaves(via) },
            Target::Peering(id) => self.deliver_to_peering(id, from, to, address),
            Target::Appliance(_) | Target::Nat(_) if inside => {
                let crossing = match way.target {
                    Target::Nat(id) => Crossing::Nat(id),
                    _ => Crossing::Appliance(via),
                };
                Delivery { code: Some("MORE_SPECIFIC_ROUTE"), crossing: Some(crossing), ..Delivery::leaves(via) }
            }
            Target::Appliance(_) => Delivery { crossing: Some(Crossing::Appliance(via)), ..Delivery::leaves(via) },
            Target::TransitGateway(id) => {
                let crossing =
                    Some(Crossing::TransitGateway { id, referencing: self.may_reference_over(id, from, to) });
                Delivery { crossing, ..self.deliver_to_transit_gateway(id, from) }
            }
            // AWS accepts no such route today.
            _ if inside => Delivery::leaves(via),
            Target::Internet(_) if is_private(address) || (to.vpc_id.is_some() && address.is_ipv4()) => {
                let code = match is_shared(address) {
                    true => "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS",
                    false => "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
                };
                Delivery::deny(Reason::CannotDeliver { via: via.to_owned() }, code)
            }
            Target::Nat(_) if is_private(address) || to.vpc_id.is_some() => {
                Delivery::deny(Reason::CannotDeliver { via: via.to_owned() }, "CANNOT_ROUTE")
            }
            Target::Vpn(_) if to.vpc_id.is_some() => {
                Delivery::deny(Reason::CannotDeliver { via: via.to_owned() }, "CANNOT_ROUTE")
            }
            Target::Internet(_) | Target::Nat(_) | Target::Vpn(_) | Target::Other(_) => Delivery::leaves(via),
        }
    }

    fn deliver_to_peering<'s>(&'s self, id: &'s str, from: &End<'s>, to: &End<'s>, address: IpAddr) -> Delivery<'s> {
        let peering: &'s VpcPeeringConnection = match self.peerings.get(id) {
            Ok(peering) => peering,
            Err(missing) => return Delivery::unknown(missing),
        };
        let crossing = Some(Crossing::peering(peering));
        if !is_active(peering) {
            let reason = Reason::PeeringInactive { status: peering.status.code.clone() };
            return Delivery { crossing, ..Delivery::deny(reason, "BAD_STATE") };
        }
        let wrong = |code| Delivery::deny(Reason::WrongPeer { via: id.to_owned() }, code);
        let Some(side) = from.vpc_id.and_then(|vpc_id| other_side(peering, vpc_id)) else {
            return wrong("DISCONNECTED_VPCS");
        };
        match to.vpc_id {
            Some(vpc_id) if vpc_id == side.vpc_id => Delivery { crossing, ..Delivery::allow() },
            Some(_) => wrong("DISCONNECTED_VPCS"),
            // A VPC that can't be seen: of another account, or not collected.
            None => match side_has(side, address) {
                Some(false) => wrong("PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"),
                _ => Delivery { crossing, ..Delivery::leaves(id) },
            },
        }
    }

    /// The attachment of a VPC to a transit gateway.
    fn attachment(&self, gateway: &str, vpc_id: Option<&str>) -> Result<&TransitGatewayVpcAttachment, Missing> {
        let missing = |object: Option<&str>, why| Missing {
            fact: Fact::TransitGatewayVpcAttachments,
            object: object.map(str::to_owned),
            why,
        };
        let attachments = self.attachments.map_err(|why| missing(None, why.clone()))?;
        let own = attachments.iter().filter(|attachment| {
            attachment.transit_gateway_id == gateway && Some(attachment.vpc_id.as_str()) == vpc_id
        });
        // One that is gone stays in the answer for a while beside its successor.
        let best = own.max_by_key(|attachment| (is_available(attachment), &attachment.transit_gateway_attachment_id));
        best.ok_or_else(|| missing(Some(gateway), Why::new("NotFound", "")))
    }

    /// Whether a transit gateway may carry references to groups, as far as the attachments say.
    fn may_reference_over(&self, gateway: &str, from: &End<'_>, to: &End<'_>) -> bool {
        [from.vpc_id, to.vpc_id].into_iter().all(|vpc_id| {
            self.attachment(gateway, vpc_id).map_or(true, |attachment| {
                !attachment.options.security_group_referencing_support.eq_ignore_ascii_case("disable")
            })
        })
    }

    /// A transit gateway takes packets only in zones where the VPC's attachment has a subnet. Its own route tables are not modelled.
    fn deliver_to_transit_gateway<'s>(&'s self, id: &'s str, from: &End<'s>) -> Delivery<'s> {
        let own = match self.attachment(id, from.vpc_id) {
            Ok(own) => own,
            Err(missing) => return Delivery::unknown(missing),
        };
        if !is_available(own) {
            let reason = Reason::AttachmentInactive { gateway: id.to_owned(), state: own.state.clone() };
            return Delivery::deny(reason, "BAD_STATE_ATTACHMENT");
        }
        let Some(az_id) = from.az_id else {
            let object = from.subnet_id.map(str::to_owned);
            return Delivery::unknown(Missing { fact: Fact::Subnets, object, why: Why::new("NotFound", "") });
        };
        let mut unseen = None;
        for subnet_id in &own.subnet_ids {
            match self.subnets.get(subnet_id) {
                Ok(subnet) if subnet.availability_zone_id == az_id => {
                    return Delivery { code: Some("TGW_RTB_ROUTES_ARE_UNKNOWN"), ..Delivery::leaves(id) };
                }
                Ok(_) => {}
                Err(missing) => unseen = Some(missing),
            }
        }
        match unseen {
            Some(missing) => Delivery::unknown(missing),
            None => {
                let reason = Reason::NoAttachmentInZone { gateway: id.to_owned(), az_id: az_id.to_owned() };
                Delivery::deny(reason, "TGW_ROUTE_AZ_RESTRICTION")
            }
        }
    }

    /// What would lie between the ends if a route led from one to the other.
    pub(super) fn crossing_between<'s>(&'s self, from: &End<'s>, to: &End<'s>) -> Crossing<'s> {
        let (Some(from_vpc), Some(to_vpc)) = (from.vpc_id, to.vpc_id) else { return Crossing::Unknown(None) };
        if from_vpc == to_vpc {
            return Crossing::Direct;
        }
        let all = match self.peerings.all() {
            Ok(all) => all,
            Err(missing) => return Crossing::Unknown(Some(missing)),
        };
        let joins = all.filter(|peering| other_side(peering, from_vpc).is_some_and(|side| side.vpc_id == to_vpc));
        let best =
            joins.max_by_key(|peering| (is_active(peering), std::cmp::Reverse(&peering.vpc_peering_connection_id)));
        best.map_or(Crossing::Unknown(None), |peering| Crossing::peering(peering))
    }

    /// What lies between the ends for the groups' references: what the route says, and where none does, what would.
    pub(super) fn crossing<'s>(&'s self, routed: Option<Crossing<'s>>, from: &End<'s>, to: &End<'s>) -> Crossing<'s> {
        let inside = from.vpc_id.is_some() && from.vpc_id == to.vpc_id;
        match routed {
            // Whether something stands between two subnets of one VPC is the route's question, and its hop says that it is open.
            Some(Crossing::Unknown(_)) if inside => Crossing::Direct,
            Some(crossing) => crossing,
            None if from.is_outside() => Crossing::Unknown(None),
            None => self.crossing_between(from, to),
        }
    }
}

fn is_available(attachment: &TransitGatewayVpcAttachment) -> bool {
    attachment.state.eq_ignore_ascii_case("available")
}
