//! Route tables: which route takes a packet, and what it leads to.

use super::index::Network;
use super::prefix;
use super::{Family, RuleRef};
use crate::check::Missing;
use crate::facts::Fact;
use crate::facts::aws::{Route, RouteTable};
use ipnet::IpNet;
use std::cmp::Reverse;
use std::net::IpAddr;
use std::sync::OnceLock;

/// A route table, and its routes once they are read.
pub(super) struct Table<'a> {
    pub(super) table: &'a RouteTable,
    ways: OnceLock<Vec<Way<'a>>>,
}

/// One route.
pub(super) struct Way<'a> {
    destination: Destination<'a>,
    pub(super) target: Target<'a>,
    pub(super) blackhole: bool,
    rank: Rank,
    route: &'a Route,
}

enum Destination<'a> {
    Block(&'a str, IpNet),
    List(&'a str),
    Unreadable(&'a str),
}

/// Which route wins where prefixes are equally long: the smaller (UG route tables, route priority).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Local,
    Static,
    PrefixList,
    Propagated,
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target<'a> {
    /// Inside the VPC.
    Local,
    /// `pcx-…`
    Peering(&'a str),
    /// `tgw-…`
    TransitGateway(&'a str),
    /// `igw-…`, `eigw-…`
    Internet(&'a str),
    /// `nat-…`
    Nat(&'a str),
    /// `vgw-…`
    Vpn(&'a str),
    /// `eni-…`, `i-…`, `vpce-…`: something that passes packets on as it likes.
    Appliance(&'a str),
    /// A core network, a local gateway, a carrier gateway, or what did not exist when this was written.
    Other(&'a str),
}

impl<'a> Target<'a> {
    fn of(route: &'a Route) -> Self {
        let some = |id: &'a Option<String>| id.as_deref().filter(|id| !id.is_empty());
        if let Some(id) = some(&route.vpc_peering_connection_id) {
            return Self::Peering(id);
        }
        if let Some(id) = some(&route.transit_gateway_id) {
            return Self::TransitGateway(id);
        }
        if let Some(id) = some(&route.nat_gateway_id) {
            return Self::Nat(id);
        }
        if let Some(id) = some(&route.network_interface_id).or(some(&route.instance_id)) {
            return Self::Appliance(id);
        }
        if let Some(id) = some(&route.egress_only_internet_gateway_id) {
            return Self::Internet(id);
        }
        match some(&route.gateway_id) {
            Some("local") => Self::Local,
            Some(id) if id.starts_with("igw-") => Self::Internet(id),
            Some(id) if id.starts_with("vgw-") => Self::Vpn(id),
            Some(id) if id.starts_with("vpce-") => Self::Appliance(id),
            Some(id) => Self::Other(id),
            None => Self::Other(
                some(&route.core_network_arn)
                    .or(some(&route.local_gateway_id))
                    .or(some(&route.carrier_gateway_id))
                    .unwrap_or_default(),
            ),
        }
    }

    /// As AWS writes it.
    pub(super) fn id(self) -> &'a str {
        match self {
            Self::Local => "local",
            Self::Peering(id)
            | Self::TransitGateway(id)
            | Self::Internet(id)
            | Self::Nat(id)
            | Self::Vpn(id)
            | Self::Appliance(id)
            | Self::Other(id) => id,
        }
    }
}

impl<'a> Way<'a> {
    fn read(route: &'a Route) -> Self {
        let target = Target::of(route);
        let text = route.destination_cidr_block.as_deref().or(route.destination_ipv6_cidr_block.as_deref());
        let destination = match (text, route.destination_prefix_list_id.as_deref()) {
            (Some(text), _) => {
                prefix::block(text).map_or(Destination::Unreadable(text), |net| Destination::Block(text, net))
            }
            (None, Some(id)) => Destination::List(id),
            (None, None) => Destination::Unreadable(""),
        };
        let rank = match (&target, &destination, route.origin.as_str()) {
            (Target::Local, ..) => Rank::Local,
            (_, _, "EnableVgwRoutePropagation") => Rank::Propagated,
            (_, Destination::List(_), _) => Rank::PrefixList,
            _ => Rank::Static,
        };
        Self { destination, target, blackhole: route.state.eq_ignore_ascii_case("blackhole"), rank, route }
    }

    fn destination(&self) -> &'a str {
        match self.destination {
            Destination::Block(text, _) | Destination::List(text) | Destination::Unreadable(text) => text,
        }
    }
}

impl<'a> Table<'a> {
    pub(super) fn new(table: &'a RouteTable) -> Self {
        Self { table, ways: OnceLock::new() }
    }

    /// The route, by its names in AWS.
    pub(super) fn rule_ref(&self, way: &Way<'_>) -> RuleRef {
        RuleRef::Route {
            table: self.table.route_table_id.clone(),
            destination: way.destination().to_owned(),
            target: way.target.id().to_owned(),
            state: way.route.state.clone(),
        }
    }

    /// The route that takes a packet for the address: the longest prefix, then the rank.
    ///
    /// # Errors
    /// What is missing to know which route wins.
    pub(super) fn winner(
        &self,
        network: &Network<'_>,
        address: IpAddr,
        family: Family,
    ) -> Result<Option<&Way<'a>>, Missing> {
        let table: &'a RouteTable = self.table;
        let ways = self.ways.get_or_init(|| table.routes.iter().map(Way::read).collect());
        let mut best: Option<(u8, &Way<'a>)> = None;
        let mut doubt = None;
        for way in ways {
            let length = match way.destination {
                Destination::Block(_, net) => net.contains(&address).then_some(net.prefix_len()),
                Destination::List(_) if network.is_service_route(way, address) => None,
                Destination::List(id) => match network.in_list(id, Some(address), family) {
                    Ok(net) => net.map(|net| net.prefix_len()),
                    Err(missing) => {
                        doubt.get_or_insert(missing);
                        None
                    }
                },
                Destination::Unreadable(_) => {
                    doubt = Some(prefix::unreadable(Fact::RouteTables, &self.table.route_table_id));
                    None
                }
            };
            let Some(length) = length else { continue };
            // What comes after the rank only keeps the answer independent of the order of the list.
            let key =
                |length: u8, way: &Way<'a>| (Reverse(length), way.rank, way.target, way.blackhole, way.destination());
            if best.is_none_or(|(other, before)| key(length, way) < key(other, before)) {
                best = Some((length, way));
            }
        }
        match (best, doubt) {
            // Nothing can be longer than one address, and a list loses to a block of the same length.
            (Some((length, way)), Some(_)) if length == family.host_prefix() && way.rank < Rank::PrefixList => {
                Ok(Some(way))
            }
            (_, Some(missing)) => Err(missing),
            (best, None) => Ok(best.map(|(_, way)| way)),
        }
    }
}

impl Network<'_> {
    /// Whether a route by prefix list leads to a gateway endpoint. Those lists, which AWS keeps, hold the public addresses of one of its
    /// services, so that their entries need not be known to know that a private address is none of them.
    fn is_service_route(&self, way: &Way<'_>, address: IpAddr) -> bool {
        let Target::Appliance(id) = way.target else { return false };
        is_private(address)
            && self.endpoints.get(id).is_ok_and(|endpoint| endpoint.vpc_endpoint_type.eq_ignore_ascii_case("gateway"))
    }
}

/// RFC 1918, RFC 6598, RFC 4193.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || is_shared(address.into()),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}

/// RFC 6598, which carriers use.
pub(super) fn is_shared(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(address) if address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64)
}
